"""What public pages put together from several apps."""

from typing import TYPE_CHECKING, Any

from catalog import queries as catalog
from places.models import Level, Place, PlaceAlias
from sellers import queries as sellers

if TYPE_CHECKING:  # the models of pages are their own views and read from here
    from storefront.site_models import PlaceIntro


def front_page() -> dict[str, Any]:
    """Kinds of produce, what is in season, shops that sell. 7 queries at most, fewer while cached."""
    return {
        "categories": catalog.categories(),
        "in_season": catalog.in_season(8),
        "shops": sellers.popular_shops(6),
    }


def place_by_slugs(*slugs: str) -> Place | None:
    """The place at /noi/<province>/[<commune>/[<village>/]], with its parents and introduction. None if there is none.

    1 query, and 1 for the sizes of the introduction's picture."""
    lookup: dict[str, Any] = {"level": Level(len(slugs)), "active": True}
    for distance, slug in enumerate(reversed(slugs)):
        lookup["__".join(["parent"] * distance + ["slug"])] = slug
    rows = Place.objects.select_related("parent__parent", "intro__picture").filter(**lookup)
    return rows.prefetch_related("intro__picture__renditions").first()


def intro_of(place: Place) -> "PlaceIntro | None":
    """The published words about a province or commune that came with it. No query."""
    intro = getattr(place, "intro", None)
    return intro if intro is not None and intro.live else None


def slugs_of(place: Place) -> list[str]:
    """The parts of a place's address, province first."""
    return [*(slugs_of(place.parent) if place.parent else []), place.slug]


def renamed_place(*slugs: str) -> Place | None:
    """The place that used to have this address under a parent that still has its own. 2 queries."""
    parent = place_by_slugs(*slugs[:-1]) if len(slugs) > 1 else None
    if len(slugs) > 1 and parent is None:
        return None
    alias = PlaceAlias.objects.filter(parent=parent, slug=slugs[-1], place__active=True).select_related(
        "place__parent__parent"
    )
    found = alias.first()
    return found.place if found else None
