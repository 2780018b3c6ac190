"""Addresses from which other markets fetch the catalogue. Public data only, the same for everybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from catalog.models import Product, ProductQuerySet
from catalog.queries import on_sale_in
from common.ratelimits import limited
from sellers.queries import public_shop, shop_by_old_slug
from storefront.feeds.items import items
from storefront.offers import absolute
from storefront.queries import place_by_slugs, renamed_place, slugs_of


@dataclass(frozen=True)
class Format:
    """A way to write items: a module, loaded when it is first asked for since spreadsheets need 5 MB of memory.

    `part` is how many product numbers one file of the whole site covers.
    """

    writer: str
    part: int


FORMATS = {
    "xml": Format("storefront.feeds.rss", 100_000),
    "csv": Format("storefront.feeds.table", 100_000),
    "xlsx": Format(
        "storefront.feeds.sheet", 10_000
    ),  # packing 10,000 rows takes seconds, and the first byte waits for it
}
kept_an_hour = cache_control(public=True, max_age=3600)
seldom = limited("120/hour", methods=("GET",))  # a feed is fetched a few times a day; each one reads a lot


@require_GET
@seldom
@kept_an_hour
def whole_site(request: HttpRequest, kind: str, part: int = 1) -> HttpResponseBase:
    """Everything on sale, in parts by product number: a product never moves to another part.

    A `Link` header names the next part while there is one; a part behind the last one is 404. 2 queries and 1 for
    each 1,000 products.
    """
    size = FORMATS[kind].part
    newest = Product.objects.on_sale().order_by("-pk").values_list("pk", flat=True).first() or 0
    if part < 1 or (part > 1 and newest <= (part - 1) * size):
        raise Http404
    rows = Product.objects.filter(pk__gt=(part - 1) * size, pk__lte=part * size)
    response = _file(rows, kind, settings.WAGTAIL_SITE_NAME, "/")
    if newest > part * size:
        response["Link"] = f'<{absolute(reverse("feeds:part", args=[part + 1, kind]))}>; rel="next"'
    return response


@require_GET
@seldom
@kept_an_hour
def of_shop(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """What one household sells. 2 queries and 1 for each 1,000 products; an old address redirects for ever."""
    shop = public_shop(slug)
    if shop is None:
        moved = shop_by_old_slug(slug)
        if moved is None:
            raise Http404
        return redirect("feeds:shop", moved.slug, kind, permanent=True)
    return _file(Product.objects.filter(shop=shop), kind, shop.name, shop.get_absolute_url())


@require_GET
@seldom
@kept_an_hour
def of_village(
    request: HttpRequest, province: str, commune: str, village: str, kind: str
) -> HttpResponseBase:
    """What a village sells. 1 query and 1 for each 1,000 products; a name it used to have redirects."""
    place = place_by_slugs(province, commune, village)
    if place is None:
        moved = renamed_place(province, commune, village)
        if moved is None:
            raise Http404
        return redirect("feeds:village", *slugs_of(moved), kind, permanent=True)
    assert place.parent is not None  # it was found below a commune
    rows = on_sale_in(place).filter(commune_id=place.parent.pk)  # the index is by commune
    return _file(rows, kind, place.full_name, reverse("market:place", args=slugs_of(place)))


def _file(rows: ProductQuerySet, kind: str, title: str, address: str) -> StreamingHttpResponse | HttpResponse:
    writer = import_module(FORMATS[kind].writer)
    pieces: Iterable[str | bytes] = writer.write(items(rows), title, absolute(address))
    response = StreamingHttpResponse(pieces, content_type=writer.CONTENT_TYPE)
    if kind != "xml":
        response["Content-Disposition"] = f'attachment; filename="san-pham.{kind}"'
    return response
