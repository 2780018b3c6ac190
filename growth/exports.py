"""Figures for spreadsheets."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from growth.areas import Area
from growth.queries import FEW, Month

BOM = "\ufeff"  # without it Excel reads Vietnamese as Latin-1


def safe_cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula: texts that begin like one get an apostrophe in front.

    Numbers, negative ones too, stay numbers. Source: OWASP, CSV injection.
    """
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def write_csv(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as a CSV that Excel and LibreOffice open by double click."""
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return BOM + out.getvalue()


def months_csv(area: Area, months: list[Month]) -> str:
    """One line a month: place, month, orders, goods in đồng, of that cashless. Hidden cells say "<5"."""
    head = [
        _("Mã"),
        _("Nơi"),
        _("Tháng"),
        _("Đơn đã giao"),
        _("Tiền hàng (đồng)"),
        _("Không dùng tiền mặt (đồng)"),
    ]
    lines = []
    for month in months:
        sums = [f"<{FEW}", "", ""] if month.hidden else [month.orders, month.amount, month.cashless]
        lines.append([area.code, area.name, f"{month.first:%Y-%m}", *sums])
    return write_csv([head, *lines])
