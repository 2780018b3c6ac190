"""What public pages put together from several apps."""

from typing import Any

from catalog import queries as catalog
from places.models import Level, Place
from sellers import queries as sellers


def front_page() -> dict[str, Any]:
    """Kinds of produce, what is in season, shops that sell. 7 queries at most, fewer while cached."""
    return {
        "categories": catalog.categories(),
        "in_season": catalog.in_season(8),
        "shops": sellers.popular_shops(6),
    }


def place_by_slugs(*slugs: str) -> Place | None:
    """The place at /noi/<province>/[<commune>/[<village>/]], with its parents. 1 query; None if there is none."""
    lookup: dict[str, Any] = {"level": Level(len(slugs)), "active": True}
    for distance, slug in enumerate(reversed(slugs)):
        lookup["__".join(["parent"] * distance + ["slug"])] = slug
    return Place.objects.select_related("parent__parent").filter(**lookup).first()
