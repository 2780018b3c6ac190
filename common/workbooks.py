"""Workbooks to keep and to print: plain tables with a heading, written for people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.utils import timezone

BRAND = "FF17633A"
WIDTH = 16


@dataclass(frozen=True)
class Sheet:
    """One table: its title, its headings, its rows, and how wide its columns are, in signs."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = field(default=())


def write_workbook(sheets: Iterable[Sheet]) -> bytes:
    """The tables as .xlsx. Texts are texts, whatever they begin with; đồng are numbers with separators; times are local."""
    from openpyxl import Workbook  # 5 MB of memory that few processes need

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _write(book.create_sheet(sheet.title[:31]), sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    page.append(list(sheet.head))
    for cell in page[1]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor=BRAND)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for row in sheet.rows:
        page.append([_plain(value) for value in row])
        for cell in page[page.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
            elif isinstance(cell.value, int):
                cell.number_format = "#,##0"
    for number in range(1, len(sheet.head) + 1):
        wide = sheet.widths[number - 1] if number <= len(sheet.widths) else WIDTH
        page.column_dimensions[get_column_letter(number)].width = wide
    page.freeze_panes = "A2"


def _plain(value: Any) -> Any:
    """A value that a cell can hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, int | date):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))
