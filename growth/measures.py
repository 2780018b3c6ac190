"""What growth means, as formulas without a database. Source: domain facts, section 9."""

from dataclasses import dataclass
from datetime import date
from statistics import median

LEAST_AMOUNT, LEAST_ORDERS, LEAST_SHOPS = 1_000_000, 5, 10


@dataclass(frozen=True)
class ShopPair:
    """One household's sales in the window and in its baseline of equal length and the same months. Goods in đồng."""

    before: int
    before_orders: int
    now: int


@dataclass(frozen=True)
class Growth:
    """Sales of the matched cohort now against before, with all that a sceptic wants to see.

    `ratio` is None where the data do not carry one; `zero_base` households had no sales before and are counted apart,
    never divided.
    """

    start: date
    end: date
    before: int
    before_orders: int
    now: int
    shops: int
    zero_base: int
    ratio: float | None
    median_ratio: float | None

    @property
    def enough(self) -> bool:
        return self.ratio is not None

    @property
    def percent(self) -> float | None:
        """The increase: a ratio of 174.0 is +17,300 %."""
        return None if self.ratio is None else (self.ratio - 1) * 100


def growth(pairs: list[ShopPair], start: date, end: date) -> Growth:
    """R = sales of the window / sales of the baseline, over households in both.

    Given only if the baseline has at least 1,000,000 đồng, 5 orders and 10 households; the median of the households'
    own ratios stands beside it.
    """
    matched = [pair for pair in pairs if pair.before > 0]
    before = sum(pair.before for pair in matched)
    orders = sum(pair.before_orders for pair in matched)
    now = sum(pair.now for pair in matched)
    enough = before >= LEAST_AMOUNT and orders >= LEAST_ORDERS and len(matched) >= LEAST_SHOPS
    return Growth(
        start=start, end=end, before=before, before_orders=orders, now=now, shops=len(matched),
        zero_base=len(pairs) - len(matched), ratio=now / before if enough else None,
        median_ratio=median(pair.now / pair.before for pair in matched) if enough else None,
    )  # fmt: skip
