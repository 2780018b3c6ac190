"""The farmer's money: each đồng once, the account shown by its end only, and only to its owner."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.actors import Actor
from common.messaging import MemoryBackend
from orders.models import Order
from orders.services import confirm_receipt, farmer_step
from orders.states import State
from payments.models import PaymentAccount, Receipt
from payments.services import ask_for_debt, confirm
from places.models import Role
from tests.factories import ConsentFactory, OrderFactory, RoleFactory, ShopFactory
from tests.payments.paying import bank_line, operators_bank
from tests.payments.test_debts import owe

pytestmark = pytest.mark.django_db
MONEY, ACCOUNT = "/ban-hang/tien/", "/ban-hang/tien/tai-khoan/"
CODE = f"{ACCOUNT}ma/"
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
    assert [row.order_id for row in answer.context["by_transfer"]] == [waiting.pk]
    assert reverse("money:received", args=[waiting.public_code]) in answer.content.decode()


def test_a_neighbours_money_is_not_mine_to_see_or_to_declare(farmer):
    theirs = OrderFactory(paid_in_full=True)
    waiting = OrderFactory(theirs.shop)
    context = farmer.get(MONEY).context
    assert (context["income"].month, list(context["page"]), context["by_transfer"]) == (0, [], [])
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
def code_on_the_phone():
    """The six digits of the last text that was sent."""
    return MemoryBackend.sent[-1].body[:6]


@pytest.fixture
def typed(farmer, django_capture_on_commit_callbacks):
    """The farmer has typed in an account, and has a code on the phone."""
    MemoryBackend.sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        answer = farmer.post(ACCOUNT, GOOD)
    assert answer.headers["Location"] == CODE
    return farmer


def test_the_owner_sets_the_account_and_sees_its_end_only(typed, shop):
    assert not PaymentAccount.objects.filter(shop=shop, number_end="4567").exists()  # the code comes first
    assert typed.post(CODE, {"code": code_on_the_phone()}).status_code == 302
    account = PaymentAccount.objects.get(shop=shop, closed_at=None)
    assert (account.number, account.holder) == ("3500201234567", "LY THI SEN")
    for address in (MONEY, ACCOUNT):
        page = typed.get(address).content.decode()
        assert "3500201234567" not in page
    assert "4567" in page


def test_a_wrong_code_sets_nothing_and_loses_nothing(typed, shop):
    answer = typed.post(CODE, {"code": f"{(int(code_on_the_phone()) + 1) % 10**6:06d}"})
    assert (answer.status_code, "code" in answer.context["form"].errors) == (422, True)
    assert "•••• 4567" in answer.content.decode()
    typed.post(CODE, {"code": code_on_the_phone()})
    assert PaymentAccount.objects.filter(shop=shop, number_end="4567").exists()


def test_five_wrong_codes_spend_it(typed, shop):
    right = code_on_the_phone()
    for _ in range(5):
        typed.post(CODE, {"code": f"{(int(right) + 1) % 10**6:06d}"})
    assert typed.post(CODE, {"code": right}).status_code == 422
    assert not PaymentAccount.objects.filter(shop=shop, number_end="4567").exists()


def test_a_code_runs_out_after_ten_minutes(typed, shop, time_machine):
    time_machine.move_to(timezone.now() + timedelta(seconds=601), tick=False)
    assert typed.post(CODE, {"code": code_on_the_phone()}).status_code == 422


def test_a_new_code_voids_the_one_before(typed, shop, django_capture_on_commit_callbacks):
    first = code_on_the_phone()
    with django_capture_on_commit_callbacks(execute=True):
        typed.post(f"{CODE[:-3]}ma-moi/")
    if first != code_on_the_phone():
        assert typed.post(CODE, {"code": first}).status_code == 422
    assert typed.post(CODE, {"code": code_on_the_phone()}).status_code == 302


def test_codes_are_sent_five_times_an_hour_at_most(farmer, shop):
    for _ in range(5):
        assert farmer.post(ACCOUNT, GOOD).status_code == 302
        farmer.post(f"{ACCOUNT}bo/")
    answer = farmer.post(ACCOUNT, GOOD)
    assert answer.status_code == 422
    assert "Hãy thử lại sau một giờ" in answer.content.decode()


def test_the_typed_number_stands_nowhere_in_clear(typed):
    from django.db import connection  # beside its use: only this test looks under the model

    with connection.cursor() as cursor:
        for table in ("payments_accountchange", "django_session"):
            cursor.execute(f"SELECT * FROM {table}")
            assert "3500201234567" not in str(cursor.fetchall())
    assert "3500201234567" not in str(dict(typed.session))
    typed.post(f"{ACCOUNT}bo/")
    assert typed.get(CODE).headers["Location"] == ACCOUNT


def test_a_change_can_be_called_off_and_the_phone_known_before_hears_of_it(
    typed, shop, django_capture_on_commit_callbacks
):
    before = PaymentAccount.objects.get(shop=shop, closed_at=None)
    code = code_on_the_phone()
    with django_capture_on_commit_callbacks(execute=True):
        typed.post(CODE, {"code": code})
    assert [text.phone for text in MemoryBackend.sent] == [shop.owner.phone] * 2
    assert "4567" in MemoryBackend.sent[-1].body
    assert "Hủy đổi" in typed.get(ACCOUNT).content.decode()
    typed.post(f"{ACCOUNT}huy-doi/")
    assert PaymentAccount.objects.in_use(timezone.now() + timedelta(days=2)).get(shop=shop) == before
    assert "Hủy đổi" not in typed.get(ACCOUNT).content.decode()


def test_a_small_transfer_to_oneself_verifies_the_account(farmer, shop):
    account = PaymentAccount.objects.get(shop=shop)
    farmer.post(reverse("money:account_test", args=[account.pk]))
    account.refresh_from_db()
    assert account.test_code in farmer.get(ACCOUNT).content.decode()
    bank_line("tu chuyen", 1_000, account=account)
    bank_line(account.test_code, 900_000, account=account)
    account.refresh_from_db()
    assert account.verified_at is None
    line = bank_line(f"ck {account.test_code.lower()} test", 1_000, account=account)
    account.refresh_from_db()
    assert account.verified_at is not None
    assert (line.state, farmer.get(MONEY).context["income"].month) == (Receipt.State.IGNORED, 0)


def test_a_neighbours_account_is_not_mine_to_test(farmer):
    theirs = PaymentAccount.objects.get(shop=ShopFactory())
    assert farmer.post(reverse("money:account_test", args=[theirs.pk])).status_code == 404


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


def test_case_28_consent_never_reaches_the_money(client, shop):
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
    for step in ("ma/", "ma-moi/", "bo/", "huy-doi/"):
        assert client.post(ACCOUNT + step, {"code": "1"}).status_code == 403
    assert client.post(reverse("money:received", args=[order.public_code])).status_code == 403
    assert PaymentAccount.objects.count() == before


# --- cost -----------------------------------------------------------------------------------------------------------
def test_the_money_page_takes_at_most_12_queries_for_3_orders_and_for_24_and_with_a_debt(
    farmer, shop, queries_of
):
    def some(count):
        for _ in range(count):
            OrderFactory(shop)
            OrderFactory(shop, paid_in_full=True)

    some(3)
    few = queries_of(farmer.get, MONEY)
    some(21)
    assert queries_of(farmer.get, MONEY) == few <= 12
    operators_bank()
    owe(shop, 5_000)
    ask_for_debt(shop)
    assert queries_of(farmer.get, MONEY) <= 12


def test_the_account_page_costs_at_most_14_queries(farmer, queries_of):
    assert queries_of(farmer.get, ACCOUNT) <= 14
