"""A buyer brings goods back to the stall: how much goes back and how, then whether a transfer was made or called off."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import Refusal
from common.money import show_dong
from payments import services, stall_queries
from payments.models import Refund, StallSale
from payments.stall_forms import ReturnForm
from payments.views.stall import own_sale
from sellers.access import Do
from sellers.selling import SellerRequest, selling


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.SEE_MONEY)
def take_back(request: SellerRequest, key: str) -> HttpResponse:
    """How much goes back, and by hand or by a transfer. Pressing twice gives it back once. 8 queries at most."""
    sale = own_sale(request, key)
    form = ReturnForm(request.POST if request.method == "POST" else None, most=services.left_to_return(sale))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            refund = services.return_sale(
                sale, said["amount"], key=said["key"], by_hand=said["how"] == "cash", by=request.actor
            )
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            if refund.state != Refund.State.PROPOSED:
                _tell(request, refund)
            return redirect(sale)
    return _show(request, sale, form)


def _show(request: SellerRequest, sale: StallSale, form: ReturnForm) -> HttpResponse:
    if not form.is_bound and not (sale.can_be_returned and form.most > 0):
        return redirect(sale)
    context: dict[str, Any] = {
        "sale": sale, "form": form, "key": ReturnForm(most=form.most)["key"].value(), "tab": "money",
    }  # fmt: skip
    return render(request, "payments/till_return.html", context, status=422 if form.is_bound else 200)


def _tell(request: SellerRequest, refund: Refund) -> None:
    messages.success(request, _("Đã ghi: trả lại khách %(amount)s.") % {"amount": show_dong(refund.amount)})


def _return(sale: StallSale, refund_id: int) -> Refund:
    """One of the sale's returns; another sale's does not exist."""
    found = next((each for each in stall_queries.returns_of(sale) if each.pk == refund_id), None)
    if found is None:
        raise Http404
    return found


@require_POST
@selling(Do.SEE_MONEY)
def sent(request: SellerRequest, key: str, refund_id: int) -> HttpResponse:
    """The trader has transferred it. Pressing twice counts once."""
    sale = own_sale(request, key)
    _tell(request, services.refund_sent(_return(sale, refund_id).pk, by=request.actor))
    return redirect(sale)


@require_POST
@selling(Do.SEE_MONEY)
def drop(request: SellerRequest, key: str, refund_id: int) -> HttpResponse:
    """The buyer keeps the goods after all."""
    sale = own_sale(request, key)
    services.drop_return(_return(sale, refund_id).pk, by=request.actor)
    messages.success(request, _("Đã bỏ lần trả lại này."))
    return redirect(sale)
