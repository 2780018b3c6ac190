"""Cart, checkout and orders: nothing silent, nothing lost, nothing of strangers."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.models import Product
from common.actors import SYSTEM
from orders.models import Cart, Order, Purchase
from orders.services import farmer_step
from orders.states import State
from payments.models import Payment, PaymentAccount
from storefront.forms import CommuneField
from tests.factories import (
    CartFactory,
    CommuneFactory,
    OrderFactory,
    ProductFactory,
    ProvinceFactory,
    ShopFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return CommuneFactory(ProvinceFactory(name="Lạng Sơn"), name="Đông Kinh", kind="ward")


def add(client, product, quantity="1", **headers):
    return client.post(
        reverse("market:cart_add"), {"product": product.public_code, "quantity": quantity}, headers=headers
    )


def typed(**changes):
    facts = {
        "name": "Trần Minh Anh", "phone": "0912 345 678", "commune": "dong kinh, lang son", "address": "12 Lê Lợi",
        "pay": "vietqr", "form_key": "k" * 32,
    }  # fmt: skip
    return facts | changes


def order(client, **changes):
    return client.post(reverse("market:checkout"), typed(**changes))


def test_a_guest_gets_a_cart_cookie_only_when_something_is_put_in(client):
    product = ProductFactory()
    assert not client.get(reverse("market:cart")).cookies
    answer = add(client, product)
    cookie = answer.cookies["gio"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert (
        client.get(reverse("market:cart_fragment"))
        .content.decode()
        .strip()
        .startswith('<span class="badge">1')
    )


@pytest.mark.parametrize("quantity", ["0", "-1", "abc", "1,25", "", "9999999"])
def test_a_quantity_that_cannot_be_is_refused_with_the_rule(client, quantity):
    answer = add(client, ProductFactory(), quantity)
    assert answer.status_code == 422
    assert "note-bad" in answer.content.decode()
    assert not Cart.objects.filter(lines__isnull=False).exists()


@pytest.mark.parametrize(
    ("header", "value"),
    [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("Origin", "null")],
)
def test_another_site_cannot_fill_somebodys_cart(client, header, value):
    assert add(client, ProductFactory(), **{header: value}).status_code == 403
    assert not Cart.objects.exists()


def test_our_own_pages_may_whatever_the_browser_says(client):
    assert add(client, ProductFactory(), Origin="http://testserver").status_code == 302
    assert add(client, ProductFactory(), **{"Sec-Fetch-Site": "same-origin"}).status_code == 302


def test_after_adding_nobody_is_sent_to_another_site(client):
    product = ProductFactory()
    body = {"product": product.public_code, "quantity": "1", "next": "https://evil.example/"}
    assert client.post(reverse("market:cart_add"), body)["Location"] == reverse("market:cart")


def shown(html: str) -> dict[str, str]:
    """What a page tells of changed goods, as its button sends it back."""
    return dict(re.findall(r'name="(doi-\d+)"\s+value="([^"]+)"', html))


def test_a_changed_price_is_shown_old_and_new_and_asked_about_where_the_buyer_is(client, commune):
    product = ProductFactory(price=50_000)
    add(client, product)
    Product.objects.filter(pk=product.pk).update(price=60_000)
    answer = order(client)
    html = answer.content.decode()
    assert (answer.status_code, Purchase.objects.count()) == (422, 0)
    assert "<s>50.000" in html
    assert "60.000" in html
    assert 'value="Trần Minh Anh"' in html  # nothing typed is lost
    assert "Đặt mua" not in html  # first the answer
    accepted = order(client, **shown(html), **{"dong-y": "1"}).content.decode()
    assert 'value="Trần Minh Anh"' in accepted
    assert "Đặt mua" in accepted
    assert not Purchase.objects.exists()
    assert order(client).status_code == 302
    assert Purchase.objects.get().total == 60_000


def test_a_price_that_rises_again_before_the_yes_is_asked_about_again(client, commune):
    product = ProductFactory(price=50_000)
    add(client, product)
    Product.objects.filter(pk=product.pk).update(price=60_000)
    seen = shown(client.get(reverse("market:cart")).content.decode())
    Product.objects.filter(pk=product.pk).update(price=70_000)
    client.post(reverse("market:cart_accept"), seen)
    html = client.get(reverse("market:cart")).content.decode()
    assert "<s>50.000" in html
    assert "70.000" in html


@pytest.mark.parametrize("quantity", ["1", "3"])
def test_changing_a_quantity_is_no_yes_to_another_price(client, quantity):
    product = ProductFactory(price=50_000)
    add(client, product)
    Product.objects.filter(pk=product.pk).update(price=60_000)
    client.post(reverse("market:cart_update"), {f"line-{product.pk}": quantity})
    assert Cart.objects.get().lines.get().price_seen == 50_000


def test_the_price_on_an_old_page_is_the_one_that_was_seen(client, commune):
    product = ProductFactory(price=50_000)
    page = client.get(product.get_absolute_url()).content.decode()
    assert re.search(r'name="price"\s+value="50000"', page)
    Product.objects.filter(pk=product.pk).update(price=60_000)
    client.post(
        reverse("market:cart_add"), {"product": product.public_code, "quantity": "1", "price": "50000"}
    )
    assert "<s>50.000" in client.get(reverse("market:cart")).content.decode()


def test_goods_that_went_are_named_and_the_rest_can_be_bought(client, commune):
    gone, there = ProductFactory(title="Na dai"), ProductFactory(title="Chè")
    add(client, gone), add(client, there)
    Product.objects.filter(pk=gone.pk).update(stock=0)
    html = order(client).content.decode()
    assert "hết hàng" in html
    client.post(reverse("market:cart_accept"), shown(html))
    assert order(client).status_code == 302
    assert [line.title for line in Order.objects.get().lines.all()] == ["Chè"]


@pytest.mark.parametrize(("stock", "left"), [("3.5", "3"), ("0.5", None), ("7", "5")])
def test_what_is_left_of_goods_can_be_bought(client, commune, stock, left):
    product = ProductFactory(stock=Decimal(9), minimum=Decimal(1), step=Decimal(1))
    add(client, product, "5")
    Product.objects.filter(pk=product.pk).update(stock=Decimal(stock))
    html = client.get(reverse("market:cart")).content.decode()
    assert (f"chỉ còn {left}" in html) is (left == "3")
    client.post(reverse("market:cart_accept"), shown(html))
    assert [str(line.quantity.normalize()) for line in Cart.objects.get().lines.all()] == (
        [left] if left else []
    )


@pytest.mark.parametrize(
    "change", [{"unit": "bo"}, {"tolerance": 10}, {"harvest_on": "2099-01-01", "preorder_cap": 100}]
)
def test_what_the_page_told_beside_the_price_is_what_is_ordered(client, commune, change):
    product = ProductFactory()
    add(client, product)
    seen = re.search(r'name="da-xem" value="(\w+)"', client.get("/dat-hang/").content.decode())[1]
    Product.objects.filter(pk=product.pk).update(**change)
    answer = order(client, **{"da-xem": seen})
    assert (answer.status_code, Purchase.objects.count()) == (422, 0)
    seen = re.search(r'name="da-xem" value="(\w+)"', answer.content.decode())[1]
    assert order(client, **{"da-xem": seen}).status_code == 302
    again = order(client, **{"da-xem": seen})  # a second press of the same button
    assert (again["Location"], Purchase.objects.count()) == (Purchase.objects.get().get_absolute_url(), 1)


def test_a_cart_ordered_on_one_tab_is_not_ordered_on_the_other_and_its_order_is_shown(client, commune):
    add(client, ProductFactory(title="Na dai"))
    assert order(client).status_code == 302
    answer = order(client, form_key="t" * 32)
    assert answer["Location"] == reverse("market:find_order")
    html = client.get(answer["Location"]).content.decode()
    assert Order.objects.get().public_code in html
    assert "Giỏ hàng đang trống" in html


def test_the_cart_is_changed_by_plain_forms(client):
    product, other = ProductFactory(), ProductFactory()
    add(client, product), add(client, other)
    client.post(reverse("market:cart_update"), {f"line-{product.pk}": "3", f"line-{other.pk}": "1"})
    assert Cart.objects.get().lines.get(product=product).quantity == 3
    bad = client.post(reverse("market:cart_update"), {f"line-{product.pk}": "0,3"})
    assert bad.status_code == 422
    client.post(reverse("market:cart_update"), {"remove": other.pk})
    assert list(Cart.objects.get().lines.values_list("product", flat=True)) == [product.pk]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("phone", "O912345678", "10 chữ số"),
        ("phone", "12345", "10 chữ số"),
        ("commune", "Xã Không Có", "Không thấy"),
        ("commune", "", "bắt buộc"),
        ("name", "", "bắt buộc"),
        ("address", "x" * 201, "200"),
        ("pay", "bitcoin", "bitcoin"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    client, commune, field, value, sentence
):
    add(client, ProductFactory())
    answer = order(client, **{field: value})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert any(sentence in str(error) for error in answer.context["form"].errors[field])
    for name, kept in typed(**{field: value}).items():
        if name not in ("pay", "form_key") and kept:
            assert kept in html
    assert not Purchase.objects.exists()


def test_a_double_tap_makes_one_purchase(client, commune):
    add(client, ProductFactory())
    first, second = order(client), order(client)
    assert first["Location"] == second["Location"]
    assert Purchase.objects.count() == 1


def test_two_shops_are_paid_by_two_codes(client, commune):
    add(client, ProductFactory(price=40_000)), add(client, ProductFactory(price=180_000))
    page = client.get(order(client)["Location"])
    html = page.content.decode()
    assert html.count('<svg class="qr"') == 2
    for payment in Payment.objects.select_related("account"):
        assert payment.code in html
        assert payment.account.number in html
        picture = client.get(reverse("market:qr_png", args=[payment.key]))
        assert picture["Content-Type"] == "image/png"


def test_a_shop_without_an_account_takes_cash_only(client, commune):
    product = ProductFactory(ShopFactory(account=False))
    add(client, product)
    answer = client.get(reverse("market:checkout"))
    assert "chưa có tài khoản để bạn chuyển khoản thẳng" in answer.content.decode()
    assert [code for code, _words in answer.context["form"].fields["pay"].choices] == ["cod"]
    refused = order(client)
    assert refused.status_code == 422
    assert "pay" in refused.context["form"].errors
    page = client.get(order(client, pay="cod")["Location"])
    assert "Trả khi nhận hàng" in page.content.decode()
    assert not PaymentAccount.objects.exists()


@pytest.mark.parametrize("key", ["0" * 32, "x", "1"])
def test_other_peoples_orders_and_purchases_are_404(client, key):
    theirs = OrderFactory()
    for name in ("market:order", "market:purchase", "market:order_part", "market:qr_png"):
        assert client.get(reverse(name, args=[key])).status_code == 404
    for name in ("market:order_received", "market:order_pay_rest"):
        assert client.post(reverse(name, args=[key])).status_code == 404
    assert (
        client.get(reverse("market:order", args=[theirs.public_code])).status_code == 404
    )  # the short code is no key


def test_an_order_is_found_by_code_and_phone_and_by_nothing_less(client):
    mine = OrderFactory()
    right = {"code": mine.public_code.lower(), "phone": "0987 654 321"}
    assert client.post(reverse("market:find_order"), right)["Location"] == mine.get_absolute_url()
    for wrong in (right | {"phone": "0912 345 678"}, right | {"code": "AAAAAAAAAA"}):
        answer = client.post(reverse("market:find_order"), wrong)
        assert answer.status_code == 422
        assert "Không có đơn nào" in answer.content.decode()


def test_this_browsers_orders_are_remembered_and_another_browsers_are_not(client, commune, client_of):
    add(client, ProductFactory(title="Na dai"))
    order(client)
    assert Order.objects.get().public_code in client.get(reverse("market:find_order")).content.decode()
    assert (
        Order.objects.get().public_code not in client_of().get(reverse("market:find_order")).content.decode()
    )


def test_goods_are_received_once_they_were_sent(client):
    mine = OrderFactory(pay_on_delivery=True)
    too_early = client.post(reverse("market:order_received", args=[mine.key]))
    assert too_early.status_code == 409
    for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
        farmer_step(mine.pk, step, by=SYSTEM)
    for _twice in range(2):
        assert client.post(reverse("market:order_received", args=[mine.key])).status_code == 302
    mine.refresh_from_db()
    assert (mine.state, mine.is_paid) == (State.DELIVERED, True)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Phường Đông Kinh, Lạng Sơn", "20-1"), ("dong kinh, lang son", "20-1"), ("P. Đông Kinh", None), ("dong kinh", "20-1"),
        ("Tân Thành", None), ("xa tan thanh, ca mau", "96-1"), ("Tân Thành, Lạng Sơn", "20-2"),
    ],
)  # fmt: skip
def test_a_commune_is_read_as_people_write_it_and_never_guessed(said, found):
    lang_son, ca_mau = ProvinceFactory(name="Lạng Sơn"), ProvinceFactory(name="Cà Mau")
    CommuneFactory(lang_son, name="Đông Kinh", kind="ward", code="20-1")
    CommuneFactory(lang_son, name="Tân Thành", kind="commune", code="20-2")
    CommuneFactory(ca_mau, name="Tân Thành", kind="commune", code="96-1")
    try:
        place = CommuneField(required=True).clean(said)
    except Exception:
        place = None
    assert (place.code if place else None) == found


def test_an_old_name_is_asked_about_with_what_it_may_be_now(client):
    lang_son = ProvinceFactory(name="Lạng Sơn")
    CommuneFactory(lang_son, name="Chi Lăng")
    client.cookies["gio"] = CartFactory(ProductFactory()).key
    said = {
        "name": "Lan", "phone": "0912345678", "address": "Số 1", "pay": "cod", "form_key": "k" * 32,
        "commune": "Quang Lang, huyện Chi Lăng, Lạng Sơn",
    }  # fmt: skip
    answer = client.post(reverse("market:checkout"), said)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Hãy chọn xã, phường bây giờ" in shown
    assert 'value="Xã Chi Lăng, Lạng Sơn"' in shown
    chosen = said | {
        "commune": [said["commune"], "Xã Chi Lăng, Lạng Sơn"]
    }  # the line as it was, and the choice below
    assert client.post(reverse("market:checkout"), chosen).status_code == 302


def test_without_scripts_the_commune_is_chosen_from_two_lists_and_nothing_typed_is_lost(client):
    lang_son = ProvinceFactory(name="Lạng Sơn", code="20")
    CommuneFactory(lang_son, name="Chi Lăng")
    CommuneFactory(ProvinceFactory(name="Cà Mau", code="96"), name="Năm Căn")
    client.cookies["gio"] = CartFactory(ProductFactory()).key
    said = {
        "name": "Lan", "phone": "0912345678", "address": "Số 1", "pay": "cod", "form_key": "k" * 32, "commune": "", "tinh": "20"
    }  # fmt: skip
    listed = client.post(reverse("market:checkout"), said | {"xem-xa": "1"})
    assert listed.status_code == 200
    shown = listed.content.decode()
    assert "<option>Xã Chi Lăng, Lạng Sơn</option>" in shown
    assert "Năm Căn" not in shown
    assert 'value="Lan"' in shown
    assert "k" * 32 in shown
    assert Order.objects.count() == 0
    chosen = said | {"commune": ["", "Xã Chi Lăng, Lạng Sơn"]}
    assert client.post(reverse("market:checkout"), chosen).status_code == 302
    assert Order.objects.get().purchase.commune.name == "Chi Lăng"


def test_the_demos_bank_has_no_address_outside_the_demo(client):
    payment = OrderFactory().payments.get()
    assert client.post(f"/demo/ngan-hang/{payment.key}/").status_code == 404


def test_too_many_tries_from_one_address_are_asked_to_wait(client):
    for _ in range(10):
        client.post(reverse("market:find_order"), {"code": "AAAAAAAAAA", "phone": "0912345678"})
    answer = client.post(reverse("market:find_order"), {"code": "AAAAAAAAAA", "phone": "0912345678"})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert client.get(reverse("market:find_order")).status_code == 200
