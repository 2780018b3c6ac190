"""Money of which people tell us: the seller's own word, and cash."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from common.actors import Actor
from orders import locks
from orders.models import Order
from orders.signals import moved
from orders.states import Carriage, State
from payments.confirming import confirm
from payments.models import Method, Payment, Receipt

NEVER_LEFT = (Carriage.REFUSED, Carriage.CANCELLED, Carriage.CAME_BACK)


@transaction.atomic
def declare_received(payment: Payment, *, by: Actor, at: datetime | None = None) -> Payment:
    """The seller saw the money on their own phone. Counts as seller-declared until the bank's notice says the same."""
    assert payment.order_id is not None  # only an order's transfer is declared here
    order = locks.order(payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if payment.state == Payment.State.CONFIRMED or order.is_paid:
        return payment
    at = at or timezone.now()
    receipt = Receipt.objects.create(
        account=payment.account, source=Receipt.Source.SELLER, state=Receipt.State.UNMATCHED, amount=payment.rest,
        booked_at=at, received_at=at,
    )  # fmt: skip
    return confirm(payment, receipt, by=by)


@receiver(moved, sender=Order, dispatch_uid="count_cash")
def count_cash(sender: Any, order: Order, by: Actor, at: datetime, **_rest: Any) -> None:
    """An order paid on delivery has been delivered: the cash is counted in the same transaction.

    A carrier that was to collect it has it, whoever says that the goods came.
    """
    if order.state != State.DELIVERED or not order.pay_on_delivery or order.is_paid:
        return
    payment = order.payments.get(method=Method.COD)
    collecting = order.shipments.filter(cod__gt=0).exclude(state__in=NEVER_LEFT).last()
    receipt = Receipt.objects.create(
        source=Receipt.Source.CARRIER if collecting else Receipt.Source.CASH, provider=collecting.carrier if collecting else "",
        state=Receipt.State.UNMATCHED, amount=payment.rest, booked_at=at, received_at=at,
    )  # fmt: skip
    confirm(payment, receipt, by=by)
    order.refresh_from_db(fields=["paid"])
