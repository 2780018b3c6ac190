"""Short lists that every catalogue page shows: kinds of produce and provinces. Kept in the cache for a few minutes."""

from django.core.cache import cache

from catalog.models import Category
from places.models import Level, Place

KEPT = 300  # seconds


def kinds() -> list[Category]:
    """The whole tree of kinds with pictures, in its order. 2 queries, none while cached."""
    return cache.get_or_set("catalog.kinds", _kinds, KEPT) or []


def _kinds() -> list[Category]:
    return list(Category.objects.select_related("picture").prefetch_related("picture__renditions"))


def provinces() -> list[Place]:
    """All provinces by name. 1 query, none while cached."""
    return cache.get_or_set("catalog.provinces", _provinces, KEPT) or []


def _provinces() -> list[Place]:
    return list(Place.objects.active().filter(level=Level.PROVINCE).order_by("folded"))


def kind_by_slug(slug: str) -> Category | None:
    """A kind by its address."""
    return next((kind for kind in kinds() if kind.slug == slug), None)


def kind_ids(kind: Category) -> list[int]:
    """The kind and everything below it in the tree."""
    return [row.pk for row in kinds() if row.path.startswith(kind.path)]


def province_by_code(code: str) -> Place | None:
    """A province by its official code."""
    return next((place for place in provinces() if place.code == code), None)
