"""Every read of the API. Lists go on by key, so that a partner who reads them to the end sees every row once."""

from datetime import datetime
from typing import TypeVar

from django.db.models import F, Model, Prefetch, Q, QuerySet

from catalog.menus import kind_by_slug, kind_ids, province_by_code
from catalog.models import Certificate, Lot, Product, ProductQuerySet
from catalog.search import search
from common.days import local_day
from common.paging import Page, cut, read_key
from places.models import Level, Place
from sellers.models import Shop, ShopQuerySet
from storefront.api.problems import NotThere, WrongField, WrongParameter
from storefront.api.schemas import Paging, PlaceQuery, ProductQuery, ShopQuery

Row = TypeVar("Row", bound=Model)
LEVELS = {"province": Level.PROVINCE, "commune": Level.COMMUNE, "village": Level.VILLAGE}


def shops(query: ShopQuery) -> Page[Shop]:
    """Live shops, oldest first. 1 query, and 1 for a commune."""
    rows = _shops()
    for place in _places_of(query):
        rows = rows.within(place)
    if query.updated_since:
        rows = rows.filter(updated_at__gte=query.updated_since)
    return _by_number("shops", rows, query)


def shop(code: str) -> Shop:
    """A live shop. 1 query. Raises NotThere."""
    return _one(_shops().filter(public_code=code), "open shop", code)


def products(query: ProductQuery) -> Page[Product]:
    """Products on sale, newest first. 2 queries, and 1 for each of shop and commune.

    Newest first and not by number, because every filter has an index in this order.
    """
    rows = _filtered(_products(), query)
    key = _key("products", query.after, 2)
    if key:
        at, pk = datetime.fromisoformat(key[0]), int(key[1])
        # "at or behind, but not the seen ones" enters the index at the right place
        rows = rows.filter(created_at__lte=at).exclude(created_at=at, id__gte=pk)
    found = list(rows.order_by("-created_at", "-id")[: query.limit + 1])
    return cut(found, lambda row: ("products", row.created_at.isoformat(), row.pk), query.limit)


def product(code: str) -> Product:
    """A product on sale. 2 queries. Raises NotThere."""
    return _one(_products().filter(public_code=code), "product on sale", code)


def lot(code: str) -> Lot:
    """A harvest of a live shop, also when the product is not on sale any more: packs are on the way. 1 query."""
    rows = Lot.objects.filter(shop__status=Shop.Status.LIVE, public_code=code)
    return _one(rows.select_related("product", "shop__village__parent__parent"), "harvest", code)


def places(query: PlaceQuery) -> Page[Place]:
    """Places of today. 1 query, and 1 for a parent."""
    rows = Place.objects.active().select_related("parent__parent")
    if query.level:
        rows = rows.filter(level=LEVELS[query.level])
    if query.parent:
        rows = rows.filter(parent=place(query.parent))
    return _by_number("places", rows, query)


def place(code: str, level: Level | None = None) -> Place:
    """A place of today by its official code (a village's is its commune's and a number). 1 query. Raises NotThere."""
    rows = Place.objects.active().filter(code=code).select_related("parent__parent").order_by("level")
    kind = level.name.lower() if level else "place"
    return _one(rows.filter(level=level) if level else rows, kind, code)


def _shops() -> ShopQuerySet:
    return Shop.objects.live().select_related("village__parent__parent", "front__cover")


def _products() -> ProductQuerySet:
    papers = Certificate.objects.filter(verified_at__isnull=False, valid_until__gte=local_day())
    rows = Product.objects.on_sale().select_related("shop__village__parent__parent", "category", "picture")
    return rows.prefetch_related(Prefetch("certificates", queryset=papers))


def _filtered(rows: ProductQuerySet, query: ProductQuery) -> ProductQuerySet:
    for place in _places_of(query):
        column = "province_id" if place.level == Level.PROVINCE else "commune_id"
        rows = rows.filter(**{column: place.pk})
    if query.shop:
        rows = rows.filter(shop=shop(query.shop))
    if query.category:
        kind = kind_by_slug(query.category)
        if kind is None:
            raise NotThere("category", query.category)
        rows = rows.filter(category_id__in=kind_ids(kind))
    if query.in_stock is not None:
        rows = rows.filter(_can_be_had() if query.in_stock else ~_can_be_had())
    if query.updated_since:
        rows = rows.filter(updated_at__gte=query.updated_since)
    return search(query.q, rows) if query.q is not None else rows


def _can_be_had() -> Q:
    """What `storefront.offers.availability` says, for the database."""
    today = local_day()
    rests = Q(shop__opening=Shop.Opening.PAUSED) | Q(
        shop__opening=Shop.Opening.HOLIDAY, shop__away_from__lte=today, shop__away_until__gte=today
    )
    return (Q(counted=False) | Q(stock__gte=F("minimum"))) & ~rests


def _places_of(query: ShopQuery) -> list[Place]:
    """The province and the commune that are asked for. Raises NotThere."""
    found = []
    if query.province:
        province = province_by_code(query.province)
        if province is None:
            raise NotThere("province", query.province)
        found.append(province)
    if query.commune:
        found.append(place(query.commune, Level.COMMUNE))
    return found


def _by_number(name: str, rows: QuerySet[Row], query: Paging) -> Page[Row]:
    """A page in the order in which rows came to be: those that come meanwhile are met at the end."""
    key = _key(name, query.after, 1)
    if key:
        rows = rows.filter(pk__gt=int(key[0]))
    return cut(list(rows.order_by("pk")[: query.limit + 1]), lambda row: (name, row.pk), query.limit)


def _key(name: str, after: str, length: int) -> list[str] | None:
    """The values of a key that this very list gave. Raises WrongParameter."""
    if not after:
        return None
    values = read_key(after, length + 1)
    if values is None or values[0] != name:
        raise WrongParameter(
            WrongField(field="after", message="Send the value next of the page before, as it was.")
        )
    return values[1:]


def _one(rows: QuerySet[Row], kind: str, code: str) -> Row:
    found = rows.first()
    if found is None:
        raise NotThere(kind, code)
    return found
