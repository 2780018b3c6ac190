"""What a farmer does beside the orders, on a phone of 360 x 740: resting, counting, letting go, delivery, lists."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from common.actors import SYSTEM, Actor
from common.days import local_day
from orders.delivery_models import DeliveryMethod
from orders.delivery_setup import Fee, MethodFacts, save_method
from orders.models import Order
from orders.services import farmer_step
from orders.states import State
from payments.services import declare_received
from places.models import Role
from tests.factories import OrderFactory, ProductFactory, RoleFactory, ShopFactory, VillageFactory
from tests.journeys.conftest import sign_in
from tests.journeys.test_ways import order_by, put_in

both = pytest.mark.parametrize("scripts", [True, False])


@both
def test_a_household_rests_and_opens_again(phone_of, market, scripts, shot):
    product = ProductFactory(ShopFactory())
    farmer, buyer = phone_of(java_script_enabled=scripts), phone_of(java_script_enabled=scripts)
    sign_in(farmer, product.shop.owner.phone)
    farmer.goto("/ban-hang/gian-hang/mo-cua/")
    farmer.get_by_label("Nghỉ mấy ngày").check()
    farmer.get_by_label("Nghỉ từ ngày").fill(str(local_day()))
    farmer.get_by_label("Nghỉ đến hết ngày").fill(str(local_day() + timedelta(days=3)))
    farmer.get_by_label(re.compile("Nhắn khách")).fill("Nhà đi gặt")
    shot(farmer, "holiday")
    farmer.get_by_role("button", name="Lưu").click()
    expect(farmer.get_by_text("Khách thấy ngay")).to_be_visible()
    buyer.goto(product.get_absolute_url())
    expect(buyer.get_by_text("Nhà đang nghỉ bán")).to_be_visible()
    expect(buyer.get_by_text("Nhà đi gặt")).to_be_visible()
    expect(buyer.get_by_role("button", name="Cho vào giỏ")).to_have_count(0)
    shot(buyer, "holiday-buyer")
    farmer.goto("/ban-hang/gian-hang/mo-cua/")
    farmer.get_by_label("Đang mở cửa").check()
    farmer.get_by_role("button", name="Lưu").click()
    expect(farmer.get_by_text("Khách thấy ngay")).to_be_visible()
    put_in(
        phone_of(java_script_enabled=scripts), product
    )  # the first one's phone keeps the page for a minute


@both
def test_counting_less_than_was_promised_is_answered(phone_of, market, scripts, shot):
    product = ProductFactory(ShopFactory(), title="Na dai", stock=20)
    OrderFactory(product=product, quantity=8)
    farmer = phone_of(java_script_enabled=scripts)
    sign_in(farmer, product.shop.owner.phone)
    farmer.goto("/ban-hang/hang/")
    farmer.get_by_text("Thêm hàng, đổi giá").click()
    farmer.get_by_label("Thêm bao nhiêu").fill("2")
    farmer.get_by_role("button", name="Còn đúng số này").click()
    expect(farmer.get_by_text("đã hứa 8 kg cho 1 đơn")).to_be_visible()
    expect(farmer.get_by_text("Còn 2 kg", exact=True)).to_be_visible()
    shot(farmer, "promised")


def test_what_was_sold_leaves_the_shelf_and_stays_in_its_order(phone_of, market):
    product = ProductFactory(ShopFactory(), title="Na dai")
    order = OrderFactory(product=product)
    farmer, buyer = phone_of(), phone_of()
    sign_in(farmer, product.shop.owner.phone)
    farmer.goto("/ban-hang/hang/")
    farmer.get_by_text("Thêm hàng, đổi giá").click()
    farmer.get_by_role("button", name="Bỏ hẳn").click()
    expect(farmer.get_by_text("Đã bỏ hẳn Na dai")).to_be_visible()
    buyer.goto(order.get_absolute_url())
    expect(buyer.get_by_text("Na dai").first).to_be_visible()
    farmer.goto(f"/ban-hang/don/{order.public_code}/")
    expect(farmer.get_by_text("Na dai").first).to_be_visible()


@both
def test_a_farmer_says_how_goods_are_delivered_and_a_buyer_pays_that(phone_of, market, scripts, shot):
    product = ProductFactory(ShopFactory(), price=40_000)
    farmer, buyer = phone_of(java_script_enabled=scripts), phone_of(java_script_enabled=scripts)
    sign_in(farmer, product.shop.owner.phone)
    farmer.goto("/ban-hang/giao-hang/own/")
    farmer.get_by_label(re.compile("Trong xã")).fill("chín nghìn")
    farmer.get_by_role("button", name="Lưu").click()
    expect(farmer.get_by_label(re.compile("Trong xã"))).to_have_value("chín nghìn")
    farmer.get_by_label(re.compile("Trong xã")).fill("10000")
    farmer.get_by_label(re.compile("Tỉnh khác")).fill("35000")
    shot(farmer, "own-delivery")
    farmer.get_by_role("button", name="Lưu").click()
    expect(farmer.get_by_text("35.000 ₫").first).to_be_visible()
    shot(farmer, "ways")
    put_in(buyer, product)
    order = order_by(buyer, "Nhà tự đi giao")
    assert (order.delivery_kind, order.delivery) == ("own", 35_000)
    shot(buyer, "ordered")


def test_the_day_s_lists_say_what_to_pick_and_what_travels_together(phone_of, market, shot):
    village = VillageFactory(name="Đồng Mỏ")
    save_method(village, DeliveryMethod.Kind.VILLAGE, MethodFacts("Gom thứ Năm"), {0: Fee(35_000)}, by=SYSTEM)
    one, two = (
        ProductFactory(ShopFactory(village, name=name), title=title)
        for name, title in (("Nhà Sen", "Na dai"), ("Nhà Yến", "Gạo nếp"))
    )
    buyer, farmer, head = phone_of(), phone_of(), phone_of()
    put_in(buyer, one, two)
    order_by(buyer, "Gửi chung chuyến")
    for order in Order.objects.order_by("pk"):
        declare_received(order.payments.get(), by=Actor.of(order.shop.owner))
        farmer_step(order.pk, State.CONFIRMED, by=SYSTEM)
    sign_in(farmer, one.shop.owner.phone)
    farmer.goto("/ban-hang/don/")
    shot(farmer, "board")
    farmer.get_by_role("link", name="Việc hôm nay").click()
    expect(farmer.get_by_text("Na dai").first).to_be_visible()
    expect(farmer.get_by_text("Gạo nếp")).to_have_count(0)
    expect(farmer.get_by_role("button", name="In ra")).to_be_visible()
    shot(farmer, "today")
    sign_in(head, RoleFactory(Role.HEAD, village).phone)
    head.goto(f"/thon/{village.pk}/hom-nay/")
    together = head.get_by_role("region", name="Gửi chung chuyến")
    for words in ("Nguyễn Thị Lan", "Nhà Sen", "Nhà Yến", "Na dai", "Gạo nếp"):
        expect(together.get_by_text(words).first).to_be_visible()
    head.emulate_media(media="print")
    expect(together).to_be_visible()
    expect(head.get_by_role("button", name="In ra")).to_be_hidden()
    shot(head, "village-today")
