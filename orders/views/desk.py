"""The village's order desk: orders whose sellers have been silent for most of a day."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from orders.queries import on_desk
from places.models import Place
from sellers.access import Do
from sellers.models import Scope
from sellers.queries import leave_of
from sellers.selling import ACTING
from sellers.views.village import in_village


@require_safe
@in_village(Do.OPEN_SHOP)
def waiting(request: SignedInRequest, village: Place) -> HttpResponse:
    """Whom to call or visit; who has the farmer's leave for orders answers for them. Nobody sees the buyer here."""
    orders = on_desk(village)
    leave = leave_of(request.user, {order.shop_id for order in orders}, Scope.ORDERS)
    rows = [(order, order.shop_id in leave) for order in orders]
    return render(request, "orders/desk.html", {"rows": rows, "village": village})


@require_POST
@in_village(Do.OPEN_SHOP)
def answer_for(request: SignedInRequest, village: Place, code: str) -> HttpResponse:
    """Start working for a silent farmer, under the leave I hold, with the order that waits."""
    order = next((order for order in on_desk(village) if order.public_code == code), None)
    held = leave_of(request.user, {order.shop_id}, Scope.ORDERS) if order else {}
    if order is None or not held:
        raise Http404
    request.session[ACTING] = held[order.shop_id].pk
    return redirect("board:order", code=code)
