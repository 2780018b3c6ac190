"""Double entry: every booking's lines sum to zero, and what is posted stays. Source: payments reference, section 7."""

from django.db import transaction
from django.db.models import Sum

from orders.models import Order
from payments.errors import Unbalanced
from payments.models import Account, LedgerEntry, LedgerLine
from sellers.models import Shop

Line = tuple[str, int, Shop | int | None]  # account, đồng (+ debit, − credit), seller


@transaction.atomic
def post(
    key: str,
    kind: str,
    lines: list[Line],
    *,
    order: Order | None = None,
    actor_id: int | None = None,
    note: str = "",
) -> LedgerEntry:
    """Book once under `key`; a second call with the same key changes nothing and returns the first entry.

    Lines of zero đồng are left out. Raises Unbalanced.
    """
    lines = [line for line in lines if line[1]]
    if sum(amount for _account, amount, _shop in lines) or len(lines) < 2:
        raise Unbalanced(key)
    entry, new = LedgerEntry.objects.get_or_create(
        key=key, defaults={"kind": kind, "order": order, "actor_id": actor_id, "note": note}
    )
    if not new:
        return entry
    LedgerLine.objects.bulk_create(
        LedgerLine(entry=entry, account=account, amount=amount, shop_id=getattr(shop, "pk", shop))
        for account, amount, shop in lines
    )
    LedgerEntry.objects.filter(pk=entry.pk).update(posted=True)
    entry.posted = True
    return entry


def balance(account: str, shop: Shop | None = None) -> int:
    """The sum of an account in đồng, of one seller if given. Minus on `seller`: we owe them."""
    lines = LedgerLine.objects.filter(account=account, entry__posted=True)
    lines = lines.filter(shop=shop) if shop else lines
    return lines.aggregate(sum=Sum("amount"))["sum"] or 0


def book_direct_sale(order: Order, amount: int, key: str, actor_id: int | None = None) -> None:
    """The buyer paid the seller's own account or hand: the seller holds the money, and it is theirs."""
    post(
        f"{key}", "direct", [(Account.SELLER, amount, order.shop_id), (Account.BUYER_FUNDS, -amount, None)],
        order=order, actor_id=actor_id,
    )  # fmt: skip


def book_carried_cash(order: Order, amount: int, key: str) -> None:
    """A carrier took the buyer's cash at the door and still has it: whoever runs the market owes it to the seller.

    Source: payments reference, section 7, "COD by carrier".
    """
    post(
        key, "carried", [(Account.CASH_IN_TRANSIT, amount, None), (Account.BUYER_FUNDS, -amount, None)], order=order
    )  # fmt: skip


def book_direct_refund(order: Order, amount: int, key: str, actor_id: int | None = None) -> None:
    """The seller sent the buyer's money back from their own account or hand."""
    post(
        key, "refund", [(Account.BUYER_FUNDS, amount, None), (Account.SELLER, -amount, order.shop_id)],
        order=order, actor_id=actor_id,
    )  # fmt: skip


def allocate(order: Order) -> None:
    """The price of an order that is paid in full belongs to the seller; of one that is stopped or not paid, nothing.

    Books the difference to what was booked before, so that it may be called after every change of an order.
    """
    before = LedgerEntry.objects.filter(kind="allocate", order=order)
    booked = (
        LedgerLine.objects.filter(entry__in=before, account=Account.SELLER).aggregate(sum=Sum("amount"))[
            "sum"
        ]
        or 0
    )
    change = (
        order.total if order.is_paid and not order.stopped else 0
    ) + booked  # the seller's credit is minus
    if not change:
        return
    number = before.count()
    post(
        f"allocate:order:{order.pk}:{number}" if number else f"allocate:order:{order.pk}", "allocate",
        [(Account.BUYER_FUNDS, change, None), (Account.SELLER, -change, order.shop_id)], order=order,
    )  # fmt: skip
