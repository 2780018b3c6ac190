"""The finance desk as its people use it: the day, unclear money in two clicks, a statement, a refund, a closed day."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from common.actors import SYSTEM
from orders.models import Order
from orders.services import farmer_step
from orders.states import State
from payments import vietqr
from payments.models import Refund
from payments.services import confirm
from storefront.services import ensure_finance_group
from tests.factories import OrderFactory, UserFactory
from tests.payments.lines import line, operators

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
