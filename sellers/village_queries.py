"""Every read that the village's pages show. They list single villages, never a province."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.models import WorkflowState

from accounts.models import User
from places.access import villages_of
from places.models import Place, PlaceRole, Role
from sellers.models import Consent, Shop, ShopFront, Visit

QUIET_DAYS = 30
MOST_SHOPS = 300  # a village has fewer households than that
WORKERS = (Role.HEAD, Role.VOLUNTEER, Role.COMMUNE_OFFICER)


def my_villages(user: User) -> list[Place]:
    """The villages where a person works, with how many shops sell and how many are being written. 1 query."""
    shops = {"live": Shop.Status.LIVE, "drafts": Shop.Status.DRAFT}
    counts = {name: Count("shops", filter=Q(shops__status=status)) for name, status in shops.items()}
    return list(villages_of(user, *WORKERS).select_related("parent").annotate(**counts))


def village_by_id(village_id: int) -> Place | None:
    """An active village with commune and province. 1 query."""
    rows = Place.objects.active().filter(pk=village_id, level=3)
    return rows.select_related("parent__parent").first()


def shop_by_code(code: str) -> Shop | None:
    """A shop with its page, its owner and its places. 1 query."""
    rows = Shop.objects.filter(public_code=code)
    return rows.select_related("village__parent__parent", "owner", "opened_by", "front__latest_revision__user").first()


def in_review(fronts: list[int]) -> dict[int, datetime]:
    """Which of these shop pages wait for approval, by id, and since when (UTC). 1 query, none for an empty list.

    Wagtail keeps object ids as text, so the join is made here: PostgreSQL does not compare text with numbers.
    """
    if not fronts:
        return {}
    states = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(ShopFront),
        object_id__in=[str(pk) for pk in fronts],
        status=WorkflowState.STATUS_IN_PROGRESS,
    )
    return {int(object_id): since for object_id, since in states.values_list("object_id", "created_at")}


@dataclass(frozen=True)
class Waiting:
    """A shop page that waits for the village head. `opens` says that the shop opens with it; else it sells already."""

    shop: Shop
    since: datetime
    author: Any
    opens: bool


def waiting_in(villages: list[Place]) -> list[Waiting]:
    """What waits in these villages, longest first: new shops, and the next versions of shops that sell. 2 queries."""
    shops = Shop.objects.filter(village__in=villages).exclude(status=Shop.Status.CLOSED)
    by_front = {
        shop.front.pk: shop
        for shop in shops.select_related("front__latest_revision__user", "village", "owner")
        if shop.front.latest_revision_id
    }
    waiting = in_review(list(by_front))
    listed = [
        Waiting(shop, waiting[pk], shop.front.latest_revision.user, opens=shop.verified_at is None)
        for pk, shop in by_front.items()
        if pk in waiting
    ]
    return sorted(listed, key=lambda row: row.since)


@dataclass(frozen=True)
class ShopRow:
    """One line in the list of a village's shops. `days` since the last sale, None before the first."""

    shop: Shop
    waiting: bool
    consent: Consent | None
    days: int | None


def shops_in(village: Place, user: User) -> list[ShopRow]:
    """All shops of a village: waiting ones first, then drafts, then by name; with the person's own leave. 3 queries."""
    sold = Max("orders__delivered_at", filter=Q(orders__state="delivered"))  # orders stand above: by name only
    shops = Shop.objects.filter(village=village).annotate(last_sale=sold).select_related("owner", "front")
    listed = list(shops.order_by("folded")[:MOST_SHOPS])
    waiting = in_review([shop.front.pk for shop in listed])
    mine = {row.shop_id: row for row in Consent.objects.in_force().filter(shop__village=village, agent=user)}
    now = timezone.now()
    rows = [
        ShopRow(
            shop,
            shop.front.pk in waiting,
            mine.get(shop.pk),
            (now - shop.last_sale).days if shop.last_sale else None,
        )
        for shop in listed
    ]
    rank = {Shop.Status.DRAFT: 1, Shop.Status.REVIEW: 0}
    return sorted(rows, key=lambda row: 0 if row.waiting else rank.get(Shop.Status(row.shop.status), 2))


def quiet_in(villages: list[Place], limit: int = 5) -> list[Shop]:
    """Open shops that have not sold in 30 days, quietest first; `quiet_days` says for how long. 1 query."""
    sold = Max("orders__delivered_at", filter=Q(orders__state="delivered"))
    rows = Shop.objects.live().filter(village__in=villages).annotate(since=Coalesce(sold, F("verified_at")))
    now = timezone.now()
    quiet = rows.filter(since__lt=now - timedelta(days=QUIET_DAYS)).select_related("owner", "village")
    shops = list(quiet.order_by("since", "pk")[:limit])
    for shop in shops:
        shop.quiet_days = (now - shop.since).days
    return shops


def consents_of(shop: Shop) -> list[Consent]:
    """Leave given or asked for in a shop and not withdrawn, newest first. 1 query."""
    rows = Consent.objects.filter(shop=shop, revoked_at__isnull=True).select_related("agent", "countersigned_by")
    return list(rows.order_by("-asked_at"))


def visits_to(shop: Shop, limit: int = 10) -> list[Visit]:
    """The latest visits to a shop's household. 1 query."""
    return list(Visit.objects.filter(shop=shop).select_related("by").order_by("-at")[:limit])


def team_of(place: Place) -> list[PlaceRole]:
    """Who holds a role at this very place now, by role. 1 query."""
    rows = PlaceRole.objects.in_force().filter(place=place).select_related("user", "granted_by")
    return list(rows.order_by("role", "valid_from"))
