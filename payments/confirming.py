"""The one way money is counted, whatever it came by."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import outbox
from common import audit
from common.actors import SYSTEM, Actor
from common.inserting import insert
from common.money import show_dong
from orders import locks
from orders import services as orders
from orders.models import Order
from orders.reopening import reopen
from orders.states import State
from payments import ledger, sales
from payments.models import Allocation, Payment, Receipt
from payments.settling import settle_up

NOT_COUNTED = (Receipt.State.IGNORED, Receipt.State.RETURNING)  # until a person reopens it
counted = (
    Signal()
)  # sender: Payment, payment: as it is now, by: for stalls and others who wait for money of their own


@transaction.atomic
def confirm(
    payment: Payment,
    receipt: Receipt,
    *,
    by: Actor = SYSTEM,
    amount: int | None = None,
    at: datetime | None = None,
) -> Payment:
    """Count some money for a payment: all that is left of the receipt, or `amount` (đồng) of it.

    Locks the orders, then the payments, then the receipt; reads them again; does nothing if it is done. Links, books,
    settles and writes the messages in one transaction. A shared payment's money is divided among its orders, the first
    ones in full. Money for a stopped order, or more than was asked for, becomes a refund proposal.
    """
    return count(payment, receipt, by=by, amount=amount, at=at)


def count(
    payment: Payment,
    receipt: Receipt,
    *,
    by: Actor = SYSTEM,
    amount: int | None = None,
    at: datetime | None = None,
    held: bool = False,
) -> Payment:
    """What `confirm` does, inside the caller's transaction. A receipt that is not saved yet is kept with it. `held` if the
    payment and its order have been read and locked already. 15 queries for a new receipt that pays one order in full.
    """
    locked = _lock_orders(payment) if not held or payment.order is None else {payment.order.pk: payment.order}
    payment = payment if held else Payment.objects.select_for_update().get(pk=payment.pk)
    fresh = receipt._state.adding
    is_shared = payment.purpose == Payment.Purpose.SHARED
    parts = list(payment.parts.select_for_update().order_by("order_id")) if is_shared else [payment]
    spent: list[Allocation] = []
    if not fresh:
        receipt = Receipt.objects.select_for_update(of=("self",)).select_related("account").get(pk=receipt.pk)
        spent = list(receipt.allocations.all())
    rest = receipt.amount - sum(row.amount for row in spent)
    done = {row.payment_id for row in spent}.intersection(part.pk for part in parts)
    if done or receipt.confirms_id or rest <= 0 or receipt.state in NOT_COUNTED:
        return payment
    may_be_declared = receipt.by_machine and not spent and payment.received
    declared = _declared_before(payment, receipt) if may_be_declared else None
    if declared is not None:  # the seller said so first; the bank makes it certain, the money is the same
        receipt.confirms, receipt.state = declared, Receipt.State.MATCHED
        _keep(receipt, "confirms", "state")
        Payment.objects.filter(pk=payment.pk).update(by_machine=True)
        payment.by_machine = True
        _tell_sale(payment)
        return payment
    taken = rest if amount is None else min(amount, rest)
    receipt.state = Receipt.State.MATCHED if taken == rest else Receipt.State.UNMATCHED
    _keep(receipt, "state")
    for part, share in _divide(parts, taken):
        _count(part, receipt, share, locked, by=by, at=at, fresh=fresh)
    if is_shared:
        _add(payment, taken, receipt, at)
    return payment


def _keep(receipt: Receipt, *changed: str) -> None:
    if receipt._state.adding:
        insert([receipt])
    else:
        receipt.save(update_fields=changed)


def _lock_orders(payment: Payment) -> dict[int, Order]:
    """Orders come before payments in every transaction, in the order of their ids."""
    ids = {payment.order_id}
    if payment.purpose == Payment.Purpose.SHARED:
        ids = set(payment.parts.values_list("order_id", flat=True))
    return {order_id: locks.order(order_id) for order_id in sorted(pk for pk in ids if pk)}


def _divide(parts: Sequence[Payment], amount: int) -> list[tuple[Payment, int]]:
    """Money over the parts of a payment: each is filled in turn, those that are still expected before those that ended;
    what is too much goes to the last one expected."""
    shares = dict.fromkeys((part.pk for part in parts), 0)
    for part in sorted(parts, key=lambda part: not part.is_open):
        shares[part.pk] = min(part.rest, amount)
        amount -= shares[part.pk]
    expected = [part for part in parts if part.is_open] or parts
    shares[expected[-1].pk] += amount
    return [(part, shares[part.pk]) for part in parts if shares[part.pk]]


def _count(
    payment: Payment, receipt: Receipt, amount: int, locked: dict[int, Order], *, by: Actor, at: datetime | None,
    fresh: bool,
) -> None:  # fmt: skip
    if payment.order_id:
        payment.order = locked[payment.order_id]
    at = at or timezone.now()
    row = Allocation(receipt=receipt, payment=payment, amount=amount, actor_id=by.user_id, at=at)
    allocation = insert([row])[0]
    _add(payment, amount, receipt, at)
    booking = ledger.of_allocation(allocation, by.user_id, fresh=fresh)
    if payment.order_id:
        _count_for_order(locked[payment.order_id], allocation, booking)
    else:
        ledger.post_new([booking])
        _tell_sale(payment)
    audit.record("payment.received", payment, by=by, amount=amount, state=payment.state)
    counted.send(Payment, payment=payment, by=by)


def _add(payment: Payment, amount: int, receipt: Receipt, at: datetime | None) -> None:
    payment.received += amount
    if payment.received >= payment.amount and payment.state != Payment.State.CONFIRMED:
        payment.state, payment.confirmed_at = Payment.State.CONFIRMED, at or timezone.now()
        payment.by_machine = receipt.by_machine
    payment.save(update_fields=["received", "state", "confirmed_at", "by_machine"])


def _tell_sale(payment: Payment) -> None:
    """Figures follow: a sale is paid, or a bank has said what only its seller had said."""
    if payment.order_id:
        sales.tell_order(locks.order(payment.order_id))
    elif payment.purpose == Payment.Purpose.STALL:
        sales.tell_stall(payment)


def _count_for_order(order: Order, allocation: Allocation, booking: ledger.Booking) -> None:
    was_paid, is_first = order.is_paid, not order.paid
    orders.record_paid(order, allocation.amount)
    reopened = order.stopped and reopen(order)
    settle_up(
        order, reason="late" if order.stopped else "overpaid", receipt=allocation.receipt,
        came=allocation if is_first else None, bookings=[booking],
    )  # fmt: skip
    if order.stopped:
        _tell_late(order, allocation.amount, allocation.receipt)
    elif reopened or (order.is_paid and not was_paid):
        _tell_paid(order)


def _declared_before(payment: Payment, receipt: Receipt) -> Receipt | None:
    """A seller's own word for the same money, not yet confirmed by the bank."""
    said = Receipt.objects.filter(
        allocations__payment=payment, source=Receipt.Source.SELLER, confirmed_by__isnull=True
    )
    return said.filter(amount=receipt.amount).first()


def _tell_paid(order: Order) -> None:
    """The buyer hears that their money came; the seller too, unless the new order itself has just told them."""
    facts = {"amount": show_dong(order.total), "code": order.public_code}
    text = _("Chợ Bản: đã nhận %(amount)s cho đơn %(code)s. Người bán sẽ gói hàng.")
    key = f"paid:{order.pk}:{order.paid}"
    outbox.post(text % facts, phone=order.phone, key=key, kind="order_paid", urgent=True)
    if order.state != State.NEW and order.shop.owner:
        text = _("Chợ Bản: khách đã trả %(amount)s cho đơn %(code)s.")
        outbox.post(text % facts, to=order.shop.owner, key=f"{key}:seller", kind="order_paid")


def _tell_late(order: Order, amount: int, receipt: Receipt) -> None:
    """Money for an order that stands no more: its buyer hears that it came, and that it goes back."""
    text = _("Chợ Bản: %(amount)s cho đơn %(code)s đến sau khi đơn đã hủy. Tiền sẽ được trả lại bạn.")
    outbox.post(
        text % {"amount": show_dong(amount), "code": order.public_code}, phone=order.phone,
        key=f"late:{order.pk}:{receipt.pk}", kind="order_late_money",
    )  # fmt: skip
