"""What search engines may find: pages, places that sell something, shops and goods, in blocks of 45,000 ids.

A block is a range of primary keys, so that it is found without reading what stands before it, and is the same
tomorrow. It is read 5,000 rows at a time from behind the last key seen: no long query, no OFFSET, little memory.
Source: sitemaps.org (at most 50,000 addresses and 50 MB a file); architecture, 6.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page, Site

from catalog.models import Product
from places.models import Place
from sellers.models import Shop

BLOCK = 45_000
READ_AT_ONCE = 5_000
Entry = tuple[str, datetime | None]  # the path of an address, and when it last changed


@dataclass(frozen=True)
class Kind:
    """One kind of addresses: its rows, the columns an address needs (the primary key first), how it is written."""

    rows: Callable[[], QuerySet]
    columns: tuple[str, ...]
    entry: Callable[[tuple[Any, ...]], Entry]


def blocks_of(kind: Kind) -> list[int]:
    """The numbers of the blocks that hold something, from 1 on. 1 query, which jumps from block to block."""
    rows, values = kind.rows().order_by().values("id").query.sql_with_params()
    sql = f"""
        WITH RECURSIVE block(number) AS (
            SELECT (min(id) - 1) / {BLOCK} + 1 FROM ({rows}) AS of_all
            UNION ALL
            SELECT ((SELECT min(id) FROM ({rows}) AS behind WHERE id > block.number * {BLOCK}) - 1) / {BLOCK} + 1
            FROM block WHERE block.number IS NOT NULL
        )
        SELECT number FROM block WHERE number IS NOT NULL"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *values])
        return [number for (number,) in cursor.fetchall()]


def entries(kind: Kind, number: int) -> Iterator[Entry]:
    """The addresses of one block, by key. 1 query for each 5,000 rows."""
    last, end = (number - 1) * BLOCK, number * BLOCK
    rows = kind.rows().filter(pk__lte=end).order_by("pk").values_list(*kind.columns)
    while True:
        read = list(rows.filter(pk__gt=last)[:READ_AT_ONCE])
        yield from (kind.entry(row) for row in read)
        if len(read) < READ_AT_ONCE:
            return
        last = read[-1][0]


# --- the kinds -----------------------------------------------------------------------------------------------------------


@cache
def _address(name: str, parts: int) -> str:
    """An address with gaps for its parts: filling gaps is a hundred times faster than asking for each address."""
    marks = [f"gap{number}" for number in range(parts)]
    with translation.override(
        settings.LANGUAGE_CODE
    ):  # read on while the file is sent, when no language is set
        address = reverse(name, args=marks or [""])
    for mark in marks:
        address = address.replace(mark, "{}")
    return address


def _pages() -> QuerySet:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return Page.objects.none()
    return Page.objects.live().public().descendant_of(site.root_page, inclusive=True)


def _page(row: tuple[Any, ...]) -> Entry:
    _pk, url_path, changed = row
    inside = url_path.split("/", 2)[2]  # "/cho-ban/tin/mua-na/": the first part is the front page's own
    return f"{_address('wagtail_serve', 0)}{inside}", changed


def _selling_places() -> QuerySet:
    live = Product.objects.on_sale()
    of_village = Product.objects.on_sale().filter(shop__village_id=OuterRef("pk"))
    return Place.objects.active().filter(
        Q(level=1) & Exists(live.filter(province_id=OuterRef("pk")))
        | Q(level=2) & Exists(live.filter(commune_id=OuterRef("pk")))
        | Q(level=3) & Exists(of_village)
    )


def _place(row: tuple[Any, ...]) -> Entry:
    slugs = [slug for slug in reversed(row[1:]) if slug]
    return _address("market:place", len(slugs)).format(*slugs), None


def _open_shops() -> QuerySet:
    return Shop.objects.live()


def _shop(row: tuple[Any, ...]) -> Entry:
    return _address("market:shop", 1).format(row[1]), row[2]


def _goods() -> QuerySet:
    return Product.objects.on_sale()


def _product(row: tuple[Any, ...]) -> Entry:
    return _address("market:product", 2).format(row[1], row[2]), row[3]


KINDS = {
    "trang": Kind(_pages, ("pk", "url_path", "last_published_at"), _page),
    "noi": Kind(_selling_places, ("pk", "slug", "parent__slug", "parent__parent__slug"), _place),
    "nha": Kind(_open_shops, ("pk", "slug", "updated_at"), _shop),
    "hang": Kind(_goods, ("pk", "shop__slug", "public_code", "updated_at"), _product),
}


# --- the files -----------------------------------------------------------------------------------------------------------

SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def index_file() -> str:
    """The list of all blocks."""
    names = [f"{name}-{number}" for name, kind in KINDS.items() for number in blocks_of(kind)]
    lines = (f"<sitemap><loc>{settings.SITE_URL}/sitemap/{name}.xml</loc></sitemap>\n" for name in names)
    return f"{HEAD}<sitemapindex {SCHEMA}>\n{''.join(lines)}</sitemapindex>\n"


def block_file(found: Iterable[Entry]) -> Iterator[str]:
    """One block, line by line. Addresses hold letters, figures, hyphens and slashes only: nothing to escape."""
    yield f"{HEAD}<urlset {SCHEMA}>\n"
    for path, changed in found:
        day = f"<lastmod>{changed:%Y-%m-%d}</lastmod>" if changed else ""
        yield f"<url><loc>{settings.SITE_URL}{path}</loc>{day}</url>\n"
    yield "</urlset>\n"
