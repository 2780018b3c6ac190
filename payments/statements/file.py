"""A statement's file: its lines, and where the table begins behind the letterhead."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import pairwise
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.spreadsheets import (
    CSV_FORMULA,
    ERROR,
    FORMULA,
    BadSheet,
    Limits,
    RawCell,
    clean_text,
    sheets_of,
    unreadable,
)
from payments.statements.cells import Cell, Row, Unread
from payments.statements.mapping import MOST_COLUMNS, Mapping, guess_mapping

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 10_000
HEADER_WITHIN = 40  # lines: letterhead, account, owner, period, opening balance
LIMITS = Limits(unpacked=48 * 1024 * 1024, columns=MOST_COLUMNS)


@dataclass(frozen=True)
class Sheet:
    """The table of a file: all its lines, how many of them end with the headings, and what these suggest.

    Where no headings were found `mapping` is None and a person says where the columns are.
    """

    rows: list[Row]
    header_ends: int = 0  # lines before the first booking
    mapping: Mapping | None = None

    @property
    def header(self) -> list[str]:
        """The headings, as many as there are columns."""
        row = self.rows[self.header_ends - 1] if self.header_ends else Row(0, ())
        wide = max((len(row.cells) for row in self.rows), default=0)
        return [row.text(column) for column in range(wide)]


def read_sheet(file: BinaryIO, name: str) -> Sheet:
    """The statement in an .xlsx or .csv file: the first sheet with headings, else the widest. Raises BadSheet."""
    sheets = []
    for rows in tables_of(file, name):
        sheet = _with_header(rows)
        if sheet.mapping:
            return sheet
        sheets.append(sheet)
    return max(sheets, key=lambda sheet: len(sheet.header), default=Sheet([]))


def tables_of(file: BinaryIO, name: str) -> Iterator[list[Row]]:
    """The lines of each sheet of a workbook, or of a CSV once with each separator it may have. Raises BadSheet."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadSheet(_("Tệp nặng quá 5 MB. Hãy xuất theo từng tháng."))
    try:
        for lines in sheets_of(data, name, LIMITS):
            yield _rows(lines)
    except Refusal:
        raise
    except Exception as error:  # a reader fed with a stranger's file may raise anything
        raise unreadable() from error


def _rows(lines: Iterable[list[RawCell]]) -> list[Row]:
    rows = []
    for number, line in enumerate(lines, start=1):
        if number > MOST_LINES:
            raise BadSheet(_("Tệp dài quá %(n)s dòng. Hãy xuất theo từng tháng.") % {"n": MOST_LINES})
        rows.append(Row(number, tuple(_cell(value, kind) for value, kind in line[: LIMITS.columns])))
    return rows


def _cell(value: Any, kind: str) -> Cell | Unread:
    if kind == CSV_FORMULA:
        quoted = re.fullmatch(r'\s*="([^"]*)"\s*', str(value))  # how banks keep leading zeros from Excel
        if quoted:
            return clean_text(quoted[1]) or None
    if kind in (FORMULA, CSV_FORMULA):
        return Unread(clean_text(str(value)), _("Ô này là công thức, không phải giá trị."))
    if kind == ERROR:
        return Unread(clean_text(str(value)), _("Ô này báo lỗi trong bảng tính."))
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, int | float | datetime | date | time):
        return value
    return clean_text(str(value)) or None


def _with_header(rows: list[Row]) -> Sheet:
    """Headings in one line, else in two of which the lower goes on with the upper."""
    first = rows[:HEADER_WITHIN]
    texts = [[row.text(column) for column in range(len(row.cells))] for row in first]
    for at, header in enumerate(texts):
        if mapping := guess_mapping(header):
            return Sheet(rows, at + 1, mapping)
    for at, (upper, lower) in enumerate(pairwise(texts)):
        wide = max(len(upper), len(lower))
        padded = [(line + [""] * wide)[:wide] for line in (upper, lower)]
        if mapping := guess_mapping([f"{above} {below}" for above, below in zip(*padded, strict=True)]):
            return Sheet(rows, at + 2, mapping)
    return Sheet(rows)
