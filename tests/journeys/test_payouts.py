"""Money to sellers, as people press it: the owner's account with its code, the desk's two people, a carrier's cash."""

import pytest
from playwright.sync_api import expect

from payments.models import Payout
from payments.services import ask_for_debt
from tests.factories import ShopFactory
from tests.journeys.conftest import last_code, sign_in
from tests.payments.paying import money_runner, operators_bank, pooled_order
from tests.payments.test_carriers import carried
from tests.payments.test_debts import owe


def test_the_owner_changes_the_account_with_the_code_on_the_phone_and_calls_it_off(phone_of, shot):
    operators_bank()
    shop = ShopFactory()
    pooled_order(shop, 80_000)
    page = phone_of()
    sign_in(page, shop.owner.phone)
    page.goto("/ban-hang/tien/")
    shot(page, "money-owed")
    page.get_by_role("link", name="Đổi tài khoản").click()
    page.get_by_label("Ngân hàng").select_option("970436")
    page.get_by_label("Số tài khoản", exact=True).fill("0071000123456")
    page.get_by_label("Ghi lại số tài khoản").fill("0071000123456")
    page.get_by_label("Tên chủ tài khoản").fill("Lý Thị Sen")
    page.get_by_role("button", name="Gửi mã đến máy tôi").click()
    shot(page, "account-code")
    page.get_by_label("Mã 6 số").fill(last_code(shop.owner.phone))
    page.get_by_role("button", name="Lưu tài khoản").click()
    expect(page.get_by_role("heading", name="Sắp đổi")).to_be_visible()
    page.get_by_text("Thử tài khoản").click()
    page.get_by_role("button", name="Lấy mã thử").click()
    shot(page, "account-cooling")
    page.get_by_role("button", name="Hủy đổi").click()
    expect(page.get_by_role("heading", name="Sắp đổi")).to_be_hidden()


def test_a_seller_in_debt_finds_the_code_to_pay_it(phone_of, shot):
    operators_bank()
    shop = ShopFactory()
    owe(shop, 35_000)
    page = phone_of()
    sign_in(page, shop.owner.phone)
    page.goto("/ban-hang/tien/")
    page.get_by_role("button", name="Trả khoản này").click()
    page.get_by_text("Mã VietQR để trả").click()
    expect(page.get_by_text(ask_for_debt(shop).code)).to_be_visible()
    shot(page, "money-debt")


@pytest.mark.parametrize("width", [360, 1280])
def test_two_people_pay_a_seller_and_settle_with_a_carrier(phone_of, shot, width):
    operators_bank()
    shop, other = ShopFactory(), ShopFactory()
    pooled_order(shop, 80_000)
    pooled_order(other, 120_000)
    order = carried(other, 60_000)
    lan, minh = money_runner(), money_runner()
    size = {"viewport": {"width": width, "height": 800}}
    hers, his = phone_of(**size), phone_of(**size)
    sign_in(hers, lan.phone)
    sign_in(his, minh.phone)
    hers.goto("/so-quy/chi-tra/")
    hers.get_by_role("button", name="Lập khoản chi cho mọi người").click()
    shot(hers, f"payouts-{width}")
    his.goto("/so-quy/chi-tra/")
    his.get_by_role("link", name=shop.name).click()
    shot(his, f"payout-{width}")
    his.get_by_role("button", name="Duyệt chi trả").click()
    hers.goto("/so-quy/chi-tra/")
    shot(hers, f"payouts-to-send-{width}")
    hers.get_by_role("button", name="Lập tệp chuyển khoản").click()
    with hers.expect_download() as file:
        hers.get_by_role("button", name="CSV").click()
    assert Payout.objects.get(shop=shop).account.number in file.value.path().read_text()
    hers.reload()
    shot(hers, f"batch-{width}")
    hers.get_by_role("button", name="Đã gửi ngân hàng").click()
    expect(hers.get_by_text("Người bán được báo")).to_be_visible()
    hers.goto("/so-quy/hang-giao/ghn/")
    hers.get_by_label("Phí hãng giữ lại").fill("5.000")
    shot(hers, f"carrier-{width}")
    hers.get_by_role("button", name="Ghi tiền hãng nộp").click()
    expect(hers.get_by_text("hãng nộp 55.000")).to_be_visible()
    assert order.public_code not in hers.get_by_label("Mã đơn").input_value()
    shot(hers, f"carrier-settled-{width}")
    assert hers.evaluate("document.documentElement.scrollWidth <= innerWidth")
