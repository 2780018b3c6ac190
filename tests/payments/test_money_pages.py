"""The farmer's money: each đồng once, the account shown by its end only, and only to its owner."""

import pytest
from django.urls import reverse

from common.actors import Actor
from common.messaging import MemoryBackend
from orders.models import Order
from orders.services import confirm_receipt, farmer_step
from orders.states import State
from payments.models import PaymentAccount, Receipt
from payments.services import confirm
from places.models import Role
from tests.factories import ConsentFactory, OrderFactory, RoleFactory, ShopFactory

pytestmark = pytest.mark.django_db
MONEY, ACCOUNT = "/ban-hang/tien/", "/ban-hang/tien/tai-khoan/"
GOOD = {"bank_bin": "970405", "number": "3500 2012 34567", "again": "3500201234567", "holder": "Lý Thị Sen"}


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def farmer(client, shop):
    client.force_login(shop.owner)
    return client


def cancelled(order):
    """The same order, given up by its farmer."""
    return farmer_step(order.pk, State.CANCELLED, by=Actor.of(order.shop.owner))


def said_received(farmer, order, **more):
    return farmer.post(reverse("money:received", args=[order.public_code]), more)


# --- what came in ---------------------------------------------------------------------------------------------------
def test_money_the_farmer_saw_is_counted_once(farmer, shop):
    order = OrderFactory(shop)
    said_received(farmer, order)
    said_received(farmer, order)
    assert Order.objects.get(pk=order.pk).is_paid
    assert Receipt.objects.filter(allocations__payment__order=order).count() == 1
    income = farmer.get(MONEY).context["income"]
    assert (income.today, income.week, income.month) == (order.total,) * 3


def test_the_banks_word_for_the_same_money_is_no_new_income(farmer, shop):
    order = OrderFactory(shop)
    said_received(farmer, order)
    payment = order.payments.get()
    notice = Receipt.objects.create(
        account=payment.account, source=Receipt.Source.BANK, state=Receipt.State.UNMATCHED,
        amount=order.total, booked_at=payment.created_at,
    )  # fmt: skip
    confirm(payment, notice)
    assert farmer.get(MONEY).context["income"].today == order.total


def test_transfers_and_cash_are_told_apart(farmer, shop):
    transferred, cash = OrderFactory(shop, paid_in_full=True), OrderFactory(shop, pay_on_delivery=True)
    Order.objects.filter(pk=cash.pk).update(state=State.HANDED_OVER)
    confirm_receipt(cash.pk)
    income = farmer.get(MONEY).context["income"]
    assert (income.transferred, income.cash) == (transferred.total, cash.total)


def test_days_are_those_of_vietnam(farmer, shop, time_machine):
    time_machine.move_to("2026-11-23T16:50:00Z", tick=False)  # ten to midnight at home
    OrderFactory(shop, paid_in_full=True)
    time_machine.move_to("2026-11-23T17:10:00Z", tick=False)  # the next day there
    income = farmer.get(MONEY).context["income"]
    assert income.today == 0
    assert income.week > 0


def test_what_is_waited_for_stands_there_with_its_button(farmer, shop):
    waiting = OrderFactory(shop)
    cancelled(OrderFactory(shop))
    answer = farmer.get(MONEY)
    assert [row.order_id for row in answer.context["waiting"].by_transfer] == [waiting.pk]
    assert reverse("money:received", args=[waiting.public_code]) in answer.content.decode()


def test_a_neighbours_money_is_not_mine_to_see_or_to_declare(farmer):
    theirs = OrderFactory(paid_in_full=True)
    waiting = OrderFactory(theirs.shop)
    context = farmer.get(MONEY).context
    assert (context["income"].month, list(context["page"]), context["waiting"].by_transfer) == (0, [], [])
    assert said_received(farmer, waiting).status_code == 404
    assert not Order.objects.get(pk=waiting.pk).is_paid


def test_money_of_a_cancelled_order_is_not_declared_but_talked_about(farmer, shop):
    order = cancelled(OrderFactory(shop))
    answer = farmer.post(reverse("money:received", args=[order.public_code]), follow=True)
    assert "đã hủy" in answer.content.decode()
    assert not Receipt.objects.exists()


def test_money_is_declared_by_pressing_not_by_following_a_link(farmer, shop):
    assert farmer.get(reverse("money:received", args=[OrderFactory(shop).public_code])).status_code == 405


# --- the account ----------------------------------------------------------------------------------------------------
def test_the_owner_sets_the_account_and_sees_its_end_only(farmer, shop):
    MemoryBackend.sent.clear()
    assert farmer.post(ACCOUNT, GOOD).status_code == 302
    account = PaymentAccount.objects.get(shop=shop, closed_at=None)
    assert (account.number, account.holder) == ("3500201234567", "LY THI SEN")
    for address in (MONEY, ACCOUNT):
        page = farmer.get(address).content.decode()
        assert "4567" in page
        assert "3500201234567" not in page


def test_the_phone_that_owns_the_shop_is_told(farmer, shop, django_capture_on_commit_callbacks):
    MemoryBackend.sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        farmer.post(ACCOUNT, GOOD)
    assert [text.phone for text in MemoryBackend.sent] == [shop.owner.phone]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "12345"}, "number"),
        ({"number": "abc"}, "number"),
        ({"number": "1" * 25}, "number"),
        ({"again": "3500201234568"}, "again"),
        ({"bank_bin": "000000"}, "bank_bin"),
        ({"bank_bin": ""}, "bank_bin"),
        ({"holder": "<b>"}, "holder"),
        ({"holder": ""}, "holder"),
    ],
)
def test_an_account_that_cannot_be_is_refused_at_its_field(farmer, shop, change, field):
    before = PaymentAccount.objects.count()
    answer = farmer.post(ACCOUNT, GOOD | change)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert PaymentAccount.objects.count() == before


def test_consent_never_reaches_the_money(client, shop):
    consent = ConsentFactory(shop, RoleFactory(Role.VOLUNTEER, shop.village))
    client.force_login(consent.agent)
    session = client.session
    session["acting"] = consent.pk
    session.save()
    before = PaymentAccount.objects.count()
    order = OrderFactory(shop)
    assert client.get(MONEY).status_code == 403
    assert client.get(ACCOUNT).status_code == 403
    assert client.post(ACCOUNT, GOOD).status_code == 403
    assert client.post(reverse("money:received", args=[order.public_code])).status_code == 403
    assert PaymentAccount.objects.count() == before


# --- cost -----------------------------------------------------------------------------------------------------------
def test_the_money_page_costs_the_same_for_3_and_24_orders(farmer, shop, queries_of):
    def some(count):
        for _ in range(count):
            OrderFactory(shop)
            OrderFactory(shop, paid_in_full=True)

    some(3)
    few = queries_of(farmer.get, MONEY)
    some(21)
    assert queries_of(farmer.get, MONEY) == few <= 13


def test_the_account_page_costs_at_most_12_queries(farmer, queries_of):
    assert queries_of(farmer.get, ACCOUNT) <= 12
