"""The same items as a CSV with Facebook's column names.

Source: Meta for Developers, "Catalog reference" and "Supported fields for products".
"""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from common.cells import safe_cell
from storefront.feeds.items import Item
from storefront.offers import Availability

CONTENT_TYPE = "text/csv; charset=utf-8"
COLUMNS = (
    "id", "title", "description", "availability", "condition", "price", "link", "image_link", "brand", "gtin",
    "product_type", "shipping_weight",
)  # fmt: skip
_WORDS = {
    Availability.IN_STOCK: "in stock",
    Availability.OUT_OF_STOCK: "out of stock",
    Availability.PREORDER: "preorder",
}


def write(items: Iterable[Item], title: str, link: str) -> Iterator[str]:
    """The file in pieces, a line each, without a byte order mark: Facebook would take it for a part of "id"."""
    yield _line(COLUMNS)
    for item in items:
        if item.picture_is_large:
            yield _line(_cells(item))


def _line(cells: Iterable[str]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()


def _cells(item: Item) -> tuple[str, ...]:
    return (
        item.id, item.title, item.text, _WORDS[item.availability], "new", f"{item.price} VND", item.link,
        item.picture, item.brand, item.gtin, " > ".join(item.kinds),
        f"{item.weight_kg:f} kg" if item.weight_kg else "",
    )  # fmt: skip
