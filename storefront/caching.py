"""How long public pages are kept, by whom, and how a page is served again while nothing it shows has changed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control

from common.public_pages import still_true
from storefront import frame

# Shared caches keep a page for a minute (a place for five) and may show it a little longer while they ask anew
public_page = cache_control(public=True, max_age=60, stale_while_revalidate=300)
public_place = cache_control(public=True, max_age=300, stale_while_revalidate=600)

View = Callable[..., HttpResponse]


def while_unchanged(stamp_of: Callable[..., Any]) -> Callable[[View], View]:
    """Let a page's bytes be served again as long as `stamp_of(*address)` says the same: one query instead of all.

    `stamp_of` answers with everything that the page's content follows from, or None for a page that is not there.
    For pages that depend on their address alone; a query string goes the long way. `settings.CACHE_BODIES` turns it
    off, for those who edit templates. The bytes are kept and served by `common.public_pages`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def stamped(request: HttpRequest, **address: Any) -> HttpResponse:
            if not settings.CACHE_BODIES or request.META.get("QUERY_STRING"):
                return view(request, **address)
            language = get_language()

            def stamp() -> Any:
                told = stamp_of(**address)
                return told and (frame.stamp(language), *told)

            before = stamp()  # what changes while the page is being made makes it old
            response = view(request, **address)
            return still_true(response, lambda: before is not None and stamp() == before)

        return stamped

    return decorate
