"""A seller's own account at Stripe, for their part of what cards paid. Only where the market wants it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.errors import Refusal
from payments import queries, services
from payments.services.connect import is_on
from payments.views.leaving import leave
from sellers.access import Do
from sellers.selling import SellerRequest, selling


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@selling(Do.SET_ACCOUNT)
def card_money(request: SellerRequest) -> HttpResponse:
    """How the account stands, and off to Stripe to open it or to say more. 404 where sellers have none here."""
    if not is_on():
        raise Http404
    if request.method == "POST":
        return _off(request)
    account = queries.connected_account(request.shop)
    if account is not None and account.ref and not account.can_be_paid:
        try:
            account = services.check_account(account.ref)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
    return render(request, "payments/card_money.html", {"account": account, "tab": "money"})


def _off(request: SellerRequest) -> HttpResponse:
    here = request.build_absolute_uri(reverse("money:card_money"))
    try:
        url = services.onboard(request.shop, by=request.user, return_url=here, refresh_url=here)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("money:card_money")
    return leave(request, url, way=_("Nhận tiền thẻ"))
