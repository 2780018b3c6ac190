"""The ledger and what orders were told of their money."""

from collections.abc import Iterator

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from common.self_check import self_check
from orders.models import Order
from payments import ledger_checks  # noqa: F401  (its checks register themselves)
from payments.models import (
    Account,
    Allocation,
    LedgerEntry,
    LedgerLine,
    Payment,
    Receipt,
    Refund,
    SellerBalance,
)


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
    """`Order.paid` equals what was allocated to it (a bank line that confirms a seller's word has no allocation)."""
    sums = (
        Allocation.objects.filter(payment__order__isnull=False)
        .values("payment__order")
        .annotate(sum=Sum("amount"))
    )
    received = {row["payment__order"]: row["sum"] for row in sums}
    for order in Order.objects.filter(paid__gt=0).only("pk", "paid", "public_code").iterator():
        if received.pop(order.pk, 0) != order.paid:
            yield f"order {order.public_code}: paid {order.paid}"
    for order_id, total in received.items():
        yield f"order {order_id}: received {total}, paid 0"


@self_check("payments count what was allocated to them")
def payments() -> Iterator[str]:
    """`Payment.received` equals its allocations; that of a shared payment those of its parts."""
    own = Coalesce(
        Subquery(
            Allocation.objects.filter(Q(payment=OuterRef("pk")) | Q(payment__shared=OuterRef("pk")))
            .order_by().values(total=Value(1)).annotate(sum=Sum("amount")).values("sum")
        ), 0,
    )  # fmt: skip
    for payment in Payment.objects.annotate(own=own).exclude(received=F("own")).iterator():
        yield f"payment {payment.pk}: {payment.received}, allocated {payment.own}"


@self_check("receipts pay no more than came, and their state says so")
def receipts() -> Iterator[str]:
    """What a receipt pays is at most its amount, and all of it where it is called matched."""
    taken = Coalesce(Sum("allocations__amount"), 0)
    for receipt in (
        Receipt.objects.filter(confirms__isnull=True, amount__gt=0).annotate(taken=taken).iterator()
    ):
        whole = receipt.taken == receipt.amount
        if receipt.taken > receipt.amount or (receipt.state == Receipt.State.MATCHED) != whole:
            yield f"receipt {receipt.pk}: {receipt.state}, {receipt.taken} of {receipt.amount}"


@self_check("kept balances of sellers are what their ledger lines sum to")
def balances() -> Iterator[str]:
    """`SellerBalance` equals the posted lines of the seller."""
    lines = LedgerLine.objects.filter(
        account=Account.SELLER, entry__posted=True, shop__isnull=False
    ).order_by()
    sums = {row["shop"]: row["sum"] for row in lines.values("shop").annotate(sum=Sum("amount"))}
    for shop_id, amount in SellerBalance.objects.values_list("shop", "amount"):
        if sums.pop(shop_id, 0) != amount:
            yield f"shop {shop_id}: kept {amount}"
    for shop_id, amount in sums.items():
        yield f"shop {shop_id}: {amount} is not kept"


@self_check("what was paid is what orders cost and what goes back")
def settled() -> Iterator[str]:
    """Nobody keeps money above an order's price: the rest of what came is refunded or to be refunded."""
    back = Coalesce(Sum("refunds__amount", filter=~Q(refunds__state=Refund.State.WITHDRAWN)), 0)
    for order in Order.objects.filter(paid__gt=0).annotate(back=back).iterator():
        due = order.paid if order.stopped else max(order.paid - order.total, 0)
        if order.back != due:
            yield f"order {order.public_code}: {due} should go back, refunds are {order.back}"
