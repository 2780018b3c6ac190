"""The farmer's page of the shop, its review, the leave given to others, and the end of working for somebody else."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import Refusal
from sellers import queries, services
from sellers.access import Do
from sellers.forms import ShopFrontForm
from sellers.models import Consent, Picture, Scope, ShopFront
from sellers.selling import ACTING, SellerRequest, selling
from sellers.simple_front import body_with, words_of


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PAGE)
def edit(request: SellerRequest) -> HttpResponse:
    """What the shop's page says. Saving keeps a draft; "Gửi trưởng thôn duyệt" also hands it in."""
    front = request.shop.front.get_latest_revision_as_object()
    if request.method != "POST":
        return _page(request, front, ShopFrontForm(initial=vars(words_of(front))))
    form = ShopFrontForm(request.POST, request.FILES)
    if not form.is_valid() or not _save(request, front, form):
        return _page(request, front, form, status=422)
    if "hand_in" not in request.POST:
        messages.success(request, _("Đã lưu. Khách chưa thấy cho đến khi trưởng thôn duyệt."))
    return redirect("shopfront:edit")


def _save(request: SellerRequest, front: ShopFront, form: ShopFrontForm) -> bool:
    """Keep the answers, the new photo, and hand the page in if that button was pressed. False: the form says why."""
    try:
        cover, photo = None, form.cleaned_data["photo"]
        if photo:
            cover = services.add_picture(
                photo,
                purpose=Picture.Purpose.SHOP,
                title=request.shop.name,
                by=request.user,
                shop=request.shop,
            )
        words = form.words()
        services.save_front(
            request.shop, by=request.user, tagline=words.tagline, body=body_with(front, words), cover=cover
        )
        if "hand_in" in request.POST:
            services.hand_in(request.shop, by=request.user)
            messages.success(request, _("Đã gửi trưởng thôn duyệt."))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True


def _page(request: SellerRequest, front: ShopFront, form: ShopFrontForm, status: int = 200) -> HttpResponse:
    given = [] if request.acting else queries.consents_given(request.shop)
    context = {
        "form": form,
        "front": front,
        "review": queries.review_of(request.shop.front),
        "consents": [(consent, [Scope(scope).label for scope in consent.scopes]) for consent in given],
        "tab": "shop",
    }
    return render(request, "sellers/shopfront.html", context, status=status)


@require_POST
@selling(Do.EDIT_PAGE)
def hand_in(request: SellerRequest) -> HttpResponse:
    """Send the version kept last to the village head, without changing it."""
    services.hand_in(request.shop, by=request.user)
    messages.success(request, _("Đã gửi trưởng thôn duyệt."))
    return redirect("shopfront:edit")


@require_POST
@selling(Do.SEE_SHOP)
def withdraw(request: SellerRequest, consent_id: int) -> HttpResponse:
    """The farmer takes back the leave given to somebody; that person's next request is refused."""
    rows = Consent.objects.filter(shop=request.shop, farmer=request.user).select_related("agent")
    consent = get_object_or_404(rows, pk=consent_id)
    services.withdraw_consent(consent, by=request.user)
    messages.success(
        request, _("%(name)s không còn làm giúp gian hàng của bạn.") % {"name": consent.agent.name}
    )
    return redirect("shopfront:edit")


@require_POST
@login_required
def stop_acting(request: HttpRequest) -> HttpResponse:
    """Back to one's own work."""
    request.session.pop(ACTING, None)
    messages.success(request, _("Bạn đã thôi làm giúp."))
    return redirect("after_login")
