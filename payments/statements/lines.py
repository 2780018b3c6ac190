"""The lines of a statement, each read exactly or not at all."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.folding import fold
from payments.providers.base import REFERENCE_LENGTH, Direction
from payments.statements.amounts import read_amount, read_mark, sign_of, thousands_of
from payments.statements.cells import BadCell, Cell, Row, Unread
from payments.statements.dates import not_a_date, read_date, read_time
from payments.statements.file import Sheet
from payments.statements.mapping import Mapping

MOST_SIGNS = 2_000  # in one cell
_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One booking of an account. `amount` is whole đồng above zero, `booked_at` in UTC.

    Where the bank prints no time, `timed` is False and `booked_at` is the start of the day in Vietnam. `key` names the
    line: the same line in another export of the account has the same key, two equal lines of a file have two.
    """

    number: int
    direction: Direction
    amount: int
    booked_at: datetime
    timed: bool
    memo: str = field(default="", repr=False)
    bank_reference: str = ""
    counterparty: str = field(default="", repr=False)
    balance: int | None = None  # behind this line, where the bank prints one that can be read
    key: str = ""


@dataclass(frozen=True, slots=True)
class RowError:
    """A line that cannot be read. `column` is the cell at fault, counted from 0, `said` a sentence for people."""

    number: int
    column: int | None
    said: Promise


@dataclass(frozen=True)
class Statement:
    """Every line behind the headings is in one of the three. `skipped` are lines that tell of no transfer: totals,
    balances, signatures."""

    lines: list[StatementLine]
    errors: list[RowError]
    skipped: list[Row]


_TOTALS = re.compile(
    r"(tong|cong|total)|(tong (so|cong|phat sinh|ghi|tien)|cong (phat sinh|doanh so|ps)|total|so du|du (dau|cuoi)|opening"
    r"|closing|ending|brought forward|carried forward)\b.*"
)


def read_lines(sheet: Sheet, mapping: Mapping) -> Statement:
    """Every line behind the headings, as booking, error or skipped. Raises nothing, whatever the cells hold."""
    rows = [row for row in sheet.rows[sheet.header_ends :] if any(cell is not None for cell in row.cells)]
    reader = _Reader(mapping, rows)
    statement = Statement([], [], [])
    seen: Counter[str] = Counter()
    for row in rows:
        if _tells_nothing(row, mapping):
            statement.skipped.append(row)
            continue
        try:
            line = reader.line(row)
        except _BadColumn as bad:
            statement.errors.append(RowError(row.number, bad.column, bad.said))
            continue
        if line is None:
            statement.skipped.append(row)
            continue
        statement.lines.append(_named(line, seen))
    return statement


def _tells_nothing(row: Row, mapping: Mapping) -> bool:
    """A line without any digit where the date and the money stand, or one of totals and balances without a date."""
    day = row.text(mapping.date)
    money = "".join(row.text(column) for column in mapping.money)
    if not re.search(r"\d", day) and not re.search(r"\d", money):
        return True
    texts = (fold(cell) for cell in row.cells if isinstance(cell, str))
    return not re.search(r"\d", day) and any(_TOTALS.fullmatch(text) for text in texts)


class _BadColumn(Exception):
    def __init__(self, column: int | None, said: Promise) -> None:
        super().__init__()
        self.column, self.said = column, said


class _Reader:
    """Reads the lines of one file. Two things can only be known of all its lines together: which sign groups digits, and
    which signs its amounts carry."""

    def __init__(self, mapping: Mapping, rows: Sequence[Row]) -> None:
        self.mapping = mapping
        columns = [*mapping.money, *([] if mapping.balance is None else [mapping.balance])]
        printed = [cell for row in rows for column in columns if isinstance(cell := row.at(column), str)]
        self.thousands = mapping.thousands or thousands_of(printed)
        out = mapping.amount_out
        minus = {sign_of(row.at(out)) == "-" for row in rows if re.search(r"[1-9]", row.text(out))}
        self.mixed_out = len(minus) == 2  # then a minus may be a booking taken back
        self.signs = {sign_of(row.at(mapping.amount)) for row in rows} - {""}

    def line(self, row: Row) -> StatementLine | None:
        """The booking in a line; None if it moved nothing. Raises _BadColumn."""
        mapping = self.mapping
        booked_at, timed, rest = self._booked(row)
        moved = self._moved(row)
        if moved is None:
            return None
        direction, amount = moved
        shared = mapping.reference is not None and mapping.reference == mapping.date
        reference = rest if shared else self._text(row, mapping.reference)
        if len(reference) > REFERENCE_LENGTH:  # a shortened one could make two transfers look like one
            raise _BadColumn(mapping.reference, _("Mã giao dịch dài quá."))
        return StatementLine(
            number=row.number,
            direction=direction,
            amount=amount,
            booked_at=booked_at,
            timed=timed,
            memo=self._text(row, mapping.memo),
            bank_reference=reference,
            counterparty=self._text(row, mapping.counterparty),
            balance=self._balance(row),
        )

    def _balance(self, row: Row) -> int | None:
        """The balance printed in a line; a strange one is no reason to refuse the line."""
        cell = row.at(self.mapping.balance)
        if cell is None or isinstance(cell, Unread):
            return None
        try:
            return read_amount(cell, self.thousands)
        except BadCell:
            return None

    def _booked(self, row: Row) -> tuple[datetime, bool, str]:
        mapping = self.mapping
        try:
            day, hour, rest = read_date(_plain(row.at(mapping.date)), mapping.date_order)
        except BadCell as bad:
            raise _BadColumn(mapping.date, bad.said) from bad
        if rest and mapping.reference != mapping.date:
            raise _BadColumn(mapping.date, not_a_date(row.text(mapping.date)))
        if mapping.time is not None and row.at(mapping.time) is not None:
            try:
                hour = read_time(_plain(row.at(mapping.time)))
            except BadCell as bad:
                raise _BadColumn(mapping.time, bad.said) from bad
        local = datetime.combine(day, hour or time(), _LOCAL)
        return local.astimezone(UTC), hour is not None, rest

    def _moved(self, row: Row) -> tuple[Direction, int] | None:
        mapping = self.mapping
        if mapping.amount is not None:
            amount = self._amount(row, mapping.amount)
            return self._by_mark(row, amount) if mapping.mark is not None else self._by_sign(row, amount)
        came, went = self._amount(row, mapping.amount_in), self._amount(row, mapping.amount_out)
        if came is None and went is None:
            if mapping.amount_in is None or mapping.amount_out is None:
                return None  # only one direction was asked for, and this line is of the other
            raise _BadColumn(mapping.amount_in, _("Dòng này không có số tiền."))
        if came and went:
            raise _BadColumn(mapping.amount_out, _("Dòng này có cả tiền vào và tiền ra."))
        if came is not None and came < 0:
            raise _BadColumn(mapping.amount_in, _("Số âm ở cột tiền vào: không rõ là tiền vào hay tiền ra."))
        if went is not None and went < 0 and self.mixed_out:
            raise _BadColumn(mapping.amount_out, _("Số âm ở cột tiền ra: không rõ là tiền vào hay tiền ra."))
        if went:
            return Direction.OUT, abs(went)  # some banks print what went out with a minus
        return (Direction.IN, came) if came else None

    def _by_mark(self, row: Row, amount: int | None) -> tuple[Direction, int] | None:
        mapping = self.mapping
        direction = read_mark(row.text(mapping.mark))
        if amount is None:
            raise _BadColumn(mapping.amount, _("Dòng này không có số tiền."))
        if direction is None or (amount < 0 and direction is Direction.IN):
            raise _BadColumn(mapping.mark, _("Không rõ là tiền vào hay tiền ra."))
        return (direction, abs(amount)) if amount else None

    def _by_sign(self, row: Row, amount: int | None) -> tuple[Direction, int] | None:
        if amount is None:
            raise _BadColumn(self.mapping.amount, _("Dòng này không có số tiền."))
        # without any minus in the file, an amount without a sign may be money that went out as well as money that came
        if amount > 0 and not sign_of(row.at(self.mapping.amount)) and self.signs != {"-"}:
            raise _BadColumn(
                self.mapping.amount,
                _("Số tiền này không có dấu + hay −, nên không rõ là tiền vào hay tiền ra."),
            )
        return (Direction.OUT if amount < 0 else Direction.IN, abs(amount)) if amount else None

    def _amount(self, row: Row, column: int | None) -> int | None:
        cell = row.at(column)
        if cell is None or cell in ("-", "–", "—"):  # banks print a dash for nothing
            return None
        try:
            return read_amount(_plain(cell), self.thousands)
        except BadCell as bad:
            raise _BadColumn(column, bad.said) from bad

    def _text(self, row: Row, column: int | None) -> str:
        cell = row.at(column)
        if isinstance(cell, Unread):
            raise _BadColumn(column, cell.said)
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else row.text(column)
        if len(text) > MOST_SIGNS:
            raise _BadColumn(column, _("Ô này dài quá."))
        return " ".join(text.split())


def _plain(cell: Cell | Unread) -> Cell:
    if isinstance(cell, Unread):
        raise BadCell(cell.said)
    return cell


def _named(line: StatementLine, seen: Counter[str]) -> StatementLine:
    """The line with its key: what it says, and which of the equal lines of the file it is."""
    facts = [
        line.booked_at.isoformat(), line.direction, str(line.amount), line.bank_reference, fold(line.memo),
    ]  # fmt: skip
    same = "\n".join(facts)
    seen[same] += 1
    key = hashlib.sha256(f"{same}\n{seen[same]}".encode()).hexdigest()[:40]
    return replace(line, key=key)
