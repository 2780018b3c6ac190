"""What sellers owe the operator: asked for once, paid by a code, never more than the commission."""

import pytest

from accounts.models import Message
from common.actors import Actor
from orders.services import farmer_step
from orders.states import State
from payments import balances, ledger
from payments.models import Payment
from payments.services import ask_for_debt, remind_debtors
from tests.factories import OrderFactory, ShopFactory
from tests.payments.paying import bank_line, operators_bank

pytestmark = pytest.mark.django_db


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
    page = client.get("/ban-hang/tien/").content.decode()
    assert Payment.objects.get(shop_id=shop.pk, purpose="debt").code in page
    assert other.code not in page


def test_debtors_are_reminded_once_a_month_and_of_small_sums_never(shop, time_machine):
    time_machine.move_to("2026-11-20T05:00:00Z", tick=False)
    owe(shop, 12_000)
    owe(ShopFactory(), 9_999, "small")
    assert (remind_debtors(), remind_debtors()) == (1, 0)
    time_machine.move_to("2026-12-02T05:00:01Z", tick=False)
    assert remind_debtors() == 1
    assert set(Message.objects.filter(kind="debt").values_list("phone", flat=True)) == {shop.owner.phone}
