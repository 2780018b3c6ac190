"""Every read that a dashboard shows. Money is goods in đồng, delivered and not returned, without shipping.

Communes and villages read their orders; provinces and the country read roll-ups, and what roll-ups do not hold is
kept for ten minutes. Source: domain facts, section 9; architecture, 9.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from accounts.models import User
from common.days import local_day, months_back
from growth.areas import Area
from growth.measures import Growth, ShopPair, growth
from growth.models import Baseline, PlaceDay, PlaceMonth
from growth.windows import Window, day_begins
from orders.models import Order
from orders.states import State
from places.access import OFFICERS, places_of
from places.models import Level, Place, Role
from sellers.models import Shop

FEW = 5  # fewer buyers than this in a cell could be told apart
ACTIVE_DAYS = 30
KEPT_SECONDS = 600
MOST_QUIET = 20
GOODS = F("goods") - F("discount")
T = TypeVar("T")


def _kept(area: Area, what: str, read: Callable[[], T]) -> T:
    """Small areas are read each time; large ones at most every ten minutes. Works without a cache, only slower."""
    if area.is_small:
        return read()
    key = f"growth:{area.level}:{area.place_id}:{what}"
    kept = cache.get(key)
    if kept is None:
        kept = read()
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def areas_of(user: User) -> list[Area]:
    """The areas whose figures a person may read: the whole country for administrators. 1 query."""
    if user.is_superuser:
        provinces = Place.objects.active().filter(level=Level.PROVINCE).order_by("folded")
        return [Area(), *(Area(place) for place in provinces)]
    return [Area(place) for place in places_of(user, Role.HEAD, *OFFICERS).select_related("parent")]


def place_by_code(code: str) -> Place | None:
    """A place by its official code, with the places it lies in. 1 query."""
    return Place.objects.filter(code=code).select_related("parent__parent").first()


# --- four figures ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What a window brought. `active` are shops with a delivered order in the 30 days that end with it."""

    opened: int = 0
    active: int = 0
    amount: int = 0
    orders: int = 0


@dataclass(frozen=True)
class Headline:
    """The figures of a window, those of the window before, and the shops that sell today."""

    window: Window
    live: int
    now: Figures
    before: Figures


def headline(area: Area, window: Window) -> Headline:
    """The four figures with the window before beside them. 2 queries, 3 for a province or the country."""
    shops = _shop_counts(area, window)
    sums = _kept(area, f"headline:{window}", lambda: _sales_sums(area, window))
    if not area.is_small:
        sums |= _rolled_sums(area, window)
    now = {name.removesuffix("_now"): value for name, value in sums.items() if name.endswith("_now")}
    before = {name.removesuffix("_before"): value for name, value in sums.items() if name.endswith("_before")}
    return Headline(
        window=window,
        live=shops["live"],
        now=Figures(opened=shops["opened_now"], **now),
        before=Figures(opened=shops["opened_before"], **before),
    )


def _shop_counts(area: Area, window: Window) -> dict[str, int]:
    """A shop counts as opened on the day it was first approved."""
    return area.shops().aggregate(
        live=Count("pk", filter=Q(status=Shop.Status.LIVE)),
        opened_now=Count("pk", filter=window.of("verified_at")),
        opened_before=Count("pk", filter=window.before.of("verified_at")),
    )


def _sales_sums(area: Area, window: Window) -> dict[str, int]:
    recent, recent_before = (Window.ending(part.end, ACTIVE_DAYS) for part in (window, window.before))
    since = min(recent_before.start, window.before.start if area.is_small else recent_before.start)
    at = "delivered_at"
    sums: dict[str, Any] = {
        "active_now": Count("shop_id", distinct=True, filter=recent.of(at)),
        "active_before": Count("shop_id", distinct=True, filter=recent_before.of(at)),
    }
    rows = area.sales().filter(Window(since, window.end).of(at))
    if area.is_small:
        for name, part in (("now", window), ("before", window.before)):
            sums |= {
                f"orders_{name}": Count("pk", filter=part.of(at)),
                f"amount_{name}": Coalesce(Sum(GOODS, filter=part.of(at)), 0),
            }
    return rows.aggregate(**sums)


def _rolled_sums(area: Area, window: Window) -> dict[str, int]:
    rows = PlaceDay.objects.filter(level=area.level, place_id=area.place_id)
    sums: dict[str, Any] = {}
    for name, part in (("now", window), ("before", window.before)):
        inside = Q(day__gte=part.start, day__lte=part.end)
        sums |= {f"{what}_{name}": Coalesce(Sum(what, filter=inside), 0) for what in ("orders", "amount")}
    return rows.filter(day__gte=window.before.start).aggregate(**sums)


# --- months ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """The sales of one month; `first` is its first day. `hidden` where fewer than five buyers could be told apart."""

    first: date
    orders: int = 0
    amount: int = 0
    cashless: int = 0
    hidden: bool = False


def months(area: Area, count: int = 24, today: date | None = None) -> list[Month]:
    """The last months, the running one last, none left out. 1 query.

    Roll-ups do not count buyers: above the commune a month of fewer than five orders is hidden, which has fewer
    than five buyers for certain.
    """
    today = today or local_day()
    first = months_back(today, count - 1)
    if area.is_small:
        rows = (
            area.sales()
            .filter(delivered_at__gte=day_begins(first))
            .annotate(month=TruncMonth("delivered_at"))
        )
        sums = rows.values("month").annotate(
            orders=Count("pk"), amount=Sum(GOODS), cashless=Coalesce(Sum(GOODS, filter=Q(pay_on_delivery=False)), 0),
            buyers=Count("phone", distinct=True),
        )  # fmt: skip
        found: dict[date, Any] = {row["month"].date(): row for row in sums.order_by("month")}
    else:
        rolled = PlaceMonth.objects.filter(level=area.level, place_id=area.place_id, month__gte=first)
        found = {row["month"]: row for row in rolled.values("month", "orders", "amount", "cashless")}
    return [_month(area, months_back(today, back), found) for back in range(count - 1, -1, -1)]


def _month(area: Area, first: date, found: dict[date, Any]) -> Month:
    row = found.get(first)
    if row is None or row["orders"] <= 0:
        return Month(first)
    hidden = area.hides_few_buyers and row.get("buyers", row["orders"]) < FEW
    return Month(first, row["orders"], row["amount"], row["cashless"], hidden)


# --- growth ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cohort:
    """The growth of an area and where its baselines come from, in households.

    `refused` told of a period that is not the baseline's (a share of it would be a guess); `newcomers` opened later
    and told of nothing. Both stay outside the ratio.
    """

    growth: Growth
    base: Window
    declared: int
    measured: int
    refused: int
    newcomers: int


def cohort(area: Area, window: Window) -> Cohort:
    """Sales of the window against the same calendar days a year earlier, over households with a baseline. 3 queries.

    A household's own word for exactly that period comes first; without one it is what it sold here then, provided
    that it was open for the whole of it. Shops that closed since stay in: leaving them out would flatter.
    """
    return _kept(area, f"cohort:{window}", lambda: _cohort(area, window))


def _cohort(area: Area, window: Window) -> Cohort:
    base = window.year_before
    declared, refused = _baselines(area, base)
    sold = _sold_by_shop(area, base, window)
    told_of_it = Baseline.objects.filter(shop=OuterRef("pk"), start__lte=base.end, end__gte=base.start)
    opened = area.shops().filter(~Exists(told_of_it), verified_at__isnull=False)
    counts = opened.aggregate(
        measured=Count("pk", filter=Q(verified_at__lt=day_begins(base.start))), all=Count("pk")
    )
    measured = [
        ShopPair(row["before"], row["before_orders"], row["now"])
        for shop_id, row in sold.items()
        if not (shop_id in declared or shop_id in refused)
        and row["opened"]
        and row["opened"] < day_begins(base.start)
    ]
    silent = [ShopPair(0, 0, 0)] * max(counts["measured"] - len(measured), 0)
    told = [
        ShopPair(amount, orders, sold[shop_id]["now"] if shop_id in sold else 0)
        for shop_id, (amount, orders) in declared.items()
    ]
    return Cohort(
        growth=growth([*told, *measured, *silent], window.start, window.end),
        base=base,
        declared=len(declared),
        measured=counts["measured"],
        refused=len(refused),
        newcomers=counts["all"] - counts["measured"],
    )


def _baselines(area: Area, base: Window) -> tuple[dict[int, tuple[int, int]], set[int]]:
    """What households told of the base period: đồng and orders by shop, and the shops whose word does not fit it."""
    rows = Baseline.objects.filter(shop__in=area.shops(), start__lte=base.end, end__gte=base.start)
    told: dict[int, tuple[int, int]] = {}
    refused: set[int] = set()
    for shop_id, group in groupby(rows.order_by("shop_id", "start"), lambda row: row.shop_id):
        parts = list(group)
        if _fills(base, parts):
            told[shop_id] = (sum(part.amount for part in parts), sum(part.orders for part in parts))
        else:
            refused.add(shop_id)
    return told, refused


def _fills(base: Window, parts: list[Baseline]) -> bool:
    """Whether the parts, in order, cover the period from end to end, without a gap and without standing out."""
    whole = parts[0].start == base.start and parts[-1].end == base.end
    return whole and all(one.end + timedelta(days=1) == two.start for one, two in pairwise(parts))


def _sold_by_shop(area: Area, base: Window, window: Window) -> dict[int, dict[str, Any]]:
    at = "delivered_at"
    # by the shops that stand there today, so that one that moved is compared with itself
    sold = Order.objects.filter(base.of(at) | window.of(at), shop__in=area.shops(), state=State.DELIVERED)
    rows: QuerySet = sold.values("shop_id", opened=F("shop__verified_at"))
    sums = rows.annotate(
        before=Coalesce(Sum(GOODS, filter=base.of(at)), 0), before_orders=Count("pk", filter=base.of(at)),
        now=Coalesce(Sum(GOODS, filter=window.of(at)), 0),
    )  # fmt: skip
    return {row["shop_id"]: row for row in sums.order_by()}


# --- places below, and shops to visit -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One place of a table: its shops and what they sold in the window. `hidden` as in Month."""

    place: Place
    live: int
    active: int
    orders: int
    amount: int
    hidden: bool


def parts(area: Area, window: Window) -> list[Part]:
    """The places directly below, most sold first: provinces, communes with a shop, or all villages. 2 queries."""
    if area.level == Level.VILLAGE:
        return []
    return _kept(area, f"parts:{window}", lambda: _parts(area, window))


def _parts(area: Area, window: Window) -> list[Part]:
    column = {0: "province_id", 1: "commune_id", 2: "village_id"}[area.level]
    shops = Shop.objects.live().filter(**{column: OuterRef("pk")}).order_by().values(column)
    below = Place.objects.active().filter(parent=area.place, level=area.level + 1)
    below = below.annotate(live=Coalesce(Subquery(shops.annotate(n=Count("pk")).values("n")), 0))
    recent = Window.ending(window.end, ACTIVE_DAYS).of("delivered_at")
    since = min(window.start, window.end - timedelta(days=ACTIVE_DAYS - 1))
    inside = window.of("delivered_at")
    rows = area.sales().filter(Window(since, window.end).of("delivered_at")).values(column)
    sums = rows.annotate(
        orders=Count("pk", filter=inside), amount=Coalesce(Sum(GOODS, filter=inside), 0),
        buyers=Count("phone", distinct=True, filter=inside), active=Count("shop_id", distinct=True, filter=recent),
    )  # fmt: skip
    found = {row[column]: row for row in sums.order_by()}
    nothing = {"orders": 0, "amount": 0, "buyers": 0, "active": 0}
    listed = []
    for place in below:
        row = found.get(place.pk, nothing)
        if area.level == Level.COMMUNE or place.live or row["orders"]:
            few = area.level < Level.COMMUNE and 0 < row["buyers"] < FEW
            listed.append(Part(place, place.live, row["active"], row["orders"], row["amount"], few))
    # a hidden amount must not show in the order of the rows either
    return sorted(
        listed, key=lambda part: (part.hidden, 0 if part.hidden else -part.amount, part.place.folded)
    )


@dataclass(frozen=True)
class Quiet:
    """A shop to visit: it sells nothing now. `days` since its last sale, or since it opened if there was none."""

    shop: Shop
    days: int
    ever_sold: bool


def quiet_shops(area: Area, now: datetime | None = None) -> list[Quiet]:
    """Open shops without a delivered order in 30 days, quietest first, one more than the page shows. 1 query."""
    if not area.is_small:
        return []
    now = now or timezone.now()
    sold = Max("orders__delivered_at", filter=Q(orders__state=State.DELIVERED))
    rows: QuerySet = area.shops().live().annotate(last_sale=sold, since=Coalesce(sold, F("verified_at")))
    rows = rows.filter(since__lt=now - timedelta(days=ACTIVE_DAYS)).select_related("owner", "village")
    listed = rows.order_by("since", "pk")[: MOST_QUIET + 1]
    return [Quiet(shop, (now - shop.since).days, shop.last_sale is not None) for shop in listed]
