"""Charts as plain geometry; a template draws them as SVG. No script, prints well, read aloud as its table."""

from dataclasses import dataclass

from growth.paid_queries import PaidMonth
from growth.queries import Month
from growth.wording import short_dong

WIDTH, HEIGHT = 360, 236
LEFT, RIGHT, TOP, BOTTOM = 64, 360, 26, 190  # the field of the bars; months stand below, amounts to its left
GRIDLINES = 4


@dataclass(frozen=True)
class Bar:
    """One bar, in units of the drawing. `hidden` is drawn as a short hatched stump, whatever the amount."""

    x: int
    y: int
    width: int
    height: int
    hidden: bool = False


@dataclass(frozen=True)
class Pair:
    """A month of this year beside the same month of the year before; `label_x` is the middle."""

    now: Month
    before: Month
    now_bar: Bar
    before_bar: Bar
    label_x: int
    opens_year: bool


@dataclass(frozen=True)
class Line:
    """A gridline and what it stands for."""

    y: int
    label: str


@dataclass(frozen=True)
class Chart:
    """Twelve months in pairs under a common scale."""

    pairs: list[Pair]
    lines: list[Line]
    width: int = WIDTH
    height: int = HEIGHT
    bottom: int = BOTTOM


def nice_step(most: int) -> int:
    """The round distance (1, 2 or 5 times a power of ten) of gridlines that reach `most` in at most four steps."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * GRIDLINES >= most:
                return step * factor
        step *= 10


def monthly_chart(months: list[Month]) -> Chart:
    """The last twelve of 24 months beside those of the year before. `months` run oldest to newest."""
    before, now = months[-24:-12], months[-12:]
    most = max([month.amount for month in (*before, *now) if not month.hidden], default=0)
    step = nice_step(most) if most else 0
    top = step * GRIDLINES
    slot = (RIGHT - LEFT) // 12
    pairs = [
        Pair(
            now=new, before=old, now_bar=_bar(new, LEFT + slot * place + slot // 2 + 1, slot // 2 - 3, top),
            before_bar=_bar(old, LEFT + slot * place + 3, slot // 2 - 3, top), label_x=LEFT + slot * place + slot // 2,
            opens_year=new.first.month == 1 or (place == 0 and new.first.month != 12),  # two side by side collide
        )
        for place, (old, new) in enumerate(zip(before, now, strict=True))
    ]  # fmt: skip
    marks = range(1, GRIDLINES + 1) if step else ()
    lines = [Line(_height_of(step * mark, top), short_dong(step * mark)) for mark in marks]
    return Chart(pairs, lines)


def _height_of(amount: int, top: int) -> int:
    return BOTTOM - round((BOTTOM - TOP) * amount / top) if top else BOTTOM


def _bar(month: Month, x: int, width: int, top: int) -> Bar:
    if month.hidden:
        return Bar(x, BOTTOM - 8, width, 8, hidden=True)
    y = _height_of(month.amount, top)
    if month.amount > 0:
        y = min(y, BOTTOM - 2)  # a little is not nothing
    return Bar(x, y, width, BOTTOM - y)


@dataclass(frozen=True)
class Segment:
    """One way to pay within a column."""

    kind: str
    bar: Bar


@dataclass(frozen=True)
class Column:
    """A month of which each way to pay is a part of the whole; a hidden one is a hatched stump."""

    month: PaidMonth
    segments: list[Segment]
    label_x: int
    opens_year: bool


@dataclass(frozen=True)
class PaidChart:
    """Months as columns of a hundred per cent."""

    columns: list[Column]
    lines: list[Line]
    width: int = WIDTH
    height: int = HEIGHT
    bottom: int = BOTTOM


def paid_chart(months: list[PaidMonth]) -> PaidChart:
    """Machine-confirmed below, declared above it, cash on top. `months` run oldest to newest."""
    slot = (RIGHT - LEFT) // len(months)
    columns = [
        Column(
            month, _segments(month, LEFT + slot * place + 3, slot - 6), LEFT + slot * place + slot // 2,
            month.first.month == 1 or (place == 0 and month.first.month != 12),
        )
        for place, month in enumerate(months)
    ]  # fmt: skip
    lines = [Line(_height_of(mark, 100), f"{mark}\u00a0%") for mark in (25, 50, 75, 100)]
    return PaidChart(columns, lines)


def _segments(month: PaidMonth, x: int, width: int) -> list[Segment]:
    if month.hidden:
        return [Segment("few", Bar(x, BOTTOM - 8, width, 8, hidden=True))]
    if month.share.amount <= 0:
        return []
    found, below, sum_so_far = [], BOTTOM, 0
    for kind in ("machine", "declared", "cash"):
        sum_so_far += getattr(month.share, kind)
        y = _height_of(sum_so_far, month.share.amount)
        if y < below:
            found.append(Segment(kind, Bar(x, y, width, below - y)))
        below = y
    return found
