"""What a farmer may say about a product beside name and price, and orders taken before the harvest."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.models import Product
from common.actors import Actor
from common.days import local_day
from orders.models import OrderLine
from orders.services import farmer_step
from orders.states import State
from tests.factories import CategoryFactory, OrderFactory, ProductFactory, ShopFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def farmer(client, shop):
    client.force_login(shop.owner)
    return client


@pytest.fixture
def honey():
    return CategoryFactory(name="Mật ong", asks=["net"])


def facts(kind, **changes):
    said = {"title": "Mật ong bạc hà", "category": kind.pk, "price": "150k", "unit": "chai", "stock": "20"}
    return {key: value for key, value in (said | changes).items() if value is not None}


def list_it(farmer, kind, **changes):
    return farmer.post(reverse("goods:new"), facts(kind, **changes))


IN_A_MONTH = local_day() + timedelta(days=30)


# --- what is said beside name and price -----------------------------------------------------------------------------
def test_everything_said_is_kept_and_shown_to_buyers(farmer, client_of, honey):
    list_it(
        farmer, honey, net_quantity="500", net_unit="ml", variety="  Bạc  hà ", grade="first", making="processed",
        gtin="4006381333931",
    )  # fmt: skip
    product = Product.objects.get()
    assert (product.variety, product.grade, product.making, product.gtin) == (
        "Bạc hà", "first", "processed", "04006381333931",
    )  # fmt: skip
    assert product.base_price == (300_000, "lít")
    page = client_of().get(product.get_absolute_url()).content.decode()
    for words in ("500 ml", "300.000", "Bạc hà", "Loại 1", "Đã chế biến"):
        assert words in page


def test_the_price_of_a_kilo_is_read_back_on_the_form(farmer, shop, honey):
    product = ProductFactory(
        shop, category=honey, price=60_000, unit="goi", net_quantity=Decimal(500), net_unit="gram"
    )
    page = farmer.get(reverse("goods:edit", args=[product.public_code])).content.decode()
    assert "Khoảng 120.000\u00a0₫ một kg." in page
    assert 'name="net_quantity" value="500"' in page


def test_the_page_says_what_each_kind_asks(farmer, honey):
    page = farmer.get(reverse("goods:new")).content.decode()
    assert 'data-asks="net"' in page
    assert 'data-asked="variety"' in page  # in the page all the same: without a script all questions stand


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"net_quantity": "500"}, "net_unit"),
        ({"net_quantity": "0", "net_unit": "ml"}, "net_quantity"),
        ({"gtin": "4006381333932"}, "gtin"),
        ({"grade": "best"}, "grade"),
        ({"preorder": "on"}, "harvest_on"),
        ({"preorder": "on", "harvest_on": "hôm sau"}, "harvest_on"),
        ({"preorder": "on", "harvest_on": "2020-01-01"}, "harvest_on"),
        ({"preorder": "on", "harvest_on": IN_A_MONTH.isoformat(), "uncounted": "on"}, "uncounted"),
        ({"preorder": "on", "harvest_on": IN_A_MONTH.isoformat(), "preorder_cap": "5"}, "preorder_cap"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(farmer, honey, said, at):
    answer = list_it(farmer, honey, **said)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [at])
    assert not Product.objects.exists()


def test_a_unit_without_a_number_is_no_content(farmer, honey):
    list_it(farmer, honey, net_unit="ml")
    assert Product.objects.get().net_content == ""


# --- before the harvest ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stock", "cap", "left", "most"), [("30", "", 30, 30), ("", "40", 40, 40), ("25", "40", 25, 40)]
)
def test_goods_can_be_ordered_before_the_harvest_up_to_a_bound(farmer, honey, stock, cap, left, most):
    list_it(farmer, honey, stock=stock, preorder="on", harvest_on=f"{IN_A_MONTH:%d/%m/%Y}", preorder_cap=cap)
    product = Product.objects.get()
    assert (product.harvest_on, product.stock, product.preorder_cap) == (IN_A_MONTH, left, most)


def preorder(shop=None, **changes):
    day = IN_A_MONTH
    return ProductFactory(
        shop, **({"harvest_on": day, "preorder_cap": Decimal(100), "stock": Decimal(80)} | changes)
    )


def test_a_higher_bound_leaves_more_and_an_unchanged_one_the_same(farmer, shop):
    product = preorder(shop)
    url = reverse("goods:edit", args=[product.public_code])
    same = {
        "preorder": "on",
        "harvest_on": IN_A_MONTH.isoformat(),
        "stock_seen": "80",
        "stock": "80",
        "unit": "kg",
    }
    farmer.post(url, facts(product.category, preorder_cap="100", **same))
    product.refresh_from_db()
    assert (product.stock, product.preorder_cap) == (80, 100)
    farmer.post(url, facts(product.category, preorder_cap="150", **same))
    product.refresh_from_db()
    assert (product.stock, product.preorder_cap) == (130, 150)


def test_taking_the_tick_away_makes_it_an_ordinary_product(farmer, shop):
    product = preorder(shop)
    farmer.post(
        reverse("goods:edit", args=[product.public_code]), facts(product.category, unit="kg", stock="80")
    )
    product.refresh_from_db()
    assert (product.harvest_on, product.preorder_cap, product.stock) == (None, None, 80)


def test_the_last_one_can_be_ordered_and_no_more(shop):
    product = preorder(shop, stock=Decimal(2))
    OrderFactory(product=product, quantity=2)
    product.refresh_from_db()
    assert not product.in_stock


def test_the_promised_day_stays_on_the_order_whatever_the_product_says_later(client, shop):
    product = preorder(shop)
    order = OrderFactory(product=product)
    Product.objects.filter(pk=product.pk).update(harvest_on=None, preorder_cap=None)
    assert OrderLine.objects.get().harvest_on == IN_A_MONTH
    page = client.get(order.get_absolute_url()).content.decode()
    assert f"thu hoạch khoảng {IN_A_MONTH.day}/{IN_A_MONTH.month}" in page


def test_cart_and_checkout_say_that_the_goods_still_grow(client, shop):
    product = preorder(shop)
    client.post(reverse("market:cart_add"), {"product": product.public_code, "quantity": "2"})
    said = f"Đặt trước, thu hoạch khoảng {IN_A_MONTH.day}/{IN_A_MONTH.month}"
    for page in ("market:cart", "market:checkout"):
        assert said in client.get(reverse(page)).content.decode()
    assert said in client.get(product.get_absolute_url()).content.decode()


def test_after_the_day_a_sale_promises_no_harvest(shop, time_machine):
    product = preorder(shop)
    time_machine.move_to(IN_A_MONTH + timedelta(days=1))
    OrderFactory(product=product)
    assert OrderLine.objects.get().harvest_on is None


def test_a_cancelled_order_comes_back_even_above_a_bound_that_was_lowered(shop):
    product = preorder(shop, stock=Decimal(50))
    order = OrderFactory(product=product, quantity=20, pay_on_delivery=True)
    Product.objects.filter(pk=product.pk).update(preorder_cap=Decimal(40))
    farmer_step(order.pk, State.CANCELLED, by=Actor.of(shop.owner))
    product.refresh_from_db()
    assert (product.stock, product.preorder_cap) == (50, 50)
