"""What a buyer must be told before ordering, and what is kept with the order as it was told.

Source: Law 19/2023 on consumers, article 37: the seller's name, address, phone and number; quantity, quality, origin and
how long goods keep; price, fees, payment, delivery; how to give goods back. Price, fees, days and ways are columns of
the order; the rest is here, in the buyer's language of that moment.
"""

from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet

from accounts.phones import show_phone
from catalog.models import Product
from common.words import word_of
from orders.models import CartLine
from places.models import Kind
from sellers.models import Shop

VERSION = 1  # of the words in templates/orders/terms.html
_UP = ("village", "village__parent", "village__parent__parent")
_OF_SHOP = [
    "name", "kind", "tax_number", "owner__phone",
    *(f"{place}__{column}" for place in _UP for column in ("kind", "name")),
]  # fmt: skip
SELLER = {
    f"seller_{column}": F(f"product__shop__{column}") for column in _OF_SHOP
}  # of a cart's line, for `terms_of`


def seen(lines: QuerySet[CartLine]) -> QuerySet[CartLine]:
    """Cart lines with what `terms_of` tells of their sellers."""
    return lines.annotate(**SELLER)


def terms_of(parts: dict[Shop, list[CartLine]]) -> dict[int, dict[str, Any]]:
    """The terms for each shop of a cart, by its id, ready to be shown and kept. No query: lines come from `seen`."""
    return {
        shop.pk: {
            "version": VERSION, "seller": _seller(lines[0]), "goods": [_goods(line.product) for line in lines],
            "returns_days": settings.ORDER_COMPLAINT_DAYS,
        }
        for shop, lines in parts.items()
    }  # fmt: skip


def _seller(line: CartLine) -> dict[str, str]:
    said = {column: getattr(line, f"seller_{column}") for column in _OF_SHOP}
    places = (f"{word_of(Kind, said[f'{up}__kind'])} {said[f'{up}__name']}" for up in _UP)
    return {
        "name": said["name"], "kind": word_of(Shop.Kind, said["kind"]), "tax_number": said["tax_number"],
        "phone": show_phone(said["owner__phone"] or ""), "address": ", ".join(places),
    }  # fmt: skip


def _goods(product: Product) -> dict[str, str]:
    """What is said of goods beside name, quantity and price."""
    quality = (
        product.variety,
        word_of(Product.Grade, product.grade),
        word_of(Product.Making, product.making),
    )
    return {
        "title": product.title, "quality": ", ".join(word for word in quality if word),
        "keeps": word_of(Product.Keeps, product.keeps),
    }  # fmt: skip
