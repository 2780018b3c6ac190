"""The balances that a bank prints in its statement, against the lines between them: what is missing shows itself.

Banks print the newest line first or last; the way in which fewer lines contradict each other is the bank's. All in đồng.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from payments.desk_queries import start_of
from payments.models import PaymentAccount, Receipt, StatementImport, StatementRow


@dataclass(frozen=True)
class Line:
    """A line of a statement: its number in the file, what it moved (minus: money out), the balance behind it."""

    number: int
    moved: int
    balance: int

    @property
    def before(self) -> int:
        return self.balance - self.moved


@dataclass(frozen=True)
class Break:
    """Between a line and the one before it something moved that the file does not say."""

    number: int
    missing: int


def in_time(lines: Sequence[Line]) -> tuple[list[Line], list[Break]]:
    """Lines in the order in which they were booked, and where their balances do not follow from each other."""
    ways = (list(lines), list(reversed(lines)))
    found = [(way, _breaks(way)) for way in ways]
    return min(found, key=lambda each: len(each[1]))


def _breaks(lines: Sequence[Line]) -> list[Break]:
    return [
        Break(line.number, line.before - last.balance)
        for last, line in pairwise(lines)
        if line.before != last.balance
    ]


def lines_with_balance(rows: QuerySet[StatementRow]) -> list[Line]:
    """Those of the rows that were read and have a balance, as they stand in the file. 1 query."""
    read = rows.order_by("number").values_list("number", "direction", "amount", "balance")
    return [
        Line(number, amount if direction == "in" else -amount, balance)
        for number, direction, amount, balance in read
        if amount is not None and balance is not None
    ]


def breaks_in(statement: StatementImport) -> list[Break] | None:
    """Where the balances of a statement contradict its lines; None where it prints fewer than two. 1 query."""
    lines = lines_with_balance(statement.rows.all())
    return in_time(lines)[1] if len(lines) > 1 else None


@dataclass(frozen=True)
class Told:
    """An account's balance at the end of a day, and by how much it differs from the balance before and the lines between."""

    closing: int
    gap: int


def told_on(account: PaymentAccount, day: date) -> Told | None:
    """What the latest statement that was taken over says of a day; None where none prints balances. 2 or 3 queries.

    A statement of the day itself may end before the day does: then only its own lines are summed up.
    """
    end = start_of(day + timedelta(days=1))
    rows = StatementRow.objects.filter(
        statement__account=account,
        taken=True,
        balance__isnull=False,
        booked_at__gte=start_of(day),
        booked_at__lt=end,
    )
    last = rows.order_by("-statement").select_related("statement").first()
    if last is None:
        return None
    lines, _contradictions = in_time(lines_with_balance(rows.filter(statement=last.statement_id)))
    opening, closing = lines[0].before, lines[-1].balance
    whole = last.statement.created_at >= end
    moved = _booked(account, day) if whole else sum(line.moved for line in lines)
    return Told(closing, closing - opening - moved)


def _booked(account: PaymentAccount, day: date) -> int:
    """Money in less money out of a day, by the bank's lines that we know."""
    rows = Receipt.objects.filter(
        account=account, source__in=(Receipt.Source.BANK, Receipt.Source.STATEMENT), booked_at__gte=start_of(day),
        booked_at__lt=start_of(day + timedelta(days=1)),
    ).exclude(confirms__source__in=Receipt.BY_MACHINE)  # fmt: skip
    sums = rows.aggregate(
        came=Coalesce(Sum(F("amount"), filter=Q(direction="in")), 0),
        went=Coalesce(Sum(F("amount"), filter=Q(direction="out")), 0),
    )
    return sums["came"] - sums["went"]
