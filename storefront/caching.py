"""How long public pages are kept, by whom, and how a page is served again while nothing it shows has changed."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from storefront import frame

# Shared caches keep a page for a minute (a place for five) and may show it a little longer while they ask anew
public_page = cache_control(public=True, max_age=60, stale_while_revalidate=300)
public_place = cache_control(public=True, max_age=300, stale_while_revalidate=600)

KEPT = 600  # seconds a page's bytes stay; what they show is compared at every request, so this only bounds memory
View = Callable[..., HttpResponse]


def while_unchanged(stamp_of: Callable[..., Any]) -> Callable[[View], View]:
    """Serve a page's bytes again as long as `stamp_of(*address)` says the same: one query instead of all of them.

    `stamp_of` answers with everything that the page's content follows from, or None for a page that is not there.
    For pages that depend on their address alone; a query string goes the long way. `settings.CACHE_BODIES` turns it
    off, for those who edit templates.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, **address: Any) -> HttpResponse:
            if not settings.CACHE_BODIES or request.META.get("QUERY_STRING"):
                return view(request, **address)
            stamp = stamp_of(**address)
            if stamp is None:
                return view(request, **address)
            told = sha256(f"{settings.RELEASE}|{request.path}|{frame.stamp()}|{stamp}".encode()).hexdigest()
            kept = cache.get(f"body:{told}")
            if kept is not None:
                body, headers = kept
                return HttpResponse(body, headers=headers)
            response = view(request, **address)
            if response.status_code == 200:
                cache.set(f"body:{told}", (response.content, dict(response.items())), KEPT)
            return response

        return checked

    return decorate
