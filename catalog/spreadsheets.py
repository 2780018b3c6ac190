"""A shop's goods as a table: which columns it has, how its cells are read out of a file and written into one.

Here cells are texts only; what they mean is `catalog.imports`. A file comes from a stranger's computer: how large it
is, how large it becomes when unpacked and how many cells it has is known before anything is believed.
"""

import csv
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from common.cells import bare_cell
from common.errors import Refusal
from common.folding import fold, nfc

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 16 * 1024 * 1024
MOST_FILES = 200  # a workbook of Excel has about fifteen
MOST_ROWS = 500
MOST_COLUMNS = 30
MOST_LINES = 20_000  # empty ones too
MOST_SIGNS = 2_000  # in one cell
HEADER_WITHIN = 10  # lines: people write a title above the table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BadSheet(Refusal):
    """A file that is no table of goods; the message says what to send instead."""

    code = "bad_sheet"
    status = 422
    field = "file"


@dataclass(frozen=True)
class Column:
    """One column of the table: its key here, its heading, other headings people give it, and what to write there."""

    key: str
    heading: str
    means: str
    also: tuple[str, ...] = ()
    example: Any = ""
    wide: int = 14
    required: bool = False


# Headings are data, the same in every language: a table that was saved in one is read in all
COLUMNS = (
    Column("code", "Mã hàng", "Món mới để trống. Bảng tải về có sẵn mã: dòng có mã thì sửa món đó.", ("ma",)),
    Column("title", "Tên hàng", "Tên khách nhìn thấy, tối đa 80 chữ.", ("ten", "ten san pham"), "Ví dụ: Na dai", 34, True),
    Column("kind", "Loại hàng", "Chọn trong danh sách.", ("loai", "nhom hang"), "Trái cây", 18, True),
    Column("price", "Giá bán", "Tiền một đơn vị: 35000, 35.000 hay 35k đều được.", ("gia", "don gia"), 35000, 12, True),
    Column("unit", "Tính theo", "kg, quả, bó, chai… Chọn trong danh sách.", ("don vi", "don vi tinh", "dvt"), "kg", 14, True),
    Column("stock", "Còn", "Còn bao nhiêu để bán. Để trống nếu lúc nào cũng có.", ("so luong", "ton", "ton kho"), 20, 10),
    Column("uncounted", "Lúc nào cũng có", "Ghi “có” nếu không cần đếm số lượng.", ("khong dem",), "", 16),
    Column("minimum", "Mua ít nhất", "Khách mua ít nhất bao nhiêu.", ("toi thieu",), 1, 12),
    Column("months", "Bán vào tháng", "7-9 hoặc 7, 8, 9. Để trống là quanh năm.", ("thang", "mua vu", "mua"), "7-9", 16),
    Column("variety", "Giống", "Ví dụ: na dai, chè shan tuyết.", (), "na dai", 16),
    Column("grade", "Phân loại", "Loại đặc biệt, loại 1, loại 2 hoặc hàng xô.", ("loai may",), "Loại 1", 16),
    Column("making", "Tươi hay chế biến", "Tươi; phơi, sấy khô; hoặc đã chế biến.", ("dang",), "Tươi", 20),
    Column("net_quantity", "Mỗi gói đựng", "Chỉ ghi số, với hàng đóng gói, đóng chai: 500.", ("khoi luong tinh",), "", 14),
    Column("net_unit", "Đựng tính bằng", "g, kg, ml hoặc lít.", ("don vi tinh khoi luong",), "", 16),
    Column("gtin", "Mã vạch", "Dãy 8, 12, 13 hoặc 14 số dưới các vạch, nếu bao bì đã in.", ("gtin", "barcode"), "", 18),
    Column("harvest_on", "Ngày thu hoạch", "Chỉ ghi với hàng khách đặt trước: 12/6/2027.", ("thu hoach",), "", 16),
    Column("preorder_cap", "Nhận đặt nhiều nhất", "Với hàng đặt trước: nhận tất cả bao nhiêu.", (), "", 20),
    Column("hidden", "Đang cất", "Ghi “có” thì khách chưa thấy.", ("an",), "", 12),
    Column("description", "Kể thêm cho khách", "Trồng thế nào, ăn ngon khi nào…", ("mo ta",), "Hái buổi sáng.", 50),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}
REQUIRED = tuple(column.key for column in COLUMNS if column.required)
_KEY_OF = {
    fold(name): column.key for column in COLUMNS for name in (column.heading, column.key, *column.also)
}


@dataclass(frozen=True)
class SheetRow:
    """One line: its number as the spreadsheet shows it, its texts by column, and which cells could not be read."""

    number: int
    cells: dict[str, str]
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """What a file holds. `unknown` are headings nobody asked for; `examples` counts lines of the template left in."""

    rows: list[SheetRow]
    unknown: list[str]
    examples: int = 0


# --- reading --------------------------------------------------------------------------------------------------------


def read_table(file: BinaryIO, name: str) -> Table:
    """The table in an .xlsx or .csv file. Raises BadSheet."""
    try:
        return _read(file.read(MOST_BYTES + 1), name)
    except Refusal:
        raise
    except Exception as error:  # a reader fed with a stranger's file may raise anything
        raise BadSheet(
            _("Không mở được tệp này. Hãy mở bằng Excel, lưu lại dạng .xlsx rồi gửi lại.")
        ) from error


def _read(data: bytes, name: str) -> Table:
    if len(data) > MOST_BYTES:
        raise BadSheet(_("Tệp nặng quá 2 MB. Hãy chia làm nhiều tệp."))
    ending = name.rpartition(".")[2].casefold()
    if ending in ("xlsm", "xltm", "xlsb"):
        raise BadSheet(_("Tệp này có lệnh chạy tự động (macro) nên không nhận. Hãy lưu lại dạng .xlsx."))
    if data.startswith(b"PK"):
        return _table(_xlsx_lines(data))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadSheet(_("Tệp .xls kiểu cũ không đọc được. Hãy mở ra và lưu lại dạng .xlsx."))
    if ending not in ("csv", "txt", "tsv"):
        raise BadSheet(_("Chỉ nhận tệp .xlsx hoặc .csv. Hãy tải mẫu về và ghi vào đó."))
    return _table(_csv_lines(data))


Cell = tuple[str, str]  # its text, and why it cannot be taken ("" if it can)


def _table(sheets: Iterable[Iterable[list[Cell]]]) -> Table:
    """The first sheet whose first lines hold our headings."""
    for lines in sheets:
        keys: list[str | None] | None = None
        table = Table([], [])
        examples = 0
        for number, line in enumerate(lines, start=1):
            if number > MOST_LINES:
                raise BadSheet(_("Bảng dài quá, tối đa %(n)s món một lần.") % {"n": MOST_ROWS})
            if keys is None:
                keys = _keys_of(line)
                if keys is not None:
                    headings = zip(keys, line, strict=True)
                    table.unknown.extend(text for key, (text, _why) in headings if key is None and text)
                elif number >= HEADER_WITHIN:
                    break
                continue
            row = _row(number, keys, line)
            if row.cells.get("title", "").casefold().startswith("ví dụ:"):
                examples += 1
            elif row.cells or row.refused:
                table.rows.append(row)
            if len(table.rows) > MOST_ROWS:
                raise BadSheet(_("Bảng dài quá, tối đa %(n)s món một lần.") % {"n": MOST_ROWS})
        if keys is not None:
            return Table(table.rows, table.unknown, examples)
    raise BadSheet(
        _(
            "Không thấy dòng đầu bảng có các cột “Tên hàng”, “Loại hàng”, “Giá bán”, “Tính theo”. Hãy dùng mẫu."
        )
    )


def _keys_of(line: list[Cell]) -> list[str | None] | None:
    """Which column each heading names; None if this line is no line of headings."""
    keys: list[str | None] = []
    for text, _why in line:
        key = _KEY_OF.get(fold(text))
        keys.append(key if key not in keys else None)
    if not {"title", "price"} <= set(keys):
        return None
    missing = [BY_KEY[key].heading for key in REQUIRED if key not in keys]
    if missing:
        raise BadSheet(_("Bảng thiếu cột: %(columns)s.") % {"columns": ", ".join(missing)})
    if len(line) > MOST_COLUMNS:
        raise BadSheet(_("Bảng có quá %(n)s cột. Hãy bỏ bớt cột không dùng.") % {"n": MOST_COLUMNS})
    return keys


def _row(number: int, keys: list[str | None], line: list[Cell]) -> SheetRow:
    row = SheetRow(number, {}, {})
    for key, (text, why) in zip(keys, line, strict=False):
        if key is None:
            continue
        if text:
            row.cells[key] = text[:MOST_SIGNS]
        if why or len(text) > MOST_SIGNS:
            row.refused[key] = why or _("Ô này dài quá %(n)s chữ.") % {"n": MOST_SIGNS}
    return row


def clean_text(text: str) -> str:
    """A text as we keep it: composed letters, no signs that cannot be seen, no gaps around it."""
    said = nfc(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    seen = (sign for sign in said if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn"))
    return "".join(seen).strip()


def _xlsx_lines(data: bytes) -> Iterable[Iterable[list[Cell]]]:
    """The sheets of a workbook, line by line, without believing what it says about its own size."""
    from openpyxl import load_workbook  # 5 MB of memory that few processes need

    _look_inside(data)
    book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
    for sheet in book.worksheets[:5]:
        sheet.reset_dimensions()
        yield _sheet_lines(sheet)


def _sheet_lines(sheet: Any) -> Iterable[list[Cell]]:
    for line in sheet.iter_rows(max_col=MOST_COLUMNS + 1):
        cells = [_cell(cell.value, cell.data_type) for cell in line]
        while cells and cells[-1] == ("", ""):
            cells.pop()
        yield cells


def _look_inside(data: bytes) -> None:
    """Raises BadSheet for a file that is no workbook, brings macros, or would unpack to more than we take."""
    try:
        parts = zipfile.ZipFile(BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise BadSheet(_("Tệp bị hỏng. Hãy lưu lại dạng .xlsx rồi gửi lại.")) from error
    names = [part.filename for part in parts]
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise BadSheet(_("Tệp này có lệnh chạy tự động (macro) nên không nhận. Hãy lưu lại dạng .xlsx."))
    if "xl/workbook.xml" not in names:
        raise BadSheet(_("Chỉ nhận tệp .xlsx hoặc .csv. Hãy tải mẫu về và ghi vào đó."))
    # unpacking stops at the size that the list of contents names, so this sum holds
    if len(parts) > MOST_FILES or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise BadSheet(_("Tệp này mở ra thì quá lớn nên không nhận. Hãy chép bảng sang một tệp mới."))


def _cell(value: Any, kind: str) -> Cell:
    """One cell of a workbook as the text a person would have typed."""
    if kind == "f":
        return clean_text(str(value)), _(
            "Ô này là công thức. Hãy chép rồi dán lại dạng giá trị, hoặc ghi số vào."
        )
    if kind == "e":
        return clean_text(str(value)), _("Ô này báo lỗi trong bảng tính. Hãy ghi lại.")
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return ("có" if value else "không"), ""
    if isinstance(value, int):
        return str(value), ""
    if isinstance(value, float | Decimal):
        return _number(float(value)), ""
    if isinstance(value, datetime):
        return value.date().isoformat(), ""
    if isinstance(value, date | time):
        return value.isoformat(), ""
    return clean_text(str(value)), ""


def _number(value: float) -> str:
    """A number as it was typed: 35000.0 is 35000, 0.30000000000000004 is 0.3."""
    text = f"{value:.12g}"
    return f"{Decimal(text):f}" if re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]{1,2})?", text) else text


def _csv_lines(data: bytes) -> Iterable[Iterable[list[Cell]]]:
    """The table with each separator that Vietnamese and English computers write; the right one shows our headings."""
    text = _decoded(data)
    for separator in ";\t,":  # comma last: without any of our headings its complaint is the one to show
        first = next(iter(csv.reader(StringIO(text[:5000], newline=""), delimiter=separator)), [])
        if len(first) > 1 or separator == ",":
            yield _csv_rows(text, separator)


def _csv_rows(text: str, separator: str) -> Iterable[list[Cell]]:
    for line in csv.reader(StringIO(text, newline=""), delimiter=separator):
        cells = [_csv_cell(cell) for cell in line[: MOST_COLUMNS + 1]]
        while cells and cells[-1] == ("", ""):
            cells.pop()
        yield cells


def _csv_cell(text: str) -> Cell:
    bare = clean_text(bare_cell(text))
    formula = text.lstrip(" ").startswith("=")
    return bare, _("Ô này là công thức. Hãy ghi số hoặc chữ vào.") if formula else ""


def _decoded(data: bytes) -> str:
    """Text of a CSV: UTF-8 as every phone writes it, UTF-16 as Excel's "Unicode text", else old Windows Vietnamese."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1258"):
        try:
            return nfc(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise BadSheet(_("Chữ trong tệp không đọc được. Hãy lưu lại dạng “CSV UTF-8” hoặc .xlsx."))
