"""People who press at the same moment: one of them is first, the other is told, and nothing is counted twice."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.utils import timezone

from catalog.errors import OutOfStock
from catalog.models import Product
from common.actors import SYSTEM
from orders import self_checks as order_checks
from orders.carriers.base import Update
from orders.carriers.fake_server import FakeCarrier
from orders.carts import put_in_cart, set_in_cart
from orders.fulfilment import Answer, Can, answer_lines, answer_proposal
from orders.models import Cart, CartLine, Order, Purchase, Shipment
from orders.services import confirm_receipt, expire_unpaid, farmer_step
from orders.shipments import book, hear
from orders.states import Carriage, State
from payments import self_checks as money_checks
from payments.models import Refund
from payments.services import cancel_order, checkout, declare_received
from tests.factories import CartFactory, OrderFactory, ProductFactory, ShopFactory, buyer_facts
from tests.orders.carriers import packed, settings_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.MESSAGE_BACKEND = "common.messaging.NullBackend"


def at_once(*calls) -> list[str]:
    """Each call in a thread of its own, all starting together: "ok" or the name of what was raised."""
    gate = threading.Barrier(len(calls))

    def run(call) -> str:
        try:
            gate.wait()
            call()
        except Exception as error:
            return type(error).__name__
        else:
            return "ok"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def all_agree() -> None:
    for check in (
        order_checks.sums, order_checks.stock, order_checks.history, money_checks.paid, money_checks.settled,
        money_checks.accounts,
    ):  # fmt: skip
        assert list(check()) == [], check.__name__


def test_the_last_unit_is_sold_once():
    product = ProductFactory(stock=1)
    carts = [CartFactory(product) for _ in range(8)]
    facts = buyer_facts()
    outcomes = at_once(*(lambda cart=cart: checkout(cart, facts, key=cart.key) for cart in carts))
    assert sorted(outcomes) == ["OutOfStock"] * 7 + ["ok"]
    product.refresh_from_db()
    assert (product.stock, Order.objects.count()) == (0, 1)
    assert OutOfStock.__name__ in outcomes


@pytest.mark.parametrize("round_", range(5))
def test_money_that_comes_in_the_moment_of_expiry_is_kept_or_goes_back(round_):
    order = OrderFactory()
    late = order.held_until
    assert at_once(
        lambda: list(expire_unpaid(late)), lambda: declare_received(order.payments.get(), by=SYSTEM)
    ) == ["ok", "ok"]
    order.refresh_from_db()
    back = sum(refund.amount for refund in Refund.objects.all())
    assert (order.state, order.paid, back) in (
        ("new", order.total, 0), ("cancelled", order.total, order.total), ("cancelled", 0, 0),
    )  # fmt: skip
    product = order.lines.get().product
    assert product.stock == (98 if order.state == "new" else 100)
    all_agree()


@pytest.mark.parametrize("round_", range(5))
def test_a_cancellation_and_a_hand_over_exclude_each_other(round_):
    order = OrderFactory(pay_on_delivery=True)
    for step in (State.CONFIRMED, State.PACKED):
        farmer_step(order.pk, step, by=SYSTEM)
    outcomes = at_once(
        lambda: cancel_order(order.pk, by=SYSTEM), lambda: farmer_step(order.pk, State.HANDED_OVER, by=SYSTEM)
    )
    assert sorted(outcomes) == ["WrongState", "ok"]
    order.refresh_from_db()
    assert order.state == ("cancelled" if outcomes[0] == "ok" else "handed_over")
    all_agree()


def test_many_presses_of_one_button_count_once():
    order = OrderFactory(pay_on_delivery=True)
    for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
        outcomes = at_once(*[lambda step=step: farmer_step(order.pk, step, by=SYSTEM)] * 4)
        assert sorted(outcomes) == ["WrongState"] * 3 + ["ok"]
    assert at_once(*[lambda: confirm_receipt(order.pk)] * 4) == ["ok"] * 4
    order.refresh_from_db()
    assert (order.paid, order.slip_number, order.events.count()) == (order.total, 1, 1)
    all_agree()


def test_two_answers_of_a_buyer_and_a_cancellation_leave_one_truth():
    order = OrderFactory(quantity=4, paid_in_full=True)
    day = timezone.localdate() + timedelta(days=3)
    answer_lines(order.pk, [Answer(order.lines.get().pk, Can.LATER, day=day)], by=SYSTEM)
    question = order.proposals.get()
    outcomes = at_once(
        lambda: answer_proposal(question.pk, yes=True), lambda: answer_proposal(question.pk, yes=False),
        lambda: cancel_order(order.pk, by=SYSTEM),
    )  # fmt: skip
    assert "ok" in outcomes
    assert set(outcomes) <= {"ok", "AlreadyAnswered", "WrongState"}
    all_agree()


def test_slips_of_a_shop_are_numbered_without_gap_or_double():
    shop = ShopFactory()
    orders = [OrderFactory(shop, pay_on_delivery=True) for _ in range(8)]
    for order in orders:
        farmer_step(order.pk, State.CONFIRMED, by=SYSTEM)
    calls = [lambda order=order: farmer_step(order.pk, State.PACKED, by=SYSTEM) for order in orders]
    assert at_once(*calls) == ["ok"] * 8
    assert sorted(Order.objects.values_list("slip_number", flat=True)) == list(range(1, 9))


def test_a_cart_edited_on_two_tabs_while_it_is_ordered_loses_nothing():
    first, second = ProductFactory(), ProductFactory()
    for _ in range(5):
        cart = CartFactory(first)
        facts = buyer_facts(key=cart.key)
        outcomes = at_once(
            lambda cart=cart, facts=facts: checkout(cart, facts, key=cart.key),
            lambda cart=cart: put_in_cart(cart, second, Decimal(1)),
        )
        assert outcomes == ["ok", "ok"]
        ordered = {
            line.product
            for order in Order.objects.filter(purchase__buyer_key=cart.key)
            for line in order.lines.all()
        }
        left = {line.product for line in cart.lines.all()}
        assert ordered | left == {first, second}
        assert not ordered & left


def test_two_edits_of_one_cart_end_in_one_of_them():
    cart, product = CartFactory(), ProductFactory()
    put_in_cart(cart, product, Decimal(1))
    assert at_once(
        lambda: set_in_cart(cart, product, Decimal(3)), lambda: set_in_cart(cart, product, Decimal(5))
    ) == ["ok", "ok"]
    assert cart.lines.get().quantity in (3, 5)


@pytest.mark.parametrize("same_key", [True, False])
def test_a_double_checkout_makes_one_purchase(same_key):
    cart = CartFactory(ProductFactory())
    facts = buyer_facts(key=cart.key)
    keys = ["one"] * 6 if same_key else [f"tab-{number}" for number in range(6)]
    outcomes = at_once(*(lambda key=key: checkout(cart, facts, key=key) for key in keys))
    assert sorted(outcomes) == (["ok"] * 6 if same_key else ["CartEmpty"] * 5 + ["ok"])
    assert Purchase.objects.count() == 1


def test_a_thousand_shuffled_baskets_from_eight_threads_never_wait_in_a_circle():
    goods = [
        ProductFactory(shop, stock=900)
        for shop in (ShopFactory(), ShopFactory(), ShopFactory())
        for _ in range(3)
    ]
    chance = random.Random(1)
    carts = Cart.objects.bulk_create(Cart() for _ in range(1000))
    baskets = [chance.sample(goods, 4) for _ in carts]
    CartLine.objects.bulk_create(
        CartLine(cart=cart, product=product, quantity=1, price_seen=product.price)
        for cart, basket in zip(carts, baskets, strict=True)
        for product in basket
    )
    facts, todo, take = buyer_facts(), list(carts), threading.Lock()

    def work() -> None:
        while True:
            with take:
                if not todo:
                    return
                cart = todo.pop()
            checkout(cart, type(facts)(**{**facts.__dict__, "key": cart.key}), key="k")

    assert at_once(*[work] * 8) == ["ok"] * 8
    assert Purchase.objects.count() == 1000
    wanted = {product.pk: sum(product in basket for basket in baskets) for product in goods}
    assert {product.pk: 900 - product.stock for product in Product.objects.all()} == wanted


def test_one_parcel_is_booked_and_one_delivery_heard_whoever_presses_and_tells(settings):
    server = FakeCarrier().start()
    settings.CARRIERS = settings_of(server)
    try:
        order = packed()
        assert at_once(*[lambda: book(order.pk, "xe-ban", by=SYSTEM)] * 4) == ["ok"] * 4
        assert len(server.parcels) == Shipment.objects.count() == 1
        shipment, now = Shipment.objects.get(), timezone.now()
        told = [
            Update(shipment.code, status, status, now + timedelta(seconds=number))
            for number, status in enumerate((Carriage.PICKED_UP, Carriage.ON_ITS_WAY, Carriage.DELIVERED))
        ]
        assert set(at_once(*[lambda update=update: hear("xe-ban", [update]) for update in told * 3])) == {
            "ok"
        }
        order.refresh_from_db()
        assert (order.state, order.paid, shipment.events.count()) == (State.DELIVERED, 100_000, 3)
    finally:
        server.stop()
