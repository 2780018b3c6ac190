"""Who holds which role where. The one place that reads role rows."""

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Length, Substr

from accounts.models import User
from places.models import Level, Place, PlaceRole, Role, ancestor_paths

OFFICERS = (Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER)
VILLAGE_TEAM = (Role.HEAD, Role.VOLUNTEER)


def holds(user: User, path: str, *roles: str) -> bool:
    """Whether the person holds one of the roles at this place or above it. 1 query, an index on (user, place)."""
    if not user.is_authenticated:
        return False
    return (
        PlaceRole.objects.in_force()
        .filter(user=user, role__in=roles, place__path__in=ancestor_paths(path))
        .exists()
    )


def holds_below(user: User, path: str, *roles: str) -> bool:
    """Whether the person holds one of the roles at a place inside this one. 1 query."""
    if not user.is_authenticated:
        return False
    inside = PlaceRole.objects.in_force().filter(user=user, role__in=roles, place__path__startswith=path)
    return inside.exclude(place__path=path).exists()


def places_of(user: User, *roles: str) -> QuerySet[Place]:
    """The active places where the person holds one of the roles, by name."""
    held = PlaceRole.objects.in_force().filter(user=user, role__in=roles).values("place_id")
    return Place.objects.active().filter(pk__in=held).order_by("path")


def villages_of(user: User, *roles: str) -> QuerySet[Place]:
    """The active villages at or below the places where the person holds one of the roles."""
    held = PlaceRole.objects.in_force().filter(
        user=user, role__in=roles, place__path=Substr(OuterRef("path"), 1, Length("place__path"))
    )
    return Place.objects.active().filter(Exists(held), level=Level.VILLAGE).order_by("path")


def holders(path: str, *roles: str) -> QuerySet[User]:
    """The people who hold one of the roles exactly at the place with this path."""
    held = PlaceRole.objects.in_force().filter(role__in=roles, place__path=path).values("user_id")
    return User.objects.filter(pk__in=held, is_active=True).order_by("pk")
