"""Public pages out of the cache: the same for everybody, kept a minute, forgotten at once when what they show changes.

A page is kept when it says `Cache-Control: public` itself. It may carry tags ("shop-7KQ2M9XA3B"): `purge` makes every
page of a tag stale, here by noting the moment, and at a CDN in front (`Cache-Tag` header, CDN_PURGE_URL).
A page that knows how to tell whether it is still true (`still_true`) is kept beside, in the memory of each process, and
asked at every visit. Nothing depends on a cache being there: without one every request is simply answered anew.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
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
MOST_BODIES = 200  # pages that one process keeps of those that can tell whether they are true; about 6 MB
_MAX_AGE = re.compile(r"max-age=(\d+)")


def tag(response: HttpResponse, *tags: str) -> HttpResponse:
    """Say what a page shows, so that `purge` finds it."""
    response[TAGS] = ",".join(tags)
    return response


def still_true(response: HttpResponse, check: Callable[[], bool]) -> HttpResponse:
    """Let the page be served again for as long as `check` says that nothing it shows has changed."""
    response.still_true = check  # type: ignore[attr-defined]
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

    CACHE_PAGES serves a page for its age, CACHE_BODIES one that was found to be still true; either may be off.
    A page that set a cookie or varies by one is never kept: it is somebody's.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.bodies: OrderedDict[str, tuple[bytes, dict[str, str], Callable[[], bool]]] = OrderedDict()
        self.turn = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if (
            request.method not in ("GET", "HEAD")
            or len(query) > LONGEST_QUERY
            or request.path.startswith(settings.ADMIN_PREFIXES)
        ):
            return self.get_response(request)
        key = f"page:{settings.RELEASE}:{request.get_host()}{request.get_full_path()}"
        started = time()
        response = self._kept(key)
        if response is None:
            response = self.get_response(request)
            if request.method == "GET" and response.status_code == 200 and _is_public(response):
                self._keep(key, response, started)
        return response

    def _kept(self, key: str) -> HttpResponse | None:
        if settings.CACHE_PAGES and (entry := cache.get(key)) and (response := _fresh(entry)):
            return response
        if settings.CACHE_BODIES and (body := self.bodies.get(key)) and body[2]():
            return HttpResponse(body[0], headers=body[1])
        return None

    def _keep(self, key: str, response: HttpResponse, started: float) -> None:
        headers, seconds = dict(response.items()), _MAX_AGE.search(response["Cache-Control"])
        if settings.CACHE_PAGES and seconds:
            tags = [_changed_key(name) for name in response.get(TAGS, "").split(",") if name]
            cache.set(key, (response.content, headers, tags, started), timeout=int(seconds[1]))
        if settings.CACHE_BODIES and (check := getattr(response, "still_true", None)):
            with self.turn:
                self.bodies[key] = (response.content, headers, check)
                self.bodies.move_to_end(key)
                if len(self.bodies) > MOST_BODIES:
                    self.bodies.popitem(last=False)


def _is_public(response: HttpResponse) -> bool:
    somebodys = response.cookies or "Cookie" in response.get("Vary", "")
    return not (response.streaming or somebodys) and "public" in response.get("Cache-Control", "")


def _fresh(entry: tuple) -> HttpResponse | None:
    """The page as it was kept, unless one of its tags changed after its making began."""
    body, headers, tags, started = entry
    if any(changed >= started for changed in cache.get_many(tags).values()):
        return None
    response = HttpResponse(body, headers=headers)
    response["Age"] = str(max(0, int(time() - started)))
    return response
