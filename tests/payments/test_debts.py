"""What sellers owe the operator: asked for once, paid by a code, never more than the commission."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Message
from common.actors import Actor
from common.money import show_dong
from orders.services import farmer_step
from orders.states import State
from payments import balances, ledger
from payments.models import Payment, PaymentAccount
from payments.services import ask_for_debt, remind_debtors, tend
from tests.factories import OrderFactory, ShopFactory
from tests.payments.paying import bank_line, operators_bank

pytestmark = pytest.mark.django_db
MONEY, PAY = "/ban-hang/tien/", "/ban-hang/tien/tra-phi/"


@pytest.fixture
def shop():
    operators_bank()
    return ShopFactory()


def owe(shop, amount, key="commission"):
    """Commission of sales that were paid straight to the seller."""
    ledger.post(key, "t", [ledger.Line("seller", amount, shop.pk), ledger.Line("commission", -amount)])


def test_the_debt_is_asked_for_once_and_follows_the_balance(shop):
    owe(shop, 5_000)
    first = ask_for_debt(shop)
    owe(shop, 2_000, "more")
    second = ask_for_debt(shop)
    assert (first.pk, first.code, second.amount) == (second.pk, second.code, 7_000)
    assert Payment.objects.filter(purpose="debt").count() == 1


def test_a_transfer_with_its_code_pays_the_debt(shop):
    owe(shop, 5_000)
    payment = ask_for_debt(shop)
    bank_line(f"tra phi {payment.code}", 2_000)
    assert ask_for_debt(shop).rest == 3_000
    bank_line(f"tra phi {payment.code}", 3_000)
    payment.refresh_from_db()
    assert (payment.state, ledger.seller_balance(shop.pk)) == (Payment.State.CONFIRMED, 0)
    assert ask_for_debt(shop) is None


def test_what_sales_have_paid_meanwhile_is_asked_for_no_more(shop):
    owe(shop, 5_000)
    payment = ask_for_debt(shop)
    owe(shop, -5_000, "sale")
    assert ask_for_debt(shop) is None
    payment.refresh_from_db()
    assert payment.state == Payment.State.CANCELLED


def test_money_of_buyers_that_a_seller_holds_is_no_debt_to_the_operator(shop):
    order = OrderFactory(shop, paid_in_full=True)
    farmer_step(order.pk, State.CANCELLED, by=Actor.of(shop.owner))
    assert ledger.seller_balance(shop.pk) == balances.held_for_buyers(shop.pk) == order.total
    assert ask_for_debt(shop) is None
    owe(shop, 5_000)
    assert ask_for_debt(shop).amount == 5_000


def test_the_seller_sees_the_debt_with_its_code_and_a_neighbours_never(client, shop):
    owe(shop, 5_000)
    theirs = ShopFactory()
    owe(theirs, 9_000, "theirs")
    other = ask_for_debt(theirs)
    client.force_login(shop.owner)
    mine = ask_for_debt(shop)
    page = client.get(MONEY).content.decode()
    assert mine.code in page
    assert other.code not in page


def test_looking_asks_for_nothing_and_the_button_asks_once(client, shop):
    owe(shop, 5_000)
    client.force_login(shop.owner)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(MONEY).content.decode()
    written = [
        sql["sql"] for sql in asked if sql["sql"].startswith(("INSERT", "UPDATE", "DELETE", "SAVEPOINT"))
    ]
    assert written == []
    assert PAY in page
    for _tap in range(2):
        assert client.post(PAY).url == f"{MONEY}#no-phi"
    code = Payment.objects.get(purpose="debt").code
    assert code in client.get(MONEY).content.decode()
    owe(shop, 2_000, "more")
    page = client.get(MONEY).content.decode()
    assert show_dong(7_000) in page
    assert code not in page  # it would pay another sum than is owed
    assert PAY in page
    client.post(PAY)
    assert code in client.get(MONEY).content.decode()


def test_without_an_account_of_the_operators_the_button_says_so(client, shop):
    PaymentAccount.objects.filter(shop=None).delete()
    owe(shop, 5_000)
    client.force_login(shop.owner)
    assert "Sàn chưa đặt tài khoản" in client.post(PAY, follow=True).content.decode()
    assert client.get(PAY).status_code == 405


def test_the_timer_asks_every_debtor_and_nobody_who_owes_nothing_any_more(shop):
    other, square = ShopFactory(), ShopFactory()
    owe(shop, 5_000)
    owe(other, 9_000, "other")
    owe(square, 3_000, "square")
    tend(hourly=True)
    owe(shop, 1_000, "more")
    owe(square, -3_000, "paid")
    assert tend(hourly=True)["sellers asked for their debt"] == 2
    open_sums = Payment.objects.filter(purpose="debt", state="waiting").order_by("shop_id")
    assert list(open_sums.values_list("shop_id", "amount")) == [(shop.pk, 6_000), (other.pk, 9_000)]


def test_debtors_are_reminded_once_a_month_and_of_small_sums_never(shop, time_machine):
    time_machine.move_to("2026-11-20T05:00:00Z", tick=False)
    owe(shop, 12_000)
    owe(ShopFactory(), 9_999, "small")
    assert (remind_debtors(), remind_debtors()) == (1, 0)
    time_machine.move_to("2026-12-02T05:00:01Z", tick=False)
    assert remind_debtors() == 1
    assert set(Message.objects.filter(kind="debt").values_list("phone", flat=True)) == {shop.owner.phone}
