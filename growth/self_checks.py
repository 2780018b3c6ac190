"""Roll-ups against their events."""

from collections.abc import Iterator

from django.db.models import Sum

from common.self_check import self_check
from growth.models import PlaceDay, PlaceMonth
from growth.services import sums_of
from orders.models import OrderEvent


@self_check("roll-ups equal the sum of their events")
def rollups() -> Iterator[str]:
    """Every day and month row equals what its folded events add up to, and none is missing."""
    events = OrderEvent.objects.filter(folded_at__isnull=False).order_by("pk").iterator(chunk_size=5000)
    days, months = sums_of(events)
    for model, column, expected in ((PlaceDay, "day", days), (PlaceMonth, "month", months)):
        kept = {
            (row.level, row.place_id, getattr(row, column)): [row.orders, row.amount, row.cashless]
            for row in model.objects.iterator(chunk_size=5000)
        }
        for key in sorted(kept.keys() | expected.keys()):
            if kept.get(key, [0, 0, 0]) != expected.get(key, [0, 0, 0]):
                yield f"{model.__name__} {key}: kept {kept.get(key)}, events say {expected.get(key)}"


@self_check("the levels of a day agree")
def levels() -> Iterator[str]:
    """Country, provinces and communes show the same orders and amount for each day."""
    by_day: dict = {}
    for row in PlaceDay.objects.values("day", "level").annotate(o=Sum("orders"), a=Sum("amount")):
        by_day.setdefault(row["day"], set()).add((row["o"], row["a"]))
    for day, sums in sorted(by_day.items()):
        if len(sums) > 1:
            yield f"{day}: {sorted(sums)}"
