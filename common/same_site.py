"""Guards posts that come from pages without a CSRF token."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt


def same_site_post(view: Callable) -> Callable:
    """For a form on a page that is the same for everybody and so carries no token.

    A browser says where a post comes from: `Sec-Fetch-Site`, or `Origin` in older ones. Anything from another site is
    refused (403); a client that sends neither has no cookies of ours to misuse.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not from_here(request):
            return render(request, "403_csrf.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def from_here(request: HttpRequest) -> bool:
    """Whether the browser says that the request was made by a page of ours."""
    origin = request.headers.get("Origin")
    if origin and origin != "null":
        return urlsplit(origin).netloc == request.get_host()
    return origin is None and request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
