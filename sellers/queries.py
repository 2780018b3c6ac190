"""Every read of shops that a page shows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Length, Substr
from wagtail.models import TaskState

from accounts.models import User
from places.access import OFFICERS
from places.models import Place, PlaceRole, Role
from sellers.models import Consent, Scope, Shop, ShopFront, ShopMember, ShopQuerySet, Visit


def popular_shops(limit: int) -> list[Shop]:
    """Live shops, most sold first, with place and cover. 2 queries."""
    rows = Shop.objects.live().select_related("village__parent", "front__cover")
    return list(rows.prefetch_related("front__cover__renditions").order_by("-popularity", "-id")[:limit])


def public_shop(slug: str) -> Shop | None:
    """A live shop by its address, with place, owner and published page. 1 query, and 1 for each picture's sizes."""
    rows = Shop.objects.live().select_related(
        "village__parent__parent", "owner", "front__cover", "front__logo"
    )
    return (
        rows.prefetch_related("front__cover__renditions", "front__logo__renditions").filter(slug=slug).first()
    )


def shop_by_old_slug(slug: str) -> Shop | None:
    """The live shop that once had this address. 1 query."""
    return Shop.objects.live().filter(slugs__slug=slug).first()


def live_shops_by_codes(codes: list[str]) -> list[Shop]:
    """Live shops of these public codes. 1 query."""
    return list(Shop.objects.live().filter(public_code__in=codes))


def shop_to_print(shop_id: int) -> Shop | None:
    """A shop with all that a poster or a share picture says: places, owner, published page and cover. 1 query."""
    rows = Shop.objects.select_related("village__parent__parent", "owner", "front__cover")
    return rows.filter(pk=shop_id).first()


def shop_to_share(code: str) -> Shop | None:
    """The live shop of a public code, with all that its share picture shows. 1 query."""
    rows = Shop.objects.live().select_related("village__parent__parent", "front__cover")
    return rows.filter(public_code=code).first()


def shops_in(village: Place) -> ShopQuerySet:
    """All shops of a village, those waiting first."""
    return Shop.objects.filter(village=village).select_related("owner", "front").order_by("-created_at")


def waiting_in(villages: QuerySet[Place]) -> ShopQuerySet:
    """Shops waiting for a village head, longest waiting first."""
    return Shop.objects.filter(village__in=villages, status=Shop.Status.REVIEW).order_by("created_at")


def shops_of(user: User) -> list[Shop]:
    """The shops a person works in, own ones and those of farmers who gave them leave. 1 query."""
    member = ShopMember.objects.filter(shop=OuterRef("pk"), user=user)
    agent = Consent.objects.in_force().filter(shop=OuterRef("pk"), agent=user)
    rows = Shop.objects.annotate(mine=Exists(member), lent=Exists(agent)).exclude(mine=False, lent=False)
    return list(rows.select_related("village__parent").order_by("-mine", "pk"))


def own_shop(user: User) -> Shop | None:
    """The shop a person is a member of. 1 query."""
    rows = Shop.objects.filter(members__user=user).select_related("village__parent", "owner", "front")
    return rows.order_by("pk").first()


def judged_by(user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of rows that have a `shop`, those a person decides on: of shops at or below the places where they are an officer.

    The rule of `can(user, Do.MODERATE, shop)`, for a list: never those of a shop they work in.
    """
    if user.is_superuser:
        return rows
    held = PlaceRole.objects.in_force().filter(
        user=user,
        role__in=OFFICERS,
        place__path=Substr(OuterRef("shop__place_path"), 1, Length("place__path")),
    )
    member = ShopMember.objects.filter(shop=OuterRef("shop"), user=user)
    agent = Consent.objects.in_force().filter(shop=OuterRef("shop"), agent=user)
    return rows.filter(Exists(held), ~Exists(member), ~Exists(agent)).exclude(shop__owner=user)


def visits_in(village: Place, limit: int = 30) -> list[Visit]:
    """The latest visits of a village. 1 query."""
    return list(Visit.objects.filter(village=village).select_related("by", "shop").order_by("-at")[:limit])


def consent_to_act(consent_id: int, agent: User) -> Consent | None:
    """The leave under which a person acts, with shop, place and farmer; None once it no longer holds. 1 query."""
    rows = Consent.objects.in_force().filter(pk=consent_id, agent=agent)
    return rows.select_related("farmer", "shop__village__parent", "shop__owner", "shop__front").first()


def leave_of(agent: User, shop_ids: Collection[int], scope: Scope) -> dict[int, Consent]:
    """Under which consent a person may do this in which of these shops, by shop id. 1 query."""
    rows = Consent.objects.in_force().filter(agent=agent, shop__in=shop_ids)
    return {consent.shop_id: consent for consent in rows if scope in consent.scopes}


def consents_given(shop: Shop) -> list[Consent]:
    """Who may work in a shop for its farmer now, newest first. 1 query."""
    return list(Consent.objects.in_force().filter(shop=shop).select_related("agent").order_by("-granted_at"))


def village_helpers(path: str) -> list[PlaceRole]:
    """The head and the volunteers of a village, the head first: whom a farmer calls. 1 query."""
    rows = PlaceRole.objects.in_force().filter(place__path=path, role__in=[Role.HEAD, Role.VOLUNTEER])
    return list(rows.filter(user__phone__isnull=False).select_related("user").order_by("role", "pk")[:3])


@dataclass(frozen=True)
class Review:
    """Where the latest version of a shop's page stands. `reason` is why it was sent back, with the day (UTC)."""

    waiting: bool
    reason: str = ""
    at: datetime | None = None


def review_of(front: ShopFront) -> Review:
    """How far the village head got with a shop's page. 2 queries at most."""
    if front.workflow_in_progress:
        return Review(waiting=True)
    last = TaskState.objects.filter(workflow_state__in=front.workflow_states.all()).order_by("-pk").first()
    if last is None or last.status != TaskState.STATUS_REJECTED:
        return Review(waiting=False)
    return Review(waiting=False, reason=last.comment, at=last.finished_at)


def shops_selling_in(place: Place, limit: int) -> list[Shop]:
    """Live shops of a place and everything below it, most sold first. 2 queries."""
    rows = Shop.objects.live().within(place).select_related("village__parent", "front__cover")
    return list(rows.prefetch_related("front__cover__renditions").order_by("-popularity", "-id")[:limit])
