"""Rate limits for our own addresses (signing in has allauth's)."""

from collections.abc import Callable
from functools import cache, wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter


@cache
def limiter() -> MovingWindowRateLimiter:
    """The one limiter of this process; its counts are shared when RATE_LIMIT_STORAGE names a server."""
    return MovingWindowRateLimiter(storage_from_string(settings.RATE_LIMIT_STORAGE))


def client_address(request: HttpRequest) -> str:
    """The address a request came from, behind as many proxies as TRUSTED_PROXIES says."""
    hops = getattr(settings, "TRUSTED_PROXIES", 0)
    forwarded = [
        part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
    ]
    if hops and len(forwarded) >= hops:
        return forwarded[-hops]
    return request.META.get("REMOTE_ADDR", "")


def limited(rate: str, *, methods: tuple[str, ...] = ("POST",)) -> Callable:
    """Answer 429 when one address calls a view more often than `rate` ("60/minute")."""
    allowed = parse(rate)

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.method in methods and not limiter().hit(
                allowed, view.__module__, view.__qualname__, client_address(request)
            ):
                response = render(request, "429.html", status=429)
                response["Retry-After"] = str(allowed.get_expiry())
                return response
            return view(request, *args, **kwargs)

        return checked

    return decorate
