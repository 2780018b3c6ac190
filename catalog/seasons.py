"""Season months as one number: bit 0 is January, bit 11 December."""

from collections.abc import Iterable
from datetime import date

ALL_YEAR = 0b1111_1111_1111


def mask_of(months: Iterable[int]) -> int:
    """[7, 8, 9] as one number. Raises ValueError for a month outside 1 to 12."""
    mask = 0
    for month in months:
        if not 1 <= month <= 12:
            raise ValueError(month)
        mask |= 1 << (month - 1)
    return mask


def months_of(mask: int) -> list[int]:
    """The months in a mask, January first."""
    return [month for month in range(1, 13) if mask & (1 << (month - 1))]


def in_season(mask: int, day: date) -> bool:
    """Whether the day's month is in the mask. An empty mask means never: nothing is sold out of season by accident."""
    return bool(mask & (1 << (day.month - 1)))
