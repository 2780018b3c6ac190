"""Shops and goods that editors point at by id, with all that their cards show. A block asks for all of a page at once."""

from collections.abc import Iterable

from catalog.models import Product
from sellers.models import Shop, ShopQuerySet


def with_card(shops: ShopQuerySet) -> ShopQuerySet:
    """Shops with place, cover and the cover's sizes: 2 queries whatever their number."""
    rows = shops.select_related("village__parent", "front__cover")
    return rows.prefetch_related("front__cover__renditions")


def shops_by_id(ids: Iterable[int]) -> dict[int, Shop]:
    """The shops with these ids, open or not, ready for cards. 2 queries."""
    return with_card(Shop.objects.all()).in_bulk(set(ids))


def goods_by_id(ids: Iterable[int]) -> dict[int, Product]:
    """The goods with these ids, on sale or not, ready for cards. 2 queries."""
    return Product.objects.for_cards().in_bulk(set(ids))


def open_shop(shop_id: int | None) -> Shop | None:
    """A shop ready for its card if buyers may see it. 2 queries, none without an id."""
    if shop_id is None:
        return None
    return with_card(Shop.objects.live()).filter(pk=shop_id).first()
