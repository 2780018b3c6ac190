"""The same items as a spreadsheet in Vietnamese, for people who copy them into other markets by hand."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from storefront.feeds.items import LANGUAGE, Item

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = (13, 24, 32, 12, 12, 10, 12, 50, 60, 28, 16, 50)
_PIECE = 64 * 1024


def write(items: Iterable[Item], title: str, link: str) -> Iterator[bytes]:
    """The file in pieces. It is packed on disk first, since a spreadsheet is a zip; memory stays the same."""
    book = Workbook(write_only=True)
    with translation.override(LANGUAGE):
        sheet = book.create_sheet(_("Hàng"))
        head = _head()
    for column, width in zip("ABCDEFGHIJKL", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, name) for name in head])
    for item in items:
        sheet.append([_cell(sheet, value) for value in _cells(item)])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _head() -> list[str]:
    return [
        _("Mã hàng"), _("Ngành hàng"), _("Tên hàng"), _("Đơn vị"), _("Giá (đồng)"), _("Còn"), _("Cân nặng (kg)"),
        _("Ảnh"), _("Mô tả"), _("Người bán"), _("Mã vạch"), _("Trang bán"),
    ]  # fmt: skip


def _cells(item: Item) -> list[Any]:
    return [
        item.id, " > ".join(item.kinds), item.title, item.unit, item.price, item.stock, item.weight_kg, item.picture,
        item.text, item.brand, item.gtin, item.link,
    ]  # fmt: skip


def _bold(sheet: Any, name: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """A value as it is; a text that begins like a formula is marked as text, which needs no apostrophe here."""
    if not isinstance(value, str) or not value.startswith("="):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
