"""The finance desk as its people use it: the day, unclear money in two clicks, a statement, a refund, a closed day."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from common.actors import SYSTEM
from orders.models import Order
from orders.services import farmer_step
from orders.states import State
from payments import vietqr
from payments.models import Refund
from payments.providers.connect import DisputeOutcome
from payments.services import confirm, take_dispute
from storefront.services import ensure_finance_group
from tests.factories import OrderFactory, UserFactory
from tests.journeys.conftest import sign_in as sign_in_by_phone
from tests.payments.lines import line, operators
from tests.payments.test_carriers import carried
from tests.payments.test_disputes import charge, said

PASSWORD = "cho-ban-demo"


@pytest.fixture
def clerk(market):
    """Somebody of the finance desk, who signs in by e-mail."""
    person = UserFactory(name="Đỗ Thu Hà", email="tien@choban.example")
    person.set_password(PASSWORD)
    person.save()
    person.groups.add(ensure_finance_group())
    return person


@pytest.fixture
def world(market):
    """Some days of money: counted, unclear, to give back."""
    account = operators()
    orders = [OrderFactory(price=price, quantity=2) for price in (45_000, 62_000, 120_000)]
    for order in orders:
        order.payments.update(account=account, method="pooled")
    OrderFactory(price=30_000, paid_in_full=True)
    good, near, back = (order.payments.get() for order in orders)
    line(account, good.amount, f"MBVCB.3278907687.{good.code}.CT tu 0011001234567 TRAN MINH")
    wrong = near.code[:5] + ("A" if near.code[5] != "A" else "B") + near.code[6:]
    line(account, near.amount, f"TRAN MINH chuyen tien {wrong}", counterparty="TRAN MINH")
    line(account, 15_000, "ung ho ba con")
    confirm(back, line(account, back.amount, "mua na"))
    farmer_step(back.order_id, State.CANCELLED, by=SYSTEM)
    return {"account": account, "near": near}


def sign_in(page):
    page.goto("/tai-khoan/login/")
    page.locator("main form [name=login]").fill("tien@choban.example")
    page.locator("main form [name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


def looks_right(page, name, shot):
    """No page is wider than the screen; kept for looking at if a folder is named."""
    page.wait_for_load_state("load")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
    shot(page, name)


@pytest.mark.parametrize("size", [(360, 740), (1280, 900)])
def test_a_day_at_the_desk(phone_of, clerk, world, shot, size, tmp_path):
    wide, high = size
    page = phone_of(viewport={"width": wide, "height": high}, is_mobile=wide < 500)
    sign_in(page)
    expect(page.get_by_role("heading", name="Tiền về")).to_be_visible()
    looks_right(page, f"desk-today-{wide}", shot)

    page.get_by_role("navigation", name="Việc của sổ quỹ").get_by_role("link", name="Chưa khớp").click()
    looks_right(page, f"desk-queue-{wide}", shot)
    page.get_by_role("link", name="Xem và tìm thêm").first.click()
    looks_right(page, f"desk-receipt-{wide}", shot)
    page.go_back()
    page.get_by_role("link", name=re.compile("mã sai một ký tự")).first.click()
    expect(page.get_by_text("Vừa đủ tiền")).to_be_visible()
    looks_right(page, f"desk-assign-{wide}", shot)
    page.get_by_role("button", name="Ghép").click()
    expect(page.get_by_role("heading", name="Đã tính cho")).to_be_visible()
    assert Order.objects.get(pk=world["near"].order_id).is_paid
    looks_right(page, f"desk-placed-{wide}", shot)

    file = tmp_path / "saoke.csv"
    day = timezone.localtime().strftime("%d/%m/%Y")
    file.write_text(
        "Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Số dư,Nội dung\n"
        f'{day},FT900,,"250,000","1,250,000",mua hong\n{day},FT901,"11,000",,"1,239,000",phi\n{day},FT902,,hai trăm,1,x\n'
    )
    page.get_by_role("navigation", name="Việc của sổ quỹ").get_by_role("link", name="Sao kê").click()
    page.get_by_label("Tệp sao kê").set_input_files(file)
    looks_right(page, f"desk-statements-{wide}", shot)
    page.get_by_role("button", name="Xem trước").click()
    looks_right(page, f"desk-statement-{wide}", shot)
    page.get_by_role("link", name="Đổi cột").click()
    expect(page.get_by_role("heading", name="Cột nào là gì?")).to_be_visible()
    looks_right(page, f"desk-columns-{wide}", shot)
    page.get_by_role("button", name="Đọc lại").click()
    page.get_by_role("button", name="Nhập vào sổ").click()
    expect(page.get_by_text("1 khoản tiền vào mới")).to_be_visible()

    page.get_by_role("navigation", name="Việc của sổ quỹ").get_by_role("link", name="Hoàn tiền").click()
    looks_right(page, f"desk-refunds-{wide}", shot)
    page.get_by_role("link", name=re.compile("240.000")).click()
    page.get_by_role("button", name="Duyệt hoàn tiền").click()
    page.get_by_label("Nội dung mã VietQR").fill(
        vietqr.encode(vietqr.VietQR(bank_bin="970436", account="0011001234567"))
    )
    page.get_by_role("button", name="Ghi tài khoản").click()
    expect(page.get_by_role("img", name=re.compile("VietQR"))).to_be_visible()
    looks_right(page, f"desk-refund-{wide}", shot)
    page.get_by_role("button", name="Tôi đã chuyển").click()
    assert Refund.objects.get(amount=240_000).state == Refund.State.SENT

    page.get_by_role("navigation", name="Việc của sổ quỹ").get_by_role("link", name="Đối chiếu").click()
    looks_right(page, f"desk-days-{wide}", shot)
    page.get_by_role("link", name=day).click()
    page.get_by_label("Ghi chú").fill("Phí ngân hàng và một khoản hoàn chưa trừ")
    looks_right(page, f"desk-day-{wide}", shot)
    page.get_by_role("button", name="Chốt ngày").click()
    expect(page.get_by_text("Ngày này đã chốt.")).to_be_visible()


@pytest.mark.parametrize("size", [(360, 740), (1280, 900)])
def test_a_dispute_and_a_carrier_that_pays_too_little(phone_of, clerk, world, shot, size, tmp_path):
    wide, high = size
    page = phone_of(viewport={"width": wide, "height": high}, is_mobile=wide < 500)
    sold = OrderFactory(price=230_000, quantity=1)
    charged = charge(sold, OrderFactory(price=120_000, quantity=1))
    take_dispute(
        charged.pk, said(amount=charged.amount, fee=380_000, respond_by=timezone.now() + timedelta(days=2))
    )
    take_dispute(
        charge(OrderFactory(price=80_000, quantity=1)).pk,
        said(ref="dp_2", amount=80_000, outcome=DisputeOutcome.WON, reason="fraudulent"),
    )
    late, short = carried(sold.shop), carried(sold.shop, 70_000)
    Order.objects.filter(pk=late.pk).update(delivered_at=timezone.now() - timedelta(days=12))
    sign_in(page)
    desk = page.get_by_role("navigation", name="Việc của sổ quỹ")
    looks_right(page, f"desk-first-{wide}", shot)

    desk.get_by_role("link", name="Tranh chấp").click()
    looks_right(page, f"desk-disputes-{wide}", shot)
    page.get_by_role("link", name=re.compile("350.000")).click()
    page.get_by_label("Người theo dõi").select_option(label=clerk.name)
    page.get_by_label("Ghi chú").fill("Đã xin ảnh giao hàng của nhà vườn.")
    page.get_by_role("button", name="Ghi lại").click()
    expect(page.get_by_label("Ghi chú")).to_have_value("Đã xin ảnh giao hàng của nhà vườn.")
    looks_right(page, f"desk-dispute-{wide}", shot)

    desk.get_by_role("link", name="Hãng giao").click()
    looks_right(page, f"desk-carriers-{wide}", shot)
    page.get_by_role("main").get_by_role("link", name=re.compile("ghn")).first.click()
    file = tmp_path / "ghn.csv"
    file.write_text(
        f"Mã đơn,Tiền thu hộ\n{late.public_code},120000\n{short.public_code},50000\nABCD234567,9000\n"
    )
    page.get_by_label("Tệp của hãng").set_input_files(file)
    page.get_by_role("button", name="Đọc tệp").click()
    expect(page.get_by_text("Không có đơn nào mã này.")).to_be_visible()
    looks_right(page, f"desk-carrier-{wide}", shot)
    page.get_by_role("button", name="Ghi tiền hãng nộp").click()
    expect(page.get_by_text("Đã ghi: hãng nộp 170.000")).to_be_visible()
    page.get_by_text("Hãng không nộp: xóa nợ").click()
    page.get_by_label(short.public_code).check()
    page.get_by_label("Vì sao không đòi được?").fill("Hãng làm mất tiền")
    looks_right(page, f"desk-loss-{wide}", shot)
    page.get_by_role("button", name="Xóa nợ cho hãng").click()
    expect(page.get_by_text("Người bán được trả đủ")).to_be_visible()
    looks_right(page, f"desk-lost-{wide}", shot)


@pytest.mark.parametrize("wide", [1100, 1280])
def test_no_tab_of_the_desk_is_cut_or_broken_on_a_wide_screen(phone_of, clerk, world, wide):
    page = phone_of(viewport={"width": wide, "height": 900}, is_mobile=False)
    sign_in(page)
    tabs = page.get_by_role("navigation", name="Việc của sổ quỹ")
    assert tabs.evaluate("nav => nav.scrollWidth - nav.clientWidth") <= 0
    heights = {round(tab.bounding_box()["height"]) for tab in tabs.get_by_role("link").all()}
    assert len(heights) == 1


def test_the_farmer_reads_what_is_held_and_what_to_keep_ready(phone_of, market, shot):
    order = OrderFactory(price=230_000, quantity=1)
    take_dispute(charge(order).pk, said(amount=230_000))
    page = phone_of()
    sign_in_by_phone(page, order.shop.owner.phone)
    page.goto("/ban-hang/tien/")
    expect(page.get_by_text("Bạn giữ sẵn")).to_be_visible()
    looks_right(page, "money-dispute", shot)
