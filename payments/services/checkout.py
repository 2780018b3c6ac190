"""A checkout expects its money in the same transaction; an order that is given up gives it back."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import transaction

from common.actors import Actor
from orders import locks
from orders import services as orders
from orders.delivery import Choice
from orders.models import Cart, Order, Purchase
from orders.placing import BuyerFacts, place_in_transaction
from orders.states import State
from payments import methods, rates
from payments.errors import MethodNotOffered
from payments.models import Method, Payment
from payments.services.closing import close_pages
from payments.settling import end_payments, expect_payment, expect_payments, refunded


@transaction.atomic
def checkout(
    cart: Cart,
    buyer: BuyerFacts,
    *,
    key: str,
    method: str = "",
    delivery: Mapping[int, Choice] | None = None,
    at: datetime | None = None,
) -> Purchase:
    """Place the purchase and expect its money, in one transaction. The same `key` gives the same purchase.

    `method` is a way to pay of `payments.methods`; without one, cash or a transfer to each seller as the buyer's facts say.
    Raises what place_purchase raises, NoAccount when a shop of a prepaid purchase takes no transfers, MethodNotOffered.
    """
    purchase, placed = place_in_transaction(cart, buyer, key=key, delivery=delivery, at=at)
    if method and placed:
        methods.check_placed(placed, method)
    expect_payments(placed, method)
    rates.freeze(placed)
    return purchase


@transaction.atomic
def cancel_order(order_id: int, *, by: Actor, reason: str = "", at: datetime | None = None) -> Order:
    """Give an order up: its goods go back on the shelf, what was paid becomes a refund proposal, nothing is expected
    any more. Raises WrongState once the goods are on their way."""
    return orders.farmer_step(order_id, State.CANCELLED, by=by, reason=reason, at=at)


@transaction.atomic
def ask_for_rest(order_id: int) -> Payment | None:
    """A second payment for what is missing of an order that was paid in part. None if nothing is missing or possible."""
    order = locks.order(order_id)
    if order.pay_on_delivery or order.is_paid or order.stopped:
        return None
    waiting = order.payments.select_for_update(of=("self",)).filter(state__in=Payment.OPEN, received=0).last()
    return waiting or expect_payment(order)


@transaction.atomic
def pay_another_way(purchase_id: int, method: str) -> None:
    """What a purchase still owes is to be paid by another way. What was asked for before can still receive; a provider that
    can is told to let nobody pay it any more.

    Does nothing where nothing is owed beforehand. Raises MethodNotOffered, NoAccount.
    """
    ids = Order.objects.filter(purchase=purchase_id).order_by("pk").values_list("pk", flat=True)
    orders = [locks.order(pk) for pk in ids]
    owed = {
        order.pk: order.total - order.paid + refunded(order)
        for order in orders if not order.stopped and not order.pay_on_delivery
    }  # fmt: skip
    owing = [order for order in orders if owed.get(order.pk, 0) > 0]
    if not owing:
        return
    methods.check_placed(owing, method)
    if method == Method.COD:
        raise MethodNotOffered
    before = Payment.objects.select_for_update(of=("self",)).filter(order__in=owing, state__in=Payment.OPEN)
    end_payments(list(before.order_by("pk")), Payment.State.CANCELLED)
    expect_payments(owing, method, owed)
    transaction.on_commit(partial(close_pages.enqueue, purchase_id))
