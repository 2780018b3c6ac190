"""Words, figures, icons and pictures for templates. A builtin: no {% load %} needed."""

import re
from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.icons import ICONS
from common.money import show_dong
from common.quantity import show_quantity

register = template.Library()
register.filter("dong", show_dong)
register.filter("quantity", show_quantity)

# --- icons ----------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: int = 24) -> SafeString:
    """An outline icon, hidden from screen readers: a word always stands beside it. Raises KeyError if unknown."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{1}</svg>',
        size,
        mark_safe(ICONS[name]),
    )


# --- words ----------------------------------------------------------------------------------------------------------


@register.filter
def phone(number: str | None) -> str:
    """ "+84912345678" as "0912 345 678"."""
    digits = re.sub(r"^\+84", "0", number or "")
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}" if len(digits) == 10 else digits


@register.filter
def phone_masked(number: str | None) -> str:
    """ "+84912345678" as "0912 ••• ••8"."""
    digits = re.sub(r"^\+84", "0", number or "")
    return f"{digits[:4]} ••• ••{digits[-1:]}" if digits else ""


@register.filter
def stars(number: int) -> str:
    """4 as "★★★★☆". A screen reader needs the figure beside it."""
    return "★" * number + "☆" * (5 - number)


@register.filter
def zalo(number: str | None) -> str:
    """The address of a chat with this phone in Zalo."""
    return f"https://zalo.me/{re.sub(r'[^0-9]', '', re.sub(r'^[+]84', '0', number or ''))}"


def _weekday(day: date) -> str:
    names = [_("thứ Hai"), _("thứ Ba"), _("thứ Tư"), _("thứ Năm"), _("thứ Sáu"), _("thứ Bảy"), _("Chủ nhật")]
    return names[day.weekday()]


def _local(moment: datetime | date) -> datetime | date:
    return (
        timezone.localtime(moment) if isinstance(moment, datetime) and timezone.is_aware(moment) else moment
    )


@register.filter
def day_words(moment: datetime | date | None) -> str:
    """ "thứ Ba 24/11", with the year if it is not this one."""
    if moment is None:
        return ""
    day = _local(moment)
    year = "" if day.year == timezone.localdate().year else f"/{day.year}"
    return f"{_weekday(day)} {day.day}/{day.month}{year}"


@register.filter
def when(moment: datetime | None) -> str:
    """ "thứ Ba 24/11, 7:05"."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{day_words(moment)}, {local.hour}:{local.minute:02d}"


@register.filter
def month_words(day: date | None) -> str:
    """ "tháng 11/2026"."""
    return _("tháng %(month)s/%(year)s") % {"month": day.month, "year": day.year} if day else ""


@register.filter
def months(numbers: list[int]) -> str:
    """Season months as people say them: [7, 8, 9, 1] as "tháng 7–9, 1"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    if len(runs) > 1 and runs[0][0] == 1 and runs[-1][-1] == 12:  # a season over New Year is one season
        runs = [runs[-1] + runs[0], *runs[1:-1]]
    words = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
    return _("tháng %(months)s") % {"months": words} if words else ""


# --- addresses ------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def other_language_url(context: template.Context) -> str:
    """This page in the other of our two languages."""
    request: HttpRequest | None = context.get("request")
    other = "vi" if get_language() == "en" else "en"
    return translate_url(request.get_full_path(), other) if request else "/"


@register.simple_tag(takes_context=True)
def page_in(context: template.Context, language: str) -> str:
    """This page, without its filters, in one of our languages: search engines pair the two."""
    request: HttpRequest | None = context.get("request")
    return translate_url(request.path, language) if request else "/"


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: Any) -> str:
    """The query string of this page with some values changed (None takes one out). The page key is always dropped."""
    query = context["request"].GET.copy()
    query.pop("sau", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def query_without(context: template.Context, *names: str) -> str:
    """The query string of this page without some values. The page key is always dropped."""
    return query_with(context, **dict.fromkeys(names))


# --- pictures -------------------------------------------------------------------------------------------------------

# The sizes hint is about 70 % of the true width: a screen with doubled dots then takes the middle file
SIZES = {
    "tile": ("(min-width: 56rem) 110px, 22vw", "fill"),
    "card": ("(min-width: 56rem) 160px, 33vw", "fill"),
    "wide": ("(min-width: 56rem) 420px, 66vw", "width"),
    "main": ("(min-width: 56rem) 420px, 66vw", "width"),
}
_WIDTH = re.compile(r"(?:fill|width|max)-(\d+)")


@register.simple_tag
def photo(
    picture: Any, size: str = "card", alt: str = "", lazy: bool = True, priority: bool = False
) -> SafeString:
    """A picture in AVIF and JPEG from the sizes made at upload; a drawn leaf while there are none.

    Reads `picture.renditions.all()`, which a query has prefetched, and never makes a size: a page that does so takes
    seconds. `size` is a key of SIZES.
    """
    hint, shape = SIZES[size]
    by_format: dict[str, list[tuple[int, Any]]] = defaultdict(list)
    every: dict[str, list[tuple[int, Any]]] = defaultdict(list)
    for rendition in picture.renditions.all() if picture is not None else ():
        match = _WIDTH.match(rendition.filter_spec)
        kind = "avif" if "format-avif" in rendition.filter_spec else "jpeg"
        if match:
            every[kind].append((int(match[1]), rendition))
            if rendition.filter_spec.startswith(shape):
                by_format[kind].append((int(match[1]), rendition))
    jpeg = sorted(by_format["jpeg"] or every["jpeg"], key=lambda pair: pair[0])
    if not jpeg:
        return format_html('<div class="ph">{}</div>', icon("leaf", 48))
    fallback = jpeg[-1][1]
    avif = sorted(by_format["avif"], key=lambda pair: pair[0])
    source = ""
    if avif:
        files = format_html_join(", ", "{} {}w", ((row.url, width) for width, row in avif))
        source = format_html('<source type="image/avif" srcset="{}" sizes="{}">', files, hint)
    loading = mark_safe(' fetchpriority="high"') if priority else mark_safe(' loading="lazy"') if lazy else ""
    return format_html(
        '<picture>{}<img src="{}" width="{}" height="{}" alt="{}" decoding="async"{}></picture>',
        source, fallback.url, fallback.width, fallback.height, alt, loading,
    )  # fmt: skip
