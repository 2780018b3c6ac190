"""Many people and webhooks at once: no charge gives more than came by it. Needs PostgreSQL, whose rows lock."""

import pytest

from common.actors import SYSTEM
from payments import ledger
from payments.models import Account, Allocation, Payment, Receipt, Refund
from payments.providers.base import Refunded, RefundOutcome
from payments.services import approve_refund, cancel_order, checkout, confirm, take_refund
from tests.factories import CartFactory, ProductFactory, ShopFactory, buyer_facts
from tests.payments.market import staff, troubles

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def charge(settings):
    """Two farms paid by one card."""
    settings.PAYMENT_PROVIDERS = {
        "stripe": {"secret_key": "sk_test_none", "address": "http://127.0.0.1:1", "live": False}
    }
    goods = [ProductFactory(ShopFactory(account=False), price=price) for price in (100_000, 50_000)]
    purchase = checkout(CartFactory(*goods, quantity=1), buyer_facts(), key="k", method="card")
    payment = Payment.objects.get(purchase=purchase, purpose="shared")
    receipt = Receipt.objects.create(
        source="provider", state="unmatched", provider="stripe", provider_id="ch_1", amount=150_000,
        booked_at=purchase.created_at,
    )  # fmt: skip
    confirm(payment, receipt)
    return receipt


def test_case_15_two_refunds_of_one_order_at_once_never_exceed_what_came(charge, run_at_once):
    order = Allocation.objects.order_by("pk")[0].payment.order
    ids = [
        Refund.objects.create(order=order, amount=60_000, reason=word, way="provider", provider="stripe").pk
        for word in ("short", "complaint")
    ]
    user, left = staff(), iter(ids)
    done = run_at_once(2, lambda: approve_refund(next(left), by=user))
    assert sorted(done) == ["TooMuch", "ok"]
    Refund.objects.filter(state="proposed").delete()


def test_case_15_refunds_of_both_farms_at_once_and_one_made_by_hand(charge, run_at_once):
    orders = [row.payment.order for row in Allocation.objects.order_by("pk")]
    for order in orders:
        cancel_order(order.pk, by=SYSTEM)
    said = Refunded(ref="re_1", outcome=RefundOutcome.DONE, amount=150_000, charge="ch_1")
    assert run_at_once(8, take_refund, "stripe", said) == ["ok"] * 8
    rows = Refund.objects.filter(state="confirmed")
    assert sum(row.amount for row in rows) == 150_000
    assert (ledger.balance(Account.STRIPE), ledger.balance(Account.REFUNDS_OUT)) == (0, 0)
    assert troubles() == []
