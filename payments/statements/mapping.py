"""Where the columns of a statement are.

Source of the headings: those that published programs read in the exports of Vietcombank, BIDV, VietinBank, Agribank, MB,
Techcombank and ACB; no bank publishes its format, and exports differ from year to year.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from common.folding import fold

MOST_COLUMNS = 40


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """Which column says what, counted from 0.

    Money is `amount_in` and `amount_out`, or a signed `amount`, or an `amount` with a `mark` for its direction.
    `date_order` is dmy or mdy (a year in front always means year, month, day); `thousands` the sign between groups of
    digits, "." or ",", or empty: then all amounts of the file decide it. `reference` may be the column of the date where
    a bank prints both in one cell. Raises ValueError for columns that cannot work.
    """

    date: int
    time: int | None = None
    amount_in: int | None = None
    amount_out: int | None = None
    amount: int | None = None
    mark: int | None = None
    balance: int | None = None
    memo: int | None = None
    reference: int | None = None
    counterparty: int | None = None
    date_order: str = "dmy"
    thousands: str = ""

    def __post_init__(self) -> None:
        columns = [each.name for each in fields(self) if each.name not in ("date_order", "thousands")]
        for name in columns:
            column = getattr(self, name)
            if column is None and name != "date":
                continue
            if type(column) is not int or not 0 <= column < MOST_COLUMNS:
                raise ValueError(name)
        if (self.amount is None) == (self.amount_in is None and self.amount_out is None):
            raise ValueError("amount")
        if self.mark is not None and self.amount is None:
            raise ValueError("mark")
        if self.date_order not in ("dmy", "mdy") or self.thousands not in ("", ".", ","):
            raise ValueError("style")

    @property
    def money(self) -> tuple[int, ...]:
        """The columns of what was moved."""
        return tuple(each for each in (self.amount_in, self.amount_out, self.amount) if each is not None)


# Folded headings, the surest first; what a column has been taken for it is no longer offered for
_WORDS = {
    "balance": ("so du", "balance", "du cuoi"),
    "amount_out": ("ghi no", "phat sinh no", "ps no", "no tktt", "debit", "tien ra", "chi ra", "rut ra", "so tien rut",
                   "withdrawal", "=no"),
    "amount_in": ("ghi co", "phat sinh co", "ps co", "co tktt", "credit", "tien vao", "gui vao", "nop vao", "so tien gui",
                  "deposit", "=co"),
    "amount": ("so tien giao dich", "so tien gd", "so tien", "amount"),
    "mark": ("no co", "dr cr", "d c", "debit credit", "loai giao dich", "loai gd", "chieu giao dich", "transaction type"),
    "time": ("=gio", "gio giao dich", "gio gd", "transaction time", "=time"),
    "date": ("ngay giao dich", "ngay gd", "thoi gian giao dich", "thoi gian gd", "transaction date", "tran date",
             "tnx date", "txn date", "ngay gio", "thoi gian", "ngay phat sinh", "ngay hach toan", "accounting date",
             "posting date", "booking date", "ngay hieu luc", "effective date", "value date", "ngay1", "ngay", "date"),
    "reference": ("so tham chieu", "ma tham chieu", "so but toan", "ma giao dich", "ma gd", "so giao dich", "so gd",
                  "transaction reference number", "reference", "ref no", "transaction no", "transaction id", "trans no",
                  "so ct", "so chung tu", "doc no", "but toan", "=ref"),
    "counterparty": ("ten tai khoan doi ung", "ten tk doi ung", "ten nguoi", "nguoi chuyen", "nguoi gui", "don vi thu huong",
                     "don vi chuyen", "ten doi tac", "doi tac", "corresponsive name", "counter account name", "remitter",
                     "sender", "beneficiary", "nguoi huong", "doi ung"),
    "memo": ("noi dung giao dich", "noi dung chi tiet", "noi dung", "dien giai", "mo ta", "transactions in detail",
             "transaction description", "description", "details", "narrative", "remark", "remarks", "ghi chu"),
}  # fmt: skip
_NO_MONEY = re.compile(
    r"\b(tai khoan|account no|account number|so tk|ten|ngay|date|bank|ngan hang|tong|total)\b"
)
_MONEY = ("amount_out", "amount_in", "amount")


def guess_mapping(header: Sequence[str]) -> Mapping | None:
    """The mapping that a line of headings suggests, Vietnamese, English or both; None if date or money is missing."""
    folded = [fold(text) if _may_head(text) else "" for text in header[:MOST_COLUMNS]]
    both = {column for column, text in enumerate(folded) if _is_mark(text)}
    taken: dict[str, int] = {}
    for role, words in _WORDS.items():
        free = [column for column in range(len(folded)) if column not in taken.values()]
        if role == "mark":
            free = [
                column for column in free if column in both or not _says(folded[column], _WORDS["amount"])
            ]
        elif role in _MONEY:
            free = [each for each in free if each not in both and not _NO_MONEY.search(folded[each])]
        found = _first(folded, words, free)
        if found is not None:
            taken[role] = found
    return _mapping(taken, folded)


def _mapping(taken: dict[str, Any], folded: list[str]) -> Mapping | None:
    if "amount_in" in taken or "amount_out" in taken:
        taken = {role: column for role, column in taken.items() if role not in ("amount", "mark")}
    elif "amount" not in taken:
        return None
    if "date" not in taken:
        return None
    if "reference" not in taken and _says(folded[taken["date"]], _WORDS["reference"]):
        taken["reference"] = taken["date"]  # Vietcombank: "Ngày GD/ TNX Date/ Số CT/ Doc No"
    return Mapping(**taken)


def _may_head(text: str) -> bool:
    """Whether a text can be a heading; letterheads have dates, account numbers and sums beside the same words."""
    return len(text) <= 100 and not re.search(r"\d{2}", text)


def _is_mark(folded: str) -> bool:
    """Whether a heading names both directions: "Ghi nợ/Ghi có", "Debit/Credit", "Nợ/Có"."""
    return _says(folded, _WORDS["mark"][:4]) or (
        _says(folded, _WORDS["amount_out"]) and _says(folded, _WORDS["amount_in"])
    )


def _says(folded: str, words: Iterable[str]) -> bool:
    return any(_has(folded, word) for word in words)


def _has(folded: str, word: str) -> bool:
    return folded == word[1:] if word.startswith("=") else f" {word} " in f" {folded} "


def _first(folded: list[str], words: Iterable[str], free: list[int]) -> int | None:
    return next((column for word in words for column in free if _has(folded[column], word)), None)
