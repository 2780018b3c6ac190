"""Files with many transfers, as banks for firms read them: one layout for each bank, data rather than code.

Banks change their templates: compare with the one your bank gives out, and change the headings here. Texts can hold no
formula in either kind of file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from common.cells import write_csv, write_xlsx
from common.folding import strip_marks
from payments.banks import bank
from payments.models import Payout

Cell = str | int


@dataclass(frozen=True)
class Row:
    """One transfer: its number in the file, and what it is."""

    number: int
    payout: Payout

    @property
    def account(self) -> str:
        return self.payout.account.number

    @property
    def holder(self) -> str:
        """Capitals without marks, as cards have it."""
        return strip_marks(self.payout.account.holder).upper()

    @property
    def bin(self) -> str:
        return self.payout.account.bank_bin

    @property
    def bank(self) -> str:
        known = bank(self.bin)
        return strip_marks(known.short_name) if known else self.bin

    @property
    def memo(self) -> str:
        """What finds the payout again in the bank's lines."""
        return f"{self.payout.code} Cho Ban chi tra"


@dataclass(frozen=True)
class Layout:
    """How one bank wants it: the columns, left to right, under their headings."""

    code: str
    name: str
    columns: tuple[tuple[str, Callable[[Row], Cell]], ...]

    def table(self, payouts: Sequence[Payout]) -> list[list[Cell]]:
        """Headings and rows. Amounts are numbers (đồng); account numbers are texts, they keep their zeros."""
        rows = [Row(number, payout) for number, payout in enumerate(payouts, start=1)]
        return [
            [heading for heading, _of in self.columns],
            *([of(row) for _h, of in self.columns] for row in rows),
        ]


def _number(row: Row) -> Cell:
    return row.number


def _account(row: Row) -> Cell:
    return row.account


def _holder(row: Row) -> Cell:
    return row.holder


def _bank(row: Row) -> Cell:
    return row.bank


def _bin(row: Row) -> Cell:
    return row.bin


def _amount(row: Row) -> Cell:
    return row.payout.amount


def _memo(row: Row) -> Cell:
    return row.memo


LAYOUTS = {
    layout.code: layout
    for layout in (
        Layout("generic", "Chung", (
            ("STT", _number), ("So tai khoan", _account), ("Ten nguoi huong", _holder), ("Ma ngan hang (BIN)", _bin),
            ("Ngan hang", _bank), ("So tien", _amount), ("Noi dung", _memo),
        )),
        Layout("vietcombank", "Vietcombank", (
            ("STT", _number), ("Ten nguoi huong", _holder), ("So tai khoan", _account), ("Ngan hang huong", _bank),
            ("So tien", _amount), ("Dien giai", _memo),
        )),
        Layout("bidv", "BIDV", (
            ("STT", _number), ("So tai khoan nguoi huong", _account), ("Ten nguoi huong", _holder),
            ("Ma ngan hang", _bin), ("Ten ngan hang", _bank), ("So tien", _amount), ("Noi dung thanh toan", _memo),
        )),
        Layout("vietinbank", "VietinBank", (
            ("STT", _number), ("So tien", _amount), ("So tai khoan", _account), ("Ten nguoi thu huong", _holder),
            ("Ngan hang thu huong", _bank), ("Noi dung", _memo),
        )),
    )
}  # fmt: skip


def as_csv(layout: Layout, payouts: Sequence[Payout]) -> bytes:
    """UTF-8 with a mark for Excel."""
    return write_csv(layout.table(payouts)).encode()


def as_xlsx(layout: Layout, payouts: Sequence[Payout]) -> bytes:
    """One sheet; texts are marked as texts, so that leading zeros stay and nothing is reckoned."""
    head, *rows = layout.table(payouts)
    return write_xlsx([str(cell) for cell in head], rows, title="Chi tra")
