"""What holds for any sums. Numbers are those of the payments reference, section 8."""

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.money import share
from orders.services import take_off
from payments import ledger, self_checks
from payments.confirming import _divide, confirm
from payments.models import Account, Method, Payment, Rate, SellerBalance
from payments.services import check, checkout, keep_and_match
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
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
sums = st.integers(1, 10**9)


@QUICK
@given(total=st.integers(0, 10**12), weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_property_4_parts_of_any_split_sum_to_the_whole(total, weights):
    assert sum(share(total, weights)) == total


@QUICK
@given(asked=st.lists(sums, min_size=1, max_size=6), came=sums, ended=st.sets(st.integers(0, 5)))
def test_property_4_money_for_several_farms_is_divided_without_a_dong_left(asked, came, ended):
    parts = [
        Payment(pk=number, amount=amount, state="cancelled" if number in ended else "waiting")
        for number, amount in enumerate(asked)
    ]
    assert sum(amount for _part, amount in _divide(parts, came)) == came


@pytest.fixture
def kept(settings):
    """A paid order of 100,001 đồng of which commission and tax are kept."""
    settings.PAYMENT_RATES = True
    for kind, rate in (("commission", 533), ("vat", 100), ("pit", 50)):
        Rate.objects.create(kind=kind, rate=rate, valid_from="2020-01-01")
    return OrderFactory(price=33_337, quantity=3, paid_in_full=True)


@QUICK
@given(pieces=st.lists(st.integers(1, 60_000), min_size=1, max_size=8))
def test_property_5_a_full_refund_in_any_pieces_brings_commission_and_tax_back_to_nothing(kept, pieces):
    with transaction.atomic():
        kept.refresh_from_db()
        for piece in [*pieces, kept.total]:
            piece = min(piece, kept.total)
            if piece:
                take_off(kept, piece, reason="complaint")
        assert kept.total == 0
        for account in (Account.COMMISSION, Account.VAT_WITHHELD, Account.PIT_WITHHELD):
            assert ledger.balance(account) == 0
        transaction.set_rollback(True)


@QUICK
@given(amounts=st.lists(sums, min_size=1, max_size=6))
def test_property_11_kept_balances_are_the_ones_rebuilt_from_lines(kept, amounts):
    with transaction.atomic():
        for number, amount in enumerate(amounts):
            lines = [
                ledger.Line(Account.SELLER, amount, kept.shop_id),
                ledger.Line(Account.GOODWILL, -amount),
            ]
            ledger.post(f"p{number}", "test", lines)
        assert SellerBalance.objects.get(shop=kept.shop_id).amount == ledger.balance(
            Account.SELLER, kept.shop_id
        )
        assert list(self_checks.balances()) == []
        transaction.set_rollback(True)


# --- case 2: the webhook against the return page, in any order ----------------------------------------------------------


@pytest.mark.parametrize("first", ["webhook", "return page"])
def test_case_2_the_webhook_and_the_return_page_count_once_whoever_is_first(client, momo, first):
    shop = ShopFactory(account=False)
    purchase = checkout(
        CartFactory(ProductFactory(shop, price=50_000), quantity=1), buyer_facts(), key="k", method="momo"
    )
    payment = purchase.orders.get().payments.get()
    client.post(reverse("market:pay_start", args=[payment.key]))
    payment.refresh_from_db()
    momo.pay(payment.provider_ref)

    def webhook():
        told = momo.signed(momo.orders[payment.provider_ref])
        client.post(reverse("provider_event", args=["momo"]), told, content_type="application/json")

    def come_back():
        client.get(reverse("market:pay_return", args=[payment.key]))

    for step in (webhook, come_back) if first == "webhook" else (come_back, webhook):
        step()
    payment.refresh_from_db()
    assert (payment.state, payment.received, payment.order.paid) == ("confirmed", 50_000, 50_000)
    assert check(payment.pk).received == 50_000


def test_case_2_a_webhook_before_its_order_is_known_is_kept_and_counts_once_it_is(client, momo):
    """A provider that is faster than our own commit: the event is kept, and asking later finds the money."""
    shop = ShopFactory(account=False)
    cart = CartFactory(ProductFactory(shop, price=50_000), quantity=1)
    payment = checkout(cart, buyer_facts(), key="k", method="momo").orders.get().payments.get()
    client.post(reverse("market:pay_start", args=[payment.key]))
    payment.refresh_from_db()
    ref = payment.provider_ref
    Payment.objects.filter(pk=payment.pk).update(provider_ref="")  # as if our commit had not come yet
    momo.pay(ref)
    told = momo.signed(momo.orders[ref])
    assert (
        client.post(
            reverse("provider_event", args=["momo"]), told, content_type="application/json"
        ).status_code
        == 204
    )
    Payment.objects.filter(pk=payment.pk).update(provider_ref=ref)
    assert check(payment.pk).state == "confirmed"


def test_case_2_a_bank_line_before_its_order_waits_as_unmatched_and_is_found_by_a_person(settings):
    settings.PAYMENT_POOLED = True
    operators = OperatorsAccountFactory()
    line = bank_line(operators, "LUA7K2M9QXH", 50_000)
    receipt = keep_and_match(operators, line)
    assert receipt.state == "unmatched"
    cart = CartFactory(ProductFactory(ShopFactory(account=False), price=50_000), quantity=1)
    order = checkout(cart, buyer_facts(), key="k", method=Method.POOLED).orders.get()
    confirm(order.payments.get(), receipt)
    order.refresh_from_db()
    assert order.is_paid
    assert keep_and_match(operators, line) is None
