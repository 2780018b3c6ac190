"""Many buyers at the same moment, through the whole checkout, on PostgreSQL."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from orders.models import Order, OrderLine, StockMove
from payments.models import Payment
from tests.factories import CartFactory, CommuneFactory, ProductFactory, ProvinceFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TYPED = {
    "name": "Trần Minh Anh", "phone": "0912 345 678", "commune": "Phường Đông Kinh, Lạng Sơn",
    "address": "12 Lê Lợi", "pay": "vietqr",
}  # fmt: skip


def test_the_last_5_go_to_5_of_32_buyers_and_nobody_sees_an_error_page(run_at_once):
    CommuneFactory(ProvinceFactory(name="Lạng Sơn"), name="Đông Kinh", kind="ward")
    product = ProductFactory(stock=5)
    carts = [CartFactory(product).key for _ in range(32)]
    take, answers = threading.Lock(), []

    def order() -> None:
        with take:
            key = carts.pop()
        client = Client(raise_request_exception=True)
        client.cookies["gio"] = key
        connection.ensure_connection()
        answer = client.post(reverse("market:checkout"), TYPED | {"form_key": key})
        answers.append((answer.status_code, answer.content.decode()))

    assert set(run_at_once(32, order)) == {"ok"}
    product.refresh_from_db()
    assert product.stock == 0
    assert (
        Order.objects.count()
        == OrderLine.objects.count()
        == StockMove.objects.count()
        == Payment.objects.count()
        == 5
    )
    statuses = sorted(status for status, _html in answers)
    assert statuses == [302] * 5 + [422] * 27
    assert all("Hàng vừa hết" in html for status, html in answers if status == 422)


def test_32_buyers_of_shuffled_baskets_never_wait_in_a_circle(run_at_once):
    CommuneFactory(ProvinceFactory(name="Lạng Sơn"), name="Đông Kinh", kind="ward")
    goods = [ProductFactory(stock=40) for _ in range(4)]
    carts = [CartFactory(*(goods if number % 2 else reversed(goods))).key for number in range(32)]
    take = threading.Lock()

    def order() -> None:
        with take:
            key = carts.pop()
        client = Client()
        client.cookies["gio"] = key
        assert client.post(reverse("market:checkout"), TYPED | {"form_key": key}).status_code == 302

    assert run_at_once(32, order) == ["ok"] * 32
    assert set(Product.objects.values_list("stock", flat=True)) == {8}
