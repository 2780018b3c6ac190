"""Giving an order up, and goods that came back. Both stand here, beside the money: what was paid must go back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import Refusal
from orders.forms import CancelForm, ReturnForm
from orders.queries import order_of
from orders.services import farmer_step
from orders.states import State
from payments import services
from sellers.access import Do
from sellers.selling import SellerRequest, selling


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.HANDLE_ORDERS)
def cancel(request: SellerRequest, code: str) -> HttpResponse:
    """Give an order up, with a reason the buyer can read. Its goods go back on the shelf."""
    mine = order_of(request.shop, code)
    if mine is None:
        raise Http404
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.cancel_order(mine.pk, by=request.actor, reason=form.sentence())
            messages.success(request, _("Đã hủy đơn %(code)s. Hàng đã về lại kệ.") % {"code": code})
            return redirect("board:orders")
        except Refusal as refusal:
            refusal.put_in(form)
    if not form.is_bound and not mine.can_be_cancelled:
        return redirect("board:order", code=code)
    context = {"order": mine, "form": form, "tab": "orders"}
    return render(request, "orders/cancel.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.HANDLE_ORDERS)
def returned(request: SellerRequest, code: str) -> HttpResponse:
    """Goods came back: not taken, not found, or sent back. They are on the shelf again, what was paid goes back."""
    mine = order_of(request.shop, code)
    if mine is None:
        raise Http404
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            farmer_step(mine.pk, State.RETURNED, by=request.actor, reason=form.sentence())
            messages.success(request, _("Đã ghi: hàng đơn %(code)s về lại kệ.") % {"code": code})
            return redirect("board:order", code=code)
        except Refusal as refusal:
            refusal.put_in(form)
    if not form.is_bound and not mine.can_come_back:
        return redirect("board:order", code=code)
    context = {"order": mine, "form": form, "tab": "orders"}
    return render(request, "orders/return.html", context, status=422 if form.is_bound else 200)
