"""The main job, from a door in a village to the commune officer's figures, as people do it on their phones."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalog.models import Product
from common.actors import SYSTEM
from common.days import local_day, months_back
from growth.models import Baseline
from growth.services import fold_all
from orders.models import Order, Purchase
from payments.models import Payment
from places.models import Place, Role
from places.services import add_village, grant_role
from sellers.models import Shop
from storefront.demo.people import BELOW, CATEGORIES
from storefront.demo.world import _categories
from tests.factories import ProductFactory, ShopFactory, UserFactory
from tests.journeys.conftest import bank_sends_notice, last_code, phone_photo, sign_in

VOLUNTEER, HEAD, FARMER, OFFICER = "+84912000002", "+84912000003", "+84912000001", "+84912000004"


@pytest.fixture
def village(market: str) -> Place:
    """A village of Chi Lăng with a head, a volunteer and an officer above; nobody sells yet."""
    commune = Place.objects.get(level=2, code="06463")
    village = add_village(commune, "Đồng Mỏ", by=SYSTEM)
    for phone, name, place, role in [
        (VOLUNTEER, "Nông Thị Lan", village, Role.VOLUNTEER),
        (HEAD, "Hoàng Văn Bản", village, Role.HEAD),
        (OFFICER, "Vi Thị Thúy", commune, Role.COMMUNE_OFFICER),
    ]:
        grant_role(UserFactory(phone=phone, name=name), place, role, by=None)
    assert len(_categories()) == len(CATEGORIES) + len(BELOW)
    return village


def open_shop(page: Page, village: Place, shot) -> Shop:
    """The volunteer at the farmer's door: questions one by one, consent read out, a code from the farmer's phone."""
    sign_in(page, VOLUNTEER)
    page.get_by_role("link", name="Mở gian hàng").click()
    page.get_by_label("Tên chủ hộ").fill("Lý Thị Sen")
    page.get_by_role("button", name="Tiếp").click()
    page.get_by_label("Số điện thoại").fill("0912 000 001")
    page.get_by_role("button", name="Tiếp").click()
    page.get_by_label("Tên gian hàng").fill("Vườn hồng bà Sen")
    page.get_by_role("button", name="Tiếp").click()
    shot(page, "volunteer-consent")
    page.get_by_text("Vườn cây ăn quả").click()
    shot(page, "volunteer-trade")
    page.get_by_role("button", name="Tiếp").click()
    page.locator("input[name=agreed]").check()
    page.get_by_role("button", name="Mở gian hàng nháp").click()
    expect(page.get_by_role("heading", name="Xin mã của chủ hộ")).to_be_visible()
    page.get_by_label("Mã").fill(last_code(FARMER))
    page.get_by_role("button", name="Chủ hộ đồng ý").click()
    page.get_by_role("button", name="Soạn trang giúp").click()
    expect(page.get_by_text("Bạn đang làm giúp").first).to_be_visible()
    shot(page, "volunteer-parts")
    page.get_by_role("link", name=re.compile("Đầu trang")).click()
    page.locator("input[name=tagline]").fill("Hồng vành khuyên, hái sáng gửi trưa")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_role(
        "link", name=re.compile("Chuyện nhà mình")
    ).click()  # there already, with words for an orchard
    page.locator("[name=text]").fill("Vườn nhà có 40 gốc hồng trồng từ thời ông nội.")
    shot(page, "volunteer-writes")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_role("button", name="Gửi duyệt").click()
    page.wait_for_load_state()
    shop = Shop.objects.get(village=village)
    assert shop.status == Shop.Status.REVIEW
    assert page.request.get(f"/s/{shop.slug}/").status == 404  # buyers do not see it yet
    return shop


def approve(page: Page, shop: Shop, shot) -> None:
    """The head looks at the page and lets it onto the market."""
    sign_in(page, HEAD)
    shot(page, "head-home")
    page.get_by_role("link", name=re.compile("Xem và duyệt")).click()
    expect(page.get_by_text("Vườn nhà có 40 gốc hồng")).to_be_visible()
    shot(page, "head-looks")
    page.get_by_role("button", name="Duyệt, cho lên chợ").click()
    page.wait_for_load_state()
    shop.refresh_from_db()
    assert shop.status == Shop.Status.LIVE


def list_produce(page: Page, tmp_path, shot) -> Product:
    """The farmer's first product: a photo, what it is, what it costs. And where the money goes."""
    sign_in(page, FARMER)
    expect(page.get_by_role("heading", name="Vườn hồng bà Sen")).to_be_visible()
    shot(page, "farmer-home")
    page.get_by_role("link", name=re.compile("Thêm tài khoản|tài khoản")).first.click()
    page.locator("select[name=bank_bin]").select_option("970405")
    page.locator("input[name=number]").fill("3500201234567")
    page.locator("input[name=again]").fill("3500201234567")
    page.locator("input[name=holder]").fill("Lý Thị Sen")
    page.get_by_role("button", name="Gửi mã đến máy tôi").click()
    page.locator("input[name=code]").fill(last_code(FARMER))
    page.get_by_role("button", name="Lưu tài khoản").click()
    expect(page.get_by_text("4567").first).to_be_visible()
    assert "3500201234567" not in page.content()  # masked from now on
    page.goto("/ban-hang/hang/dang/")
    page.locator("input#id_photo").set_input_files(phone_photo("persimmon", tmp_path / "IMG_2031.jpg"))
    page.get_by_role("button", name="Tiếp").click()
    page.get_by_label("Tên hàng").fill("Hồng vành khuyên")
    page.get_by_text("Trái cây", exact=True).click()
    shot(page, "farmer-names")
    page.get_by_role("button", name="Tiếp").click()
    page.get_by_label("Giá bán").fill("35k")
    page.get_by_label("Có bao nhiêu").fill("80")
    shot(page, "farmer-prices")
    page.get_by_role("button", name="Đăng bán").click()
    page.wait_for_load_state()
    product = Product.objects.select_related("picture", "shop").get()
    assert (product.price, product.stock, product.live) == (35_000, 80, True)
    assert product.picture is not None
    assert product.picture.ready
    assert b"SM-A057F" not in product.picture.file.read()
    return product


def test_the_whole_story(phone_of, market, village, tmp_path, shot):
    shop = open_shop(phone_of(), village, shot)
    approve(phone_of(), shop, shot)
    farmer = phone_of()
    product = list_produce(farmer, tmp_path, shot)

    neighbour = ShopFactory(village, name="Nhà ong bác Páo", owner=UserFactory(name="Nông Văn Páo"))
    honey = ProductFactory(neighbour, title="Mật ong rừng", unit="chai", price=180_000, stock=6)

    # A buyer finds it without accents, and puts produce of two farms into one cart
    buyer = phone_of()
    buyer.goto("/")
    shot(buyer, "home")
    buyer.get_by_label("Tìm hàng").fill("hong vanh khuyen")
    buyer.get_by_label("Tìm hàng").press("Enter")
    shot(buyer, "search")
    buyer.get_by_role("link", name="Hồng vành khuyên").click()
    expect(buyer.get_by_role("heading", name="Hồng vành khuyên")).to_be_visible()
    buyer.get_by_role("button", name="Thêm").click()
    expect(buyer.get_by_label("Số lượng")).to_have_value("1")
    shot(buyer, "product")
    buyer.get_by_label("Số lượng").fill("66")
    buyer.get_by_role("button", name="Cho vào giỏ").click()
    expect(buyer.get_by_role("heading", name="Giỏ hàng")).to_be_visible()
    buyer.goto(honey.get_absolute_url())
    buyer.get_by_role("button", name="Cho vào giỏ").click()
    expect(buyer.get_by_text("Nhà ong bác Páo")).to_be_visible()
    shot(buyer, "cart")
    buyer.get_by_role("link", name=re.compile("Đặt hàng")).click()

    # Checks out as a guest; what is wrong is said at its field and nothing typed is lost
    buyer.get_by_label("Tên người nhận").fill("Trần Minh Anh")
    buyer.get_by_label("Số điện thoại người nhận").fill("O912 345 678")
    buyer.get_by_label("Xã, phường").fill("dong kinh, lang son")
    buyer.get_by_label("Số nhà, đường, thôn").fill("12 Trần Đăng Ninh")
    buyer.get_by_role("button", name="Đặt mua").click()
    expect(buyer.get_by_text("10 chữ số").first).to_be_visible()
    shot(buyer, "checkout-wrong")
    expect(buyer.get_by_label("Tên người nhận")).to_have_value("Trần Minh Anh")
    buyer.get_by_label("Số điện thoại người nhận").fill("0912 345 678")
    buyer.get_by_role("button", name="Đặt mua").click()

    # One VietQR per shop, each with its own amount and code
    expect(buyer.get_by_role("heading", name="Đã đặt hàng")).to_be_visible()
    expect(buyer.locator(".qr-box svg")).to_have_count(2)
    purchase = Purchase.objects.get()
    mine = Order.objects.get(shop=shop)
    payment = Payment.objects.get(order=mine)
    assert purchase.total == mine.total + 180_000
    expect(buyer.get_by_text(payment.code).first).to_be_visible()
    shot(buyer, "pay")

    # The bank's signed notice pays; the page notices by itself
    assert bank_sends_notice(market, payment) == 200
    expect(buyer.get_by_text("Đã nhận được tiền").first).to_be_visible(timeout=20_000)
    expect(buyer.locator(".qr-box svg")).to_have_count(1)
    shot(buyer, "paid")

    # The farmer confirms, packs, hands over
    farmer.goto("/ban-hang/don/")
    shot(farmer, "farmer-orders")
    for step in ("Nhận đơn", "Đã gói xong", "Đã gửi hàng"):
        farmer.get_by_role("button", name=step).click()
        farmer.wait_for_load_state()
    shot(farmer, "farmer-sent")

    # The buyer confirms receipt
    buyer.goto(mine.get_absolute_url())
    buyer.get_by_role("button", name="Tôi đã nhận hàng").click()
    expect(buyer.get_by_text("Bạn đã nhận hàng").first).to_be_visible()
    shot(buyer, "order")
    mine.refresh_from_db()
    assert mine.state == "delivered"

    # The commune officer sees the sale, and later the growth against the baseline
    fold_all()
    officer = phone_of(
        viewport={"width": 1280, "height": 800}, device_scale_factor=1, is_mobile=False, has_touch=False
    )
    sign_in(officer, OFFICER)
    expect(officer.get_by_text(f"{mine.goods:,}".replace(",", ".")).first).to_be_visible()
    shot(officer, "officer")
    see_growth(officer, shop, mine)
    shot(officer, "officer-growth")
    assert product.shop_id == shop.pk


def see_growth(officer: Page, shop: Shop, order: Order) -> None:
    """A month later: the farmer's and ten neighbours' sales against what they sold in the same month a year before."""
    month = months_back(local_day(), 0)
    for other in [shop, *(ShopFactory(shop.village) for _ in range(10))]:
        start = month.replace(year=month.year - 1)
        Baseline.objects.create(
            shop=other, origin=Baseline.Origin.DECLARED, start=start, end=months_back(start, -1) - timedelta(days=1),
            amount=100_000, orders=1, declared_on=local_day(), witness=shop.opened_by,
        )  # fmt: skip
        Shop.objects.filter(pk=other.pk).update(verified_at=timezone.now() - timedelta(days=40))
    later = date(month.year + month.month // 12, month.month % 12 + 1, 5)
    with time_machine.travel(later, tick=True):
        officer.goto(f"/so-lieu/{shop.village.parent.code}/?ngay=30")
        ratio = order.goods / 1_100_000
        expect(officer.get_by_text(f"{ratio:.1f}".replace(".", ",")).first).to_be_visible()
        expect(officer.get_by_text("1.100.000").first).to_be_visible()


def test_a_buyer_without_javascript_orders_and_follows_the_order(phone_of, market, village, shot):
    shop = ShopFactory(village, name="Vườn na nhà Lan")
    ProductFactory(shop, title="Na dai", price=40_000, stock=9)
    buyer = phone_of(java_script_enabled=False)
    buyer.goto("/")
    buyer.get_by_label("Tìm hàng").fill("na dai")
    buyer.get_by_label("Tìm hàng").press("Enter")
    buyer.get_by_role("link", name="Na dai").click()
    buyer.get_by_label("Số lượng").fill("2")
    shot(buyer, "noscript-product")
    buyer.get_by_role("button", name="Cho vào giỏ").click()
    buyer.get_by_label(re.compile("Số lượng")).fill("3")
    buyer.get_by_role("button", name="Cập nhật giỏ").click()
    buyer.get_by_role("link", name=re.compile("Đặt hàng")).click()
    buyer.get_by_label("Tên người nhận").fill("Trần Minh Anh")
    buyer.get_by_label("Số điện thoại người nhận").fill("0912345678")
    buyer.get_by_label("Xã, phường").fill("Phường Đông Kinh, Lạng Sơn")
    buyer.get_by_label("Số nhà, đường, thôn").fill("12 Trần Đăng Ninh")
    buyer.get_by_role("button", name="Đặt mua").click()
    expect(buyer.locator(".qr-box svg")).to_have_count(1)
    payment = Payment.objects.get()
    assert payment.amount == 120_000
    assert bank_sends_notice(market, payment) == 200
    buyer.get_by_role("link", name="Tôi đã chuyển, xem lại").click()
    expect(buyer.get_by_text("Đã nhận được tiền").first).to_be_visible()
    buyer.get_by_role("link", name=re.compile("Xem đơn")).click()
    expect(buyer.get_by_text("Đã đặt hàng").first).to_be_visible()
    shot(buyer, "noscript-order")
