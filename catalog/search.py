"""Finding products by folded words: one interface, one implementation for each engine.

PostgreSQL keeps a generated tsvector beside `folded`, SQLite an FTS5 table; both are made in migration 0003.
"""

import re
from typing import Any

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from catalog.models import Product, ProductQuerySet
from catalog.terms import words_that_begin
from common.folding import fold
from common.kept import kept

MOST_WORDS = 8


def words_of(query: str) -> list[str]:
    """What is searched for: folded words, at most eight, those of one letter left out unless alone."""
    words = fold(query)[:100].split()
    return ([word for word in words if len(word) > 1] or words)[:MOST_WORDS]


def search(query: str, among: ProductQuerySet | None = None, *, walking: bool = False) -> ProductQuerySet:
    """Products whose title, kind, place or shop has all the words; the last one may be the beginning of a word.

    "hong vanh khuyen" finds "Hồng vành khuyên". None for a query without letters. Order is left to the caller.
    `walking` reads rows in that order and looks at the words of each, instead of collecting all hits first and
    sorting them: for words that `is_common` in the order.
    """
    words = words_of(query)
    among = Product.objects.on_sale() if among is None else among
    if not words:
        return among.none()
    return among.filter(_matches(words, walking=walking))


SAMPLE, COMMON = 1000, 12  # of so many first products so many hits: then every order meets a hit soon
MOST_HITS, MOST_NARROWED = 1001, 300  # as many hits are ranked; of a rarer word these are all
LARGE = 100_000  # products from which on the two ways differ


@kept(60)
def is_common(query: str, order: tuple[str, ...] = ("-popularity", "-id")) -> bool:
    """Whether the words stand in so many products that walking the index of an order meets them soon. 2 queries.

    The other way, the index of words, first collects every hit; and a planner that is left alone walks the sorted
    index for rare words as well (23 seconds at five million products), or sorts every hit of two common words that
    mostly stand together, because it takes them for independent. Always False on SQLite and in small markets.
    """
    if connection.vendor != "postgresql" or not words_of(query) or _size() < LARGE:
        return False
    first = Product.objects.on_sale().order_by(*order)[:SAMPLE]
    sampled = Product.objects.filter(pk__in=first.values("pk"))
    return search(query, sampled, walking=True)[:COMMON].count() == COMMON


@kept(300)
def _size() -> int:
    """About how many products there are, as the engine's own statistics say. 1 query, none while kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'catalog_product'::regclass")
        return cursor.fetchone()[0]


def some_of(hits: ProductQuerySet, column: str, narrowed: bool) -> list[tuple[Any, int]]:
    """The first hits that the index of words gives, as (value of a column, id), in no order. 1 query.

    They are put in order by the caller: an ORDER BY here would lead the planner to walk that order's index instead.
    """
    return list(hits.order_by().values_list(column, "pk")[: MOST_NARROWED if narrowed else MOST_HITS])


def _matches(words: list[str], *, walking: bool) -> RawSQL:
    exact, last = words[:-1], words[-1]
    prefix = len(last) >= 3  # shorter beginnings fit half the catalogue
    if connection.vendor == "postgresql":
        query = " & ".join([*exact, _beginning(last) if prefix else last])
        # The function is the operator by another name, but no index answers it
        test = "ts_match_vq({}, {})" if walking else "{} @@ {}"
        sql = test.format("catalog_product.folded_words", "to_tsquery('simple', %s)")
    else:
        query = " ".join([*(f'"{word}"' for word in exact), f'"{last}"*' if prefix else f'"{last}"'])
        sql = "catalog_product.id IN (SELECT rowid FROM catalog_product_words WHERE catalog_product_words MATCH %s)"
    return RawSQL(sql, [query], output_field=BooleanField())


def _beginning(word: str) -> str:
    """What stands for the beginning of a word: in a large market, the words of names on sale that begin so.

    The index of words answers a beginning by reading all products of all words that begin so, however few have the
    other words: 70 ms at five million products, where a few whole words take 15.
    """
    known = words_that_begin(word) if _size() >= LARGE else []
    return f"({' | '.join(dict.fromkeys([word, *known]))})" if known else f"{word}:*"


def has_exact_marks(query: str, title: str) -> bool:
    """Whether a title contains the query with its own accents: "hồng" is nearer to "Hồng" than to "Hông"."""
    return re.sub(r"\s+", " ", query).strip().casefold() in title.casefold()
