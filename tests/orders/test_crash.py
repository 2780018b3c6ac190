"""The power goes while people order: nothing is half done, nothing is lost, and pressing again orders once.

A child process checks out through the real service and is killed by SIGKILL at a random moment, fifty times over two
thousand checkouts; the parent looks at what is left.
"""

import os
import random
import signal
import time
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.db.models import Sum

from catalog.models import Product
from orders import self_checks as order_checks
from orders.models import Cart, CartLine, Order, OrderStep, Purchase, StockMove
from payments import self_checks as money_checks
from payments.models import Payment
from payments.services import checkout
from tests.factories import CommuneFactory, ProductFactory, ShopFactory, buyer_facts

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CHECKOUTS, KILLS, EACH = 2000, 50, Decimal(2)


@pytest.fixture
def carts() -> list[Cart]:
    """Two thousand carts, each with goods of two shops."""
    goods = [ProductFactory(shop, stock=10_000) for shop in (ShopFactory(), ShopFactory()) for _ in range(3)]
    CommuneFactory()
    carts = Cart.objects.bulk_create(Cart() for _ in range(CHECKOUTS))
    CartLine.objects.bulk_create(
        CartLine(cart=cart, product=product, quantity=EACH, price_seen=product.price)
        for number, cart in enumerate(carts)
        for product in (goods[number % 3], goods[3 + number % 3])
    )
    return carts


def order_all(carts: list[Cart]) -> None:
    """Check the carts out one after the other, each under its own key."""
    facts = buyer_facts()
    for cart in carts:
        checkout(cart, _as(facts, cart), key=f"key-{cart.pk}")


def _as(facts, cart: Cart):
    return type(facts)(**{**facts.__dict__, "key": cart.key})


def in_a_child(carts: list[Cart], live_for: float | None) -> None:
    """Order in a process of its own; kill it after so many seconds, or let it finish."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            order_all(carts)
            os._exit(0)
        except BaseException:
            os._exit(1)
    if live_for is None:
        assert os.waitpid(child, 0)[1] == 0
        return
    time.sleep(live_for)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def wait_for_the_dead() -> None:
    """Until the database has noticed that its client is gone and rolled back what was open."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    pytest.fail("a dead client still holds a connection")


def assert_whole() -> None:
    """Every purchase there is has everything, and the shelves lack exactly what was sold."""
    purchases = Purchase.objects.count()
    for model, each in ((Order, 2), (StockMove, 2), (OrderStep, 2), (Payment, 2)):
        assert model.objects.count() == purchases * each, model
    sold = StockMove.objects.aggregate(sum=Sum("quantity"))["sum"] or 0
    assert Product.objects.aggregate(sum=Sum("stock"))["sum"] == 60_000 + sold
    assert CartLine.objects.count() == (CHECKOUTS - purchases) * 2


def test_fifty_kills_over_two_thousand_checkouts_lose_and_double_nothing(carts, settings):
    settings.MESSAGE_BACKEND = "common.messaging.NullBackend"
    chance, killed_at_work = random.Random(4), 0
    for _ in range(KILLS):
        done = Purchase.objects.count()
        begin = max(0, done - 5)  # the last few are pressed again
        in_a_child(carts[begin:], live_for=chance.uniform(0.03, 0.45))
        wait_for_the_dead()
        killed_at_work += Purchase.objects.count() > done
        assert_whole()
    assert killed_at_work > KILLS / 2  # the kills fell into the work, not before it
    in_a_child(carts, live_for=None)  # everybody presses again
    assert Purchase.objects.count() == CHECKOUTS
    assert set(Purchase.objects.values_list("idempotency_key", flat=True)) == {
        f"key-{cart.pk}" for cart in carts
    }
    assert_whole()
    for check in (order_checks.sums, order_checks.stock, order_checks.history, money_checks.settled):
        assert list(check()) == []
