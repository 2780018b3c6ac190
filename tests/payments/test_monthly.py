"""A seller's month: opening balance and every line are the closing balance, on the page, on paper and in the table."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from common.actors import Actor
from orders.services import farmer_step
from orders.states import State
from payments import ledger
from payments.ledger import Line
from payments.models import Account, Payment, Rate, Receipt, SellerBalance, SellerYear
from payments.monthly import Kind, statement_of
from payments.services import confirm, refund_sent
from tests.factories import (
    DeliveredOrderFactory,
    OperatorsAccountFactory,
    OrderFactory,
    ShopFactory,
    VillageFactory,
)

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def november():
    """The fifteenth of November, noon in Vietnam."""
    with time_machine.travel("2026-11-15T05:00:00Z", tick=True) as traveller:
        yield traveller


@pytest.fixture
def shop(november):
    return ShopFactory()


@pytest.fixture
def rates(settings):
    """Five per cent commission, one and a half per cent of tax."""
    settings.PAYMENT_RATES = True
    for kind, rate in ((Rate.Kind.COMMISSION, 500), (Rate.Kind.VAT, 100), (Rate.Kind.PIT, 50)):
        Rate.objects.create(kind=kind, rate=rate, valid_from=date(2026, 1, 1))


def pooled(order):
    """An order whose money came to the operator's account, told by the bank."""
    payment = order.payments.get()
    receipt = Receipt.objects.create(
        account=OperatorsAccountFactory(), source=Receipt.Source.BANK, state=Receipt.State.UNMATCHED,
        amount=payment.amount, booked_at=order.created_at,
    )  # fmt: skip
    confirm(payment, receipt)
    return order


def pay_out(shop, amount):
    ledger.post(
        f"payout:{shop.pk}:{amount}", "payout",
        [Line(Account.SELLER, amount, shop.pk), Line(Account.PAYOUTS_OUT, -amount)],
    )  # fmt: skip


def totals(statement):
    return {kind.value: amount for kind, amount in statement.totals}


def balance(shop):
    return -ledger.balance(Account.SELLER, shop)


def test_a_seller_without_commission_owes_and_is_owed_nothing(shop):
    OrderFactory(shop, price=100_000, quantity=1, paid_in_full=True)
    DeliveredOrderFactory(shop, price=50_000, quantity=1)
    statement = statement_of(shop, NOVEMBER)
    assert totals(statement) == {"sale": 150_000, "in_hand": -150_000}
    assert (statement.opening, statement.closing, statement.sold) == (0, 0, 150_000)
    assert statement.ways == {"declared": 100_000, "cash": 50_000}


def test_commission_and_taxes_of_money_that_the_market_holds(shop, rates):
    pooled(OrderFactory(shop, price=100_000, quantity=1))
    pay_out(shop, 80_000)
    statement = statement_of(shop, NOVEMBER)
    assert totals(statement) == {
        "sale": 100_000, "commission": -5_000, "vat": -1_000, "pit": -500, "payout": -80_000,
    }  # fmt: skip
    assert statement.closing == balance(shop) == 13_500
    assert statement.ways == {"machine": 100_000}


def test_what_goes_back_takes_commission_and_taxes_along(shop, rates):
    order = OrderFactory(shop, price=100_000, quantity=1, paid_in_full=True)
    farmer_step(order.pk, State.CANCELLED, by=Actor.of(shop.owner))
    refund_sent(order.refunds.get().pk, by=Actor.of(shop.owner))
    statement = statement_of(shop, NOVEMBER)
    assert totals(statement) == {
        "sale": 100_000, "undone": -100_000, "commission": 0, "vat": 0, "pit": 0, "in_hand": -100_000, "given_back": 100_000,
    }  # fmt: skip
    assert statement.closing == balance(shop) == 0


def test_one_month_ends_where_the_next_begins(shop, november, rates):
    pooled(OrderFactory(shop, price=100_000, quantity=1))
    november.move_to("2026-12-15T05:00:00Z")
    OrderFactory(shop, price=70_000, quantity=1, paid_in_full=True)
    november.move_to("2026-12-31T17:00:00Z")  # the new year has begun in Vietnam
    pay_out(shop, 20_000)
    days = (date(2026, 11, 1), date(2026, 12, 31), date(2027, 1, 1))
    months = [statement_of(shop, day) for day in days]
    assert [month.closing for month in months[:2]] == [month.opening for month in months[1:]]
    assert months[0].opening == 0
    assert totals(months[2])["payout"] == -20_000
    assert months[2].closing == balance(shop)


def test_a_sale_at_a_stall_stands_there_with_its_way(shop):
    payment = Payment.objects.create(
        purpose=Payment.Purpose.STALL, shop_id=shop.pk, amount=30_000, method="cash"
    )
    receipt = Receipt.objects.create(
        source=Receipt.Source.CASH, state=Receipt.State.UNMATCHED, amount=30_000, booked_at=payment.created_at
    )
    confirm(payment, receipt)
    if ledger.balance(Account.BUYER_FUNDS):  # as `ledger.complete_sale` books it
        lines = [Line(Account.BUYER_FUNDS, 30_000), Line(Account.SELLER, -30_000, shop.pk)]
        ledger.post(f"sale:{payment.pk}:30000", "sale", lines)
    statement = statement_of(shop, NOVEMBER)
    assert (totals(statement), statement.ways) == ({"sale": 30_000, "in_hand": -30_000}, {"cash": 30_000})


def test_another_sellers_lines_of_the_same_booking_are_no_business_of_mine(shop):
    other = ShopFactory(VillageFactory())
    ledger.post("transfer:1", "transfer", [
        Line(Account.SELLER, 10_000, shop.pk), Line(Account.SELLER, 90_000, other.pk), Line(Account.STRIPE, -100_000),
    ])  # fmt: skip
    assert totals(statement_of(shop, NOVEMBER)) == {"payout": -10_000}


def test_a_booking_of_an_unknown_kind_still_counts(shop):
    ledger.post("x", "written_off", [Line(Account.SELLER, -700, shop.pk), Line(Account.BAD_DEBT, 700)])
    statement = statement_of(shop, NOVEMBER)
    assert (totals(statement), statement.closing) == ({"other": 700}, balance(shop))


# --- pages and files ------------------------------------------------------------------------------------------------


def address(month="2026-11"):
    return f"/ban-hang/tien/{month}/"


def test_the_page_links_every_line_to_its_order_and_filters(client, shop, rates):
    order = pooled(OrderFactory(shop, price=100_000, quantity=1))
    client.force_login(shop.owner)
    said = client.get(address()).content.decode()
    assert said.count(reverse("board:order", args=[order.public_code])) == 4
    assert "Phiếu này không phải hóa đơn thuế." in said
    only = client.get(address(), {"loai": "commission"})
    assert [row.kind for row in only.context["page"]] == [Kind.COMMISSION]
    assert len(client.get(address(), {"loai": "x"}).context["page"].object_list) == 4


def test_the_money_page_links_to_the_months_statement(client, shop):
    client.force_login(shop.owner)
    assert address() in client.get("/ban-hang/tien/").content.decode()


@pytest.mark.parametrize("month", ["2026-12", "2026-13", "2026-00", "1999-01", "2026-1"])
def test_a_month_that_is_none_or_to_come_does_not_exist(client, shop, month):
    client.force_login(shop.owner)
    assert client.get(address(month)).status_code == 404


def test_somebody_elses_month_is_their_own(client, shop):
    OrderFactory(shop, price=100_000, quantity=1, paid_in_full=True)
    client.force_login(ShopFactory(VillageFactory()).owner)
    assert not client.get(address()).context["page"].object_list
    client.logout()
    assert client.get(address()).status_code == 302


def test_the_files_hold_the_same_figures(client, shop, rates):
    pooled(OrderFactory(shop, price=100_000, quantity=1))
    client.force_login(shop.owner)
    paper = client.get(address() + "bang-ke.pdf")
    assert paper.content.startswith(b"%PDF")
    book = load_workbook(BytesIO(client.get(address() + "bang-ke.xlsx").content))
    amounts = [row[3] for row in book["Từng dòng"].iter_rows(min_row=2, values_only=True)]
    summary = [row[1] for row in book["Tổng hợp"].iter_rows(min_row=2, values_only=True)]
    assert sum(amounts) == 93_500
    assert summary[0] == 0
    assert 93_500 in summary
    assert client.get(address() + "bang-ke.exe").status_code == 404


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_costs_the_same_for_one_and_six_orders(client, shop, count, django_assert_max_num_queries):
    for _ in range(count):
        OrderFactory(shop, price=10_000, quantity=1, paid_in_full=True)
    client.force_login(shop.owner)
    with django_assert_max_num_queries(12):
        client.get(address())


@pytest.mark.parametrize(("sold", "warned"), [(799_999_999, False), (800_000_000, True)])
def test_a_seller_is_warned_before_the_years_sales_are_taxed(client, shop, sold, warned):
    SellerYear.objects.create(shop=shop, year=2026, amount=sold)
    SellerYear.objects.create(shop=shop, year=2025, amount=999_999_999)
    SellerBalance.objects.create(shop=shop, amount=0)
    client.force_login(shop.owner)
    assert ("Sắp đến mức phải nộp thuế" in client.get("/ban-hang/tien/").content.decode()) is warned
