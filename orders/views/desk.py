"""The village's order desk: orders whose sellers have been silent for most of a day."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from orders.queries import on_desk
from places.models import Place
from sellers.access import Do
from sellers.views.village import in_village


@require_safe
@in_village(Do.OPEN_SHOP)
def waiting(request: SignedInRequest, village: Place) -> HttpResponse:
    """Whom to call or visit. Who has the farmer's leave answers from the shop's page; nobody sees the buyer here."""
    return render(request, "orders/desk.html", {"orders": on_desk(village), "village": village})
