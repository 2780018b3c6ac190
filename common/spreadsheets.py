"""Tables in files that come from a stranger's computer: .xlsx and .csv, read line by line.

How large a file becomes when unpacked is known before anything is believed; what a cell means is its reader's matter.
"""

import csv
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from django.utils.translation import gettext as _

from common.cells import bare_cell
from common.errors import Refusal
from common.folding import nfc

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA, ERROR, CSV_FORMULA, TEXT = "f", "e", "=", "s"  # kinds of cells; others are numbers, dates, booleans


class BadSheet(Refusal):
    """A file that is not the table asked for; the message says what to send instead."""

    code = "bad_sheet"
    status = 422
    field = "file"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of a file is believed. The reader bounds the file's own size and the number of lines."""

    unpacked: int = 16 * 1024 * 1024  # bytes
    files: int = 200  # a workbook of Excel has about fifteen
    columns: int = 30
    sheets: int = 5


RawCell = tuple[Any, str]  # a value as the file has it (None if empty), and its kind
Lines = Iterator[list[RawCell]]


def sheets_of(data: bytes, name: str, limits: Limits) -> Iterator[Lines]:
    """The sheets of a workbook, or a CSV once with each separator that Vietnamese and English computers write; the
    reader knows the right one by its headings. Lines have one column more than the limit at most, no empty ones at
    their end.

    Raises BadSheet, and whatever readers fed with a stranger's file raise: catch everything.
    """
    ending = name.rpartition(".")[2].casefold()
    if ending in ("xlsm", "xltm", "xlsb"):
        raise BadSheet(_("Tệp này có lệnh chạy tự động (macro) nên không nhận. Hãy lưu lại dạng .xlsx."))
    if data.startswith(b"PK"):
        return _workbook(data, limits)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadSheet(_("Tệp .xls kiểu cũ không đọc được. Hãy mở ra và lưu lại dạng .xlsx."))
    if ending not in ("csv", "txt", "tsv"):
        raise BadSheet(_("Chỉ nhận tệp .xlsx hoặc .csv."))
    return _separated(data, limits)


def unreadable() -> BadSheet:
    """What to say when a reader has stumbled."""
    return BadSheet(_("Không mở được tệp này. Hãy mở bằng Excel, lưu lại dạng .xlsx rồi gửi lại."))


def clean_text(text: str) -> str:
    """A text as we keep it: composed letters, no signs that cannot be seen, no gaps around it."""
    said = nfc(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    seen = (sign for sign in said if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn"))
    return "".join(seen).strip()


def _workbook(data: bytes, limits: Limits) -> Iterator[Lines]:
    """The sheets of a workbook, without believing what it says about its own size."""
    from openpyxl import load_workbook  # 5 MB of memory that few processes need

    _look_inside(data, limits)
    book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
    for sheet in book.worksheets[: limits.sheets]:
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=limits.columns + 1)
        yield (_trimmed([(cell.value, cell.data_type) for cell in line]) for line in rows)


def _look_inside(data: bytes, limits: Limits) -> None:
    """Raises BadSheet for a file that is no workbook, brings macros, or would unpack to more than we take."""
    try:
        parts = zipfile.ZipFile(BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise BadSheet(_("Tệp bị hỏng. Hãy lưu lại dạng .xlsx rồi gửi lại.")) from error
    names = [part.filename for part in parts]
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise BadSheet(_("Tệp này có lệnh chạy tự động (macro) nên không nhận. Hãy lưu lại dạng .xlsx."))
    if "xl/workbook.xml" not in names:
        raise BadSheet(_("Chỉ nhận tệp .xlsx hoặc .csv."))
    # unpacking stops at the size that the list of contents names, so this sum holds
    if len(parts) > limits.files or sum(part.file_size for part in parts) > limits.unpacked:
        raise BadSheet(_("Tệp này mở ra thì quá lớn nên không nhận. Hãy chép bảng sang một tệp mới."))


def _separated(data: bytes, limits: Limits) -> Iterator[Lines]:
    text = _decoded(data)
    for separator in ";\t,":  # comma last: without any of our headings its complaint is the one to show
        lines = csv.reader(StringIO(text, newline=""), delimiter=separator)
        yield (_trimmed([_csv_cell(cell) for cell in line[: limits.columns + 1]]) for line in lines)


def _csv_cell(text: str) -> RawCell:
    return bare_cell(text) or None, CSV_FORMULA if text.lstrip(" ").startswith("=") else TEXT


def _trimmed(cells: list[RawCell]) -> list[RawCell]:
    while cells and (cells[-1][0] is None or not str(cells[-1][0]).strip()):
        cells.pop()
    return cells


def _decoded(data: bytes) -> str:
    """Text of a CSV: UTF-8 as every phone writes it, UTF-16 as Excel's "Unicode text", else old Windows Vietnamese."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1258"):
        try:
            return nfc(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise BadSheet(_("Chữ trong tệp không đọc được. Hãy lưu lại dạng “CSV UTF-8” hoặc .xlsx."))
