"""Cells of tables that people open in a spreadsheet."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

BOM = "\ufeff"  # without it Excel reads Vietnamese as Latin-1
LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula: texts that begin like one get an apostrophe in front.

    Numbers, negative ones too, stay numbers. Source: OWASP, CSV injection.
    """
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ")[:1] in LIKE_A_FORMULA else text


def bare_cell(text: str) -> str:
    """The text that `safe_cell` was given."""
    return text[1:] if text[:1] == "'" and text[1:].lstrip(" ")[:1] in LIKE_A_FORMULA else text


def write_csv(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as a CSV that Excel and LibreOffice open by double click."""
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return BOM + out.getvalue()
