"""Days and times as banks print them, on Vietnam's clock."""

import re
from datetime import date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payments.statements.cells import BadCell, Cell, about

FIRST_YEAR, LAST_YEAR = 2000, 2099

_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)?"
_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?!\d)", re.ASCII)
_TIME_AHEAD = re.compile(rf"{_CLOCK}\s+(?=\d)", re.ASCII)
_TIME_BEHIND = re.compile(rf"(?:\s+|T){_CLOCK}(?!\S)", re.ASCII)
_EXCEL_ZERO = datetime(1899, 12, 30)  # day 0 of spreadsheets' calendar, so that 1 March 1900 is day 61


def read_date(cell: Cell, order: str = "dmy") -> tuple[date, time | None, str]:
    """Day, time of day if there is one, and what else stands in the cell behind them. Raises BadCell."""
    if isinstance(cell, float) and 36_526 <= cell < 73_051:  # a date that has lost its format
        cell = _EXCEL_ZERO + timedelta(seconds=round(cell * 86_400))
    if isinstance(cell, datetime):
        _in_range(cell.date())
        cell += timedelta(microseconds=500_000)  # spreadsheets keep times as fractions of a day
        return cell.date(), _clock(cell.hour, cell.minute, cell.second), ""
    if isinstance(cell, date):
        return _in_range(cell), None, ""
    if not isinstance(cell, str):
        raise BadCell(not_a_date("" if cell is None else str(cell)))
    return _date_in(cell.strip(), order)


def _date_in(text: str, order: str) -> tuple[date, time | None, str]:
    ahead = _TIME_AHEAD.match(text)
    rest = text[ahead.end() :] if ahead else text
    try:
        if match := _DAY_FIRST.match(rest):
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            day = date(year, second, first) if order == "dmy" else date(year, first, second)
        elif match := _YEAR_FIRST.match(rest):
            day = date(int(match[1]), int(match[3]), int(match[4]))
        else:
            raise BadCell(not_a_date(text))
        rest = rest[match.end() :]
        behind = None if ahead else _TIME_BEHIND.match(rest)
        clock = ahead or behind
        hour = _clock(int(clock[1]), int(clock[2]), int(clock[3] or 0)) if clock else None
    except ValueError as error:
        raise error if isinstance(error, BadCell) else BadCell(not_a_date(text)) from error
    rest = rest[behind.end() :] if behind else rest
    if rest and not rest[0].isspace():
        raise BadCell(not_a_date(text))
    return _in_range(day), hour, rest.strip()


def _clock(hour: int, minute: int, second: int) -> time | None:
    """A time of day; None for midnight sharp, which is what banks print for a day without one. Raises ValueError."""
    clock = time(hour, minute, second)
    return None if clock == time() else clock


def read_time(cell: Cell) -> time:
    """A time of day in a column of its own. Raises BadCell."""
    if isinstance(cell, datetime):
        return cell.time().replace(microsecond=0, tzinfo=None)
    if isinstance(cell, time):
        return cell.replace(microsecond=0, tzinfo=None)
    match = re.fullmatch(_CLOCK, cell.strip(), re.ASCII) if isinstance(cell, str) else None
    try:
        if match:
            return time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        pass
    raise BadCell(about(_("“{text}” không phải là giờ dạng giờ:phút."), cell))


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadCell(not_a_date(f"{day:%d/%m/%Y}"))
    return day


def not_a_date(text: str) -> Promise:
    return about(_("“{text}” không phải là ngày dạng ngày/tháng/năm."), text)
