"""The market's addresses, and one that answers bytes from memory: what Django itself costs."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as market

BODY = {"bytes": b""}


def bare(request: HttpRequest) -> HttpResponse:
    """The bytes put there before, through the same middleware as every page."""
    return HttpResponse(BODY["bytes"])


urlpatterns = [path("bare/", bare), *market]
