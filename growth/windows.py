"""The stretches of time a dashboard speaks of. All days are local days in Vietnam, both ends included."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from django.db.models import Q
from django.utils import timezone

from common.days import months_back, same_day_last_year

CHOICES = {
    30: 1,
    90: 3,
    365: 12,
}  # days that the figures look back, and the whole months that growth compares
USUAL = 90


def day_begins(day: date) -> datetime:
    """Midnight in Vietnam, as a moment."""
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Window:
    """Days from `start` to `end`."""

    start: date
    end: date

    @classmethod
    def ending(cls, end: date, days: int) -> Self:
        """The `days` days up to and including `end`."""
        return cls(end - timedelta(days=days - 1), end)

    @classmethod
    def whole_months(cls, today: date, months: int) -> Self:
        """The last whole calendar months: the running one is not over and would be compared unfairly."""
        return cls(months_back(today, months), months_back(today, 0) - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.start}_{self.end}"

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def before(self) -> "Window":
        """The window of the same length that ends the day before."""
        return Window.ending(self.start - timedelta(days=1), self.days)

    @property
    def year_before(self) -> "Window":
        """The same calendar days one year earlier. Of whole months it is whole months again, leap years too."""
        last = same_day_last_year(self.end + timedelta(days=1)) - timedelta(days=1)
        return Window(same_day_last_year(self.start), last)

    def of(self, column: str) -> Q:
        """A condition on a column of times, which are kept in UTC."""
        after = day_begins(self.end + timedelta(days=1))
        return Q(**{f"{column}__gte": day_begins(self.start), f"{column}__lt": after})
