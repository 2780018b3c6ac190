"""Hours of day in Vietnam: phones ring from 6 to 21, and a night does not count."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from common.daytime import after_day_hours, is_day, next_day_time

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(autouse=True)
def days(settings):
    settings.DAY_STARTS, settings.DAY_ENDS = 6, 21


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("moment", "day", "then"),
    [
        ("03 06:00", True, "03 06:00"),
        ("03 20:59", True, "03 20:59"),
        ("03 21:00", False, "04 06:00"),
        ("03 05:59", False, "03 06:00"),
    ],
)
def test_the_night_is_put_off_to_the_morning(moment, day, then):
    assert (is_day(at(moment)), next_day_time(at(moment))) == (day, at(then))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("03 08:00", 2, "03 10:00"), ("03 20:00", 2, "04 07:00"), ("03 23:00", 2, "04 08:00"), ("03 06:00", 15, "03 21:00"),
        ("03 20:00", 30, "05 20:00"), ("03 02:00", 8, "03 14:00"), ("03 08:00", 0, "03 08:00"),
    ],
)  # fmt: skip
def test_only_hours_of_day_count(start, hours, end):
    assert after_day_hours(at(start), hours) == at(end)


def minutes_of_day_between(start, end):
    """Counted one by one, slowly and plainly."""
    minutes = int((end - start) / timedelta(minutes=1))
    return sum(is_day(start + timedelta(minutes=minute)) for minute in range(minutes))


@hypothesis_settings(max_examples=60)
@given(st.integers(0, 60 * 24 * 9), st.integers(0, 90 * 60))
def test_counting_forth_and_back_agree(minutes, wait):
    start = at("01 00:00") + timedelta(minutes=minutes)
    assert minutes_of_day_between(start, after_day_hours(start, wait / 60)) == wait
