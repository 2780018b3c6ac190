"""Orders as people live them, on phones of 360 x 740: short goods, scales, questions, messages, complaints."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Message
from common.actors import SYSTEM, Actor
from common.days import local_day
from orders.delivery_models import DeliveryMethod
from orders.delivery_setup import Fee, MethodFacts, save_method
from orders.models import Order
from orders.services import farmer_step
from orders.silence import tend
from orders.states import State
from payments.models import Refund
from payments.services import declare_received
from places.models import Role
from tests.factories import OrderFactory, ProductFactory, RoleFactory, ShopFactory
from tests.journeys.conftest import phone_photo, sign_in


@pytest.fixture
def shop(market: str):
    shop = ShopFactory(name="Vườn nhà Sen")
    save_method(
        shop, DeliveryMethod.Kind.OWN, MethodFacts("Giao chiều"), {0: Fee(30_000, 3000, 5_000)}, by=SYSTEM
    )
    return shop


def fill_checkout(page: Page) -> None:
    """Open the checkout and say who receives the goods, and where."""
    page.goto("/dat-hang/")
    page.get_by_label("Tên người nhận").fill("Nguyễn Thị Lan")
    page.get_by_label("Số điện thoại người nhận").fill("0987654321")
    page.get_by_label("Xã, phường").fill("Phường Đông Kinh, Lạng Sơn")
    page.get_by_label("Số nhà, đường, thôn").fill("12 Lê Lợi")


def buy(page: Page, *goods) -> Order:
    """Put goods into the cart and order them as a guest, to be paid by transfer."""
    for product in goods:
        page.goto(product.get_absolute_url())
        page.get_by_role("button", name="Cho vào giỏ").click()
        expect(page).to_have_url(re.compile("/gio/$"))
    fill_checkout(page)
    page.get_by_text("Nhà tự đi giao").click()
    page.get_by_role("button", name="Đặt mua").click()
    expect(page.get_by_role("heading", name="Đã đặt hàng")).to_be_visible()
    return Order.objects.latest("pk")


def test_short_goods_scales_and_a_question_from_the_cart_to_the_door(phone_of, shop):
    chicken = ProductFactory(shop, title="Gà đồi", price=100_000, tolerance=10)
    rice = ProductFactory(shop, title="Gạo nếp", price=40_000, minimum=2)
    buyer, farmer = phone_of(), phone_of()
    order = buy(buyer, chicken, rice)
    assert (order.goods, order.delivery, order.delivery_kind) == (180_000, 30_000, "own")
    sign_in(farmer, shop.owner.phone)
    farmer.goto("/ban-hang/don/")
    farmer.get_by_role("button", name="Đã nhận được tiền").click()
    expect(farmer.get_by_role("button", name="Nhận đơn")).to_be_visible()

    farmer.get_by_role("link", name="Không đủ hàng, đổi món").click()
    part = farmer.get_by_role("group", name=re.compile("Gạo nếp"))
    expect(part.get_by_label("Bao nhiêu")).to_be_hidden()
    part.get_by_label("Chỉ có một phần").check()
    part.get_by_label("Bao nhiêu").fill("1,5")
    farmer.get_by_role("button", name="Báo khách").click()
    farmer.get_by_label(re.compile("cân được mấy")).fill("1,3")
    farmer.get_by_label("Nặng hơn thì tính thêm tiền").check()
    farmer.get_by_role("button", name="Đã gói xong").click()
    expect(farmer.get_by_text("Chờ khách trả lời").first).to_be_visible()

    buyer.goto(order.get_absolute_url())
    expect(buyer.get_by_text("Chỉ có 1,5 kg")).to_be_visible()
    buyer.get_by_role("button", name="Đồng ý").click()
    expect(buyer.get_by_text("Đã báo người bán")).to_be_visible()
    order.refresh_from_db()
    assert (order.goods, order.total, Refund.objects.filter(state="withdrawn").count()) == (
        190_000,
        220_000,
        1,
    )
    expect(buyer.get_by_text("Còn 10.000 ₫ nữa")).to_be_visible()
    buyer.get_by_role("link", name="Trả nốt phần còn lại").click()
    expect(buyer.locator(".qr-box svg")).to_be_visible()

    farmer.goto(f"/ban-hang/don/{order.public_code}/")
    farmer.get_by_role("button", name="Đã nhận được tiền").click()
    farmer.get_by_role("button", name="Mang đi giao").click()
    farmer.get_by_role("button", name="Khách đã nhận hàng").click()
    expect(farmer.get_by_text("khách đã nhận").first).to_be_visible()
    order.refresh_from_db()
    assert (order.state, order.paid, order.slip_number) == ("delivered", 220_000, 1)


def test_a_message_is_answered_by_one_tap_without_signing_in(phone_of, shop):
    order = OrderFactory(product=ProductFactory(ShopFactory(name="Nhà Yến")), quantity=4, paid_in_full=True)
    link = re.search(r"/t/\w+/", Message.objects.get(kind="order_new").body)[0]
    farmer = phone_of()
    farmer.goto(link)
    farmer.get_by_role("button", name="Chỉ có một phần").click()
    farmer.get_by_role("group").get_by_label("Chỉ có một phần").check()
    farmer.get_by_label("Bao nhiêu").fill("3")
    farmer.get_by_role("button", name="Báo khách").click()
    expect(farmer.get_by_text("Đã ghi câu trả lời")).to_be_visible()
    farmer.goto(link)
    expect(farmer.get_by_role("button", name="Có, tôi nhận đơn")).to_have_count(0)
    order.refresh_from_db()
    assert (order.state, order.goods) == ("confirmed", 150_000)


def test_spoilt_goods_are_reported_answered_and_decided(phone_of, market, tmp_path):
    order = OrderFactory(paid_in_full=True)
    for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
        farmer_step(order.pk, step, by=SYSTEM)
    buyer, farmer, officer = phone_of(), phone_of(), phone_of()
    buyer.goto(order.get_absolute_url())
    buyer.get_by_role("button", name="Tôi đã nhận hàng").click()
    buyer.get_by_role("link", name="Hàng có vấn đề").click()
    buyer.get_by_label("Hàng hỏng, dập, thối").check()
    buyer.get_by_label("Kể rõ hơn").fill("Dập hai quả")
    buyer.get_by_label("Ảnh", exact=False).first.set_input_files(
        phone_photo("persimmon", tmp_path / "na.jpg")
    )
    buyer.get_by_role("button", name="Báo người bán").click()
    expect(buyer.get_by_text("Chờ người bán trả lời")).to_be_visible()

    sign_in(farmer, order.shop.owner.phone)
    farmer.goto("/ban-hang/khieu-nai/")
    farmer.get_by_role("link", name=order.name).click()
    farmer.get_by_label("Trả lại khách bao nhiêu").fill("10k")
    farmer.get_by_label("Nói với khách").fill("Nhà em xin lỗi")
    farmer.get_by_role("button", name="Trả lời khách").click()
    buyer.reload()
    buyer.get_by_role("button", name="Không, nhờ cán bộ xem").click()
    expect(buyer.get_by_text("Chờ cán bộ xem")).to_be_visible()

    sign_in(officer, RoleFactory(Role.COMMUNE_OFFICER, order.shop.village.parent).phone)
    officer.goto("/xem-khieu-nai/")
    officer.get_by_role("link", name=re.compile(order.public_code)).click()
    officer.get_by_label("Trả lại khách bao nhiêu").fill("40.000")
    officer.get_by_label("Lý do, cả hai bên đọc được").fill("Ảnh cho thấy hàng dập")
    officer.get_by_role("button", name="Quyết định").click()
    expect(officer.get_by_text("Đã quyết định, hai bên được báo")).to_be_visible()
    buyer.reload()
    expect(buyer.get_by_text("Trả lại khách 40.000")).to_be_visible()
    assert Refund.objects.get().amount == 40_000


def test_a_harvest_is_put_off_and_a_buyer_wants_the_money_back(phone_of, market):
    product = ProductFactory(
        title="Na sớm", price=10_000, stock=50, preorder_cap=50, harvest_on=local_day() + timedelta(days=9)
    )
    order = OrderFactory(product=product, quantity=4)
    declare_received(order.payments.get(), by=Actor.of(product.shop.owner))
    farmer, buyer = phone_of(), phone_of()
    sign_in(farmer, product.shop.owner.phone)
    farmer.goto("/ban-hang/don/dat-truoc/")
    expect(farmer.get_by_role("heading", name="Na sớm")).to_be_visible()
    farmer.get_by_text("Dời ngày thu hoạch").click()
    farmer.get_by_label("Dời thu hoạch sang ngày").fill((local_day() + timedelta(days=20)).isoformat())
    farmer.get_by_role("button", name="Dời ngày").click()
    expect(farmer.get_by_text("Đã hỏi 1 khách")).to_be_visible()
    buyer.goto(order.get_absolute_url())
    buyer.get_by_role("button", name="Không, trả lại tiền món này").click()
    expect(buyer.get_by_text("Người bán trả lại bạn 40.000")).to_be_visible()
    farmer.goto("/ban-hang/tien/")
    farmer.get_by_role("button", name="Đã trả lại khách").click()
    expect(farmer.get_by_text("Đã ghi: trả lại khách 40.000")).to_be_visible()


def test_a_silent_seller_is_found_on_the_village_s_desk(phone_of, market, settings):
    settings.ORDER_DESK_HOURS = 0
    order = OrderFactory(pay_on_delivery=True)
    head = RoleFactory(Role.HEAD, order.shop.village)
    tend()
    page = phone_of()
    sign_in(page, head.phone)
    page.goto(f"/thon/{order.shop.village_id}/")
    page.get_by_role("link", name="Đơn chờ trả lời").click()
    expect(page.get_by_role("heading", name=order.shop.name)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Gọi"))).to_have_attribute(
        "href", f"tel:{order.shop.owner.phone}"
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_a_buyer_changes_their_mind_and_buys_again(phone_of, shop, scripts):
    page = phone_of(java_script_enabled=scripts)
    product = ProductFactory(shop, title="Gạo nếp", price=40_000)
    if not scripts:  # the ways of delivery are asked for when the form is sent
        Order.objects.all().delete()
        order = OrderFactory(pay_on_delivery=True)
    else:
        order = buy(page, product)
    page.goto(order.get_absolute_url())
    page.get_by_role("link", name="Hủy đơn").click()
    page.get_by_role("button", name="Hủy đơn").click()
    expect(page.get_by_text("Đã hủy đơn")).to_be_visible()
    page.get_by_role("button", name="Mua lại").click()
    expect(page).to_have_url(re.compile("/gio/$"))
    expect(page.get_by_text(order.lines.get().title).first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_parcel_goes_by_carrier_from_its_price_to_the_buyer_s_door(phone_of, market, xe_ban, scripts):
    shop = ShopFactory(name="Vườn nhà Sen")
    honey = ProductFactory(shop, title="Mật ong", price=150_000)
    farmer, buyer = phone_of(), phone_of(java_script_enabled=scripts)
    sign_in(farmer, shop.owner.phone)
    farmer.goto("/ban-hang/giao-hang/carrier/")
    farmer.get_by_label("Xe Bản").check()
    farmer.get_by_role("button", name="Lưu").click()
    expect(farmer.get_by_text("Khách trả đúng giá của hãng.")).to_be_visible()

    buyer.goto(honey.get_absolute_url())
    buyer.get_by_role("button", name="Cho vào giỏ").click()
    fill_checkout(buyer)
    buyer.get_by_label("Trả tiền mặt khi nhận hàng").check()
    buyer.get_by_role("button", name="Đặt mua").click()
    if not scripts:  # the commune was not known before: the page asks how the goods shall come
        expect(buyer.get_by_text("32.000 ₫").first).to_be_visible()
        buyer.get_by_role("button", name="Đặt mua").click()
    expect(buyer.get_by_role("heading", name="Đã đặt hàng")).to_be_visible()
    order = Order.objects.get()
    assert (order.delivery, order.delivery_hint) == (32_000, "Xe Bản")

    farmer.goto(f"/ban-hang/don/{order.public_code}/")
    farmer.get_by_role("button", name="Nhận đơn").click()
    farmer.get_by_role("button", name="Đã gói xong").click()
    farmer.goto(f"/ban-hang/don/{order.public_code}/")
    farmer.get_by_role("link", name="Gọi hãng đến lấy").click()
    farmer.get_by_role("button", name="Gọi Xe Bản đến lấy").click()
    expect(farmer.get_by_text("Chờ hãng đến lấy")).to_be_visible()
    [parcel] = xe_ban.parcels.values()
    assert parcel.said["cod"] == 182_000
    xe_ban.move(parcel.code)
    xe_ban.move(parcel.code)
    buyer.goto(order.get_absolute_url())
    expect(buyer.get_by_text("Đang trên đường").first).to_be_visible()
    xe_ban.move(parcel.code)
    xe_ban.move(parcel.code)
    buyer.reload()
    expect(buyer.get_by_text("Bạn đã nhận hàng").first).to_be_visible()
    order.refresh_from_db()
    assert (order.state, order.paid) == (State.DELIVERED, 182_000)
