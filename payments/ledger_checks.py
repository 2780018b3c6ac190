"""The ledger's accounts proved from the rows they stand for: receipts, refunds, orders, statements.

Run nightly by `manage.py ledger_check` and as part of `manage.py self_check`. What a difference means: docs/ledger.md.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from common.self_check import self_check
from orders.models import Order
from payments import carrier_queries
from payments.models import (
    Account,
    Allocation,
    CarrierWriteOff,
    LedgerLine,
    Receipt,
    Refund,
    StatementRow,
)

BOOKED_NOT_SENT = (Refund.State.APPROVED, Refund.State.SENDING, Refund.State.FAILED)


def _lines(account: str) -> QuerySet[LedgerLine]:
    return LedgerLine.objects.filter(account=account, entry__posted=True).order_by()


def _held() -> Any:
    """Money that the operator holds or held, each đồng once: on its accounts or at a provider. `taken` is what pays."""
    sums = Allocation.objects.filter(receipt=OuterRef("pk")).order_by().values("receipt")
    rows = Receipt.objects.filter(
        Q(account__isnull=False, account__shop__isnull=True) | Q(source=Receipt.Source.PROVIDER),
        direction="in", confirms__isnull=True,
    )  # fmt: skip
    return rows.annotate(taken=Coalesce(Subquery(sums.annotate(sum=Sum("amount")).values("sum")), 0))


def _in_books(row: dict[str, Any]) -> int:
    """How much of a receipt the ledger holds: what was set aside counts as far as it was placed before."""
    return row["taken"] if row["state"] == Receipt.State.IGNORED else row["amount"]


@self_check("bank lines of the ledger are what came to the operator's accounts")
def bank() -> Iterator[str]:
    """By account: the ledger's bank lines from receipts equal the receipts."""
    came: dict[str, int] = defaultdict(int)
    for row in (
        _held().filter(account__isnull=False).values("account_id", "state", "amount", "taken").iterator()
    ):
        came[f"account:{row['account_id']}"] += _in_books(row)
    yield from _differences(came, _lines(Account.BANK).filter(entry__key__startswith="receipt:"))


@self_check("what providers hold for us came by their receipts")
def providers() -> Iterator[str]:
    """By provider: lines from receipts, before fees, equal the receipts."""
    came: dict[str, int] = defaultdict(int)
    for row in _held().filter(account__isnull=True).values("provider", "state", "amount", "taken").iterator():
        came["" if row["provider"] == "stripe" else row["provider"]] += _in_books(row)
    lines = LedgerLine.objects.filter(
        account__in=(Account.STRIPE, Account.GATEWAY), entry__posted=True, entry__key__startswith="receipt:"
    ).exclude(entry__kind="fee")  # fmt: skip
    yield from _differences(came, lines.order_by())


def _differences(came: dict[str, int], lines: QuerySet[LedgerLine]) -> Iterator[str]:
    booked = {row["party"]: row["sum"] for row in lines.values("party").annotate(sum=Sum("amount"))}
    for party in sorted({*came, *booked}):
        if came.get(party, 0) != booked.get(party, 0):
            yield f"{party or 'stripe'}: received {came.get(party, 0)}, booked {booked.get(party, 0)}"


@self_check("unmatched money in the ledger is what receipts have left")
def unmatched() -> Iterator[str]:
    """`unmatched` equals what of the operator's receipts pays nothing, less returns that were approved."""
    left = sum(
        row["amount"] - row["taken"]
        for row in _held().exclude(state=Receipt.State.IGNORED).values("amount", "taken").iterator()
    )
    promised = Refund.objects.filter(order__isnull=True, state__in=Refund.PROMISED)
    left -= promised.aggregate(sum=Sum("amount", default=0))["sum"]
    booked = -(_lines(Account.UNMATCHED).aggregate(sum=Sum("amount"))["sum"] or 0)
    if left != booked:
        yield f"receipts have {left} left, booked {booked}"


@self_check("money on its way back is what refunds under way sum to")
def refunds_out() -> Iterator[str]:
    """`refunds_out` equals refunds that were approved and have not left."""
    under_way = Refund.objects.filter(state__in=BOOKED_NOT_SENT).aggregate(sum=Sum("amount", default=0))[
        "sum"
    ]
    booked = -(_lines(Account.REFUNDS_OUT).aggregate(sum=Sum("amount"))["sum"] or 0)
    if under_way != booked:
        yield f"refunds under way {under_way}, booked {booked}"


@self_check("buyers' money in the ledger is what orders were paid and have not used")
def buyer_funds() -> Iterator[str]:
    """Order by order: what was paid, less the price once it is paid in full, less refunds that were approved."""
    lines = _lines(Account.BUYER_FUNDS).filter(entry__order__isnull=False)
    booked = {
        row["entry__order"]: -row["sum"] for row in lines.values("entry__order").annotate(sum=Sum("amount"))
    }
    promised = (
        Refund.objects.filter(order=OuterRef("pk"), state__in=Refund.PROMISED).order_by().values("order")
    )
    rows = Order.objects.filter(Q(paid__gt=0) | Q(pk__in=[pk for pk, amount in booked.items() if amount]))
    rows = rows.annotate(back=Coalesce(Subquery(promised.annotate(sum=Sum("amount")).values("sum")), 0))
    for order in rows.iterator():
        price = order.total if order.is_paid and not order.stopped else 0
        if booked.get(order.pk, 0) != order.paid - price - order.back:
            yield f"order {order.public_code}: open {order.paid - price - order.back}, booked {booked.get(order.pk, 0)}"


@self_check(
    "cash that carriers hold in the ledger is what they collected and neither handed over nor were let off"
)
def carriers() -> Iterator[str]:
    """By carrier: the ledger's cash in transit equals doors less settlements less what was written off."""
    left = carrier_queries.in_books()
    booked = {
        row["party"]: row["sum"]
        for row in _lines(Account.CASH_IN_TRANSIT).values("party").annotate(sum=Sum("amount"))
    }
    for code in sorted({*left, *booked}):
        if left.get(code, 0) != booked.get(code, 0):
            yield f"{code}: open {left.get(code, 0)}, booked {booked.get(code, 0)}"


@self_check("what was written off is what the ledger lost")
def losses() -> Iterator[str]:
    """The bad debt of carriers equals the write-offs that stand."""
    done = CarrierWriteOff.objects.filter(state=CarrierWriteOff.State.DONE)
    lost = done.aggregate(sum=Sum("amount", default=0))["sum"]
    lines = _lines(Account.BAD_DEBT).filter(entry__key__startswith="carrier_loss:")
    booked = lines.aggregate(sum=Sum("amount"))["sum"] or 0
    if lost != booked:
        yield f"written off {lost}, booked {booked}"


@self_check("every line of a statement that was taken over has its receipt")
def statements() -> Iterator[str]:
    """A line and its receipt agree in direction and sum."""
    rows = StatementRow.objects.filter(taken=True).exclude(result=StatementRow.Result.ERROR)
    wrong = rows.filter(
        Q(receipt__isnull=True) | ~Q(receipt__amount=F("amount")) | ~Q(receipt__direction=F("direction"))
    )
    for row in wrong.iterator():
        yield f"statement {row.statement_id}, line {row.number}: {row.amount} {row.direction}"
