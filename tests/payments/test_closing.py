"""Who begins to pay at Stripe and then chooses another way, or whose order is given up, cannot pay at Stripe any more; who
was faster has paid. Over HTTP, through Stripe's own library.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.actors import SYSTEM
from payments.errors import GatewayAway, WrongStep
from payments.models import Method, Payment, Receipt, Refund
from payments.providers import provider
from payments.providers.base import NotOffered, Offer
from payments.providers.stripe import Stripe
from payments.services import begin, cancel_order, check, close_page, keep_and_match, pay_another_way, tend
from tests.factories import OperatorsAccountFactory
from tests.payments.notices import bank_line
from tests.payments.test_together import two_farms

pytestmark = pytest.mark.django_db
EXPIRE = "POST /v1/checkout/sessions"
CLOSED = "pages not needed any more"


@pytest.fixture
def pooled(settings):
    """A market that also takes transfers for all farms."""
    settings.PAYMENT_POOLED = True
    return OperatorsAccountFactory()


@pytest.fixture
def switch(cards, pooled):
    """`switch(payment)`: its buyer chooses the transfer instead, and the request is committed."""

    def to_transfer(payment):
        with cards.commit(execute=True):
            pay_another_way(payment.purchase_id, Method.POOLED)
        payment.refresh_from_db()
        return payment.purchase.payments.exclude(pk=payment.pk).get(account=pooled)

    return to_transfer


def session(cards, payment):
    return cards.fake.world.objects[payment.provider_ref]["status"]


def later(minutes=2):
    return timezone.now() + timedelta(minutes=minutes)


def test_another_way_ends_the_open_session(cards, pooled, switch):
    payment = cards.buy(100_000, 50_000)
    transfer = switch(payment)
    assert (session(cards, payment), payment.state, payment.redirect_url) == ("expired", "cancelled", "")
    assert cards.fake.pay(payment.provider_ref) == "expired"
    cards.tell()
    keep_and_match(pooled, bank_line(pooled, transfer.code, 150_000))
    assert [order.paid for order in payment.purchase.orders.order_by("pk")] == [100_000, 50_000]
    assert not Refund.objects.exists()
    assert tend(later())[CLOSED] == {"closed": 0, "away": 0}


def test_nothing_ends_before_the_change_is_committed(cards, pooled):
    payment = cards.buy(150_000)
    with cards.commit(execute=False):
        pay_another_way(payment.purchase_id, Method.POOLED)
    assert session(cards, payment) == "open"


def test_who_paid_in_that_moment_has_paid(cards, switch):
    payment = cards.buy(150_000)
    cards.fake.pay(payment.provider_ref)  # and no webhook has told of it yet
    transfer = switch(payment)
    assert (payment.state, Receipt.objects.get().amount) == ("confirmed", 150_000)
    transfer.refresh_from_db()
    assert (transfer.state, transfer.purchase.orders.get().is_paid) == ("cancelled", True)
    cards.tell()
    assert Receipt.objects.count() == 1


def test_paid_both_ways_the_second_goes_back(cards, pooled, switch):
    payment = cards.buy(150_000)
    cards.fake.fail("500", EXPIRE, times=30)
    transfer = switch(payment)
    cards.fake.faults.clear()
    keep_and_match(pooled, bank_line(pooled, transfer.code, 150_000))
    cards.fake.pay(payment.provider_ref)
    tend(later())
    assert list(Refund.objects.values_list("amount", "way")) == [(150_000, "provider")]


@pytest.mark.parametrize("fault", ["429", "500"])
def test_a_stripe_out_of_reach_is_told_by_the_timer(cards, switch, fault):
    payment = cards.buy(150_000)
    cards.fake.fail(fault, EXPIRE, times=60)
    switch(payment)
    assert (session(cards, payment), payment.state) == ("open", "cancelled")
    with pytest.raises(GatewayAway):
        close_page(payment.pk)
    assert tend(later())[CLOSED] == {"closed": 0, "away": 1}
    cards.fake.faults.clear()
    assert tend(later(4))[CLOSED] == {"closed": 1, "away": 0}
    assert session(cards, payment) == "expired"
    asked = len(cards.fake.asked)
    assert tend(later(6))[CLOSED] == {"closed": 0, "away": 0}
    assert len(cards.fake.asked) == asked


def test_a_lost_answer_ends_it_all_the_same(cards, switch):
    payment = cards.buy(150_000)
    cards.fake.fail("drop", EXPIRE, times=60)
    switch(payment)
    assert session(cards, payment) == "expired"  # Stripe did it, and we do not know
    cards.fake.faults.clear()
    assert tend(later())[CLOSED]["closed"] == 1


def test_money_that_is_not_sure_yet_keeps_the_question_open(cards, switch):
    payment = cards.buy(150_000)
    cards.fake.pay(payment.provider_ref, "4000002500003155")
    row = cards.fake.world.objects[payment.provider_ref]
    intent = cards.fake.world.objects[row["payment_intent"]]
    row["status"], intent["status"] = "complete", "processing"
    switch(payment)
    assert (payment.state, bool(payment.redirect_url)) == ("cancelled", True)
    assert tend(later())[CLOSED] == {"closed": 0, "away": 0}


def test_an_order_that_is_given_up_ends_its_session_by_the_timer(cards):
    payment = cards.buy(150_000)
    cancel_order(payment.order_id, by=SYSTEM)
    assert session(cards, payment) == "open"
    assert tend(later())[CLOSED]["closed"] == 1
    assert session(cards, payment) == "expired"


def test_a_session_that_was_made_while_the_buyer_changed_their_mind_is_found_and_ended(
    cards, pooled, monkeypatch
):
    payment = cards.buy(150_000)
    Payment.objects.filter(pk=payment.pk).update(state="created", provider_ref="", redirect_url="")
    real = Stripe.begin

    def slow(self, ask):
        begun = real(self, ask)
        pay_another_way(payment.purchase_id, Method.POOLED)  # in the other window
        return begun

    monkeypatch.setattr(Stripe, "begin", slow)
    with pytest.raises(WrongStep):
        begin(payment.pk, return_url="http://testserver/ve/", notify_url="http://testserver/bao/")
    payment.refresh_from_db()
    assert (payment.state, session(cards, payment)) == ("cancelled", "open")
    assert tend(later())[CLOSED]["closed"] == 1
    assert session(cards, payment) == "expired"


def test_what_is_still_expected_is_never_closed(cards):
    payment = cards.buy(150_000)
    assert close_page(payment.pk) is False
    assert tend(later())[CLOSED] == {"closed": 0, "away": 0}
    assert session(cards, payment) == "open"


def test_a_provider_that_cannot_end_a_page_says_so_and_is_not_asked(
    momo, pooled, django_capture_on_commit_callbacks
):
    assert Offer.CANCEL not in provider("momo").offers
    with pytest.raises(NotOffered):
        provider("momo").cancel("x")
    payment = two_farms("momo").payments.get(purpose="shared")
    begin(payment.pk, return_url="http://testserver/ve/", notify_url="http://testserver/bao/")
    with django_capture_on_commit_callbacks(execute=True):
        pay_another_way(payment.purchase_id, Method.POOLED)
    assert tend(later())[CLOSED] == {"closed": 0, "away": 0}
    momo.pay(Payment.objects.get(pk=payment.pk).provider_ref)  # its page lives on
    assert check(payment.pk).state == "confirmed"
