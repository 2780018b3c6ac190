"""The table of states is the whole truth about what may follow what."""

import pytest

from common.actors import Actor
from orders.errors import NotPaidYet, WrongState
from orders.models import OrderEvent, OrderStep, StockMove
from orders.services import confirm_receipt, farmer_step, move
from orders.states import NEXT, State
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db
FARMER = Actor(user_id=1, name="farmer")
ALL = [(a, b) for a in State for b in State]


def order_in(state: State):
    """A paid order in a state, reached by its own steps."""
    order = OrderFactory(paid_in_full=True)
    roads = {
        State.NEW: [], State.CONFIRMED: [State.CONFIRMED], State.PACKED: [State.CONFIRMED, State.PACKED],
        State.HANDED_OVER: [State.CONFIRMED, State.PACKED, State.HANDED_OVER], State.CANCELLED: [State.CANCELLED],
    }  # fmt: skip
    sent = roads[State.HANDED_OVER]
    roads[State.DELIVERED], roads[State.RETURNED] = [*sent, State.DELIVERED], [*sent, State.RETURNED]
    for step in roads[state]:
        move(order, step, by=FARMER)
    return order


@pytest.mark.parametrize(("before", "to"), [pair for pair in ALL if pair[1] not in NEXT.get(pair[0], ())])
def test_every_step_that_is_not_in_the_table_is_refused(before, to):
    order = order_in(before)
    steps = OrderStep.objects.count()
    with pytest.raises(WrongState):
        move(order, to, by=FARMER)
    assert OrderStep.objects.count() == steps


@pytest.mark.parametrize(("before", "to"), [(a, b) for a in NEXT for b in sorted(NEXT[a])])
def test_every_step_in_the_table_is_taken_once_and_remembered(before, to):
    order = order_in(before)
    twin = type(order).objects.get(pk=order.pk)
    move(order, to, by=FARMER, reason="because")
    last = order.steps.last()
    assert (last.before, last.after, last.actor_id, last.reason) == (before, to, 1, "because")
    with pytest.raises(WrongState):  # somebody who looked at it before was slower
        move(twin, to, by=FARMER)


def test_the_farmer_packs_a_prepaid_order_only_once_its_money_came():
    order = OrderFactory()
    with pytest.raises(NotPaidYet):
        farmer_step(order.pk, State.CONFIRMED, by=FARMER)


def test_cancelled_goods_go_back_on_the_shelf_once():
    order = OrderFactory(quantity=3, stock=10)
    product = order.lines.get().product
    assert product.stock == 7
    farmer_step(order.pk, State.CANCELLED, by=FARMER)
    with pytest.raises(WrongState):
        farmer_step(order.pk, State.CANCELLED, by=FARMER)
    product.refresh_from_db()
    assert product.stock == 10
    assert StockMove.objects.filter(kind=StockMove.Kind.BACK).count() == 1


def test_a_delivery_tells_the_rollups_once_and_a_return_takes_it_back():
    order = order_in(State.HANDED_OVER)
    confirm_receipt(order.pk)
    confirm_receipt(order.pk)  # the buyer's second press
    order.refresh_from_db()
    move(order, State.RETURNED, by=FARMER)
    events = OrderEvent.objects.order_by("pk").values_list("orders", "amount", "cashless")
    assert list(events) == [(1, order.goods, order.goods), (-1, -order.goods, -order.goods)]
