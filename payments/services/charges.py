"""Which of a provider's charges a refund goes back to: never more than came by it, nor than of it counted for the order."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, Sum

from orders.models import Order
from payments.errors import TooMuch
from payments.models import Allocation, Receipt, Refund

State, Way = Refund.State, Refund.Way
GONE = (State.SENDING, State.SENT, State.CONFIRMED)  # or on its way


def of_order(order: Order) -> list[Receipt]:
    """The money of providers that paid an order, locked, oldest first."""
    paying = Allocation.objects.filter(payment__order=order).values("receipt")
    rows = Receipt.objects.select_for_update(of=("self",)).filter(source=Receipt.Source.PROVIDER)
    return list(rows.filter(pk__in=paying).order_by("pk"))


def left(receipt: Receipt, order: Order, states: Iterable[str] = Refund.PROMISED) -> int:
    """đồng of a charge that may still go back for an order: of what counted for it, and of the charge as a whole."""
    back = receipt.sent_back.filter(state__in=states)
    return min(counted(receipt, order) - _sum(back.filter(order=order)), receipt.amount - _sum(back))


def counted(receipt: Receipt, order: Order) -> int:
    """đồng of a charge that pay an order."""
    return _sum(receipt.allocations.filter(payment__order=order))


def _sum(rows: QuerySet[Any]) -> int:
    return rows.aggregate(sum=Sum("amount", default=0))["sum"]


def assign(order: Order | None, refund: Refund) -> None:
    """Say which charge a refund that is about to be approved goes back to: the oldest that has enough left. One that is
    larger than any is split, the oldest first; what no charge can take becomes a proposal of another way.

    The order is locked. Raises TooMuch where a charge that paid no order has not enough left.
    """
    if order is None:
        _assign_unplaced(refund)
        return
    room = [(receipt, left(receipt, order)) for receipt in of_order(order)]
    room = [(receipt, most) for receipt, most in room if most > 0]
    enough = next((receipt for receipt, most in room if most >= refund.amount), None)
    if enough is not None:
        room = [(enough, refund.amount)]
    rest, wanted = refund.amount, []
    for receipt, most in room:
        wanted.append((receipt, min(most, rest)))
        rest -= wanted[-1][1]
    _split(refund, [pair for pair in wanted if pair[1]], rest)


def _assign_unplaced(refund: Refund) -> None:
    assert refund.receipt_id is not None  # a refund is of an order or of a receipt
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=refund.receipt_id)
    if refund.amount > receipt.amount - _sum(receipt.sent_back.filter(state__in=Refund.PROMISED)):
        raise TooMuch
    refund.back_to, refund.provider = receipt, receipt.provider
    refund.save(update_fields=["back_to", "provider"])


def _split(refund: Refund, wanted: list[tuple[Receipt, int]], rest: int) -> None:
    if rest:
        way = _other_way(refund)
        if not wanted:  # all of it came another way
            refund.way, refund.provider = way, ""
            refund.save(update_fields=["way", "provider"])
            return
        _piece(refund, rest, way=way)
    (first, amount), *others = wanted
    refund.back_to, refund.provider, refund.amount = first, first.provider, amount
    refund.save(update_fields=["back_to", "provider", "amount"])
    for receipt, part in others:
        _piece(refund, part, way=Way.PROVIDER, provider=receipt.provider, back_to=receipt)


def _piece(refund: Refund, amount: int, **facts: Any) -> None:
    Refund.objects.create(
        order=refund.order, amount=amount, reason=refund.reason, created_at=refund.created_at, **facts
    )


def _other_way(refund: Refund) -> Refund.Way:
    """How money that no provider took goes back."""
    pooled = Receipt.objects.filter(
        allocations__payment__order=refund.order, account__isnull=False, account__shop=None
    )
    return Way.BANK if pooled.exists() else Way.SELLER


def _siblings(refund: Refund) -> QuerySet[Refund]:
    """Refunds that were one until they were split."""
    if refund.way != Way.PROVIDER or refund.order_id is None:
        return Refund.objects.none()
    rows = Refund.objects.filter(order=refund.order_id, reason=refund.reason, created_at=refund.created_at)
    return rows.filter(way=Way.PROVIDER).exclude(pk=refund.pk)


def pieces(refund: Refund) -> list[Refund]:
    """What was split off a refund and waits for the same leave."""
    return [row for row in _siblings(refund) if row.state == State.PROPOSED and row.back_to_id]


def whole(refund: Refund) -> int:
    """đồng of a refund together with what was split off it: what needs two people cannot be cut into what needs one."""
    return refund.amount + sum(row.amount for row in _siblings(refund))
