"""Stretches of time that are compared with each other."""

from datetime import UTC, date, datetime

import pytest

from growth.windows import Window, day_begins
from growth.wording import period


def test_ninety_days_include_today_and_the_window_before_joins_without_a_gap():
    window = Window.ending(date(2026, 11, 23), 90)
    assert (window.start, window.days) == (date(2026, 8, 26), 90)
    assert window.before == Window(date(2026, 5, 28), date(2026, 8, 25))


@pytest.mark.parametrize(
    ("today", "months", "window", "year_before"),
    [
        (date(2026, 11, 23), 3, ("2026-08-01", "2026-10-31"), ("2025-08-01", "2025-10-31")),
        (date(2026, 1, 1), 1, ("2025-12-01", "2025-12-31"), ("2024-12-01", "2024-12-31")),
        (date(2026, 3, 31), 12, ("2025-03-01", "2026-02-28"), ("2024-03-01", "2025-02-28")),
        (date(2028, 3, 15), 1, ("2028-02-01", "2028-02-29"), ("2027-02-01", "2027-02-28")),
        (date(2029, 3, 15), 1, ("2029-02-01", "2029-02-28"), ("2028-02-01", "2028-02-29")),
    ],
    ids=["autumn", "new year's day", "a year", "leap February", "February after a leap year"],
)
def test_whole_months_are_compared_with_the_same_whole_months(today, months, window, year_before):
    current = Window.whole_months(today, months)
    assert current == Window(*map(date.fromisoformat, window))
    assert current.year_before == Window(*map(date.fromisoformat, year_before))


def test_a_day_begins_at_midnight_in_vietnam():
    assert day_begins(date(2026, 11, 23)) == datetime(2026, 11, 22, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-10-01", "2026-10-31", "tháng 10/2026"),
        ("2026-08-01", "2026-10-31", "tháng 8–10/2026"),
        ("2025-11-01", "2026-10-31", "tháng 11/2025 – tháng 10/2026"),
    ],
)
def test_whole_months_are_called_by_their_names(start, end, words):
    assert period(Window(date.fromisoformat(start), date.fromisoformat(end))) == words
