"""What machines of others are told about a product: whether it can be bought, its picture, its bar code, its content.

Feeds, structured data and the partners' API say the same, because they all ask here.
"""

from decimal import Decimal
from enum import StrEnum
from urllib.parse import urljoin

from django.conf import settings

from catalog.menus import kinds
from catalog.models import Category, Product
from catalog.units import WEIGHED, NetUnit, Unit
from sellers.models import Picture


class Availability(StrEnum):
    """Whether an order would be taken now. The words are Google's."""

    IN_STOCK = "in_stock"
    OUT_OF_STOCK = "out_of_stock"
    PREORDER = "preorder"


def availability(product: Product) -> Availability:
    """What a buyer who comes now will find. Reads the product's shop: a resting household sells nothing."""
    if not product.shop.takes_orders or not product.in_stock:
        return Availability.OUT_OF_STOCK
    return Availability.PREORDER if product.is_preorder else Availability.IN_STOCK


def absolute(address: str) -> str:
    """An address of this site with its host; one that has a host already stays."""
    return urljoin(settings.SITE_URL, address)


def large_picture(picture: Picture | None) -> str:
    """The address of the picture as it was kept, a JPEG of at most 1280 px; empty if there is none.

    Its larger sizes are AVIF, which neither Google nor Facebook takes.
    """
    return absolute(picture.file.url) if picture is not None else ""


def kind_line(category_id: int | None) -> list[Category]:
    """A kind of goods and those above it, the widest first. No query while cached."""
    by_id = {kind.pk: kind for kind in kinds()}
    line: list[Category] = []
    at = by_id.get(category_id or 0)
    while at is not None:
        line.insert(0, at)
        at = by_id.get(at.parent_id or 0)
    return line


def printed_gtin(gtin: str) -> str:
    """A bar code's number as it stands on the pack: 8, 12, 13 or 14 digits, without the zeros we keep in front."""
    if len(gtin) != 14 or not gtin.isdigit():
        return ""
    return next((gtin[-length:] for length in (8, 12, 13) if not int(gtin[:-length])), gtin)


_UNIT_SIGNS = {NetUnit.GRAM: "g", NetUnit.KG: "kg", NetUnit.ML: "ml", NetUnit.LIT: "l"}
_KILOS = {NetUnit.GRAM: Decimal("0.001"), NetUnit.KG: Decimal(1)}


def content(product: Product) -> tuple[Decimal, str] | None:
    """How much the price pays for, such as 500 and "g"; None where nothing tells (a bunch, a fowl)."""
    if product.net_quantity and product.net_unit:
        return product.net_quantity.normalize(), _UNIT_SIGNS[NetUnit(product.net_unit)]
    if product.unit in WEIGHED:
        return (Decimal(1), "g") if product.unit == Unit.GRAM else (WEIGHED[Unit(product.unit)], "kg")
    return (Decimal(1), "l") if product.unit == Unit.LIT else None


def weight_kg(product: Product) -> Decimal | None:
    """What one unit weighs without its packing, in kg; None where it is not known."""
    if product.net_quantity and product.net_unit in _KILOS:
        return (product.net_quantity * _KILOS[NetUnit(product.net_unit)]).normalize()
    return WEIGHED.get(Unit(product.unit)) if not product.net_quantity else None
