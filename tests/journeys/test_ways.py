"""The many ways from a cart to the door, on phones of 360 x 740; buyers with scripts and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from common.actors import SYSTEM
from orders.delivery_models import DeliveryMethod
from orders.delivery_setup import Fee, MethodFacts, save_method
from orders.models import Order, Purchase
from orders.services import farmer_step
from orders.states import State
from tests.factories import ProductFactory, ShopFactory, VillageFactory
from tests.journeys.conftest import sign_in
from tests.journeys.test_orders import fill_checkout

Kind = DeliveryMethod.Kind
both = pytest.mark.parametrize("scripts", [True, False])


def put_in(page: Page, *goods) -> None:
    for product in goods:
        page.goto(product.get_absolute_url())
        page.get_by_role("button", name="Cho vào giỏ").click()
        expect(page.get_by_text(product.title).first).to_be_visible()


def order_by(page: Page, way: str, *, cash: bool = False) -> Order:
    """Order what is in the cart, to come by this way; without scripts the ways are asked after the first press."""
    fill_checkout(page)
    if cash:
        page.get_by_label("Trả tiền mặt khi nhận hàng").check()
    if not page.get_by_text(way).count():
        page.get_by_label("Số nhà, đường, thôn").press("Tab")
        page.wait_for_timeout(700)
    if not page.get_by_text(way).count():
        page.get_by_role("button", name="Đặt mua").click()
    for choice in page.get_by_role("radio", name=re.compile(way)).all():
        choice.check()
    page.get_by_role("button", name="Đặt mua").click()
    expect(page.get_by_role("heading", name="Đã đặt hàng")).to_be_visible()
    return Order.objects.latest("pk")


@both
def test_one_village_s_farms_send_together_for_one_fee(phone_of, market, scripts):
    village = VillageFactory()
    save_method(village, Kind.VILLAGE, MethodFacts("Gom thứ Năm"), {0: Fee(35_000)}, by=SYSTEM)
    one, two = (ProductFactory(ShopFactory(village), price=40_000) for _ in range(2))
    buyer = phone_of(java_script_enabled=scripts)
    put_in(buyer, one, two)
    order_by(buyer, "Gửi chung chuyến")
    purchase = Purchase.objects.get()
    fees = [order.delivery for order in purchase.orders.all()]
    assert sum(fees) == 35_000
    assert max(fees) - min(fees) <= 1
    assert purchase.total == 115_000


@both
def test_a_coach_takes_the_goods_and_the_buyer_reads_its_plate(phone_of, market, scripts):
    shop = ShopFactory()
    save_method(shop, Kind.BUS, MethodFacts("Ra bến Mỹ Đình lấy"), {0: Fee(40_000)}, by=SYSTEM)
    buyer, farmer = phone_of(java_script_enabled=scripts), phone_of()
    put_in(buyer, ProductFactory(shop, price=60_000))
    order = order_by(buyer, "Gửi xe khách")
    sign_in(farmer, shop.owner.phone)
    farmer.goto(f"/ban-hang/don/{order.public_code}/")
    farmer.get_by_role("button", name="Đã nhận được tiền").click()
    for step in ("Nhận đơn", "Đã gói xong"):
        farmer.get_by_role("button", name=step).click()
    farmer.get_by_label("Gửi với ai").fill("Xe Hùng Lan 12B-004.56")
    farmer.get_by_label("Số điện thoại nhà xe").fill("0912 345 678")
    farmer.get_by_role("button", name="Đã gửi hàng").click()
    buyer.goto(order.get_absolute_url())
    expect(buyer.get_by_text("Xe Hùng Lan 12B-004.56")).to_be_visible()
    expect(buyer.get_by_role("link", name="Gọi nhà xe 0912 345 678")).to_be_visible()
    buyer.get_by_role("button", name="Tôi đã nhận hàng").click()
    expect(buyer.get_by_text("Bạn đã nhận hàng").first).to_be_visible()


@both
def test_who_does_not_come_for_the_goods_gets_them_cancelled(phone_of, market, scripts):
    shop = ShopFactory()
    save_method(shop, Kind.POINT, MethodFacts("Chợ phiên, dãy hàng quả"), {}, by=SYSTEM)
    buyer, farmer = phone_of(java_script_enabled=scripts), phone_of()
    put_in(buyer, ProductFactory(shop, stock=9))
    order = order_by(buyer, "Hẹn lấy ở một chỗ", cash=True)
    for step in (State.CONFIRMED, State.PACKED):
        farmer_step(order.pk, step, by=SYSTEM)
    sign_in(farmer, shop.owner.phone)
    farmer.goto(f"/ban-hang/don/{order.public_code}/")
    farmer.get_by_role("link", name="Hủy đơn này").click()
    farmer.get_by_label("Khách không đến lấy").check()
    farmer.get_by_role("button", name=re.compile("Hủy đơn")).click()
    buyer.goto(order.get_absolute_url())
    expect(buyer.get_by_text("Khách không đến lấy").first).to_be_visible()
    assert order.lines.get().product.stock == 9


@both
def test_a_price_that_rose_meanwhile_is_asked_about_before_anything_is_ordered(phone_of, market, scripts):
    product = ProductFactory(title="Mật ong", price=100_000)
    buyer = phone_of(java_script_enabled=scripts)
    put_in(buyer, product)
    fill_checkout(buyer)
    product.price = 120_000
    product.save()
    buyer.get_by_role("button", name="Đặt mua").click()
    expect(buyer.get_by_text("100.000 ₫").first).to_be_visible()
    expect(buyer.get_by_text("120.000 ₫").first).to_be_visible()
    assert Order.objects.count() == 0
    buyer.get_by_role("button", name="Đồng ý, mua như trên").click()
    expect(buyer.get_by_label("Tên người nhận")).to_have_value("Nguyễn Thị Lan")
    buyer.get_by_role("button", name="Đặt mua").click()
    expect(buyer.get_by_role("heading", name="Đã đặt hàng")).to_be_visible()
    assert Order.objects.get().goods == 120_000


def test_neighbours_who_send_together_or_alone_are_priced_as_they_are_ticked(phone_of, market):
    village = VillageFactory()
    save_method(village, Kind.VILLAGE, MethodFacts("Gom thứ Năm"), {0: Fee(30_000)}, by=SYSTEM)
    one, two = (ProductFactory(ShopFactory(village), price=40_000) for _ in range(2))
    save_method(one.shop, Kind.BUS, MethodFacts("Ra bến"), {0: Fee(20_000)}, by=SYSTEM)
    buyer = phone_of()
    put_in(buyer, one, two)
    fill_checkout(buyer)
    buyer.get_by_label("Số nhà, đường, thôn").press("Tab")
    expect(buyer.get_by_text("110.000 ₫")).to_be_visible()
    buyer.get_by_role("radio", name=re.compile("Gửi xe khách")).check()
    expect(buyer.get_by_text("130.000 ₫")).to_be_visible()
    expect(buyer.get_by_role("radio", name=re.compile("Gửi xe khách"))).to_be_focused()
    buyer.get_by_role("button", name="Đặt mua").click()
    expect(buyer.get_by_role("heading", name="Đã đặt hàng")).to_be_visible()
    assert sorted(order.delivery for order in Purchase.objects.get().orders.all()) == [20_000, 30_000]


def test_a_guest_s_cart_is_there_after_signing_in(phone_of, market):
    shop, product = ShopFactory(), ProductFactory(title="Mật ong")
    page = phone_of()
    put_in(page, product)
    sign_in(page, shop.owner.phone)
    page.goto("/gio/")
    expect(page.get_by_text("Mật ong").first).to_be_visible()


@both
def test_one_thing_is_taken_out_of_a_new_order(phone_of, market, scripts):
    shop = ShopFactory()
    buyer = phone_of(java_script_enabled=scripts)
    put_in(buyer, ProductFactory(shop, title="Na dai"), ProductFactory(shop, title="Hồng"))
    fill_checkout(buyer)
    buyer.get_by_role("button", name="Đặt mua").click()
    expect(buyer.get_by_role("heading", name="Đã đặt hàng")).to_be_visible()
    order = Order.objects.get()
    buyer.goto(order.get_absolute_url())
    buyer.get_by_role("link", name="Hủy đơn").click()
    buyer.get_by_label(re.compile("Hồng")).check()
    buyer.get_by_role("button", name="Bỏ món đã chọn").click()
    expect(buyer.get_by_text("Đã bỏ món bạn chọn")).to_be_visible()
    expect(buyer.get_by_text("Không tính tiền món này")).to_be_visible()
    order.refresh_from_db()
    assert (order.state, order.goods) == (State.NEW, 50_000)


def test_an_old_name_leads_to_the_commune_of_today(phone_of, market):
    buyer = phone_of()
    put_in(buyer, ProductFactory())
    fill_checkout(buyer)
    buyer.get_by_label("Xã, phường", exact=True).fill("Quang Lang, huyện Chi Lăng, Lạng Sơn")
    buyer.get_by_role("button", name="Đặt mua").click()
    buyer.get_by_label("Xã Chi Lăng, Lạng Sơn", exact=True).check()
    buyer.get_by_role("button", name="Đặt mua").click()
    expect(buyer.get_by_role("heading", name="Đã đặt hàng")).to_be_visible()
    assert Order.objects.get().purchase.commune.name == "Chi Lăng"


def test_without_scripts_the_commune_is_chosen_from_lists(phone_of, market):
    buyer = phone_of(java_script_enabled=False)
    put_in(buyer, ProductFactory())
    fill_checkout(buyer)
    buyer.get_by_label("Xã, phường", exact=True).fill("")
    buyer.get_by_label("Hoặc chọn theo tỉnh").select_option("Lạng Sơn")
    buyer.get_by_role("button", name="Xem các nơi trong tỉnh").click()
    expect(buyer.get_by_label("Tên người nhận")).to_have_value("Nguyễn Thị Lan")
    buyer.get_by_label("Nơi nhận trong tỉnh này").select_option("Xã Chi Lăng, Lạng Sơn")
    buyer.get_by_role("button", name="Đặt mua").click()
    expect(buyer.get_by_role("heading", name="Đã đặt hàng")).to_be_visible()
