"""Puts schema.org facts into the head of a page, as data that no browser runs."""

import json
from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe

from catalog.models import Category, Product
from sellers.models import Shop
from storefront import structured

register = template.Library()
# As Django's json_script does: a title "</script>" must not end the block
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def script(facts: structured.Facts) -> SafeString:
    """The block for facts. A content security policy asks about scripts that run; this one is data."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


@register.simple_tag
def home_data() -> SafeString:
    """The market and who runs it."""
    return script(structured.graph(structured.website(), structured.operator()))


@register.simple_tag
def product_data(product: Product) -> SafeString:
    """A product, its offer, and the way to it."""
    way = [*structured.way_to_kind(product.category), (product.title, product.get_absolute_url())]
    return script(structured.graph(structured.product(product), structured.breadcrumbs(way)))


@register.simple_tag
def shop_data(shop: Shop) -> SafeString:
    """A shop and the way to it."""
    return script(
        structured.graph(structured.store(shop), structured.breadcrumbs(structured.way_to_shop(shop)))
    )


@register.simple_tag
def list_data(kind: Category | None, products: Iterable[Product]) -> SafeString:
    """The goods of a page of the catalogue, and the way to it."""
    way = structured.breadcrumbs(structured.way_to_kind(kind))
    return script(structured.graph(structured.item_list(products), way))
