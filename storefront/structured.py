"""What search engines read about our pages: schema.org facts as plain dicts.

Only what the page itself shows, and no phone. Source: schema.org; Google Search Central, structured data of products,
local businesses, breadcrumbs and site names.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Category, Product
from places.models import Place
from sellers.models import Shop
from storefront.offers import (
    Availability,
    absolute,
    availability,
    kind_line,
    large_picture,
    printed_gtin,
)
from storefront.queries import slugs_of

Facts = dict[str, Any]
_AVAILABLE = {
    Availability.IN_STOCK: "https://schema.org/InStock",
    Availability.OUT_OF_STOCK: "https://schema.org/OutOfStock",
    Availability.PREORDER: "https://schema.org/PreOrder",
}


def graph(*things: Facts) -> Facts:
    """Several things of one page in one document."""
    return {"@context": "https://schema.org", "@graph": list(things)}


def website() -> Facts:
    """The market as a whole, with the address of its search."""
    home = absolute(reverse("wagtail_serve", args=[""]))
    return {
        "@type": "WebSite",
        "name": settings.WAGTAIL_SITE_NAME,
        "url": home,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": absolute(reverse("market:search")) + "?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def operator() -> Facts:
    """Who runs the market."""
    return {
        "@type": "Organization",
        "name": settings.OPERATOR_NAME,
        "url": absolute(reverse("wagtail_serve", args=[""])),
        "logo": absolute(static("img/icon-192.png")),
    }


def product(product: Product) -> Facts:
    """One product and its offer; stars only once somebody has given some. Needs shop, category and picture at hand."""
    facts: Facts = {
        "@type": "Product",
        "name": product.title,
        "sku": product.public_code,
        "description": product.description,
        "image": large_picture(product.picture),
        "category": " > ".join(str(kind) for kind in kind_line(product.category_id)),
        "brand": {"@type": "Brand", "name": product.shop.name},
        "gtin": printed_gtin(product.gtin),
        "offers": offer(product),
    }
    if product.stars is not None:
        facts["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": float(product.stars),
            "reviewCount": product.rating_count,
        }
    return _told(facts)


def offer(product: Product) -> Facts:
    """At which price a product can be had, from whom, and whether it can be had now."""
    state = availability(product)
    facts = {
        "@type": "Offer",
        "price": product.price,
        "priceCurrency": "VND",
        "availability": _AVAILABLE[state],
        "itemCondition": "https://schema.org/NewCondition",
        "url": absolute(product.get_absolute_url()),
        "seller": {
            "@type": "Store",
            "name": product.shop.name,
            "url": absolute(product.shop.get_absolute_url()),
        },
    }
    if state == Availability.PREORDER and product.harvest_on:
        facts["availabilityStarts"] = product.harvest_on.isoformat()
    return facts


def store(shop: Shop) -> Facts:
    """A household that sells, with its village as the address. Needs its front and its place's parents at hand."""
    front = getattr(shop, "front", None)
    return _told(
        {
            "@type": "Store",
            "name": shop.name,
            "url": absolute(shop.get_absolute_url()),
            "description": front.tagline if front else "",
            "image": large_picture(front.cover) if front else "",
            "currenciesAccepted": "VND",
            "address": postal_address(shop.village),
        }
    )


def postal_address(village: Place) -> Facts:
    """Village, commune and province: the address by which a parcel or a visitor finds the household."""
    commune = village.parent
    province = commune.parent if commune else None
    return _told(
        {
            "@type": "PostalAddress",
            "streetAddress": village.full_name,
            "addressLocality": commune.full_name if commune else "",
            "addressRegion": province.name if province else "",
            "addressCountry": "VN",
        }
    )


def breadcrumbs(steps: Iterable[tuple[str, str]]) -> Facts:
    """The way to a page from the widest on, as names with their addresses."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": absolute(address)}
            for position, (name, address) in enumerate(steps, start=1)
        ],
    }


def item_list(products: Iterable[Product]) -> Facts:
    """The goods that a page lists, in its order. Needs their shops at hand."""
    return {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "url": absolute(row.get_absolute_url())}
            for position, row in enumerate(products, start=1)
        ],
    }


def way_to_kind(kind: Category | None) -> list[tuple[str, str]]:
    """From all goods down to one kind."""
    line = kind_line(kind.pk) if kind else []
    return [
        (_("Hàng đang bán"), reverse("market:catalogue")),
        *((str(row), row.get_absolute_url()) for row in line),
    ]


def way_to_shop(shop: Shop) -> list[tuple[str, str]]:
    """From the province down to the shop."""
    slugs = slugs_of(shop.village)
    line: list[Place] = []
    at: Place | None = shop.village
    while at is not None:
        line.insert(0, at)
        at = at.parent
    places = [
        (place.full_name, reverse("market:place", args=slugs[:depth]))
        for depth, place in enumerate(line, start=1)
    ]
    return [*places, (shop.name, shop.get_absolute_url())]


def _told(facts: Facts) -> Facts:
    """Facts without those that nobody knows: an empty value would be an error to a search engine."""
    return {name: value for name, value in facts.items() if value not in ("", None)}
