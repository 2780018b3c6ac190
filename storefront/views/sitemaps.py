"""The files for search engines. What they hold and how it is read: storefront/sitemaps.py."""

from collections.abc import Iterator
from itertools import chain, islice

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from storefront.sitemaps import BLOCK, KINDS, block_file, entries, index_file

a_day = cache_control(public=True, max_age=86_400)
FARTHEST = 2**63 // BLOCK  # a block beyond the largest key is no block, and no error of the database

LINES_AT_ONCE = 500


@require_safe
@a_day
def index(request: HttpRequest) -> HttpResponse:
    """All blocks that hold something. A short query for each of them."""
    return HttpResponse(index_file(), content_type="application/xml")


@require_safe
@a_day
def block(request: HttpRequest, kind: str, number: int) -> StreamingHttpResponse:
    """At most 45,000 addresses of a kind, sent while they are read."""
    known = KINDS.get(kind)
    if known is None or not 0 < number < FARTHEST:
        raise Http404
    found = entries(known, number)
    first = next(found, None)
    if first is None:
        raise Http404
    return StreamingHttpResponse(_pieces(block_file(chain([first], found))), content_type="application/xml")


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    """Lines joined to pieces of some kilobytes: a write for each line would cost more than the line."""
    while piece := "".join(islice(lines, LINES_AT_ONCE)):
        yield piece
