"""The step from our pages to a provider's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def leave(request: HttpRequest, address: str, *, amount: int, way: str) -> HttpResponse:
    """A page of ours that goes on to `address` by itself, or by its button; `amount` (đồng) is what is paid there, by a
    `way` in words ("Ví MoMo").

    Browsers let no form of ours lead to another site, not even over redirects (`form-action 'self'`), so that paying
    answers with this and does not redirect to the provider. No cache keeps it: the address is good for one payment.
    """
    response = render(request, "payments/leave.html", {"address": address, "amount": amount, "way": way})
    response["Cache-Control"] = "no-store"
    return response
