"""Public pages out of the cache: the same for everybody, kept a minute, forgotten at once when what they show changes.

A page is kept when it says `Cache-Control: public` itself. It may carry tags ("shop-7KQ2M9XA3B"): `purge` makes every
page of a tag stale, here by noting the moment, and at a CDN in front (`Cache-Tag` header, CDN_PURGE_URL).
Nothing depends on a cache being there: without one every request is simply answered anew.
"""

import re
from collections.abc import Callable
from time import time

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from common.tasks import purge_cdn

Handler = Callable[[HttpRequest], HttpResponse]
LONGEST_QUERY = 200  # longer addresses are somebody's experiments; keeping them would push real pages out
LONGEST_KEPT = 86_400  # seconds; longer than any page is kept
CLOCKS_DIFFER = 1.0  # seconds by which the clocks of two machines may
TAGS = "Cache-Tag"
_MAX_AGE = re.compile(r"max-age=(\d+)")


def tag(response: HttpResponse, *tags: str) -> HttpResponse:
    """Say what a page shows, so that `purge` finds it."""
    response[TAGS] = ",".join(tags)
    return response


def purge(*tags: str) -> None:
    """Forget every page of these tags once the transaction has committed. Nothing happens where no cache is."""
    transaction.on_commit(lambda: _purge(tags))


def _purge(tags: tuple[str, ...]) -> None:
    cache.set_many(dict.fromkeys(map(_changed_key, tags), time() + CLOCKS_DIFFER), timeout=LONGEST_KEPT)
    if settings.CDN_PURGE_URL:
        purge_cdn.enqueue(list(tags))


def _changed_key(name: str) -> str:
    return f"changed:{name}"


class PublicPages:
    """Answers a public page from the cache, and keeps those that may be kept. Stands outside sessions and CSRF.

    Off unless CACHE_PAGES is on. A page that set a cookie or varies by one is never kept: it is somebody's.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.CACHE_PAGES or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        query = request.META.get("QUERY_STRING", "")
        if len(query) > LONGEST_QUERY or request.path.startswith(settings.ADMIN_PREFIXES):
            return self.get_response(request)
        key = f"page:{settings.RELEASE}:{request.get_host()}{request.get_full_path()}"
        started = time()
        response = _fresh(cache.get(key)) or self.get_response(request)
        if request.method == "GET" and "Age" not in response:
            _keep(key, response, started)
        return response


def _fresh(entry: tuple | None) -> HttpResponse | None:
    """The page as it was kept, unless one of its tags changed after its making began."""
    if entry is None:
        return None
    body, headers, tags, started = entry
    if any(changed >= started for changed in cache.get_many(tags).values()):
        return None
    response = HttpResponse(body, headers=headers)
    response["Age"] = str(max(0, int(time() - started)))
    return response


def _keep(key: str, response: HttpResponse, started: float) -> None:
    control = response.get("Cache-Control", "")
    seconds = _MAX_AGE.search(control)
    somebodys = response.cookies or "Cookie" in response.get("Vary", "")
    if (
        response.status_code != 200
        or response.streaming
        or somebodys
        or "public" not in control
        or not seconds
    ):
        return
    tags = [_changed_key(name) for name in response.get(TAGS, "").split(",") if name]
    cache.set(key, (response.content, dict(response.items()), tags, started), timeout=int(seconds[1]))
