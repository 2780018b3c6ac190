"""Hours in which people may be disturbed, counted on the clock of Vietnam: DAY_STARTS to DAY_ENDS of every day.

Vietnam has no summer time, so a day always has the same number of such hours.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def is_day(moment: datetime) -> bool:
    """Whether a phone may ring."""
    return settings.DAY_STARTS <= timezone.localtime(moment).hour < settings.DAY_ENDS


def next_day_time(moment: datetime) -> datetime:
    """The moment itself by day, else the next morning."""
    if is_day(moment):
        return moment
    local = timezone.localtime(moment)
    morning = local.replace(hour=settings.DAY_STARTS, minute=0, second=0, microsecond=0)
    return morning if morning > local else morning + timedelta(days=1)


def after_day_hours(start: datetime, hours: float) -> datetime:
    """When so many hours of day will have passed since `start`."""
    left, moment = timedelta(hours=hours), timezone.localtime(next_day_time(start))
    while True:
        evening = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
            hours=settings.DAY_ENDS
        )
        if moment + left <= evening:
            return moment + left
        left -= evening - moment
        moment = timezone.localtime(next_day_time(evening))
