"""Amounts as banks print them, whole đồng or nothing."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from common.folding import fold
from payments.providers.base import Direction
from payments.statements.cells import BadCell, Cell, Unread, about

LARGEST = 10**15  # đồng

_CURRENCY = re.compile(r"(?:vnd|vnđ|đồng|dong|đ|₫)", re.IGNORECASE)
_GROUPS = {
    ",": re.compile(r"((?:[1-9][0-9]{0,2}(?:,[0-9]{3})+)|[0-9]+)(?:\.([0-9]{1,4}))?"),
    ".": re.compile(r"((?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+)|[0-9]+)(?:,([0-9]{1,4}))?"),
}
_SPACED = re.compile(r"([1-9][0-9]{0,2}(?: [0-9]{3})+)(?:[.,]([0-9]{1,4}))?")
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")


def thousands_of(texts: Iterable[str]) -> str:
    """The sign between groups of digits in amounts that were printed by the same program: "." or ",", empty if unknown.

    Decided by the amounts that can be read in one way only ("1.234.567", "1,234.00", "0.00"); where none is, or where
    they contradict each other, nothing is decided.
    """
    ways = [set(_ways(_unsigned(text)[1])) for text in texts]
    decided = {next(iter(way)) for way in ways if len(way) == 1}
    return decided.pop() if len(decided) == 1 else ""


def read_amount(cell: Cell, thousands: str = "") -> int:
    """Whole đồng, negative behind a minus or in brackets. `thousands` is the sign between groups, empty if unknown.

    Raises BadCell for everything that could mean two amounts ("1.234" where the sign is unknown), has a part of a đồng,
    or is no amount. Never 0 instead.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if cell != cell or abs(cell) > LARGEST:
            raise _no_amount(cell)
        if cell != int(cell):
            raise BadCell(about(_("“{text}” có phần lẻ của một đồng."), cell))
        return int(cell)
    if not isinstance(cell, str):
        raise _no_amount(cell)
    sign, digits = _unsigned(cell)
    ways = _ways(digits)
    if not ways:
        raise _no_amount(cell)
    chosen = [ways[thousands]] if thousands in ways else [*ways.values()]
    if thousands and thousands not in ways:
        raise BadCell(about(_("“{text}” viết khác các số tiền còn lại trong tệp."), cell))
    whole, part = chosen[0]
    if any(way != chosen[0] for way in chosen):
        raise BadCell(
            about(
                _(
                    "Không rõ dấu trong “{text}” là dấu ngăn hàng nghìn hay dấu phần lẻ. Hãy chọn cách viết số."
                ),
                cell,
            )
        )
    if part.strip("0"):
        raise BadCell(about(_("“{text}” có phần lẻ của một đồng."), cell))
    if whole > LARGEST:
        raise BadCell(about(_("“{text}” là số tiền quá lớn."), cell))
    return sign * whole


def _ways(digits: str) -> dict[str, tuple[int, str]]:
    """What digits and signs can mean, by the sign between groups: the whole đồng and the digits of a part of one."""
    if len(digits) > 40:
        return {}
    if spaced := _SPACED.fullmatch(digits):  # the gap is the sign between groups, so the other one is not
        read = (int(spaced[1].replace(" ", "")), spaced[2] or "")
        return {".": read, ",": read}
    found = {sign: pattern.fullmatch(digits) for sign, pattern in _GROUPS.items()}
    return {sign: (int(match[1].replace(sign, "")), match[2] or "") for sign, match in found.items() if match}


def _unsigned(text: str) -> tuple[int, str]:
    """1 or -1, and the digits without sign, brackets and currency; no digits for what is written otherwise."""
    said = _SPACES.sub(" ", text).strip().replace("−", "-").replace("–", "-")
    bracketed = re.fullmatch(r"\((.*)\)", said)
    said = _bare(bracketed[1] if bracketed else said)
    signed = re.fullmatch(r"([+-])? ?([^+-]*?) ?([+-])?", said)
    if not signed or (signed[1] and signed[3]) or (bracketed and (signed[1] or signed[3])):
        return 1, ""
    minus = bracketed or "-" in (signed[1], signed[3])
    return (-1 if minus else 1), _bare(signed[2])


def _bare(said: str) -> str:
    """Without the currency in front or behind."""
    front = _CURRENCY.match(said)
    if front:
        return said[front.end() :].strip()
    behind = re.search(rf"{_CURRENCY.pattern}$", said, re.IGNORECASE)
    return said[: behind.start()].strip() if behind else said.strip()


def sign_of(cell: Cell | Unread) -> str:
    """How an amount says its direction: "+", "-" (a minus, brackets, a number below zero), or not at all: ""."""
    if isinstance(cell, str) and re.search(r"\d", cell):
        return "+" if "+" in cell else "-" if re.search(r"[−–(-]", cell) else ""
    return "-" if isinstance(cell, int | float) and cell < 0 else ""


_IN = {"c", "cr", "co", "ghi co", "credit", "in", "tien vao", "vao", "thu", "bao co"}
_OUT = {"d", "dr", "no", "ghi no", "debit", "out", "tien ra", "ra", "chi", "bao no"}


def read_mark(text: str) -> Direction | None:
    """The direction that a mark such as "C", "Nợ", "Ghi có", "+" or "Debit" means; None for any other."""
    if text.strip() in ("+", "-", "−"):
        return Direction.IN if text.strip() == "+" else Direction.OUT
    said = fold(text)
    if said in _IN:
        return Direction.IN
    return Direction.OUT if said in _OUT else None


def _no_amount(cell: Cell) -> BadCell:
    return BadCell(about(_("“{text}” không phải là số tiền."), cell))
