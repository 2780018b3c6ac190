"""Folding paid sales into roll-ups by place, channel and day, and rebuilding them. Source: architecture, 7.8 and 9."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from growth.models import COUNTRY, PaidDay
from payments.models import SaleEvent

BLOCK = 5000


class Key(NamedTuple):
    """Which row of the roll-up."""

    level: int
    place_id: int
    channel: str
    day: date


Sums = Counter[str]  # by column of PaidDay


@transaction.atomic
def fold_sales(limit: int = BLOCK) -> int:
    """Add up to `limit` waiting sale events to the roll-up and mark them, in one transaction. Returns how many."""
    waiting: QuerySet[SaleEvent] = SaleEvent.objects.filter(folded_at__isnull=True).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    events = list(waiting[:limit])
    _add(sums_of_sales(events))
    SaleEvent.objects.filter(pk__in=[event.pk for event in events]).update(folded_at=timezone.now())
    return len(events)


def fold_all_sales() -> int:
    """Fold until nothing waits. Returns how many events were taken."""
    total = 0
    while taken := fold_sales():
        total += taken
    return total


def sums_of_sales(events: Iterable[SaleEvent]) -> dict[Key, Sums]:
    """What events add to each row, from the country to the shop."""
    found: dict[Key, Sums] = defaultdict(Counter)
    for event in events:
        places = (COUNTRY, event.province_id, event.commune_id, event.village_id, event.shop_id)
        for level, place_id in enumerate(places):
            sums = found[Key(level, place_id, event.channel, event.day)]
            sums[event.paid_by] += event.amount
            sums[f"{event.paid_by}_sales"] += event.sales
    return found


def _add(found: dict[Key, Sums]) -> None:
    """Add to the rows in key order, making those that are not there yet."""
    PaidDay.objects.bulk_create(
        (PaidDay(**key._asdict()) for key in sorted(found)), ignore_conflicts=True, batch_size=500
    )
    for key, sums in sorted(found.items()):
        added = {column: F(column) + more for column, more in sums.items() if more}
        if added:
            PaidDay.objects.filter(**key._asdict()).update(**added)


@transaction.atomic
def rebuild_sales(since: date) -> int:
    """Build the days from `since` on anew from the sale events. Returns the rows written."""
    PaidDay.objects.filter(day__gte=since).delete()
    events = SaleEvent.objects.select_for_update().filter(day__gte=since).order_by("pk")
    found = sums_of_sales(events.iterator(chunk_size=BLOCK))
    _add(found)
    events.filter(folded_at__isnull=True).update(folded_at=timezone.now())
    return len(found)
