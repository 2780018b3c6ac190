"""Figures for spreadsheets."""

from django.utils.translation import gettext as _

from common.cells import write_csv
from growth.areas import Area
from growth.paid_queries import Paid, PaidMonth, PaidPart
from growth.queries import FEW, Month
from growth.windows import Window
from growth.wording import channel_name


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


def paid_csv(
    area: Area,
    window: Window,
    channels: dict[str, Paid],
    months: list[PaidMonth],
    parts: list[PaidPart],
    channel: str = "",
) -> str:
    """How sales were paid: the period by channel, then by month, then by place below; one line each. Hidden cells say "<5",
    shops of a village tell per cent and numbers, no money."""
    head = [
        _("Mã"), _("Nơi"), _("Kỳ"), _("Bán ở đâu"),
        _("Máy xác nhận (đồng)"), _("Người bán xác nhận (đồng)"), _("Tiền mặt (đồng)"),
        _("Máy xác nhận (lần)"), _("Người bán xác nhận (lần)"), _("Tiền mặt (lần)"),
        _("Không tiền mặt (% tiền)"), _("Không tiền mặt (% lần)"),
    ]  # fmt: skip
    every = _("Tất cả")
    chosen = channel_name(channel) if channel else every
    days = f"{window.start:%Y-%m-%d}/{window.end:%Y-%m-%d}"
    lines = [
        [area.code, area.name, days, channel_name(name) if name else every, *_cells(paid)]
        for name, paid in channels.items()
    ]
    lines += [[area.code, area.name, f"{month.first:%Y-%m}", chosen, *_cells(month)] for month in months]
    lines += [[part.code, part.name, days, chosen, *_cells(part, money=not part.is_shop)] for part in parts]
    return write_csv([head, *lines])


def _cells(paid: Paid, *, money: bool = True) -> list[object]:
    if paid.hidden:
        return [f"<{FEW}", *[""] * 7]
    share = paid.share
    sums = share[:3] if money else ("", "", "")
    percents = [share.cashless_percent, share.cashless_percent_of_sales]
    return [*sums, *share[3:], *("" if percent is None else percent for percent in percents)]
