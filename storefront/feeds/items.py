"""The items of a feed, read in blocks: a million products cost no more memory than a thousand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from catalog.models import Product, ProductQuerySet
from common.quantity import show_quantity
from storefront.offers import (
    Availability,
    absolute,
    availability,
    content,
    kind_line,
    large_picture,
    printed_gtin,
    weight_kg,
)

BLOCK = 1000  # products read at a time
LANGUAGE = "vi"  # feeds are Vietnamese, whoever asks
SMALLEST_PICTURE = 500  # pixels each way. Source: Meta, catalog fields, image_link
LONGEST_TITLE, LONGEST_TEXT = 150, 5000  # Source: Google Merchant Center, product data specification

# All that XML 1.0 forbids, and lone surrogates, which no encoding can write
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Item:
    """One product for sale, in words and figures that any format can write. `price` is đồng for one `unit`."""

    id: str
    title: str
    text: str
    price: int
    unit: str
    link: str
    picture: str
    picture_is_large: bool
    brand: str
    kinds: tuple[str, ...]
    gtin: str
    availability: Availability
    available_on: date | None
    stock: Decimal | None
    content: tuple[Decimal, str] | None
    weight_kg: Decimal | None


def clean(text: str, longest: int | None = None) -> str:
    """Text without signs that break an XML or spreadsheet reader, cut at a word if too long."""
    text = _FORBIDDEN.sub("", text).strip()
    if longest is None or len(text) <= longest:
        return text
    return text[: longest + 1].rpartition(" ")[0] or text[:longest]


def items(rows: ProductQuerySet) -> Iterator[Item]:
    """Every product of `rows` that buyers may see, oldest first. 1 query for each 1,000, and 2 for the kinds.

    Pages by key and not by a cursor of the database, so that nothing stays open while a slow reader downloads.
    """
    rows = rows.on_sale().select_related("shop__village__parent", "picture").order_by("pk")
    last = 0
    while True:
        with translation.override(LANGUAGE):  # not across a yield: the reader's language is another one
            products = list(rows.filter(pk__gt=last)[:BLOCK])
            block = [_item(product) for product in products]
        yield from block
        if len(products) < BLOCK:
            return
        last = products[-1].pk


def _item(product: Product) -> Item:
    state = availability(product)
    picture = product.picture
    return Item(
        id=product.public_code,
        title=clean(product.title, LONGEST_TITLE),
        text=_text(product),
        price=product.price,
        unit=product.get_unit_display(),
        link=absolute(product.get_absolute_url()),
        picture=large_picture(picture),
        picture_is_large=picture is not None and min(picture.width, picture.height) >= SMALLEST_PICTURE,
        brand=clean(product.shop.name),
        kinds=tuple(kind.name for kind in kind_line(product.category_id)),
        gtin=printed_gtin(product.gtin),
        availability=state,
        available_on=product.harvest_on if state == Availability.PREORDER else None,
        stock=_stock(product),
        content=content(product),
        weight_kg=weight_kg(product),
    )


def _stock(product: Product) -> Decimal | None:
    """What can be sold now; None where the farmer does not count."""
    if not product.shop.takes_orders:
        return Decimal(0)
    return product.stock.normalize() if product.counted else None


def _text(product: Product) -> str:
    """The farmer's words, or who grows it and where; then what the price is for, which other sites do not show."""
    shop = product.shop
    village = shop.village
    words = product.description or f"{product.title}. {shop.name}, {village.full_name}"
    if not product.description and village.parent:
        words += f", {village.parent.full_name}"
    unit = product.get_unit_display()
    sold = _("Giá cho 1 %(unit)s.") % {"unit": unit}
    if product.minimum > 1:
        sold += " " + _("Mua ít nhất %(least)s %(unit)s.") % {
            "least": show_quantity(product.minimum), "unit": unit,
        }  # fmt: skip
    room = LONGEST_TEXT - len(sold) - 2
    return f"{clean(words, room).rstrip('.')}. {sold}"
