"""What village heads and volunteers do: open shops, get the household's leave, approve, visit, appoint."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from accounts.services import person_with_phone
from common.actors import Actor
from common.errors import Refusal
from places import services as places
from places.access import VILLAGE_TEAM, places_of
from places.models import Level, Place, PlaceRole, Role
from sellers import queries, services, village_queries
from sellers.access import Do, can
from sellers.models import Consent, Shop, VillageHeadTask
from sellers.selling import ACTING
from sellers.village_forms import (
    AppointForm,
    CodeForm,
    NewShopForm,
    PaperForm,
    ReturnForm,
    VillageForm,
    VisitForm,
)

View = Callable[..., HttpResponseBase]
form_page = require_http_methods(["GET", "HEAD", "POST"])


def in_village(action: Do) -> Callable[[View], View]:
    """A page of one village; hands the Place to the view. Somebody else's village does not exist. 4 queries."""

    def decorate(view: View) -> View:
        @never_cache
        @login_required
        @wraps(view)
        def checked(request: SignedInRequest, village_id: int, **kwargs: Any) -> HttpResponseBase:
            village = village_queries.village_by_id(village_id)
            if village is None or not can(request.user, action, village):
                raise Http404
            return view(request, village, **kwargs)

        return checked

    return decorate


def of_village_shop(view: View) -> View:
    """A work page of one shop of my villages; hands the Shop to the view. Every other shop does not exist."""

    @never_cache
    @login_required
    @wraps(view)
    def checked(request: SignedInRequest, code: str, **kwargs: Any) -> HttpResponseBase:
        shop = village_queries.shop_by_code(code)
        if shop is None or not can(request.user, Do.SEE_VILLAGE, shop.village):
            raise Http404
        return view(request, shop, **kwargs)

    return checked


def refused(form: Any, refusal: Refusal) -> None:
    """Show a refusal at its field, or above the form if the form has no such field."""
    refusal.put_in(form)


# --- what there is to do --------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """My villages: what waits for me, whom to visit, and the buttons for the door. At most 9 queries."""
    villages = village_queries.my_villages(request.user)
    if not villages:
        raise Http404
    working = {place.pk for place in places_of(request.user, *VILLAGE_TEAM)}
    working_in = [place for place in villages if place.pk in working]
    context = {
        "villages": villages,
        "village": villages[0] if len(villages) == 1 else None,
        "working_in": working_in,
        "waiting": village_queries.waiting_in(villages, request.user),
        "headed": {place.pk for place in places_of(request.user, Role.HEAD)},
        "figures": len(villages) > len(working_in),  # an officer's villages, beyond those of their own team
        "quiet": village_queries.quiet_in(villages),
        "tab_home": True,
    }
    return render(request, "sellers/village/home.html", context)


@require_safe
@in_village(Do.SEE_VILLAGE)
def shops(request: SignedInRequest, village: Place) -> HttpResponse:
    """All shops of a village, those that wait first."""
    context = {
        "village": village,
        "rows": village_queries.shops_in(village, request.user),
        "may_open": can(request.user, Do.OPEN_SHOP, village),
        "may_appoint": bool(_roles_to_give(request.user, village)),
        "sees_figures": can(request.user, Do.SEE_FIGURES, village),
        "tab_shops": True,
    }
    return render(request, "sellers/village/shops.html", context)


# --- opening a shop -------------------------------------------------------------------------------------------------


@form_page
@in_village(Do.OPEN_SHOP)
def new_shop(request: SignedInRequest, village: Place) -> HttpResponse:
    """A draft shop for a household; the code for its leave goes to the farmer's phone at once."""
    form = NewShopForm(request.POST or None, village=village)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            shop = services.open_draft_shop(
                village, name=said["name"], farmer_phone=said["phone"], farmer_name=said["household"],
                kind=said["kind"], starter=said["starter"], by=request.user,
            )  # fmt: skip
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã mở gian hàng nháp %(name)s.") % {"name": shop.name})
            if shop.owner_id == request.user.pk:  # one's own shop needs nobody's leave
                return redirect("village:shop", shop.public_code)
            services.ask_consent(shop, request.user, request=request)
            return redirect("village:consent", shop.public_code)
    status = 422 if form.errors else 200
    return render(request, "sellers/village/new_shop.html", {"form": form, "village": village}, status=status)


@form_page
@of_village_shop
def consent(request: SignedInRequest, shop: Shop) -> HttpResponse:
    """The household's leave: by the code on the farmer's phone, or on paper. Posting says which, by its button."""
    if not can(request.user, Do.OPEN_SHOP, shop.village) or shop.owner_id == request.user.pk:
        raise Http404
    asked = Consent.objects.filter(shop=shop, agent=request.user, revoked_at__isnull=True).first()
    if asked and asked.is_in_force:
        return redirect("village:shop", shop.public_code)
    code_form, paper_form = CodeForm(), PaperForm()
    if request.method == "POST":
        if "resend" in request.POST:
            services.ask_consent(shop, request.user, request=request)
            messages.success(request, _("Đã gửi mã mới đến máy của chủ hộ."))
            return redirect("village:consent", shop.public_code)
        if "paper" in request.POST:
            paper_form = PaperForm(request.POST, request.FILES)
            done = paper_form.is_valid() and _keep_paper(request, shop, paper_form)
        else:
            code_form = CodeForm(request.POST)
            done = code_form.is_valid() and _take_code(request, asked, code_form)
        if done:
            return redirect("village:shop", shop.public_code)
    errors = code_form.errors or paper_form.errors
    context = {
        "shop": shop,
        "village": shop.village,
        "asked": asked,
        "code_form": code_form,
        "paper_form": paper_form,
    }
    return render(request, "sellers/village/consent.html", context, status=422 if errors else 200)


def _take_code(request: SignedInRequest, asked: Consent | None, form: CodeForm) -> bool:
    if asked is None:
        form.add_error("code", _("Chưa gửi mã nào. Hãy bấm “Gửi mã mới”."))
        return False
    try:
        services.give_consent(asked, form.cleaned_data["code"])
    except Refusal as refusal:
        refused(form, refusal)
        return False
    messages.success(request, _("Chủ hộ đã đồng ý. Bạn có thể soạn trang giúp."))
    return True


def _keep_paper(request: SignedInRequest, shop: Shop, form: PaperForm) -> bool:
    try:
        services.record_paper_consent(shop, request.user, form.cleaned_data["photo"])
    except Refusal as refusal:
        refused(form, refusal)
        return False
    messages.success(request, _("Đã giữ ảnh giấy đồng ý. Chờ một người duyệt khác xác nhận."))
    return True


@require_POST
@of_village_shop
def act(request: SignedInRequest, shop: Shop) -> HttpResponse:
    """Start working for the farmer, under the leave I hold; the bar at the top says so until I stop."""
    held = Consent.objects.in_force().filter(shop=shop, agent=request.user).first()
    if held is None:
        return redirect("village:consent", shop.public_code)
    request.session[ACTING] = held.pk
    return redirect("shopfront:edit")


@require_safe
@of_village_shop
def evidence(request: SignedInRequest, shop: Shop, consent_id: int) -> FileResponse:
    """The photo of a signed paper, for those who decide about the shop and for the person who took it."""
    paper = get_object_or_404(Consent.objects.filter(shop=shop).select_related("evidence"), pk=consent_id)
    if paper.evidence is None:
        raise Http404
    if paper.agent_id != request.user.pk and not can(request.user, Do.APPROVE_SHOP, shop):
        raise Http404
    return FileResponse(paper.evidence.file.open("rb"), content_type="image/jpeg")


@require_POST
@of_village_shop
def countersign(request: SignedInRequest, shop: Shop, consent_id: int) -> HttpResponse:
    """A second official has seen the signed paper."""
    paper = get_object_or_404(Consent.objects.filter(shop=shop), pk=consent_id)
    services.countersign_consent(paper, by=request.user)
    messages.success(request, _("Đã xác nhận giấy đồng ý."))
    return redirect("village:shop", shop.public_code)


# --- looking and deciding -------------------------------------------------------------------------------------------


@require_safe
@of_village_shop
def shop(request: SignedInRequest, shop: Shop) -> HttpResponse:
    """One shop: where it stands, the page as buyers will see it, and what the person may do about it."""
    return shop_page(request, shop)


def shop_page(
    request: SignedInRequest, shop: Shop, *, form: ReturnForm | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    """The page of one shop; with a form or a refusal it shows what stood in the way."""
    review = queries.review_of(shop.front)
    consents = village_queries.consents_of(shop)
    mine = next((row for row in consents if row.agent_id == request.user.pk), None)
    context = {
        "shop": shop,
        "village": shop.village,
        "front": shop.front.get_latest_revision_as_object(),
        "seen": services.version_of(shop.front),
        "author": shop.front.latest_revision.user if shop.front.latest_revision else None,
        "review": review,
        "may_decide": review.waiting and VillageHeadTask().may_decide(shop.front, request.user),
        "may_countersign": can(request.user, Do.APPROVE_SHOP, shop),
        "own_work": review.waiting and _wrote_it(shop, request.user),
        "in_team": can(request.user, Do.OPEN_SHOP, shop.village),
        "consents": consents,
        "mine": mine,
        "is_owner": shop.owner_id == request.user.pk,
        "visits": village_queries.visits_to(shop),
        "form": form or ReturnForm(),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if form and form.errors else 200
    return render(request, "sellers/village/shop.html", context, status=status)


def _wrote_it(shop: Shop, user: Any) -> bool:
    revision = shop.front.latest_revision
    return revision is not None and revision.user_id == user.pk != shop.owner_id


@require_safe
@of_village_shop
def preview(request: SignedInRequest, shop: Shop) -> HttpResponse:
    """The latest version of the shop's page, drawn by the same template that buyers get."""
    return shop.front.get_latest_revision_as_object().serve_preview(request, "")


@require_POST
@of_village_shop
def reject(request: SignedInRequest, shop: Shop) -> HttpResponse:
    """Send the version that waits back to its writer, with the reason."""
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return shop_page(request, shop, form=form)
    services.return_shop(shop, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("Đã trả lại %(name)s để sửa.") % {"name": shop.name})
    return redirect("village:shop", shop.public_code)


# --- visits and people ----------------------------------------------------------------------------------------------


@form_page
@in_village(Do.SEE_VILLAGE)
def visit(request: SignedInRequest, village: Place) -> HttpResponse:
    """Note a visit, and read the latest ones. Officers read only."""
    may_visit = can(request.user, Do.OPEN_SHOP, village)
    visited = village_queries.shop_by_code(request.GET.get("gian-hang", ""))
    visited = visited if visited and visited.village_id == village.pk else None
    start = {"household": visited.owner.name, "outcome": "helped"} if visited and visited.owner else None
    form = VisitForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        services.record_visit(village, by=request.user, shop=visited, **form.cleaned_data)
        messages.success(request, _("Đã ghi lượt đến nhà."))
        return redirect("village:visit", village.pk)
    context = {
        "village": village, "form": form, "visited": visited, "visits": queries.visits_in(village),
        "may_visit": may_visit, "tab_visits": True,
    }  # fmt: skip
    return render(request, "sellers/village/visit.html", context, status=422 if form.errors else 200)


@form_page
@never_cache
@login_required
def new_village(request: SignedInRequest, commune_id: int) -> HttpResponse:
    """An officer, or the head of a neighbouring village, adds a village to a commune."""
    communes = Place.objects.active().filter(level=Level.COMMUNE).select_related("parent")
    commune = get_object_or_404(communes, pk=commune_id)
    if not can(request.user, Do.ADD_VILLAGE, commune):
        raise Http404
    form = VillageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            village = places.add_village(commune, said["name"], said["kind"], by=Actor.of(request.user))
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(
                request, _("Đã thêm %(village)s. Hãy giao trưởng thôn.") % {"village": village.full_name}
            )
            return (
                redirect("village:team", village.pk)
                if can(request.user, Do.SEE_VILLAGE, village)
                else redirect("village:home")
            )
    context = {"form": form, "commune": commune}
    return render(request, "sellers/village/new_village.html", context, status=422 if form.errors else 200)


@form_page
@never_cache
@login_required
def team(request: SignedInRequest, place_id: int) -> HttpResponse:
    """Who works for a village (or a commune), and giving somebody a role there by phone number."""
    found = get_object_or_404(Place.objects.active().select_related("parent"), pk=place_id)
    roles = _roles_to_give(request.user, found)
    if not roles:
        raise Http404
    form = AppointForm(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            person = person_with_phone(said["phone"], said["name"])
            places.grant_role(person, found, Role(said["role"]), by=request.user)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            given = {"role": Role(said["role"]).label, "name": person.name}
            messages.success(request, _("%(name)s nay là %(role)s.") % given)
            return redirect("village:team", found.pk)
    context = {
        "place": found,
        "village": found if found.level == Level.VILLAGE else None,
        "form": form,
        "roles": {role.value for role in roles},
        "members": village_queries.team_of(found),
    }
    return render(request, "sellers/village/team.html", context, status=422 if form.errors else 200)


def _roles_to_give(user: Any, place: Place) -> list[Role]:
    return [role for role in Role if places.may_appoint(user, place, role)]


@require_POST
@never_cache
@login_required
def end_role(request: SignedInRequest, place_id: int, role_id: int) -> HttpResponse:
    """Somebody's role ends now."""
    held = get_object_or_404(
        PlaceRole.objects.in_force().select_related("place", "user"), pk=role_id, place=place_id
    )
    if not places.may_appoint(request.user, held.place, Role(held.role)):
        raise Http404
    places.revoke_role(held, by=request.user)
    messages.success(request, _("%(name)s không còn giữ vai trò này.") % {"name": held.user.name})
    return redirect("village:team", place_id)
