"""Short lists that every catalogue page shows: kinds of produce and provinces. Kept in memory for a few minutes."""

from catalog.models import Category
from common.kept import kept
from places.models import Level, Place

KEPT = 300  # seconds


@kept(KEPT)
def kinds() -> list[Category]:
    """The whole tree of kinds with pictures, in its order. 2 queries, none while kept."""
    return list(Category.objects.select_related("picture").prefetch_related("picture__renditions"))


@kept(KEPT)
def provinces() -> list[Place]:
    """All provinces by name. 1 query, none while kept."""
    return list(Place.objects.active().filter(level=Level.PROVINCE).order_by("folded"))


@kept(KEPT)
def communes(province_id: int) -> list[Place]:
    """The communes of a province by name. 1 query, none while kept."""
    return list(Place.objects.active().filter(parent=province_id).order_by("folded"))


def children_of(kind: Category | None) -> list[Category]:
    """The kinds right below one, or the first level of the tree."""
    return [row for row in kinds() if row.parent_id == (kind.pk if kind else None)]


def trail_of(kind: Category) -> list[Category]:
    """The kinds above one, from the top down."""
    return [row for row in kinds() if kind.path.startswith(row.path) and row.pk != kind.pk]


def kind_by_slug(slug: str) -> Category | None:
    """A kind by its address."""
    return next((kind for kind in kinds() if kind.slug == slug), None)


def kind_ids(kind: Category) -> list[int]:
    """The kind and everything below it in the tree."""
    return [row.pk for row in kinds() if row.path.startswith(kind.path)]


def province_by_code(code: str) -> Place | None:
    """A province by its official code."""
    return next((place for place in provinces() if place.code == code), None)
