"""Paths of places."""

from collections.abc import Iterator

from common.self_check import self_check
from places.models import Place
from places.services import path_of


@self_check("paths of places follow their parents")
def paths() -> Iterator[str]:
    """A place's path is its parent's path and its own id."""
    for place in Place.objects.select_related("parent").iterator(chunk_size=2000):
        if place.path != path_of(place, place.parent):
            yield f"place {place.code}: {place.path}"
