"""The day's money, and an account's bank lines beside the ledger's, day by day."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.utils import timezone

from payments.desk_queries import start_of
from payments.models import (
    NOT_CASHLESS,
    Account,
    Allocation,
    LedgerLine,
    Payment,
    PaymentAccount,
    Receipt,
    Reconciliation,
    Refund,
)
from payments.statement_balances import told_on

# --- money by method ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MethodSum:
    """What came by one way to pay through one channel, in đồng. A seller's word and cash stand apart."""

    method: str
    channel: str
    machine: int
    declared: int
    cash: int
    count: int

    @property
    def total(self) -> int:
        return self.machine + self.declared + self.cash


def money_by_method(since: date, until: date) -> list[MethodSum]:
    """Money that was counted for orders, sales and debts, by the local day it was booked, both days included; by way to pay
    and channel. What a bank's notice later confirmed is machine-confirmed. 1 query.
    """
    cash = Q(payment__method__in=NOT_CASHLESS)
    sure = ~cash & (Q(receipt__source__in=Receipt.BY_MACHINE) | Q(receipt__confirmed_by__isnull=False))
    rows = Allocation.objects.filter(
        receipt__booked_at__gte=start_of(since), receipt__booked_at__lt=start_of(until + timedelta(days=1))
    )
    grouped = rows.order_by().values(method=F("payment__method"), channel=CHANNEL).annotate(
        machine=Coalesce(Sum("amount", filter=sure), 0), declared=Coalesce(Sum("amount", filter=~cash & ~sure), 0),
        cash=Coalesce(Sum("amount", filter=cash), 0), count=Count("payment", distinct=True),
    )  # fmt: skip
    return sorted(
        (MethodSum(**row) for row in grouped), key=lambda row: (-row.total, row.method, row.channel)
    )


CHANNEL = Coalesce(F("payment__order__channel"), F("payment__purpose"), output_field=CharField())


# --- an account, day by day ---------------------------------------------------------------------------------------------


@dataclass
class Day:
    """An account on one day: what the bank said came and went, what the ledger moved, in đồng.

    `told` is the closing balance in the day's last notice, else in the statement that was brought; `gap` by how much it
    differs from the closing balance before plus the lines between: money that moved without our hearing of it. None where
    nothing tells a balance.
    """

    account: PaymentAccount
    day: date
    came: int = 0
    went: int = 0
    found: int = 0
    lines: int = 0
    kept: Reconciliation | None = None
    told: int | None = None
    gap: int | None = None
    outgoing: list[Any] = field(default_factory=list)

    @property
    def expected(self) -> int:
        return self.came - self.went

    @property
    def difference(self) -> int:
        return self.found - self.expected

    @property
    def is_closed(self) -> bool:
        return self.kept is not None and self.kept.closed_at is not None

    @property
    def changed(self) -> bool:
        """Whether the figures moved since the day was closed."""
        return self.kept is not None and self.is_closed and self.kept.difference != self.difference


def operators_accounts() -> list[PaymentAccount]:
    """Accounts that the ledger keeps books of, the one in use first. 1 query."""
    return list(PaymentAccount.objects.filter(shop__isnull=True).defer("number").order_by("-pk")[:20])


def days_of(accounts: list[PaymentAccount], since: date, until: date) -> list[Day]:
    """Each account on each day on which something moved or was noted, latest first. 5 queries, whatever the period."""
    days: dict[tuple[int, date], Day] = {}
    by_id = {account.pk: account for account in accounts}
    by_party = {account.party: account for account in accounts}

    def at(account: PaymentAccount, day: date) -> Day:
        return days.setdefault((account.pk, day), Day(account, day))

    for pk, day, direction, amount, count in _bank_lines(accounts, since, until):
        shown = at(by_id[pk], day)
        shown.lines += count
        if direction == "in":
            shown.came += amount
        else:
            shown.went += amount
    for pk, day, amount in _booked_receipts(accounts, since, until):
        at(by_id[pk], day).found += amount
    for party, day, amount in _other_bookings(list(by_party), since, until):
        at(by_party[party], day).found += amount
    kept = Reconciliation.objects.filter(account__in=accounts, day__gte=since, day__lte=until)
    for row in kept.select_related("owner"):
        at(by_id[row.account_id], row.day).kept = row
    return sorted(days.values(), key=lambda day: (day.day, day.account.pk), reverse=True)


def day_of(account: PaymentAccount, day: date) -> Day:
    """One account on one day, with the balance that its notices, else a statement, told. 9 queries at most."""
    found = days_of([account], day, day)
    shown = found[0] if found else Day(account, day)
    shown.told, shown.gap = _told(account, day)
    if shown.told is None and (said := told_on(account, day)):
        shown.told, shown.gap = said.closing, said.gap
    return shown


def _span(since: date, until: date, column: str) -> dict[str, Any]:
    return {f"{column}__gte": start_of(since), f"{column}__lt": start_of(until + timedelta(days=1))}


def _bank_lines(accounts: list[PaymentAccount], since: date, until: date) -> Any:
    """What banks said, by notice, list or statement; a transfer that both told of, once."""
    rows = Receipt.objects.filter(
        account__in=accounts, source__in=(Receipt.Source.BANK, Receipt.Source.STATEMENT),
        **_span(since, until, "booked_at"),
    ).exclude(confirms__source__in=Receipt.BY_MACHINE)  # fmt: skip
    grouped = rows.order_by().annotate(on=TruncDate("booked_at")).values("account_id", "on", "direction")
    return grouped.annotate(sum=Sum("amount"), n=Count("pk")).values_list(
        "account_id", "on", "direction", "sum", "n"
    )


def _booked_receipts(accounts: list[PaymentAccount], since: date, until: date) -> list[tuple[int, date, int]]:
    """What the ledger's bank lines hold of receipts, by the day of the bank: a late notice is no difference."""
    name = Concat(Value("receipt:"), Cast("pk", CharField()), output_field=CharField())
    lines = LedgerLine.objects.filter(account=Account.BANK, entry__posted=True).order_by()
    unmatched = lines.filter(entry__key=Concat(OuterRef("name"), Value(":unmatched"))).values("amount")[:1]
    ignored = (
        lines.filter(
            entry__key__gte=Concat(OuterRef("name"), Value(":ignored:")),
            entry__key__lt=Concat(OuterRef("name"), Value(":ignored;")),
        ).values("account").annotate(sum=Sum("amount")).values("sum")
    )  # fmt: skip
    rows = Receipt.objects.filter(account__in=accounts, **_span(since, until, "booked_at")).annotate(
        name=name, on=TruncDate("booked_at")
    )
    sums: dict[tuple[int, date], int] = defaultdict(int)
    whole = rows.annotate(sum=Coalesce(Subquery(unmatched), 0) + Coalesce(Subquery(ignored), 0))
    for pk, day, amount in whole.values_list("account_id", "on", "sum"):
        sums[pk, day] += amount
    key = Concat(
        Value("receipt:"), Cast("receipt_id", CharField()), Value(":"), Cast("payment_id", CharField())
    )
    direct = lines.filter(entry__key=OuterRef("key")).values("amount")[:1]
    parts = Allocation.objects.filter(
        receipt__account__in=accounts, **_span(since, until, "receipt__booked_at")
    ).annotate(key=key, on=TruncDate("receipt__booked_at"))  # fmt: skip
    for pk, day, amount in parts.annotate(sum=Coalesce(Subquery(direct), 0)).values_list(
        "receipt__account_id", "on", "sum"
    ):
        sums[pk, day] += amount
    return [(pk, day, amount) for (pk, day), amount in sums.items() if amount]


def _other_bookings(parties: list[str], since: date, until: date) -> Any:
    """What else moved on the ledger's bank lines: refunds, payouts, settlements, by the day they were booked."""
    rows = LedgerLine.objects.filter(
        account=Account.BANK, party__in=parties, entry__posted=True, **_span(since, until, "entry__at")
    ).exclude(entry__key__startswith="receipt:")
    grouped = rows.order_by().annotate(on=TruncDate("entry__at")).values("party", "on")
    return grouped.annotate(sum=Sum("amount")).values_list("party", "on", "sum")


def _told(account: PaymentAccount, day: date) -> tuple[int | None, int | None]:
    """The closing balance that notices told, and what is missing between it and the one before."""
    lines = Receipt.objects.filter(account=account, source=Receipt.Source.BANK, event__isnull=False)
    latest = lines.select_related("event").order_by("-booked_at", "-pk")
    last = latest.filter(**_span(day, day, "booked_at")).first()
    told = _balance(last)
    if last is None or told is None:
        return None, None
    before = latest.filter(booked_at__lt=start_of(day)).first()
    opened = _balance(before)
    if before is None or opened is None:
        return told, None
    between = Receipt.objects.filter(
        account=account, source__in=(Receipt.Source.BANK, Receipt.Source.STATEMENT)
    )
    between = between.filter(booked_at__lte=last.booked_at).exclude(booked_at__lte=before.booked_at)
    sums = between.aggregate(
        came=Coalesce(Sum("amount", filter=Q(direction="in")), 0),
        went=Coalesce(Sum("amount", filter=Q(direction="out")), 0),
    )
    return told, told - opened - sums["came"] + sums["went"]


def _balance(receipt: Receipt | None) -> int | None:
    """The balance in the notice that brought a receipt, whatever the provider calls it."""
    if receipt is None or receipt.event is None:
        return None
    try:
        body = json.loads(bytes(receipt.event.body))
    except ValueError:
        return None
    inner = body.get("data", body) if isinstance(body, dict) else None
    if not isinstance(inner, dict):
        return None  # a delivery of many lines: which of them is the last is not for us to guess
    told = inner.get("accumulated", inner.get("runningBalance"))
    return told if type(told) is int else None


# --- what is under way --------------------------------------------------------------------------------------------------


def refunds_by_state() -> dict[str, tuple[int, int]]:
    """How many refunds are in each state, and their sum in đồng. 1 query."""
    rows = Refund.objects.order_by().values("state").annotate(n=Count("pk"), sum=Sum("amount"))
    return {row["state"]: (row["n"], row["sum"]) for row in rows}


def faulty_payments() -> int:
    """Payments whose provider told another sum or currency than was asked, and that nobody has settled. 1 query."""
    return Payment.objects.filter(
        fault__in=("other_amount", "other_currency"), state__in=Payment.OPEN
    ).count()


def open_days() -> int:
    """Noted days that are not closed. 1 query."""
    return Reconciliation.objects.filter(closed_at__isnull=True).count()


def today_here() -> date:
    """The day in Vietnam."""
    return timezone.localtime().date()
