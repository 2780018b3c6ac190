"""How sales were paid, by place, period and channel: from the roll-up alone, never from orders.

Cells of fewer than five sales are hidden above the village, as everywhere in the figures; the roll-up does not count buyers,
and fewer than five sales have fewer than five buyers for certain. Source: payments reference, section 5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

from common.days import local_day, months_back
from growth.areas import Area
from growth.models import SHOP, PaidDay
from growth.queries import FEW, KEPT_SECONDS
from growth.windows import Window
from payments.sales import Share
from places.models import Level, Place

__all__ = ["FEW", "KEPT_SECONDS", "Paid", "PaidMonth", "PaidPart"]
SUMS = {column: Sum(column, default=0) for column in Share._fields}


@dataclass(frozen=True)
class Paid:
    """The sales of one cell. `hidden` where they, or those beside them that could be told by subtraction, are too few."""

    share: Share
    hidden: bool = False


@dataclass(frozen=True)
class PaidMonth(Paid):
    """The sales of one month; `first` is its first day."""

    first: date = date.min


@dataclass(frozen=True)
class PaidPart(Paid):
    """The sales of one place or shop within an area."""

    name: str = ""
    code: str = ""
    is_shop: bool = False


def _rows(area: Area, window: Window) -> QuerySet[PaidDay]:
    rows = PaidDay.objects.filter(level=area.level, place_id=area.place_id)
    return rows.filter(day__gte=window.start, day__lte=window.end).order_by()


def _share(row: Mapping[str, Any]) -> Share:
    return Share(*(row[column] for column in Share._fields))


def _few(hides: bool, share: Share, whole: Share | None = None) -> bool:
    """Whether a cell, or what is left of the whole without it, would show fewer than five sales."""
    rest = whole.sales - share.sales if whole is not None else 0
    return hides and (0 < share.sales < FEW or 0 < rest < FEW)


def by_channel(area: Area, window: Window) -> dict[str, Paid]:
    """The sales of a period: all under "", and by channel. 1 query."""
    rows = _rows(area, window).values("channel").annotate(**SUMS)
    found = {row["channel"]: _share(row) for row in rows}
    whole = Share(*(sum(column) for column in zip(*found.values(), strict=True)) if found else ())
    cells = {
        channel: Paid(share, _few(area.hides_few_buyers, share, whole))
        for channel, share in sorted(found.items())
        if share.sales
    }
    return {"": Paid(whole, _few(area.hides_few_buyers, whole)), **cells}


def paid_months(area: Area, channel: str = "", count: int = 12, today: date | None = None) -> list[PaidMonth]:
    """The last months, the running one last, none left out; of one channel or of all. 1 query."""
    today = today or local_day()
    window = Window(months_back(today, count - 1), today)
    rows = _rows(area, window).values("channel", month=TruncMonth("day")).annotate(**SUMS)
    found: dict[date, dict[str, Share]] = {}
    for row in rows:
        found.setdefault(row["month"], {})[row["channel"]] = _share(row)
    return [
        _month(area, first, channel, found.get(first, {}))
        for first in (months_back(today, back) for back in range(count - 1, -1, -1))
    ]


def _month(area: Area, first: date, channel: str, found: dict[str, Share]) -> PaidMonth:
    whole = Share(*(sum(column) for column in zip(*found.values(), strict=True)) if found else ())
    share = found.get(channel, Share()) if channel else whole
    return PaidMonth(share, _few(area.hides_few_buyers, share, whole if channel else None), first)


def paid_parts(area: Area, window: Window, channel: str = "") -> list[PaidPart]:
    """The places directly below, or the shops of a village, that sold something, most cashless first. 2 queries."""
    level = area.level + 1
    rows = PaidDay.objects.filter(level=level, day__gte=window.start, day__lte=window.end)
    things: dict[int, tuple[str, str]]
    if level == SHOP:
        things = {shop.pk: (shop.name, shop.public_code) for shop in area.shops().only("name", "public_code")}
    else:
        places = Place.objects.filter(parent=area.place, level=level)
        things = {place.pk: (place.full_name, place.code) for place in places}
    rows = rows.filter(place_id__in=list(things))
    if channel:
        rows = rows.filter(channel=channel)
    hides = level < Level.VILLAGE
    listed = []
    for row in rows.order_by().values("place_id").annotate(**SUMS):
        name, code = things[row["place_id"]]
        share = _share(row)
        if share.sales:
            listed.append(PaidPart(share, _few(hides, share), name, code, level == SHOP))
    return sorted(listed, key=_order)


def _order(part: PaidPart) -> tuple[bool, int, str]:
    """Hidden ones last, by name: their place in the list must not tell what the cell does not."""
    return part.hidden, 0 if part.hidden else -(part.share.cashless_percent or 0), part.name


def channels() -> list[str]:
    """Every channel that ever sold, for a choice. 1 query on the rows of the country."""
    rows = PaidDay.objects.filter(level=0)
    return list(rows.order_by("channel").values_list("channel", flat=True).distinct())
