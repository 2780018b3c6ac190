"""The farmer's parcel with a carrier: what it would cost, booking it, taking the booking back."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import Refusal
from common.money import show_dong
from orders import shipments
from orders.models import Order
from orders.queries import parcel_of_order
from orders.states import State
from orders.views.board import my_order
from sellers.access import Do
from sellers.selling import SellerRequest, selling


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.HANDLE_ORDERS)
def book(request: SellerRequest, code: str) -> HttpResponse:
    """The carriers that could take the parcel with their prices; the one that is pressed is booked, once."""
    mine = my_order(request, code)
    if request.method != "POST":
        if mine.farmers_next != State.HANDED_OVER or parcel_of_order(mine):
            return redirect("board:order", code=code)
        return _page(request, mine)
    try:
        shipment = shipments.book(mine.pk, request.POST.get("carrier", ""), by=request.actor)
    except Refusal as refusal:
        return _page(request, mine, fault=str(refusal), status=refusal.status)
    fee = show_dong(shipment.fee or 0)
    messages.success(
        request, _("Hãng sẽ đến lấy. Mã %(code)s, phí %(fee)s.") % {"code": shipment.code, "fee": fee}
    )
    return redirect("board:order", code=code)


@require_POST
@selling(Do.HANDLE_ORDERS)
def take_back(request: SellerRequest, code: str) -> HttpResponse:
    """Cancel a booking that the carrier has not fetched yet."""
    mine = my_order(request, code)
    shipment = parcel_of_order(mine)
    if shipment is not None:
        try:
            shipments.take_back(shipment.pk, by=request.actor)
            messages.success(request, _("Đã hủy gửi hãng. Bạn gửi cách khác được."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect("board:order", code=code)


def _page(request: SellerRequest, mine: Order, fault: str = "", status: int = 200) -> HttpResponse:
    context = {
        "order": mine, "ways": shipments.ways_of(mine), "kilos": Decimal(shipments.grams_of(mine)) / 1000,
        "cod": shipments.cod_of(mine),
        "fault": fault, "tab": "orders",
    }  # fmt: skip
    return render(request, "orders/book_parcel.html", context, status=status)
