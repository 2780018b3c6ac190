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
    return rows.select_related(
        "village__parent__parent", "owner", "opened_by", "front__latest_revision__user"
    ).first()


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
    """A shop page that waits. `opens`: the shop opens with it, else it sells already; `for_me`: I decide."""

    shop: Shop
    since: datetime
    author: Any
    opens: bool
    for_me: bool


def waiting_in(villages: list[Place], user: User) -> list[Waiting]:
    """What waits in these villages, mine to decide first, then by age: new shops and next versions. 4 queries."""
    shops = Shop.objects.filter(village__in=villages).exclude(status=Shop.Status.CLOSED)
    by_front = {
        shop.front.pk: shop
        for shop in shops.select_related("front__latest_revision__user", "village", "owner")
        if shop.front.latest_revision_id
    }
    waiting = in_review(list(by_front))
    if not waiting:
        return []
    deciding = _decided_by(user, villages)
    listed = []
    for pk in waiting:
        shop, author = by_front[pk], by_front[pk].front.latest_revision.user
        others_work = author != user or shop.owner_id == user.pk
        for_me = shop.village_id in deciding and others_work
        listed.append(Waiting(shop, waiting[pk], author, opens=shop.verified_at is None, for_me=for_me))
    return sorted(listed, key=lambda row: (not row.for_me, row.since))


def _decided_by(user: User, villages: list[Place]) -> set[int]:
    """The villages whose shops the person approves, by the rule of VillageHeadTask. 2 queries."""
    heads = PlaceRole.objects.in_force().filter(place__in=villages, role=Role.HEAD, user__is_active=True)
    headed: dict[int, set[int]] = {}
    for place_id, user_id in heads.values_list("place_id", "user_id"):
        headed.setdefault(place_id, set()).add(user_id)
    own = {place_id for place_id, people in headed.items() if user.pk in people}
    under = set(villages_of(user, Role.COMMUNE_OFFICER).values_list("pk", flat=True))
    return own | (under - headed.keys())


@dataclass(frozen=True)
class ShopRow:
    """One line in the list of a village's shops. `days` since the last sale, None before the first."""

    shop: Shop
    waiting: bool
    consent: Consent | None
    days: int | None


def shops_in(village: Place, user: User) -> list[ShopRow]:
    """All shops of a village: waiting ones first, then drafts, then by name; with the person's own leave. 3 queries."""
    sold = Max(
        "orders__delivered_at", filter=Q(orders__state="delivered")
    )  # orders stand above: by name only
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


@dataclass(frozen=True)
class Quiet:
    """An open shop that sells nothing now. `days` since its last sale, or since it opened if there was none."""

    shop: Shop
    days: int


def quiet_in(villages: list[Place], limit: int = 5) -> list[Quiet]:
    """Open shops that have not sold in 30 days, quietest first. 1 query."""
    sold = Max("orders__delivered_at", filter=Q(orders__state="delivered"))
    rows = Shop.objects.live().filter(village__in=villages).annotate(since=Coalesce(sold, F("verified_at")))
    now = timezone.now()
    quiet = rows.filter(since__lt=now - timedelta(days=QUIET_DAYS)).select_related("owner", "village")
    return [Quiet(shop, (now - shop.since).days) for shop in quiet.order_by("since", "pk")[:limit]]


def consents_of(shop: Shop) -> list[Consent]:
    """Leave given or asked for in a shop and not withdrawn, newest first. 1 query."""
    rows = Consent.objects.filter(shop=shop, revoked_at__isnull=True).select_related(
        "agent", "countersigned_by"
    )
    return list(rows.order_by("-asked_at"))


def visits_to(shop: Shop, limit: int = 10) -> list[Visit]:
    """The latest visits to a shop's household. 1 query."""
    return list(Visit.objects.filter(shop=shop).select_related("by").order_by("-at")[:limit])


def team_of(place: Place) -> list[PlaceRole]:
    """Who holds a role at this very place now, by role. 1 query."""
    rows = PlaceRole.objects.in_force().filter(place=place).select_related("user", "granted_by")
    return list(rows.order_by("role", "valid_from"))
