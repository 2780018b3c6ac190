"""What a buyer is told before ordering, and that the order keeps it as it was told."""

import pytest
from django.urls import reverse

from catalog.models import Product
from orders.models import Order
from payments.services import checkout
from sellers.models import Shop
from tests.factories import (
    CartFactory,
    CommuneFactory,
    OrderFactory,
    ProductFactory,
    ShopFactory,
    VillageFactory,
    buyer_facts,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    village = VillageFactory(CommuneFactory(name="Chi Lăng"), name="Nà Lình")
    return ShopFactory(
        village, name="Vườn nhà Sen", kind=Shop.Kind.HOUSEHOLD_BUSINESS, tax_number="4900123456"
    )


@pytest.fixture
def product(shop):
    return ProductFactory(
        shop, title="Na dai", grade="first", variety="Na Đông Mỏ", keeps=Product.Keeps.TWO_DAYS
    )


TOLD = [
    "Vườn nhà Sen", "Hộ kinh doanh", "4900123456", "Thôn Nà Lình, Xã Chi Lăng", "Na Đông Mỏ, Loại 1", "Tươi được 2 ngày",
    "7 ngày",
]  # fmt: skip


def test_all_that_the_law_asks_for_stands_on_the_page_before_the_button(client, shop, product):
    client.cookies["gio"] = CartFactory(product).key
    shown = client.get(reverse("market:checkout")).content.decode()
    phone = shop.owner.phone.replace("+84", "0")
    for words in [*TOLD, f"{phone[:4]} {phone[4:7]} {phone[7:]}"]:
        assert words in shown, words


def test_the_order_keeps_what_was_told_whatever_changes_afterwards(client, shop, product):
    order = OrderFactory(product=product)
    assert order.terms["seller"]["tax_number"] == "4900123456"
    shop.name, shop.tax_number = "Tên khác", ""
    shop.save()
    Product.objects.update(grade="mixed", variety="Giống khác")
    shown = client.get(order.get_absolute_url()).content.decode()
    for words in TOLD:
        assert words in shown, words
    assert "Giống khác" not in shown


def test_each_order_of_a_purchase_keeps_its_own_seller():
    first, second = ProductFactory(ShopFactory(name="Nhà A")), ProductFactory(ShopFactory(name="Nhà B"))
    purchase = checkout(CartFactory(first, second), buyer_facts(), key="k")
    told = {
        order.shop.name: order.terms["seller"]["name"] for order in Order.objects.filter(purchase=purchase)
    }
    assert told == {"Nhà A": "Nhà A", "Nhà B": "Nhà B"}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"kind": "household", "tax_number": ""}, None),
        ({"kind": "cooperative", "tax_number": "4900123456-001"}, None),
        ({"kind": "cooperative", "tax_number": ""}, "phải ghi mã số thuế"),
        ({"kind": "household", "tax_number": "12345"}, "10, 12 hoặc 13 chữ số"),
        ({"kind": "kingdom", "tax_number": ""}, "Bán với tư cách gì?"),
    ],
)
def test_a_seller_says_what_they_are_before_the_law(client, shop, said, wrong):
    client.force_login(shop.owner)
    answer = client.post(reverse("shopfront:legal"), said)
    if wrong:
        assert answer.status_code == 422
        assert wrong in answer.content.decode()
    else:
        assert answer.status_code == 302
        shop.refresh_from_db()
        assert (shop.kind, shop.tax_number) == (said["kind"], said["tax_number"])
