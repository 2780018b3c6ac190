"""Figures as people say them. "Tăng 174 lần" can be read in two ways, so both of ours are printed side by side."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.money import NBSP, show_dong
from growth.paid_queries import PaidMonth
from growth.queries import Month
from growth.windows import Window

TRIEU, TY = 10**6, 10**9


def number(value: float, places: int = 0) -> str:
    """17300 as "17.300" (Vietnamese) or "17,300" (English)."""
    text = f"{value:,.{places}f}"
    return text if get_language() == "en" else text.translate(str.maketrans(",.", ".,"))


def times(ratio: float) -> str:
    """174.0 as "gấp 174,0 lần"."""
    return _("gấp %(ratio)s lần") % {"ratio": number(ratio, 1)}


def percent(change: float) -> str:
    """17300.0 as "+17.300 %", -20.0 as "−20 %" with a true minus."""
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return f"{sign}{number(abs(change))}{NBSP}%"


def short_dong(amount: int) -> str:
    """12400000 as "12,4 triệu ₫": short enough for a title or an axis."""
    for worth, word in ((TY, _("tỷ")), (TRIEU, _("triệu"))):
        if amount >= worth:
            text = number(amount / worth, 1)
            return f"{text.removesuffix(',0').removesuffix('.0')}{NBSP}{word}{NBSP}₫"
    return show_dong(amount)


def month_name(first: date) -> str:
    """ "tháng 10/2026"."""
    return _("tháng %(month)s/%(year)s") % {"month": first.month, "year": first.year}


def period(window: Window) -> str:
    """A window as people write it: whole months by name, anything else by its days."""
    first, last = window.start, window.end
    if first.day == 1 and (first.year, first.month) == (last.year, last.month):
        return month_name(first)
    if first.day == 1 and first.year == last.year:
        return _("tháng %(first)s–%(last)s/%(year)s") % {
            "first": first.month,
            "last": last.month,
            "year": last.year,
        }
    if first.day == 1:
        return _("tháng %(first)s – tháng %(last)s") % {
            "first": f"{first.month}/{first.year}",
            "last": f"{last.month}/{last.year}",
        }
    return f"{date_format(first, 'd/m/Y')} – {date_format(last, 'd/m/Y')}"


def channel_name(channel: str) -> str:
    """Where something was sold, as people say it."""
    names = {"web": _("Trên mạng"), "stall": _("Tại quầy chợ")}
    return names.get(channel, channel)


def paid_finding(months: list[PaidMonth]) -> str:
    """What the chart of ways to pay shows, as its title: the last whole month, and the one before it. `months` are at least 3,
    the running one last."""
    last, before = months[-2], months[-3]
    said: dict[str, object] = {
        "month": month_name(last.first).capitalize(),
        "earlier": month_name(before.first),
    }
    if last.hidden:
        return _("%(month)s: dưới 5 lần bán nên không nêu số") % said
    if not last.share.sales:
        return _("%(month)s chưa có lần bán nào được trả tiền") % said
    said |= {"all": last.share.cashless_percent, "machine": last.share.machine_percent}
    if before.hidden or not before.share.sales:
        return _("%(month)s: %(all)s %% tiền hàng trả không tiền mặt, máy xác nhận %(machine)s %%") % said
    said["then"] = before.share.cashless_percent
    return (
        _(
            "%(month)s: %(all)s %% tiền hàng trả không tiền mặt, máy xác nhận %(machine)s %%; %(earlier)s là %(then)s %%"
        )
        % said
    )


def finding(months: list[Month]) -> str:
    """What the chart of months shows, as its title: the last whole month against the same month a year before.

    `months` are at least 14, the running one last.
    """
    last, year_before = months[-2], months[-14]
    said = {
        "month": month_name(last.first),
        "amount": short_dong(last.amount),
        "before": month_name(year_before.first),
    }
    said |= {"month": said["month"][:1].upper() + said["month"][1:]}
    if last.hidden or (last.orders and year_before.hidden):
        return _("%(month)s: dưới 5 khách trong tháng này hoặc cùng tháng năm trước nên không nêu số") % said
    if not last.orders:
        return _("%(month)s chưa bán được đơn nào") % said
    if not year_before.orders:
        return _("%(month)s bán được %(amount)s; %(before)s chưa có đơn") % said
    said |= {"times": times(last.amount / year_before.amount)}
    return _("%(month)s bán được %(amount)s, %(times)s %(before)s") % said
