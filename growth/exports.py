"""Figures for spreadsheets."""

from django.utils.translation import gettext as _

from common.cells import write_csv
from growth.areas import Area
from growth.queries import FEW, Month


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
