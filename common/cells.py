"""Cells of tables that people open in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO
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


def write_xlsx(head: Sequence[str], rows: Iterable[Iterable[Any]], *, title: str) -> bytes:
    """Rows below their headings as a workbook: numbers and days stay such, no text is ever a formula."""
    from openpyxl import Workbook  # 5 MB of memory that few processes need
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet: Any = book.active
    sheet.title = title[:31]
    sheet.freeze_panes = "A2"
    widths = [len(text) for text in head]
    for row in [head, *rows]:
        cells = [
            cell
            if isinstance(cell, int | float | date)
            else ILLEGAL_CHARACTERS_RE.sub("", str("" if cell is None else cell))
            for cell in row
        ]
        sheet.append(cells)
        widths = [max(width, min(len(str(cell)), 48)) for width, cell in zip(widths, cells, strict=True)]
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width + 2
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
