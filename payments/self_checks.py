"""The ledger and what orders were told of their money."""

from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from common.self_check import self_check
from orders.models import Order
from payments.models import LedgerEntry, LedgerLine, Receipt, Refund


@self_check("every posted ledger entry sums to zero")
def entries() -> Iterator[str]:
    """Lines of a posted entry sum to zero and are at least two; nothing is left unposted."""
    rows = LedgerEntry.objects.annotate(sum=Sum("lines__amount"), count=Count("lines"))
    for entry in rows.exclude(posted=True, sum=0, count__gte=2):
        yield f"{entry.key}: posted {entry.posted}, {entry.count} lines, sum {entry.sum}"


@self_check("all ledger accounts together sum to zero")
def accounts() -> Iterator[str]:
    """The whole ledger balances."""
    total = LedgerLine.objects.filter(entry__posted=True).aggregate(sum=Sum("amount"))["sum"] or 0
    if total:
        yield f"sum is {total}"


@self_check("what orders call paid is what was received for them")
def paid() -> Iterator[str]:
    """`Order.paid` equals the matched receipts that count (a bank line that confirms a seller's word does not)."""
    sums = (
        Receipt.objects.filter(state=Receipt.State.MATCHED, confirms__isnull=True)
        .values("payment__order")
        .annotate(sum=Sum("amount"))
    )
    received = {row["payment__order"]: row["sum"] for row in sums}
    for order in Order.objects.filter(paid__gt=0).only("pk", "paid", "public_code").iterator():
        if received.pop(order.pk, 0) != order.paid:
            yield f"order {order.public_code}: paid {order.paid}"
    for order_id, total in received.items():
        yield f"order {order_id}: received {total}, paid 0"


@self_check("payments count what their receipts hold")
def payments() -> Iterator[str]:
    """`Payment.received` equals its counting receipts."""
    rows = (
        Receipt.objects.filter(payment__isnull=False, confirms__isnull=True)
        .values("payment", received=F("payment__received"))
        .annotate(sum=Sum("amount"))
        .exclude(sum=F("payment__received"))
    )
    for row in rows:
        yield f"payment {row['payment']}: {row['received']}, receipts {row['sum']}"


@self_check("what was paid is what orders cost and what goes back")
def settled() -> Iterator[str]:
    """Nobody keeps money above an order's price: the rest of what came is refunded or to be refunded."""
    back = Coalesce(Sum("refunds__amount", filter=~Q(refunds__state=Refund.State.WITHDRAWN)), 0)
    for order in Order.objects.filter(paid__gt=0).annotate(back=back).iterator():
        due = order.paid if order.stopped else max(order.paid - order.total, 0)
        if order.back != due:
            yield f"order {order.public_code}: {due} should go back, refunds are {order.back}"
