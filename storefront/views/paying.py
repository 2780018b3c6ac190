"""Paying through a provider: off to its page and back, another way instead, and what the page asks meanwhile."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import Refusal
from common.ratelimits import limited
from orders.models import Purchase
from orders.queries import purchase_by_key
from payments import asking, services
from payments.models import Payment
from payments.views.leaving import leave


def _payment(key: str) -> tuple[Payment, Purchase]:
    payment = asking.open_payment(key)
    if payment is None:
        raise Http404
    purchase = payment.order.purchase if payment.order else payment.purchase
    if purchase is None:
        raise Http404
    return payment, purchase


@require_POST
@never_cache
@limited("60/minute")
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Off to the provider's page. Our own page sends the buyer on, because our policy lets no form end elsewhere."""
    payment, purchase = _payment(key)
    try:
        url = services.begin(
            payment.pk, return_url=request.build_absolute_uri(reverse("market:pay_return", args=[key])),
            notify_url=request.build_absolute_uri(reverse("provider_event", args=[payment.provider])),
            language=get_language() or "vi",
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(purchase)
    at = asking.AtProvider(payment)
    return leave(request, url, amount=at.amount, way=at.label)


@require_safe
@never_cache
@limited("60/minute")
def come_back(request: HttpRequest, key: str) -> HttpResponse:
    """The buyer is back from the provider. We ask the provider; what the address says counts for nothing."""
    payment, purchase = _payment(key)
    try:
        payment = services.check(payment.pk)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        if payment.state in (Payment.State.FAILED, Payment.State.EXPIRED):
            messages.warning(request, _("Chưa trả được. Hãy thử lại hoặc chọn cách khác."))
    return redirect(purchase)


@require_POST
@never_cache
def another_way(request: HttpRequest, key: str) -> HttpResponse:
    """The buyer chooses another way for what is still owed."""
    purchase = purchase_by_key(key)
    if purchase is None:
        raise Http404
    try:
        services.pay_another_way(purchase.pk, request.POST.get("pay", ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(purchase)


@require_safe
@never_cache
def together(request: HttpRequest, key: str) -> HttpResponse:
    """A payment of several orders as a fragment, for the page to look again whether the money has come."""
    payment, purchase = _payment(key)
    asked = next((each for each in asking.asked_together(purchase) if each.payment.pk == payment.pk), None)
    context = {"purchase": purchase, "asked": asked, "payment": payment}
    return render(request, "storefront/purchase_together.html", context)
