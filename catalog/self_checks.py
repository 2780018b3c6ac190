"""Copied columns of products."""

from collections.abc import Iterator

from django.db.models import F, Q

from catalog.models import Product
from common.self_check import self_check


@self_check("products stand where their shops stand")
def places() -> Iterator[str]:
    """The place ids on a product are its shop's."""
    moved = Product.objects.exclude(
        province_id=F("shop__province_id"), commune_id=F("shop__commune_id"), village_id=F("shop__village_id")
    )
    for product in moved:
        yield f"product {product.public_code} is not in its shop's village"


@self_check("products are on sale only in shops that are open")
def live() -> Iterator[str]:
    """`live` is what shop, farmer and archive say together."""
    on_sale = Q(shop__status="live", hidden=False, archived_at__isnull=True)
    for product in Product.objects.filter(Q(live=True) & ~on_sale | Q(live=False) & on_sale):
        yield f"product {product.public_code}: live is {product.live}"
