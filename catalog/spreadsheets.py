"""A shop's goods as a table: which columns it has, how its cells are read out of a file and written into one.

Here cells are texts only; what they mean is `catalog.imports`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from common.errors import Refusal
from common.folding import fold
from common.spreadsheets import (
    CSV_FORMULA,
    ERROR,
    FORMULA,
    BadSheet,
    Limits,
    clean_text,
    sheets_of,
    unreadable,
)

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 500
MOST_COLUMNS = 30
MOST_LINES = 20_000  # empty ones too
MOST_SIGNS = 2_000  # in one cell
HEADER_WITHIN = 10  # lines: people write a title above the table


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
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadSheet(_("Tệp nặng quá 2 MB. Hãy chia làm nhiều tệp."))
    try:
        sheets = sheets_of(data, name, Limits(columns=MOST_COLUMNS))
        return _table(([_cell(*cell) for cell in line] for line in lines) for lines in sheets)
    except Refusal:
        raise
    except Exception as error:  # a reader fed with a stranger's file may raise anything
        raise unreadable() from error


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


def _cell(value: Any, kind: str) -> Cell:
    """One cell as the text a person would have typed."""
    if kind == FORMULA:
        return clean_text(str(value)), _(
            "Ô này là công thức. Hãy chép rồi dán lại dạng giá trị, hoặc ghi số vào."
        )
    if kind == CSV_FORMULA:
        return clean_text(str(value)), _("Ô này là công thức. Hãy ghi số hoặc chữ vào.")
    if kind == ERROR:
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
