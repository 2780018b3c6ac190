"""Folding events into roll-ups, rebuilding them, and baselines."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from common.days import month_start
from growth.models import COUNTRY, Baseline, PlaceDay, PlaceMonth
from orders.models import OrderEvent
from sellers.models import Shop

BLOCK = 5000
Key = tuple[int, int, date]
Sums = list[int]  # orders, goods in đồng, of that cashless


@transaction.atomic
def fold_events(limit: int = BLOCK) -> int:
    """Add up to `limit` waiting events to the roll-ups and mark them, in one transaction. Returns how many.

    Two runs at once share the work on PostgreSQL (rows taken by one are skipped by the other).
    Source: architecture, 7.8 and 9.
    """
    waiting: QuerySet[OrderEvent] = OrderEvent.objects.filter(folded_at__isnull=True).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    events = list(waiting[:limit])
    days, months = sums_of(events)
    _add(PlaceDay, "day", days)
    _add(PlaceMonth, "month", months)
    OrderEvent.objects.filter(pk__in=[event.pk for event in events]).update(folded_at=timezone.now())
    return len(events)


def fold_all() -> int:
    """Fold until nothing waits. Returns how many events were taken."""
    total = 0
    while taken := fold_events():
        total += taken
    return total


def sums_of(events: Iterable[OrderEvent]) -> tuple[dict[Key, Sums], dict[Key, Sums]]:
    """What events add to each day (country to commune) and each month (country to village)."""
    days: dict[Key, Sums] = defaultdict(lambda: [0, 0, 0])
    months: dict[Key, Sums] = defaultdict(lambda: [0, 0, 0])
    for event in events:
        places = [(0, COUNTRY), (1, event.province_id), (2, event.commune_id), (3, event.village_id)]
        for level, place in places:
            targets = [months[level, place, month_start(event.day)]]
            if level < 3:
                targets.append(days[level, place, event.day])
            for sums in targets:
                sums[0] += event.orders
                sums[1] += event.amount
                sums[2] += event.cashless
    return days, months


def _add(model: type[PlaceDay] | type[PlaceMonth], column: str, sums: dict[Key, Sums]) -> None:
    """Add to the roll-up rows in key order, making those that are not there yet."""
    rows = [model(level=level, place_id=place, **{column: at}) for level, place, at in sorted(sums)]
    model.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)  # type: ignore[arg-type]  # one model or the other
    for (level, place, at), (orders, amount, cashless) in sorted(sums.items()):
        model.objects.filter(level=level, place_id=place, **{column: at}).update(
            orders=F("orders") + orders, amount=F("amount") + amount, cashless=F("cashless") + cashless
        )


@transaction.atomic
def rebuild(since: date) -> int:
    """Build the days from `since` on (and their months) anew from the folded events. Returns the rows written.

    For the nightly job and for repair; the figures afterwards equal the sum of the events.
    """
    first = month_start(since)
    PlaceDay.objects.filter(day__gte=first).delete()
    PlaceMonth.objects.filter(month__gte=first).delete()
    events = OrderEvent.objects.select_for_update().filter(day__gte=first).order_by("pk")
    days, months = sums_of(events.iterator(chunk_size=BLOCK))
    _add(PlaceDay, "day", days)
    _add(PlaceMonth, "month", months)
    events.filter(folded_at__isnull=True).update(folded_at=timezone.now())
    return len(days) + len(months)


def declare_baseline(
    shop: Shop, *, start: date, end: date, amount: int, orders: int, witness: User, on: date
) -> Baseline:
    """Write down what a household says it sold online in a period before. A later word for the same period replaces it."""
    baseline, _new = Baseline.objects.update_or_create(
        shop=shop, start=start,
        defaults={
            "origin": Baseline.Origin.DECLARED, "end": end, "amount": amount, "orders": orders, "witness": witness,
            "declared_on": on,
        },
    )  # fmt: skip
    return baseline
