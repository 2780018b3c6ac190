"""A trader sells at the market on her phone: by QR in a few taps, and without a signal."""

import time
import uuid
from collections.abc import Generator
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Page, Route, expect

from common.actors import Actor
from payments.models import Payment, StallSale
from payments.services import cash_sale, open_session, plate_for, plate_sale_entered, start_sale
from sellers.models import Shop
from tests.factories import ShopFactory
from tests.journeys.conftest import bank_sends_notice, sign_in

TRADER = "+84912000009"
# What the phone would sound and say, written down instead
EARS = """
  window.heard = [];
  const tone = () => ({
    frequency: {}, gain: {setValueAtTime() {}, exponentialRampToValueAtTime() {}}, connect: (to) => to,
    start() { window.heard.push('beep'); }, stop() {},
  });
  window.AudioContext = class {
    currentTime = 0; resume() {} createOscillator() { return tone(); } createGain() { return tone(); }
  };
  const voice = {speak(said) { if (said.text) window.heard.push(said.text + '|' + said.lang); }};
  Object.defineProperty(window, 'speechSynthesis', {value: voice});
"""

# The page that the service worker keeps for offline, once everything it needs is there too
KEPT_PAGE = """async () => {
  for (let turn = 0; turn < 100; turn++) {
    const name = (await caches.keys()).find((name) => name.startsWith('till '));
    const files = name ? await (await caches.open(name)).keys() : [];
    if (files.length >= 6) return (await caches.match('/ban-hang/quay/khung/')).text();
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the till was not kept');
}"""


@pytest.fixture
def shop(market: str) -> Shop:
    shop = ShopFactory(name="Hàng rau chị Mai")
    shop.owner.phone, shop.owner.name = TRADER, "Hoàng Thị Mai"
    shop.owner.save()
    open_session(shop, "Chợ phiên Đồng Mỏ", by=Actor.of(shop.owner))
    return shop


def type_amount(page: Page, *keys: str) -> None:
    for key in keys:
        page.locator(f'[data-key="{key}"]').tap()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_sale_by_qr_takes_a_few_taps_and_the_bank_is_heard(
    phone_of, market, shop, shot, record_property, scheme
):
    page = phone_of(color_scheme=scheme)
    page.add_init_script(EARS)
    sign_in(page, TRADER)
    start = time.monotonic()
    page.goto("/ban-hang/quay/")
    shot(page, f"till-{scheme}")
    for key in page.locator("[data-key], .till > .button-main, .till-other").all():
        box = key.bounding_box()
        assert box is not None
        assert box["height"] >= 64
        assert box["y"] + box["height"] <= 740 - 64, "a key lies below the fold"
    taps = ["4", "5", "000"]
    type_amount(page, *taps)
    expect(page.get_by_label("Số tiền khách trả")).to_have_value("45.000")
    page.get_by_role("button", name="Hiện mã QR").tap()
    expect(page.locator(".till-qr svg")).to_be_visible()
    seconds = time.monotonic() - start
    record_property("sale", f"{len(taps) + 1} taps, {seconds:.1f} s")
    print(f"from opening the till to the QR: {len(taps) + 1} taps, {seconds:.1f} s")
    assert seconds < 10
    box = page.locator(".till-qr svg").bounding_box()
    assert box is not None
    assert box["width"] > 300
    shot(page, f"till-qr-{scheme}")
    payment = Payment.objects.select_related("account").get()
    expect(page.get_by_text(payment.code)).to_be_visible()
    assert bank_sends_notice(market, payment) == 200
    expect(page.locator(".till-came")).to_contain_text("45.000", timeout=15_000)
    expect(page.locator(".till-came")).to_have_count(1)
    expect(page.locator("[data-day-sum]")).to_contain_text("45.000")
    shot(page, f"till-came-{scheme}")
    page.wait_for_timeout(1500)  # the voice waits for the beeps
    assert page.evaluate("window.heard") == ["beep", "beep", "Đã nhận 45000 đồng|vi-VN"]
    page.get_by_role("link", name="Bán tiếp").tap()
    expect(page.get_by_label("Số tiền khách trả")).to_have_value("")
    page.goto("/ban-hang/quay/hom-nay/")
    shot(page, f"till-day-{scheme}")
    page.goto("/ban-hang/quay/ma-dan/")
    page.get_by_role("button", name="Làm mã dán").tap()
    expect(page.locator(".till-qr svg")).to_be_visible()
    shot(page, f"till-plate-{scheme}")


def test_the_traders_own_word_is_silent_and_a_switch_turns_the_sound_off(phone_of, market, shop):
    page = phone_of()
    page.add_init_script(EARS)
    sign_in(page, TRADER)
    page.goto("/ban-hang/quay/")
    type_amount(page, "5", "000")
    page.get_by_role("button", name="Tiền mặt").tap()
    expect(page.locator("[data-sold]")).to_contain_text("5.000")
    by = Actor.of(shop.owner)
    plate_sale_entered(shop, 7_000, client_uuid=uuid.uuid4(), by=by)
    page.locator("[data-sound]").tap()
    expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "false")
    sale = start_sale(shop, 45_000, client_uuid=uuid.uuid4(), by=by)
    bank_sends_notice(market, sale.payment)
    expect(page.locator("[data-heard]")).to_contain_text("45.000", timeout=20_000)
    assert page.evaluate("window.heard") == []


def test_the_till_works_without_scripts(phone_of, shop):
    page = phone_of(java_script_enabled=False)
    sign_in(page, TRADER)
    page.goto("/ban-hang/quay/")
    page.get_by_label("Số tiền khách trả").fill("45000")
    page.get_by_role("button", name="Hiện mã QR").click()
    expect(page.locator(".till-qr svg")).to_be_visible()
    page.get_by_role("button", name="Tiền mặt").click()
    expect(page.get_by_text("Đã ghi bán 45.000").first).to_be_visible()


@pytest.fixture
def kept_phone(browser_type: BrowserType, browser_type_launch_args: Any, browser_context_args: Any, market: str,
               tmp_path: Any) -> Generator[Page, None, None]:  # fmt: skip
    """A phone with a service worker, whose storage lives on."""
    options = browser_context_args | {"service_workers": "allow", "base_url": market}
    context = browser_type.launch_persistent_context(str(tmp_path), **browser_type_launch_args, **options)
    yield context.pages[0]
    context.close()


def test_without_a_signal_the_till_opens_keeps_sales_and_sends_each_once(kept_phone, market, shop, shot):
    plate = plate_for(shop)
    page, context = kept_phone, kept_phone.context
    sign_in(page, TRADER)
    page.goto("/ban-hang/quay/")
    kept = page.evaluate(KEPT_PAGE)
    assert shop.name not in kept
    assert shop.owner.name not in kept

    context.set_offline(True)
    page.goto("/ban-hang/quay/")
    expect(page.get_by_text("Đang mất mạng")).to_be_visible()
    type_amount(page, "3", "2", "000")
    page.get_by_role("button", name="Hiện mã QR").tap()
    expect(page.get_by_text("Không có mạng")).to_be_visible()
    page.get_by_role("button", name="Ghi bán bằng mã dán").tap()
    expect(page.get_by_text("1 lần bán chờ gửi")).to_be_visible()
    type_amount(page, "5", "000")
    page.get_by_role("button", name="Tiền mặt").tap()
    expect(page.get_by_text("2 lần bán chờ gửi")).to_be_visible()
    shot(page, "till-offline")
    page.goto("/ban-hang/quay/")  # closed and opened again
    expect(page.get_by_text("2 lần bán chờ gửi")).to_be_visible()
    assert not StallSale.objects.exists()

    answers = []

    def lose(route: Route) -> None:
        """The server hears it, the phone does not hear the answer, twice."""
        if len(answers) < 2:
            answers.append(route.fetch().json())
            route.abort()
        else:
            route.continue_()

    context.route("**/ban-hang/quay/gui/", lose)
    context.set_offline(False)
    for _opening in range(3):
        page.goto("/ban-hang/quay/")
        page.wait_for_load_state("networkidle")
    expect(page.locator("[data-queue]")).to_be_hidden()
    assert [len(answer["answers"]) for answer in answers] == [2, 2]
    assert {one["answer"] for one in answers[1]["answers"]} == {"duplicate"}
    assert sorted(StallSale.objects.values_list("method", "amount")) == [("cash", 5_000), ("plate", 32_000)]
    sold = StallSale.objects.select_related("payment__account").get(method="plate")
    sold.payment.code = plate.code  # the bank's line names the plate
    bank_sends_notice(market, sold.payment)
    assert StallSale.objects.get(pk=sold.pk).payment.by_machine
    assert StallSale.objects.count() == 2


def test_goods_come_back_without_scripts_by_hand_and_by_a_transfer(phone_of, market, shop, shot):
    by = Actor.of(shop.owner)
    cash_sale(shop, 20_000, client_uuid=uuid.uuid4(), by=by, note="2 mớ rau")
    sale = start_sale(shop, 45_000, client_uuid=uuid.uuid4(), by=by, note="1 kg na")
    bank_sends_notice(market, sale.payment)
    page = phone_of(java_script_enabled=False)
    sign_in(page, TRADER)
    page.goto("/ban-hang/quay/")
    page.get_by_role("link", name="Hôm nay").click()
    page.get_by_role("link", name="Tiền mặt").click()
    shot(page, "return-sale")
    page.get_by_role("link", name="Khách trả lại hàng").click()
    expect(page.get_by_label("Trả lại khách")).to_have_value("20.000")
    page.get_by_label("Trả lại khách").fill("30k")
    page.get_by_role("button", name="Đã đưa lại tiền mặt").click()
    expect(page.get_by_text("Số tiền lớn hơn số còn lại.").first).to_be_visible()
    shot(page, "return-refused")
    page.get_by_label("Trả lại khách").fill("20k")
    page.get_by_role("button", name="Đã đưa lại tiền mặt").click()
    expect(page.get_by_text("Đã ghi: trả lại khách 20.000")).to_be_visible()
    shot(page, "return-done")
    page.goto(sale.get_absolute_url())
    page.get_by_role("link", name="Khách trả lại hàng").click()
    shot(page, "return-form")
    page.get_by_label("Trả lại khách").fill("15000")
    page.get_by_role("button", name="Chuyển khoản lại cho khách").click()
    expect(page.get_by_role("heading", name="Chuyển lại khách 15.000")).to_be_visible()
    shot(page, "return-transfer")
    page.get_by_role("button", name="Tôi đã chuyển lại").click()
    expect(page.get_by_text("Đã ghi: trả lại khách 15.000")).to_be_visible()
    shot(page, "return-part")
    page.get_by_role("link", name="Các lần bán hôm nay").click()
    expect(page.locator(".sum-big").first).to_contain_text("30.000")
    shot(page, "return-day")
    page.get_by_role("navigation", name="Ngày khác").get_by_role("link").click()
    expect(page.get_by_text("Hôm đó không bán")).to_be_visible()
    shot(page, "return-day-before")
    page.goto("/ban-hang/tien/")
    shot(page, "return-money")
