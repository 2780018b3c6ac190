"""A shop's goods as a file, and the empty table that farmers fill in. Read back by `catalog.spreadsheets`."""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from catalog.gtin import show_gtin
from catalog.models import Category, Product
from catalog.queries import goods_of
from catalog.spreadsheets import COLUMNS, MOST_ROWS
from catalog.units import NetUnit, Unit
from common.cells import write_csv
from common.quantity import show_quantity
from sellers.models import Shop

GOODS, HELP = "Hàng", "Giải thích"
BRAND = "FF17633A"
TEXTS = ("months", "code", "gtin", "harvest_on")  # Excel would make a date of 7-9 and round a bar code


def goods_lines(shop: Shop) -> list[list[Any]]:
    """Everything on a shop's shelf as lines below our headings, newest first. 1 query."""
    with translation.override("vi"):
        return [_line(product) for product in goods_of(shop).prefetch_related(None)]


def _line(product: Product) -> list[Any]:
    ahead = product.is_preorder
    cells: dict[str, Any] = {
        "code": product.public_code, "title": product.title, "kind": product.category.name, "price": product.price,
        "unit": Unit(product.unit).label, "stock": product.stock if product.counted else None,
        "uncounted": "" if product.counted else "có", "minimum": product.minimum,
        "months": "" if product.all_year else ", ".join(map(str, product.season_months)), "variety": product.variety,
        "grade": product.get_grade_display(), "making": product.get_making_display(), "net_quantity": product.net_quantity,
        "net_unit": NetUnit(product.net_unit).label if product.net_unit else "", "gtin": show_gtin(product.gtin),
        "harvest_on": f"{product.harvest_on:%d/%m/%Y}" if ahead else "",
        "preorder_cap": product.preorder_cap if ahead else None,
        "hidden": "có" if product.hidden else "", "description": product.description,
    }  # fmt: skip
    return [_plain(cells[column.key]) for column in COLUMNS]


def _plain(value: Any) -> Any:
    """A value that a cell can hold: no signs that a workbook forbids, no idle zeros."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    return (
        ILLEGAL_CHARACTERS_RE.sub("", str(value))
        if value is not None and not isinstance(value, int)
        else value
    )


def goods_csv(shop: Shop) -> str:
    """The shelf as a CSV; quantities have a comma, as Excel in Vietnam reads them."""
    lines = [[_for_csv(cell) for cell in line] for line in goods_lines(shop)]
    return write_csv([[column.heading for column in COLUMNS], *lines])


def _for_csv(value: Any) -> Any:
    if value is None:
        return ""
    return show_quantity(value) if isinstance(value, Decimal) else value


def goods_xlsx(shop: Shop, kinds: list[Category]) -> bytes:
    """The shelf as a workbook that can be changed and brought back."""
    return _workbook(goods_lines(shop), kinds)


def template_xlsx(kinds: list[Category]) -> bytes:
    """An empty table with one example line, lists to choose from, and a sheet that says what each column means."""
    return _workbook([[column.example for column in COLUMNS]], kinds)


def _workbook(lines: Iterable[list[Any]], kinds: list[Category]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = GOODS
    sheet.append([column.heading + ("*" if column.required else "") for column in COLUMNS])
    for line in lines:
        sheet.append(line)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
    _dress(sheet)
    lists = _explain(book.create_sheet(HELP), kinds)
    for key, name in lists.items():
        _offer(sheet, key, name)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _dress(sheet: Any) -> None:
    sheet.freeze_panes = "C2"
    for number, column in enumerate(COLUMNS, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column.wide
        head = sheet[f"{letter}1"]
        head.font, head.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor=BRAND)
        head.alignment = Alignment(wrap_text=True, vertical="center")
        if column.key in TEXTS:
            sheet.column_dimensions[letter].number_format = "@"
            for cell in sheet[letter][1:]:
                cell.number_format = "@"
    sheet.row_dimensions[1].height = 34


def _explain(sheet: Any, kinds: list[Category]) -> dict[str, str]:
    """What each column means, and the lists to choose from. Returns where the list of each column stands."""
    sheet.append(
        [
            "Cột",
            "Ghi gì",
            "",
            "Loại hàng",
            "Tính theo",
            "Phân loại",
            "Tươi hay chế biến",
            "Đựng tính bằng",
            "Có hay không",
        ]
    )
    with translation.override("vi"):
        lists: dict[str, list[Any]] = {
            "kind": [kind.name for kind in kinds], "unit": list(Unit.labels), "grade": list(Product.Grade.labels),
            "making": list(Product.Making.labels), "net_unit": list(NetUnit.labels), "uncounted": ["có", "không"],
        }  # fmt: skip
    for number, column in enumerate(COLUMNS, start=2):
        sheet.cell(number, 1, column.heading + ("*" if column.required else ""))
        sheet.cell(number, 2, column.means).alignment = Alignment(wrap_text=True)
    last = len(COLUMNS) + 3
    for line in (
        "Cột có dấu * phải ghi.",
        "Dòng bắt đầu bằng “Ví dụ:” được bỏ qua.",
        "Ô để trống ở món đã có thì giữ như cũ.",
    ):
        sheet.cell(last, 2, line)
        last += 1
    stands = {}
    for place, (key, words) in enumerate(lists.items(), start=4):
        letter = get_column_letter(place)
        for number, word in enumerate(words, start=2):
            sheet.cell(number, place, str(word))
        sheet.column_dimensions[letter].width = 20
        stands[key] = f"'{HELP}'!${letter}$2:${letter}${max(2, len(words) + 1)}"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 60
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    return stands | {"hidden": stands["uncounted"]}


def _offer(sheet: Any, key: str, stands: str) -> None:
    """A list to choose from in a column. Typing something else is allowed: our own check says what is wrong with it."""
    number = next(n for n, column in enumerate(COLUMNS, start=1) if column.key == key)
    rule = DataValidation(type="list", formula1=stands, allow_blank=True, showErrorMessage=False)
    rule.add(f"{get_column_letter(number)}2:{get_column_letter(number)}{MOST_ROWS + 1}")
    sheet.add_data_validation(rule)
