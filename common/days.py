"""Local days and months. Times are stored in UTC; what is counted is counted by the day in Vietnam."""

from datetime import date, datetime, timedelta

from django.utils import timezone


def local_day(at: datetime | None = None) -> date:
    """The calendar day in Vietnam (UTC+7, no summer time) of a moment, now if none is given."""
    return timezone.localtime(at or timezone.now()).date()


def month_start(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def months_back(day: date, count: int) -> date:
    """The first day of the month that lies `count` months before that of `day`."""
    number = day.year * 12 + day.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def same_day_last_year(day: date) -> date:
    """The same calendar day a year earlier; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day - timedelta(days=366)
