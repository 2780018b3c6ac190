"""Banks and wallets of the VietQR network by their six-digit number (BIN). Data, not code: data/banks.csv."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "banks.csv"


@dataclass(frozen=True, slots=True)
class Bank:
    """One bank, as pages name it. `code` is its short name in links that open a bank's app, empty where we are not sure
    of it. `full_name` is empty where we are not sure of it.

    `former_name` is what people may still say. `can_send` is false for banks that can be paid,
    but whose own customers cannot scan and pay.
    """

    bin: str
    code: str
    short_name: str
    full_name: str
    former_name: str
    can_receive: bool
    can_send: bool
    checked_on: date

    def __str__(self) -> str:
        return self.short_name


def bank(bin: str) -> Bank | None:
    """The bank of a BIN. None means unknown to us: warn the person, do not refuse; new banks appear."""
    return _BY_BIN.get(bin)


def _read(path: Path) -> tuple[Bank, ...]:
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(_row(**row) for row in csv.DictReader(lines))


def _row(can_receive: str, can_send: str, checked_on: str, **names: str) -> Bank:
    return Bank(
        **names,
        can_receive=can_receive == "yes",
        can_send=can_send == "yes",
        checked_on=date.fromisoformat(checked_on),
    )


BANKS = _read(_TABLE)  # in the order of the file, the banks that farmers have first: ready for a select
_BY_BIN = {each.bin: each for each in BANKS}
