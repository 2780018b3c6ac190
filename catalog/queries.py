"""Every read of products that a page shows."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.db.models import F, QuerySet, prefetch_related_objects

from catalog.filters import NEWEST, SORTS
from catalog.menus import KEPT, kinds
from catalog.models import Category, Certificate, Product, ProductQuerySet
from catalog.search import has_exact_marks, is_common, search, some_of
from catalog.seasons import ALL_YEAR
from common.compiled import Compiled, compiled
from common.days import local_day
from common.folding import fold
from common.kept import kept
from common.paging import PAGE_SIZE, Page, cut, read_key
from places.models import Level, Place
from sellers.models import Shop


def categories() -> list[Category]:
    """The first level of the tree, with pictures. 2 queries, or none while kept."""
    return [kind for kind in kinds() if kind.parent_id is None]


def kinds_to_sell() -> list[Category]:
    """Every kind with its picture, those below behind the one above: what a farmer points at. 2 queries, none kept."""
    return sorted(kinds(), key=lambda kind: kind.path)


def page_of(rows: ProductQuerySet, sort: str = NEWEST, after: str = "") -> Page[Product]:
    """24 products of a filtered list in one of three orders, from behind the last row seen. 2 queries.

    `after` is the key that the page before gave; a made-up key shows the first page.
    """
    order = SORTS.get(sort, SORTS[NEWEST])
    column, descending = order[0].lstrip("-"), order[0].startswith("-")
    key = read_key(after, 2)
    if key:
        value, pk = key
        # "at or behind, but not the seen ones" enters the index at the right place; "< or (= and <)" reads all before
        rows = rows.filter(**{f"{column}__{'lte' if descending else 'gte'}": value}).exclude(
            **{column: value, f"id__{'gte' if descending else 'lte'}": pk}
        )
    found = list(rows.order_by(*order).for_cards()[: PAGE_SIZE + 1])
    return cut(found, lambda row: (_key_text(getattr(row, column)), row.pk))


def _key_text(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@dataclass(frozen=True)
class Found:
    """What a search shows. `count` stops one beyond `cap`."""

    products: list[Product]
    count: int
    cap: int
    next: str = ""


def found(query: str, rows: ProductQuerySet, *, narrowed: bool = False) -> Found:
    """The best 48 of what the words find: those with the same accents first, then the popular ones. 5 queries at most.

    `narrowed` says that `rows` are filtered: then fewer hits are ranked, because each costs more rows to find.
    """
    cap = cap_of(narrowed)
    if not narrowed and is_common(query):
        common = search(query, rows, walking=True)
        best, count = list(common.order_by("-popularity", "-id").for_cards()[:48]), cap + 1
    else:
        ranked = sorted(some_of(search(query, rows), "popularity", narrowed), reverse=True)
        best, count = _cards([pk for _popularity, pk in ranked[:48]]), min(len(ranked), cap + 1)
    best.sort(
        key=lambda product: not has_exact_marks(query, product.title)
    )  # stable: popularity stays within
    return Found(best, count, cap)


def found_in_order(
    query: str, rows: ProductQuerySet, sort: str, after: str, *, narrowed: bool = False
) -> Found:
    """24 of what the words find in one of three orders, from behind the last row seen. 5 queries at most."""
    cap, order = cap_of(narrowed), SORTS.get(sort, SORTS[NEWEST])
    if not narrowed and is_common(query):
        page = page_of(search(query, rows, walking=is_common(query, order)), sort, after)
        return Found(page.rows, cap + 1, cap, page.next)
    column, descending = order[0].lstrip("-"), order[0].startswith("-")
    ranked = sorted(some_of(search(query, rows), column, narrowed), reverse=descending)
    shown, key = ranked, read_key(after, 2)
    if key:  # the same hits are ranked again; those up to the last row seen are left out
        seen = next((n for n, (_value, pk) in enumerate(ranked) if str(pk) == key[1]), -1)
        shown = ranked[seen + 1 :]
    page = cut(
        _cards([pk for _value, pk in shown[: PAGE_SIZE + 1]]), lambda row: (getattr(row, column), row.pk)
    )
    return Found(page.rows, min(len(ranked), cap + 1), cap, page.next)


def _cards(ids: list[int]) -> list[Product]:
    """Products by id, in the order of the ids, with all that a card shows. 2 queries."""
    there = {product.pk: product for product in Product.objects.filter(pk__in=ids).for_cards()}
    return [there[pk] for pk in ids if pk in there]


FOUND_AT_MOST, NARROWED_AT_MOST = 1000, 100


def cap_of(narrowed: bool) -> int:
    """How far a list is counted: each filter makes the next row rarer, and the counting longer."""
    return NARROWED_AT_MOST if narrowed else FOUND_AT_MOST


def capped_count(rows: QuerySet, cap: int = FOUND_AT_MOST) -> int:
    """How many, but never counting beyond one more than `cap`: "more than 1,000" is all that a page says above that."""
    return rows.order_by()[: cap + 1].count()


def in_season(limit: int = 12) -> list[Product]:
    """What is being harvested this month, most wanted first. 2 queries."""
    rows = Product.objects.on_sale().harvested_in(local_day().month).filter(season_mask__lt=ALL_YEAR)
    return list(rows.order_by("-popularity", "-id").for_cards()[:limit])


def shelf(shop: Shop, limit: int = 60) -> list[Product]:
    """What buyers see in a shop, newest first. 2 queries; the shop is put in by hand."""
    products = _shelf(limit)(shop.pk)
    prefetch_related_objects(products, "picture__renditions")
    for product in products:
        product.shop = shop
    return products


@cache
def _shelf(limit: int) -> Compiled[[int], Product]:
    """The query for a shelf of that length."""

    def rows(shop_id: int) -> ProductQuerySet:
        on_sale = Product.objects.on_sale().filter(shop=shop_id).order_by("-created_at")
        return on_sale.select_related("picture")[:limit]

    return compiled(rows)


def papers_of(shop: Shop) -> list[Certificate]:
    """The certificates of a whole shop that may be shown today. 1 query."""
    rows = Certificate.objects.filter(
        shop=shop, product=None, verified_at__isnull=False, valid_until__gte=local_day()
    )
    return list(rows.order_by("kind", "pk"))


def goods_of(shop: Shop) -> ProductQuerySet:
    """Everything a farmer has not put away for good, newest first. 2 queries."""
    rows = Product.objects.filter(shop=shop, archived_at__isnull=True).order_by("-created_at", "-id")
    return rows.select_related("picture", "category").prefetch_related("picture__renditions")


def product_page(shop_slug: str, code: str) -> Product | None:
    """One product that buyers may see, with shop, places and picture. 2 queries."""
    products = _product_page(shop_slug, code)
    prefetch_related_objects(products, "picture__renditions")
    return products[0] if products else None


@compiled
def _product_page(shop_slug: str, code: str) -> ProductQuerySet:
    rows = Product.objects.on_sale().filter(public_code=code, shop__slug=shop_slug)
    return rows.select_related("shop__village__parent__parent", "shop__owner", "category", "picture")


def product_to_buy(code: str) -> Product | None:
    """The product on sale of a public code, with its shop. 1 query."""
    return next(iter(_to_buy(code)), None) if code.isalnum() else None


@compiled
def _to_buy(code: str) -> ProductQuerySet:
    return Product.objects.on_sale().filter(public_code=code).select_related("shop")


def products_on_sale_by_codes(codes: list[str]) -> list[Product]:
    """What is on sale of these public codes, with the shops. 1 query."""
    return list(Product.objects.on_sale().filter(public_code__in=codes).select_related("shop"))


def product_to_share(code: str) -> Product | None:
    """The product on sale of a public code, with all that its share picture shows. 1 query."""
    rows = Product.objects.on_sale().select_related("shop__village__parent__parent", "shop__front", "picture")
    return rows.filter(public_code=code).first()


def goods_to_print(shop: Shop, limit: int = 3) -> list[Product]:
    """What stands on a shop's poster: most wanted first, then newest. 1 query."""
    rows = Product.objects.on_sale().filter(shop=shop).order_by("-popularity", "-created_at", "-id")
    return list(rows[:limit])


def fits(product: Product, quantity: Decimal) -> bool:
    """Whether a quantity is one that can be ordered: at least the minimum, and the minimum plus whole steps."""
    over = quantity - product.minimum
    return over >= 0 and over % product.step == 0


def goods_page(shop: Shop, after: str = "", *, words: str = "", state: str = "") -> Page[Product]:
    """24 of a farmer's goods, newest first, hidden ones too, of a name or a state. 2 queries, 3 with words.

    Names are compared without marks, by all words; the shop's own name is not looked at, unlike in `search`.
    """
    rows = _in_state(goods_of(shop), state)
    if wanted := fold(words).split():
        titles = rows.order_by().values_list("pk", "title")
        rows = rows.filter(pk__in=[pk for pk, title in titles if all(word in fold(title) for word in wanted)])
    key = read_key(after, 2)
    if key:
        at, pk = key
        rows = rows.filter(created_at__lte=at).exclude(created_at=at, id__gte=pk)
    return cut(list(rows[: PAGE_SIZE + 1]), lambda product: (product.created_at.isoformat(), product.pk))


def _in_state(rows: ProductQuerySet, state: str) -> ProductQuerySet:
    if state == "cat":
        return rows.filter(hidden=True)
    if state == "het":
        return rows.filter(hidden=False, counted=True, stock__lt=F("minimum"))
    return rows.filter(hidden=False) if state == "bay" else rows


def archived_of(shop: Shop) -> ProductQuerySet:
    """What a farmer has put away for good; orders and lots still speak of it."""
    return Product.objects.filter(shop=shop, archived_at__isnull=False)


@kept(KEPT)
def common_goods(province_id: int, limit: int = 12) -> list[Product]:
    """What neighbours sell most, one of each name, with pictures: names a farmer can point at instead of typing.

    From the whole country where the province has too few. 4 queries at most, or none while kept.
    """
    shown: dict[str, Product] = {}
    rows = Product.objects.on_sale().filter(picture__isnull=False).select_related("picture", "category")
    rows = rows.prefetch_related("picture__renditions").order_by("-popularity", "-id")
    for nearby in (rows.filter(province_id=province_id), rows):
        for product in nearby[: limit * 4] if len(shown) < limit else []:
            shown.setdefault(fold(product.title), product)
    return list(shown.values())[:limit]


def on_sale_in(place: Place) -> ProductQuerySet:
    """What a province, commune or village sells."""
    if place.level == Level.VILLAGE:  # the commune's index leads there: a village has no index of its own
        return Product.objects.on_sale().filter(commune_id=place.parent_id or 0, village_id=place.pk)
    column = {Level.PROVINCE: "province_id", Level.COMMUNE: "commune_id"}[Level(place.level)]
    return Product.objects.on_sale().filter(**{column: place.pk})
