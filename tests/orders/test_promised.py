"""A farmer who counts less than buyers were promised is told of them; a promised harvest cannot be typed away."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.errors import BadProduct
from catalog.promises import Promised, promised_of
from catalog.services import change_product, facts_of
from common.actors import SYSTEM
from common.days import local_day
from orders.models import Order
from orders.services import buyer_cancels, farmer_step
from orders.states import State
from tests.factories import OrderFactory, ProductFactory

pytestmark = pytest.mark.django_db
TOLD = "đã hứa 8 kg cho 2 đơn chưa gói"


@pytest.fixture
def product():
    return ProductFactory(title="Na dai", stock=Decimal(20))


@pytest.fixture
def two_orders(product):
    return [OrderFactory(product=product, quantity=quantity) for quantity in (5, 3)]


def count(client, product, **posted):
    product.refresh_from_db()
    client.force_login(product.shop.owner)
    restock = reverse("goods:restock", args=[product.public_code])
    return client.post(restock, {"seen": product.version, **posted}, follow=True).content.decode()


def test_goods_are_promised_from_the_order_until_they_are_packed(product, two_orders):
    paid = OrderFactory(product=product, quantity=2, paid_in_full=True)
    assert promised_of(product) == Promised(Decimal(10), 3)
    buyer_cancels(two_orders[0].pk)
    assert promised_of(product) == Promised(Decimal(5), 2)
    for step in (State.CONFIRMED, State.PACKED):
        farmer_step(paid.pk, step, by=SYSTEM)
    assert promised_of(product) == Promised(Decimal(3), 1)


def test_counting_less_than_was_promised_names_the_promise(client, product, two_orders):
    page = count(client, product, quantity="6", mode="set")
    assert TOLD in page
    assert "note-warn" in page
    assert "Không đủ hàng" in page
    product.refresh_from_db()
    assert product.stock == 6  # what buyers hold is not touched


@pytest.mark.parametrize("posted", [{"quantity": "9", "mode": "set"}, {"add": "10"}])
def test_enough_goods_need_no_warning(client, product, two_orders, posted):
    assert "đã hứa" not in count(client, product, **posted)


def test_goods_without_orders_are_counted_without_a_word(client, product):
    assert "đã hứa" not in count(client, product, quantity="0", mode="set")


@pytest.fixture
def ahead():
    product = ProductFactory(stock=9, preorder_cap=9, harvest_on=local_day() + timedelta(days=9))
    OrderFactory(product=product, quantity=4)
    product.refresh_from_db()
    return product


def test_a_harvest_may_not_be_made_smaller_than_its_promises(ahead):
    with pytest.raises(BadProduct) as refused:
        change_product(ahead, _facts(ahead, stock=1, preorder_cap=4), by=SYSTEM)
    assert refused.value.field == "preorder_cap"
    assert "Đã hứa 4 kg cho 1 đơn" in str(refused.value)
    assert "ít nhất là 5" in str(refused.value)
    assert change_product(ahead, _facts(ahead, stock=0, preorder_cap=4), by=SYSTEM).preorder_cap == 4


def test_goods_that_are_promised_keep_their_unit_until_they_are_packed(ahead):
    with pytest.raises(BadProduct) as refused:
        change_product(ahead, _facts(ahead, unit="bo"), by=SYSTEM)
    assert refused.value.field == "unit"
    assert "Đã hứa 4 kg cho 1 đơn" in str(refused.value)
    Order.objects.update(state="packed")
    assert change_product(ahead, _facts(ahead, unit="bo"), by=SYSTEM).unit == "bo"


def test_other_words_about_a_promised_harvest_may_change(ahead):
    assert change_product(ahead, _facts(ahead, title="Na bở"), by=SYSTEM).title == "Na bở"


def _facts(product, **said):
    numbers = {name: Decimal(value) for name, value in said.items() if isinstance(value, int)}
    return replace(facts_of(product), **(said | numbers))
