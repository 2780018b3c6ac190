"""The farmer's "Sửa gian hàng": the same page the Wagtail admin edits, as a list of parts and one question a screen."""

from time import time
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refusal
from sellers import parts, queries, services, themes
from sellers.access import Do
from sellers.forms import HeadForm, LegalForm, LookForm, OpeningForm
from sellers.models import Picture, Scope, ShopFront
from sellers.selling import SellerRequest, selling

UNDO = "undo_part"  # the session's key for the part taken away last
TAKEN_FOR = 120  # seconds it can be put back


def _draft(request: SellerRequest) -> ShopFront:
    """The latest version of the page, with its shop."""
    front = request.shop.front.get_latest_revision_as_object()
    front.shop = request.shop
    return front


@require_safe
@selling(Do.EDIT_PAGE)
def overview(request: SellerRequest) -> HttpResponse:
    """Everything on the page, in order, each part with its own buttons; where its review stands; who may help."""
    return _overview(request)


def _overview(request: SellerRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    front = _draft(request)
    given = [] if request.acting else queries.consents_given(request.shop)
    live = request.shop.front
    context = {
        "front": front,
        "rows": [
            {
                "id": block.id,
                "kind": block.block_type,
                "label": block.block.label,
                "words": _names_of_goods(request, block.value["codes"])
                if block.block_type == "featured"
                else parts.summary_of(block.block_type, block.value),
            }
            for block in front.body
        ],
        "look": themes.THEMES.get(front.theme, themes.THEMES[themes.DEFAULT]),
        "review": queries.review_of(live),
        "changed": live.has_unpublished_changes or not live.live,
        "may_publish": services.may_publish(request.shop, request.user),
        "room": parts.kinds_to_add(list(front.body.raw_data)),
        "undo": _undo_offered(request),
        "consents": [(consent, [Scope(scope).label for scope in consent.scopes]) for consent in given],
        "problem": problem,
        "tab": "shop",
    }
    return render(request, "sellers/front/overview.html", context, status=status)


def _names_of_goods(request: SellerRequest, codes: list[str]) -> str:
    """What the part names, in words: it keeps codes. 1 query."""
    titles = dict(request.shop.products.filter(public_code__in=codes).values_list("public_code", "title"))
    return ", ".join(titles[code] for code in codes if code in titles)


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PAGE)
def head(request: SellerRequest) -> HttpResponse:
    """The first sentence, the big picture, the household's sign."""
    front = _draft(request)
    form = HeadForm(request.POST or None, request.FILES or None, initial={"tagline": front.tagline})
    if request.method == "POST" and form.is_valid():
        cover, logo = _photo(request, form, "cover"), _photo(request, form, "logo")

        def change(row: ShopFront) -> None:
            row.tagline = form.cleaned_data["tagline"]
            row.cover = None if form.cleaned_data["cover_drop"] else cover or row.cover
            row.logo = None if form.cleaned_data["logo_drop"] else logo or row.logo

        if not form.errors:
            services.change_front(request.shop, change, by=request.user, what="head")
            return _saved(request)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "sellers/front/head.html", {"form": form, "front": front, "tab": "shop"}, status=status
    )


def _photo(request: SellerRequest, form: HeadForm, name: str) -> Picture | None:
    upload = form.cleaned_data.get(name)
    if not upload:
        return None
    try:
        return services.add_picture(
            upload, purpose=Picture.Purpose.SHOP, title=request.shop.name, by=request.user, shop=request.shop
        )
    except Refusal as refusal:
        form.add_error(name, str(refusal))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PAGE)
def look(request: SellerRequest) -> HttpResponse:
    """One of the looks, each shown as a small picture of itself."""
    front = _draft(request)
    form = LookForm(request.POST or None, initial={"theme": front.theme})
    if request.method == "POST" and form.is_valid():

        def change(row: ShopFront) -> None:
            row.theme = form.cleaned_data["theme"]

        services.change_front(request.shop, change, by=request.user, what="look")
        return _saved(request)
    context = {"form": form, "looks": themes.THEMES.values(), "chosen": front.theme, "tab": "shop"}
    return render(
        request, "sellers/front/look.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PAGE)
def opening(request: SellerRequest) -> HttpResponse:
    """Open, away for some days, or resting. Counts at once; nobody has to approve a rest."""
    shop = request.shop
    first = {
        "opening": shop.opening,
        "away_from": shop.away_from,
        "away_until": shop.away_until,
        "note": shop.away_note,
    }
    form = OpeningForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        services.set_opening(shop, by=request.user, **form.cleaned_data)
        messages.success(request, _("Đã ghi. Khách thấy ngay."))
        return redirect("shopfront:edit")
    status = 422 if request.method == "POST" else 200
    return render(
        request, "sellers/front/opening.html", {"form": form, "shop": shop, "tab": "shop"}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PAGE)
def legal(request: SellerRequest) -> HttpResponse:
    """Household, business or co-operative, and its number: what buyers are told before they order."""
    shop = request.shop
    form = LegalForm(request.POST or None, initial={"kind": shop.kind, "tax_number": shop.tax_number})
    if request.method == "POST" and form.is_valid():
        services.set_legal_facts(shop, by=request.user, **form.cleaned_data)
        messages.success(request, _("Đã ghi. Khách thấy ngay."))
        return redirect("shopfront:edit")
    status = 422 if request.method == "POST" else 200
    return render(request, "sellers/front/legal.html", {"form": form, "tab": "shop"}, status=status)


@require_safe
@selling(Do.EDIT_PAGE)
def choose(request: SellerRequest) -> HttpResponse:
    """Which part to add."""
    raw = list(_draft(request).body.raw_data)
    kinds = [{"name": name, "block": block, "icon": ICONS[name]} for name, block in parts.kinds_to_add(raw)]
    return render(request, "sellers/front/choose.html", {"kinds": kinds, "tab": "shop"})


ICONS = {
    "notice": "megaphone", "cover": "image", "featured": "star", "story": "quote", "people": "users", "gallery": "camera",
    "harvest": "calendar", "papers": "shield", "market_days": "map", "delivery": "truck", "question": "help", "video": "play",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PAGE)
def add(request: SellerRequest, kind: str) -> HttpResponse:
    """The questions of a new part, with good words to begin from. Nothing is on the page before it is saved."""
    if parts.kind_of(kind) is None:
        raise Http404
    return _part(request, kind, None)


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PAGE)
def part(request: SellerRequest, part_id: str) -> HttpResponse:
    """The questions of a part that is there."""
    found = next((block for block in _draft(request).body if block.id == part_id), None)
    if found is None:
        raise Http404
    return _part(request, found.block_type, found)


def _part(request: SellerRequest, kind: str, block: Any) -> HttpResponse:
    value = block.value if block is not None else None
    if request.method != "POST":
        return _part_page(request, parts.PartEditor(kind, request.shop, value=value), block)
    more = 1 if "more" in request.POST else 0
    editor = parts.PartEditor(
        kind, request.shop, value=value, data=request.POST, files=request.FILES, more=more
    )
    valid = editor.is_valid(request.user)
    if not more and valid:
        try:
            services.put_part(
                request.shop, kind, editor.value(), by=request.user, part=block.id if block else ""
            )
            return _saved(request)
        except ValidationError as bad:
            editor.error = bad.messages[0]
    return _part_page(request, editor, block, status=200 if more and valid else 422)


def _part_page(
    request: SellerRequest, editor: parts.PartEditor, block: Any, status: int = 200
) -> HttpResponse:
    context = {"editor": editor, "label": editor.block.label, "block": block, "tab": "shop"}
    return render(request, "sellers/front/part.html", context, status=status)


@require_POST
@selling(Do.EDIT_PAGE)
def move(request: SellerRequest, part_id: str) -> HttpResponse:
    """One place up or down."""
    services.move_part(request.shop, part_id, up="up" in request.POST, by=request.user)
    return redirect("shopfront:edit")


@require_POST
@selling(Do.EDIT_PAGE)
def drop(request: SellerRequest, part_id: str) -> HttpResponse:
    """Off the page, with a way back instead of "are you sure"."""
    gone = services.drop_part(request.shop, part_id, by=request.user)
    if gone is not None:
        request.session[UNDO] = {"part": gone, "shop": request.shop.pk, "until": time() + TAKEN_FOR}
        messages.success(request, _("Đã bỏ phần này khỏi trang."))
    return redirect("shopfront:edit")


@require_POST
@selling(Do.EDIT_PAGE)
def undo(request: SellerRequest) -> HttpResponse:
    """Put the part back where it was."""
    if _undo_offered(request):
        services.put_back_part(request.shop, request.session.pop(UNDO)["part"], by=request.user)
        messages.success(request, _("Đã đặt lại như cũ."))
    else:
        messages.info(request, _("Không còn gì để hoàn tác."))
    return redirect("shopfront:edit")


def _undo_offered(request: SellerRequest) -> bool:
    last = request.session.get(UNDO)
    return last is not None and last["shop"] == request.shop.pk and time() < last["until"]


@require_safe
@selling(Do.EDIT_PAGE)
def preview(request: SellerRequest) -> HttpResponse:
    """The page as buyers would see the latest version."""
    front = _draft(request)
    context = front.get_preview_context(request, "") | {"back": reverse("shopfront:edit")}
    return render(request, front.get_preview_template(request, ""), context)


@require_POST
@selling(Do.EDIT_PAGE)
def hand_in(request: SellerRequest) -> HttpResponse:
    """Send the latest version to the village head."""
    try:
        services.hand_in(request.shop, by=request.user)
    except Refusal as refusal:
        return _overview(request, problem=str(refusal), status=refusal.status)
    messages.success(request, _("Đã gửi trưởng thôn duyệt."))
    return redirect("shopfront:edit")


def _saved(request: SellerRequest) -> HttpResponse:
    messages.success(request, _("Đã lưu trên bản nháp. Khách chưa thấy."))
    return redirect("shopfront:edit")
