"""The table of states is the whole truth about what may follow what."""

import pytest

from common.actors import Actor
from orders.errors import NotInPerson, NotPaidYet, WrongState
from orders.models import Order, OrderEvent, OrderStep, StockMove
from orders.services import confirm_receipt, farmer_step, move
from orders.states import NEXT, TRANSITIONS, Guard, State, Who, purchase_state, transition
from tests.factories import OrderFactory, ShopFactory

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
        move(order, step, who=someone(State(order.state), step), by=FARMER)
    return order


def someone(before: State, to: State) -> Who:
    """A part in which the step may be taken without the conditions of seeing the buyer."""
    rows = [
        row
        for row in TRANSITIONS
        if (row.before, row.after) == (before, to) and Guard.IN_PERSON not in row.guards
    ]
    return sorted(rows[0].who)[0]


@pytest.mark.parametrize(("before", "to"), [pair for pair in ALL if pair[1] not in NEXT.get(pair[0], ())])
def test_every_step_that_is_not_in_the_table_is_refused(before, to):
    order = order_in(before)
    steps = OrderStep.objects.count()
    for who in Who:
        with pytest.raises(WrongState):
            move(order, to, who=who, by=FARMER)
    assert OrderStep.objects.count() == steps


@pytest.mark.parametrize(("before", "to"), [(a, b) for a in NEXT for b in sorted(NEXT[a])])
def test_every_step_in_the_table_is_taken_once_and_remembered(before, to):
    order = order_in(before)
    twin = type(order).objects.get(pk=order.pk)
    who = someone(before, to)
    move(order, to, who=who, by=FARMER, reason="because")
    last = order.steps.last()
    assert (last.before, last.after, last.actor_id, last.reason) == (before, to, 1, "because")
    with pytest.raises(WrongState):  # somebody who looked at it before was slower
        move(twin, to, who=who, by=FARMER)


@pytest.mark.parametrize(
    ("before", "to", "who"),
    [(a, b, who) for a in NEXT for b in sorted(NEXT[a]) for who in Who if transition(a, b, who) is None],
)
def test_nobody_takes_a_step_that_is_somebody_else_s(before, to, who):
    order = order_in(before)
    with pytest.raises(WrongState):
        move(order, to, who=who, by=FARMER)


def test_only_who_saw_the_buyer_take_the_goods_says_so_for_them():
    order = order_in(State.HANDED_OVER)
    with pytest.raises(NotInPerson):
        confirm_receipt(order.pk, who=Who.FARMER, by=FARMER)
    Order.objects.filter(pk=order.pk).update(delivery_kind="farm")
    assert confirm_receipt(order.pk, who=Who.FARMER, by=FARMER).state == State.DELIVERED


@pytest.mark.parametrize(
    ("orders", "state"),
    [
        ([("new", True), ("packed", False)], "waits_for_money"), ([("new", False), ("packed", False)], "under_way"),
        ([("delivered", False), ("packed", False)], "part_delivered"), ([("cancelled", True)], "cancelled"),
        ([("delivered", False), ("cancelled", True)], "delivered"), ([("returned", False), ("cancelled", False)], "cancelled"),
    ],
)  # fmt: skip
def test_a_purchase_is_what_its_orders_are(orders, state):
    assert purchase_state((State(name), waits) for name, waits in orders) == state


def test_slips_of_a_shop_are_numbered_without_a_gap_whatever_becomes_of_the_orders():
    shop = ShopFactory()
    for _ in range(3):
        order = OrderFactory(shop, pay_on_delivery=True)
        farmer_step(order.pk, State.CONFIRMED, by=FARMER)
        farmer_step(order.pk, State.PACKED, by=FARMER)
    gone = OrderFactory(shop, pay_on_delivery=True)
    farmer_step(gone.pk, State.CANCELLED, by=FARMER)
    other = OrderFactory(pay_on_delivery=True)
    farmer_step(other.pk, State.CONFIRMED, by=FARMER)
    assert farmer_step(other.pk, State.PACKED, by=FARMER).slip_number == 1
    numbers = Order.objects.filter(shop=shop).order_by("pk").values_list("slip_number", flat=True)
    assert list(numbers) == [1, 2, 3, None]


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
    move(order, State.RETURNED, who=Who.FARMER, by=FARMER)
    events = OrderEvent.objects.order_by("pk").values_list("orders", "amount", "cashless")
    assert list(events) == [(1, order.goods, order.goods), (-1, -order.goods, -order.goods)]
