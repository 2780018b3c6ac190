"""The step from our pages to a provider's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def leave(request: HttpRequest, address: str, *, amount: int) -> HttpResponse:
    """A page of ours that goes on to `address` by itself, or by its button; `amount` (đồng) is what is paid there.

    Browsers let no form of ours lead to another site, not even over redirects (`form-action 'self'`), so that checkout
    redirects here and not straight to the provider. No cache keeps it: the address is good for one payment.
    """
    response = render(request, "payments/leave.html", {"address": address, "amount": amount})
    response["Cache-Control"] = "no-store"
    return response
