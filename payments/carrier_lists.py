"""A carrier's list of what it collected, as a file: every line of it reported, nothing written.

An order is known by our code or by the carrier's own number of the parcel, wherever in the line that stands; the money by
its heading. No carrier publishes the headings of its file, and each of them has changed them before.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from common.folding import fold
from common.money import BadAmount, read_dong, show_dong
from common.spreadsheets import BadSheet
from orders.models import Order, Shipment
from payments.carrier_queries import rests
from payments.statements import BadCell, Row, Unread, read_amount, tables_of, thousands_of

HEADER_WITHIN = 40  # lines: letterhead, period, account
AT_ONCE = 500  # codes asked for in one query
# folded headings of the money that was collected, the surest first
_MONEY = (
    "thu ho thuc te", "tien thu ho", "thu ho", "cod thuc thu", "tien cod", "cod amount", "cod", "hang giu", "da thu", "so tien",
    "amount",
)  # fmt: skip
_NOT_MONEY = re.compile(r"\b(phi|fee|ngay|date|ma|code|trang thai|status|tong phi)\b")
_OUR_CODE = re.compile(r"\b(ma don|don hang|order|ma tham chieu|reference)\b|^don$")


class Verdict(StrEnum):
    """What a line is, against what the carrier holds for its order."""

    WHOLE = "whole"
    LESS = "less"
    NOTHING = "nothing"  # refused at the door, or the carrier hands over none of it
    MORE = "more"
    OVER = "over"  # nothing is held any more
    UNKNOWN = "unknown"
    TWICE = "twice"
    UNREADABLE = "unreadable"


TAKEN = (Verdict.WHOLE, Verdict.LESS, Verdict.NOTHING)


@dataclass(frozen=True)
class Listed:
    """A line of the file, `number` as a spreadsheet counts: whose order, how many đồng, and what a person should know."""

    number: int
    code: str
    amount: int | None
    verdict: Verdict
    said: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether it can be settled as it stands."""
        return self.verdict in TAKEN


@dataclass(frozen=True)
class CarrierList:
    """All lines behind the headings. `skipped` are the numbers of those that name no order and no money: totals,
    signatures."""

    rows: list[Listed]
    skipped: list[int]

    @property
    def taken(self) -> list[Listed]:
        return [row for row in self.rows if row.is_taken]

    @property
    def wrong(self) -> list[Listed]:
        return [row for row in self.rows if not row.is_taken]

    @property
    def sum(self) -> int:
        return sum(row.amount or 0 for row in self.taken)


def read_list(carrier: str, file: BinaryIO, name: str) -> CarrierList:
    """The list in an .xlsx or .csv file, against what this carrier holds. 5 queries, 2 more for each 500 lines.

    Raises BadSheet for a file without a column of collected money.
    """
    for table in tables_of(file, name):
        found = _headed(table)
        if found is not None:
            return _read(carrier, *found)
    raise BadSheet(_("Không thấy cột tiền thu hộ. Hãy đặt tên cột đó là “Tiền thu hộ” rồi gửi lại."))


def _headed(table: Sequence[Row]) -> tuple[list[Row], int, int | None] | None:
    """The lines behind the headings, the column of the money and that of the order's code; None without headings."""
    for at, row in enumerate(table[:HEADER_WITHIN]):
        heads = [fold(row.text(column)) for column in range(len(row.cells))]
        heads = ["" if len(head) > 60 or re.search(r"\d{3}", head) else head for head in heads]
        money = _first(heads, _MONEY)
        if money is not None and sum(map(bool, heads)) > 1:
            ours = next((column for column, head in enumerate(heads) if _OUR_CODE.search(head)), None)
            return list(table[at + 1 :]), money, ours
    return None


def _first(heads: Sequence[str], words: Iterable[str]) -> int | None:
    may = [column for column, head in enumerate(heads) if head and not _NOT_MONEY.search(head)]
    return next((column for word in words for column in may if f" {word} " in f" {heads[column]} "), None)


def _read(carrier: str, rows: list[Row], money: int, ours: int | None) -> CarrierList:
    known = _orders_in(carrier, rows)
    reader = _Reader(carrier, rows, money, set(known.values()))
    listed: list[Listed] = []
    skipped: list[int] = []
    for row in rows:
        found = {known[word] for word in _words(row) if word in known}
        if not found and not _names_one(row, money, ours):
            if any(cell is not None for cell in row.cells):
                skipped.append(row.number)
            continue
        order = found.pop() if len(found) == 1 else None
        listed.append(reader.judge(row, order, row.text(ours)[:40] or next(iter(_words(row)), "")))
    return CarrierList(listed, skipped)


def _names_one(row: Row, money: int, ours: int | None) -> bool:
    """Whether a line without an order we know still speaks of one: it has money, and a code where codes stand."""
    code = row.text(ours if ours is not None else 0)
    is_code = re.search(r"[0-9A-Z]{4}", code, re.IGNORECASE | re.ASCII)
    return bool(re.search(r"\d", row.text(money)) and is_code) and not re.match(
        r"(tong|cong|total)\b", fold(code)
    )


class _Reader:
    """Judges the lines of one file against what the carrier holds."""

    def __init__(self, carrier: str, rows: list[Row], money: int, orders: set[int]) -> None:
        self.money = money
        self.held = {
            order: amount for (_carrier, order), amount in rests(of_carrier=carrier, orders=orders).items()
        }
        self.codes = dict(Order.objects.filter(pk__in=orders).values_list("pk", "public_code"))
        self.thousands = thousands_of(cell for row in rows if isinstance(cell := row.at(money), str))
        self.seen: set[int] = set()

    def judge(self, row: Row, order: int | None, as_written: str) -> Listed:
        """One line; no order if none is known, or several are named."""
        code = self.codes[order] if order else as_written
        try:
            amount = self._amount(row)
        except BadCell as bad:
            return Listed(row.number, code, None, Verdict.UNREADABLE, str(bad.said))
        if amount is None or amount < 0:
            return Listed(row.number, code, None, Verdict.UNREADABLE, _("Dòng này không có số tiền thu hộ."))
        if order is None:
            return Listed(row.number, code, amount, Verdict.UNKNOWN, _("Không có đơn nào mã này."))
        return Listed(row.number, code, amount, *self._verdict(order, amount))

    def _verdict(self, order: int, amount: int) -> tuple[Verdict, str]:
        held = self.held.get(order, 0)
        if order in self.seen:
            return Verdict.TWICE, _("Đơn này đã có ở dòng trên.")
        self.seen.add(order)
        if amount > held:
            if not held:
                return Verdict.OVER, _("Hãng không còn giữ tiền của đơn này.")
            return Verdict.MORE, _("Hãng chỉ giữ %(held)s.") % {"held": show_dong(held)}
        if amount == held:
            return (Verdict.WHOLE, "") if amount else (Verdict.NOTHING, _("Không thu được tiền."))
        return Verdict.LESS, _("Thiếu %(missing)s.") % {"missing": show_dong(held - amount)}

    def _amount(self, row: Row) -> int | None:
        cell = row.at(self.money)
        if isinstance(cell, Unread):
            raise BadCell(cell.said)
        if cell is None:
            return None
        if cell in ("-", "–", "—"):
            return 0
        if isinstance(
            cell, str
        ):  # "120.000" is read as where people type it: nobody collects thousandths of a đồng
            with suppress(BadAmount):
                return read_dong(cell)
        return read_amount(cell, self.thousands)


def _words(row: Row) -> list[str]:
    """What in a line may be a code, as codes are written here."""
    texts = [_text(cell) for cell in row.cells]
    return [text for text in texts if 4 <= len(text) <= 40]


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a parcel's number that a spreadsheet took for an amount
    said = "" if cell is None or isinstance(cell, Unread) else str(cell)
    return said.strip(" #'\t").upper()


def _orders_in(carrier: str, rows: list[Row]) -> dict[str, int]:
    """Orders by what the file may call them: our code, or the carrier's number of a parcel. 2 queries for each 500 codes."""
    words = sorted({word for row in rows for word in _words(row)})
    known: dict[str, int] = {}
    for at in range(0, len(words), AT_ONCE):
        some = words[at : at + AT_ONCE]
        parcels = Shipment.objects.filter(carrier=carrier, code__in=some).values_list("code", "order")
        known.update((code.upper(), order) for code, order in parcels)
        known.update(Order.objects.filter(public_code__in=some).values_list("public_code", "pk"))
    return known
