"""One payment for several farms: by a QR to the operator, or through a provider. Money is divided, nothing is lost."""

import pytest
from django.urls import reverse
from django.utils import timezone

from common.actors import SYSTEM
from orders.models import Order
from payments import ledger, self_checks
from payments.confirming import confirm
from payments.errors import MethodNotOffered, WrongStep
from payments.models import Account, Method, MethodRule, Payment, Rate, Receipt, Refund
from payments.providers.base import Outcome, Standing
from payments.services import ask_for_rest, begin, cancel_order, check, checkout, pay_another_way
from payments.services.gateways import take_standing
from payments.services.notices import keep_and_match
from tests.factories import (
    CartFactory,
    OperatorsAccountFactory,
    OrderFactory,
    ProductFactory,
    ShopFactory,
    buyer_facts,
)
from tests.payments.notices import bank_line

pytestmark = pytest.mark.django_db
CHECKS = [
    self_checks.entries, self_checks.accounts, self_checks.paid, self_checks.payments, self_checks.receipts,
    self_checks.settled, self_checks.balances,
]  # fmt: skip


@pytest.fixture(autouse=True)
def books_balance():
    """After every test of this file all money is accounted for."""
    yield
    assert [trouble for each in CHECKS for trouble in each()] == []


@pytest.fixture
def pooled(settings):
    """An installation that pools money."""
    settings.PAYMENT_POOLED = True
    return OperatorsAccountFactory()


def two_farms(method, prices=(100_000, 50_000), key="k"):
    """A purchase of one thing from each of two farms."""
    goods = [ProductFactory(ShopFactory(account=False), price=price) for price in prices]
    return checkout(CartFactory(*goods, quantity=1), buyer_facts(), key=key, method=method)


def states(purchase):
    """What the orders were told of money, by order."""
    return [order.paid for order in purchase.orders.order_by("pk")]


def test_one_transfer_to_the_operator_pays_every_farm(pooled):
    purchase = two_farms(Method.POOLED)
    shared = purchase.payments.get(purpose="shared")
    assert (shared.amount, shared.parts.count()) == (150_000, 2)
    keep_and_match(pooled, bank_line(pooled, shared.code, 150_000))
    shared.refresh_from_db()
    assert (states(purchase), shared.state, shared.by_machine) == ([100_000, 50_000], "confirmed", True)
    assert set(shared.parts.values_list("state", "by_machine")) == {("confirmed", True)}
    assert ledger.balance(Account.BANK) == 150_000
    assert [ledger.seller_balance(order.shop_id) for order in purchase.orders.order_by("pk")] == [
        -100_000,
        -50_000,
    ]


def test_case_5_too_little_fills_the_first_farms_and_the_rest_is_asked_for(pooled):
    purchase = two_farms(Method.POOLED)
    shared = purchase.payments.get(purpose="shared")
    keep_and_match(pooled, bank_line(pooled, shared.code, 120_000))
    assert states(purchase) == [100_000, 20_000]
    rest = ask_for_rest(purchase.orders.last().pk)
    keep_and_match(pooled, bank_line(pooled, rest.code, rest.amount, number="2"))
    assert states(purchase) == [100_000, 50_000]


def test_case_5_too_much_goes_back_from_the_operators_account(pooled):
    purchase = two_farms(Method.POOLED)
    keep_and_match(pooled, bank_line(pooled, purchase.payments.get(purpose="shared").code, 150_001))
    assert list(Refund.objects.values_list("amount", "reason", "way")) == [(1, "overpaid", "bank")]


def test_a_farm_that_gives_up_before_is_no_longer_asked_for(pooled):
    purchase = two_farms(Method.POOLED)
    cancel_order(purchase.orders.first().pk, by=SYSTEM)
    shared = purchase.payments.get(purpose="shared")
    assert (shared.amount, shared.state) == (50_000, "waiting")
    keep_and_match(pooled, bank_line(pooled, shared.code, 50_000))
    assert states(purchase) == [0, 50_000]
    cancelled = two_farms(Method.POOLED, key="k2")
    for order in cancelled.orders.all():
        cancel_order(order.pk, by=SYSTEM)
    assert cancelled.payments.get(purpose="shared").state == "cancelled"


def test_case_21_the_qr_from_before_still_pays_and_the_rest_goes_back(pooled):
    purchase = two_farms(Method.POOLED)
    shared = purchase.payments.get(purpose="shared")
    cancel_order(purchase.orders.last().pk, by=SYSTEM)
    keep_and_match(pooled, bank_line(pooled, shared.code, 150_000))
    assert states(purchase) == [100_000, 50_000]
    assert list(Refund.objects.values_list("amount", flat=True)) == [50_000]


def test_money_that_matches_nothing_waits_in_the_books_and_is_found_later(pooled):
    receipt = keep_and_match(pooled, bank_line(pooled, "chuyen tien", 100_000))
    assert ledger.balance(Account.UNMATCHED) == -100_000
    payment = two_farms(Method.POOLED, prices=(100_000,)).orders.get().payments.get()
    confirm(payment, receipt)
    assert (ledger.balance(Account.UNMATCHED), ledger.balance(Account.BANK)) == (0, 100_000)
    assert Order.objects.get().is_paid


def test_case_6_one_transfer_over_two_orders_by_a_person(pooled):
    one, two = (two_farms(Method.POOLED, prices=(price,), key=str(price)) for price in (30_000, 70_000))
    receipt = keep_and_match(pooled, bank_line(pooled, "hai don", 100_000))
    confirm(one.orders.get().payments.get(), receipt, amount=30_000)
    receipt.refresh_from_db()
    assert receipt.state == Receipt.State.UNMATCHED
    confirm(two.orders.get().payments.get(), receipt)
    receipt.refresh_from_db()
    assert (receipt.state, states(one), states(two)) == ("matched", [30_000], [70_000])


def test_what_the_market_keeps_is_frozen_and_goes_back_with_the_price(pooled, settings):
    settings.PAYMENT_RATES = True
    for kind, rate in (("commission", 500), ("vat", 100), ("pit", 50)):
        Rate.objects.create(kind=kind, rate=rate, valid_from="2020-01-01")
    purchase = two_farms(Method.POOLED, prices=(100_000,))
    Rate.objects.update(rate=4_000)  # from now on more; what was sold was sold
    keep_and_match(pooled, bank_line(pooled, purchase.orders.get().payments.get().code, 100_000))
    kept = [ledger.balance(each) for each in (Account.COMMISSION, Account.VAT_WITHHELD, Account.PIT_WITHHELD)]
    assert (kept, ledger.balance(Account.SELLER)) == ([-5_000, -1_000, -500], -93_500)
    cancel_order(purchase.orders.get().pk, by=SYSTEM)
    assert [ledger.balance(each) for each in (Account.COMMISSION, Account.VAT_WITHHELD, Account.SELLER)] == [
        0,
        0,
        0,
    ]
    assert ledger.balance(Account.BUYER_FUNDS) == -100_000


def test_a_way_that_somebody_refused_is_not_taken(pooled):
    MethodRule.objects.create(method=Method.POOLED, least=1_000_000)
    with pytest.raises(MethodNotOffered):
        two_farms(Method.POOLED)
    assert not Order.objects.exists()


def test_case_7_paid_by_two_ways_the_second_goes_back(pooled):
    order = OrderFactory(price=100_000, quantity=1)
    direct = order.payments.get()
    pay_another_way(order.purchase_id, Method.POOLED)
    pooled_payment = order.payments.exclude(pk=direct.pk).get()
    direct.refresh_from_db()
    assert (direct.state, pooled_payment.state) == ("cancelled", "waiting")
    keep_and_match(direct.account, bank_line(direct.account, direct.code, 100_000))
    keep_and_match(pooled, bank_line(pooled, pooled_payment.code, 100_000))
    assert list(Refund.objects.values_list("amount", "way")) == [(100_000, "bank")]


# --- through a provider -----------------------------------------------------------------------------------------------


def standing(payment, outcome=Outcome.PAID, **facts):
    """What a provider says of a payment."""
    defaults = {"ref": payment.provider_ref, "amount": payment.amount, "charge": f"ch_{payment.pk}"}
    return Standing(outcome=outcome, **(defaults | facts))


@pytest.fixture
def begun(momo):
    """A purchase from two farms whose buyer stands on the provider's page."""
    shared = two_farms("momo").payments.get(purpose="shared")
    begin(shared.pk, return_url="http://testserver/ve/", notify_url="http://testserver/bao/")
    shared.refresh_from_db()
    return shared


def test_a_provider_is_asked_once_and_believed_only_when_asked(momo, begun):
    again = begin(begun.pk, return_url="x", notify_url="y")
    assert again == begun.redirect_url
    assert check(begun.pk).state == "waiting"
    momo.pay(begun.provider_ref)
    for _ in range(2):
        assert check(begun.pk).state == "confirmed"
    assert states(begun.purchase) == [100_000, 50_000]
    assert ledger.balance(Account.GATEWAY, party="momo") == 150_000
    with pytest.raises(WrongStep):
        begin(
            Payment.objects.create(order=OrderFactory(), shop_id=1, method="momo", amount=1).pk,
            return_url="",
            notify_url="",
        )


@pytest.mark.parametrize(
    ("facts", "fault"),
    [({"amount": 15_000_000}, "other_amount"), ({"currency": "usd", "amount": 1500}, "other_currency")],
)
def test_case_12_another_sum_or_currency_pays_nothing_and_goes_to_a_person(begun, facts, fault):
    payment = take_standing(begun.pk, standing(begun, **facts))
    assert (payment.fault, payment.state, states(begun.purchase)) == (fault, "waiting", [0, 0])
    assert Receipt.objects.get().state == Receipt.State.UNMATCHED


def test_fees_are_the_operators_and_not_the_sellers(begun):
    take_standing(begun.pk, standing(begun, fee=3_000))
    assert (ledger.balance(Account.FEES), ledger.balance(Account.GATEWAY)) == (3_000, 147_000)
    assert ledger.balance(Account.SELLER) == -150_000


def test_case_14_a_payment_that_failed_leaves_the_orders_to_be_paid_another_way(begun, pooled):
    take_standing(begun.pk, standing(begun, Outcome.FAILED))
    assert set(begun.parts.values_list("state", flat=True)) == {"failed"}
    pay_another_way(begun.purchase_id, Method.POOLED)
    fresh = begun.purchase.payments.exclude(pk=begun.pk).get(purpose="shared")
    keep_and_match(pooled, bank_line(pooled, fresh.code, fresh.amount))
    assert states(begun.purchase) == [100_000, 50_000]
    take_standing(begun.pk, standing(begun))  # and the first one came after all
    assert sum(Refund.objects.values_list("amount", flat=True)) == 150_000
    assert set(Refund.objects.values_list("way", flat=True)) == {"provider"}


def test_the_buyer_pays_at_the_providers_page_and_comes_back(client, momo):
    purchase = two_farms("momo")
    page = client.get(purchase.get_absolute_url())
    shared = purchase.payments.get(purpose="shared")
    assert reverse("market:pay_start", args=[shared.key]) in page.content.decode()
    left = client.post(reverse("market:pay_start", args=[shared.key]))
    shared.refresh_from_db()
    assert shared.redirect_url in left.content.decode().replace("&amp;", "&")
    momo.pay(shared.provider_ref)
    assert client.get(reverse("market:pay_return", args=[shared.key])).status_code == 302
    assert "Đã nhận được tiền" in client.get(purchase.get_absolute_url()).content.decode()
    assert client.get(reverse("market:pay_together", args=["x" * 20])).status_code == 404


def test_a_providers_own_notice_pays_and_a_forged_one_does_not(client, momo, begun):
    momo.pay(begun.provider_ref)
    told = momo.signed(momo.orders[begun.provider_ref])
    address = reverse("provider_event", args=["momo"])
    forged = client.post(address, told | {"amount": 1}, content_type="application/json")
    assert (forged.status_code, states(begun.purchase)) == (401, [0, 0])
    for _ in range(2):
        assert client.post(address, told, content_type="application/json").status_code == 204
    assert states(begun.purchase) == [100_000, 50_000]
    assert client.post(reverse("provider_event", args=["nobody"])).status_code == 404


def test_case_26_a_provider_that_told_nothing_is_asked_by_the_timer(momo, begun, time_machine):
    from payments.services import check_open

    momo.pay(begun.provider_ref)
    time_machine.move_to(timezone.now() + timezone.timedelta(minutes=30))
    assert check_open() == {"asked": 1, "paid": 1, "away": 0}
    assert check_open() == {"asked": 0, "paid": 0, "away": 0}
