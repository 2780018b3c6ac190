"""Stripe as we use it: the real library over HTTP. Tests that ask for `api` run against Stripe's test mode as well."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from stripe import WebhookSignature

from payments.providers import PROVIDERS, checkout_providers, provider
from payments.providers.base import Forged, Malformed, Offer, Outcome, RefundOutcome, Refused, Unreachable
from payments.providers.connect import DisputeOutcome, PayoutOutcome
from payments.providers.fakes.stripe_objects import ASKING_CARD
from payments.providers.fakes.stripe_server import FakeStripe
from payments.providers.fakes.stripe_webhooks import Endpoint
from payments.providers.stripe import Stripe
from tests.payments.stripe import (
    CONNECT_SECRET,
    WEBHOOK_SECRET,
    a_refund,
    an_ask,
    at_once,
    config_for,
    stripe_for,
)

VECTOR = (
    b'{"id":"evt_1","object":"event","type":"checkout.session.completed",'
    b'"data":{"object":{"id":"cs_1","object":"checkout.session"}}}'
)
VECTOR_AT = 1795400000
VECTOR_SIGNATURE = f"t={VECTOR_AT},v1=73f5937f8967ce54ff8d9c1e636a9e6734f7c56d6c48f7ea908759a94c72196f"
TRANSFERS = "POST /v1/transfers"


def refused(call, *args, **named) -> str:
    """The code with which Stripe says no."""
    with pytest.raises(Refused) as no:
        call(*args, **named)
    return no.value.code


def at_vector(seconds: int = 0) -> datetime:
    return datetime.fromtimestamp(VECTOR_AT + seconds, UTC)


def signed(said: dict, secret: str = WEBHOOK_SECRET) -> tuple[dict[str, str], bytes]:
    body = json.dumps(said)
    return {"Stripe-Signature": WebhookSignature.generate_signature_header(body, secret)}, body.encode()


def an_event(kind: str, thing: dict, **facts) -> dict:
    return {
        "id": "evt_2",
        "object": "event",
        "type": kind,
        "livemode": False,
        "data": {"object": thing},
    } | facts


@pytest.fixture
def paid(stripe, fake_stripe):
    """`paid(amount)` is a session that somebody paid, as the provider stands to it."""

    def pay(amount: int = 150_000):
        ref = stripe.begin(an_ask(amount)).ref
        assert fake_stripe.pay(ref) == "paid"
        return stripe.fetch(ref)

    return pay


@pytest.fixture
def seller(stripe, fake_stripe):
    """The account of a shop that may be paid."""
    account = stripe.create_account("account:1", shop="Vườn hồng Lan Anh")
    fake_stripe.world.enable_account(account)
    return account


# --- taking money ---


def test_a_card_pays_what_was_asked(stripe, fake_stripe):
    begun = stripe.begin(an_ask(150_000))
    assert begun.redirect_url == f"{fake_stripe.address}/c/pay/{begun.ref}"
    assert stripe.fetch(begun.ref).outcome is Outcome.WAITING

    fake_stripe.pay(begun.ref)
    standing = stripe.fetch(begun.ref)
    assert (standing.outcome, standing.amount, standing.currency) == (Outcome.PAID, 150_000, "vnd")
    assert standing.charge == fake_stripe.charge_of(begun.ref)["id"]
    assert (standing.fee, standing.settled_amount, standing.settled_currency) == (14_600, 150_000, "vnd")
    assert standing.settled_rate is None


def test_stripe_is_told_the_order_code_wherever_people_look(stripe, fake_stripe):
    ref = stripe.begin(an_ask()).ref
    fake_stripe.pay(ref)
    session, charge = fake_stripe.world.objects[ref], fake_stripe.charge_of(ref)
    assert session["client_reference_id"] == session["metadata"]["code"] == "LUA7K2M9QXH"
    assert charge["transfer_group"] == charge["metadata"]["code"] == charge["description"] == "LUA7K2M9QXH"


@pytest.mark.parametrize(("language", "locale"), [("vi", "vi"), ("en", "en"), ("fr", "vi")])
def test_the_page_speaks_the_buyers_language(stripe, fake_stripe, language, locale):
    ref = stripe.begin(replace(an_ask(), language=language)).ref
    assert fake_stripe.world.objects[ref]["locale"] == locale


def test_what_settles_in_dollars_says_so_and_tells_the_fee_in_dong():
    with FakeStripe(settles_in=("usd", Decimal("0.0038"))) as server:
        stripe = stripe_for(server)
        ref = stripe.begin(an_ask(1_000_000)).ref
        server.pay(ref)
        standing = stripe.fetch(ref)
    assert (standing.settled_amount, standing.settled_currency) == (3_800, "usd")
    assert standing.settled_rate == Decimal("0.0038")
    assert standing.fee == 51_842  # 1.97 USD of 38.00
    assert standing.amount == 1_000_000


def test_a_charge_that_settles_later_is_paid_all_the_same(stripe, fake_stripe):
    fake_stripe.world.settles_at_once = False
    ref = stripe.begin(an_ask()).ref
    fake_stripe.pay(ref)
    early = stripe.fetch(ref)
    assert (early.outcome, early.fee, early.settled_amount) == (Outcome.PAID, 0, None)
    fake_stripe.world.settle_charge(early.charge)
    assert stripe.fetch(ref).settled_amount == 150_000


@pytest.mark.parametrize(
    ("amount", "code"),
    [(14_999, "amount_too_small"), (15_000, ""), (99_999_999, ""), (100_000_000, "amount_too_large")],
)
def test_stripe_takes_15_000_to_99_999_999(api, amount, code):
    if code:
        assert refused(api.provider.begin, an_ask(amount)) == code
    else:
        assert api.provider.fetch(api.provider.begin(an_ask(amount)).ref).amount == amount


def test_the_page_is_told_the_bounds(stripe, fake_stripe):
    assert (stripe.method.least, stripe.method.most) == (15_000, 99_999_999)
    narrow = stripe_for(fake_stripe, least=50_000, most=20_000_000)
    assert (narrow.method.least, narrow.method.most) == (50_000, 20_000_000)
    assert stripe_for(fake_stripe, most=10**9).method.most == 99_999_999


def test_another_currency_or_amount_is_handed_through(stripe, fake_stripe):
    """×100 by mistake, or dollars: the caller compares, so it must see what really came."""
    ref = stripe.begin(an_ask(150_000)).ref
    fake_stripe.pay(ref)
    fake_stripe.charge_of(ref).update(amount=15_000_000, currency="usd")
    standing = stripe.fetch(ref)
    assert (standing.amount, standing.currency) == (15_000_000, "usd")


# --- what goes wrong on the buyer's side ---


def test_a_declined_card_leaves_the_payment_open_for_another(stripe, fake_stripe):
    ref = stripe.begin(an_ask()).ref
    assert fake_stripe.decline(ref) == "generic_decline"
    assert stripe.fetch(ref).outcome is Outcome.WAITING
    assert stripe.fetch(ref).charge == ""
    fake_stripe.pay(ref)
    assert stripe.fetch(ref).outcome is Outcome.PAID
    assert len([row for row in fake_stripe.world.all("charge") if row["paid"]]) == 1


def test_who_gives_up_at_the_banks_question_has_not_paid(stripe, fake_stripe):
    ref = stripe.begin(an_ask()).ref
    assert fake_stripe.pay(ref, ASKING_CARD) == "ask"
    assert stripe.fetch(ref).outcome is Outcome.WAITING
    fake_stripe.world.answer_bank(ref, confirm=False)
    assert stripe.fetch(ref).outcome is Outcome.WAITING
    assert not fake_stripe.world.all("charge")
    fake_stripe.pay(ref, ASKING_CARD)
    fake_stripe.world.answer_bank(ref, confirm=True)
    assert stripe.fetch(ref).outcome is Outcome.PAID


def test_a_session_that_ends_while_somebody_pays_takes_nothing(stripe, fake_stripe):
    ref = stripe.begin(an_ask(minutes=60)).ref
    fake_stripe.pay(ref, ASKING_CARD)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
        assert fake_stripe.world.answer_bank(ref, confirm=True) == "expired"
        assert stripe.fetch(ref).outcome is Outcome.EXPIRED
    assert not fake_stripe.world.all("charge")


@pytest.mark.parametrize(("minutes", "lives"), [(45, 45), (5, 24 * 60), (48 * 60, 24 * 60)])
def test_a_session_ends_with_the_payment_where_stripe_allows_it(stripe, fake_stripe, minutes, lives):
    ref = stripe.begin(an_ask(minutes=minutes)).ref
    ends = fake_stripe.world.objects[ref]["expires_at"] - fake_stripe.world.now()
    assert ends == pytest.approx(lives * 60, abs=5)


def test_a_cancelled_session_is_not_paid_any_more(api):
    ref = api.provider.begin(an_ask()).ref
    api.provider.cancel(ref)
    assert api.provider.fetch(ref).outcome is Outcome.EXPIRED
    api.provider.cancel(ref)  # a second time does nothing


def test_who_pays_just_before_the_cancel_has_paid(stripe, fake_stripe):
    ref = stripe.begin(an_ask()).ref
    fake_stripe.pay(ref)
    stripe.cancel(ref)
    assert stripe.fetch(ref).outcome is Outcome.PAID


def test_money_that_is_not_sure_yet_is_not_paid(stripe, fake_stripe):
    ref = stripe.begin(an_ask()).ref
    fake_stripe.pay(ref, ASKING_CARD)
    session = fake_stripe.world.objects[ref]
    intent = fake_stripe.world.objects[session["payment_intent"]]
    session["status"], intent["status"] = "complete", "processing"
    assert stripe.fetch(ref).outcome is Outcome.PROCESSING
    intent["status"] = "requires_payment_method"  # the slow method failed in the end
    assert stripe.fetch(ref).outcome is Outcome.FAILED


# --- asking again ---


def test_the_same_key_gives_the_same_session(api):
    ask = an_ask()
    assert api.provider.begin(ask) == api.provider.begin(ask)


def test_the_same_key_with_another_amount_is_refused(api):
    ask = an_ask(150_000)
    api.provider.begin(ask)
    assert refused(api.provider.begin, replace(ask, amount=15_000_000)) == "idempotency_error"


def test_a_key_is_good_when_the_end_has_come_nearer_than_stripe_allows(stripe):
    ask = an_ask(minutes=31)
    begun = stripe.begin(ask)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        assert stripe.begin(ask) == begun


def test_an_answer_that_got_lost_is_asked_for_again_and_charges_once(stripe, fake_stripe):
    fake_stripe.fail("drop", "POST /v1/checkout/sessions", times=3)  # with all the tries of the library
    ask = an_ask()
    with pytest.raises(Unreachable):
        stripe.begin(ask)
    (made,) = fake_stripe.world.all("checkout.session")
    assert stripe.begin(ask).ref == made["id"]
    fake_stripe.pay(made["id"])
    assert len(fake_stripe.world.all("charge")) == 1


@pytest.mark.parametrize("fault", ["409", "500", "drop"])
def test_the_library_tries_again_by_itself(stripe, fake_stripe, fault):
    fake_stripe.fail(fault, times=2)
    stripe.begin(an_ask())
    assert fake_stripe.asked == ["POST /v1/checkout/sessions"] * 3
    assert len(fake_stripe.world.all("checkout.session")) == 1


@pytest.mark.parametrize(("fault", "times"), [("409", 3), ("429", 1), ("500", 3)])
def test_a_stripe_in_trouble_is_unreachable_not_a_no(stripe, fake_stripe, fault, times):
    fake_stripe.fail(fault, times=times)
    ask = an_ask()
    with pytest.raises(Unreachable):
        stripe.begin(ask)
    assert stripe.begin(ask).ref


def test_a_stripe_that_is_down_is_unreachable(fake_stripe):
    with FakeStripe() as gone:
        stripe = stripe_for(gone)
    with pytest.raises(Unreachable):
        stripe.fetch("cs_test_1")


def test_a_wrong_key_is_a_no(fake_stripe):
    assert (
        refused(stripe_for(fake_stripe, secret_key="sk_test_other").begin, an_ask())
        == "invalid_request_error"
    )


@pytest.mark.parametrize("ref", ["cs_test_none", "pi_none", "ch_none"])
def test_what_stripe_does_not_know_is_refused(api, ref):
    assert refused(api.provider.fetch, ref) in ("resource_missing", "no_session")


def test_a_payment_is_found_by_its_intent_and_its_charge(stripe, fake_stripe, paid):
    standing = paid()
    intent = fake_stripe.world.objects[standing.charge]["payment_intent"]
    assert stripe.payment_ref(intent) == stripe.payment_ref(standing.charge) == standing.ref
    assert stripe.fetch(intent) == stripe.fetch(standing.charge) == standing


# --- refunds ---


def test_refunds_give_back_what_is_there_and_no_more(api):
    charge = api.charge(150_000)
    first = api.provider.refund(a_refund(charge, 50_000))
    assert (first.amount, first.charge) == (50_000, charge)
    assert first.outcome is not RefundOutcome.FAILED
    refused(api.provider.refund, a_refund(charge, 100_001))
    api.provider.refund(a_refund(charge, 100_000))
    assert refused(api.provider.refund, a_refund(charge, 1)) == "charge_already_refunded"


def test_the_same_refund_twice_sends_once(api):
    charge, key = api.charge(150_000), an_ask().key
    once = api.provider.refund(a_refund(charge, 60_000, key=key))
    assert api.provider.refund(a_refund(charge, 60_000, key=key)) == once
    assert api.provider.fetch_refund(once.ref).key == key


def test_two_refunds_at_once_give_back_the_rest_once(stripe, fake_stripe, paid):
    charge = paid(150_000).charge
    done = at_once(lambda: stripe.refund(a_refund(charge, 100_000)))
    assert set(done) == {"Refused", "Refunded"}
    assert fake_stripe.world.objects[charge]["amount_refunded"] == 100_000


def test_one_key_used_by_two_at_once_refunds_once(stripe, fake_stripe, paid):
    ask = a_refund(paid(150_000).charge, 50_000)
    fake_stripe.fail("slow", "POST /v1/refunds", seconds=0.2)
    assert set(at_once(lambda: stripe.refund(ask))) == {"Refunded", "Unreachable"}
    stripe.refund(ask)
    assert len(fake_stripe.world.all("refund")) == 1


def test_a_refund_is_seen_at_the_payment_whoever_made_it(stripe, fake_stripe, paid):
    standing = paid(150_000)
    by_hand = fake_stripe.refund(standing.charge, 40_000)
    refund = stripe.fetch_refund(by_hand["id"])
    assert (refund.charge, refund.key, refund.amount) == (standing.charge, "", 40_000)
    stripe.refund(a_refund(standing.charge, 10_000))
    assert stripe.fetch(standing.ref).refunded == 50_000


def test_a_refund_may_wait_and_may_fail(stripe, fake_stripe, paid):
    fake_stripe.world.refunds_succeed = False
    standing = paid(150_000)
    first, second = (stripe.refund(a_refund(standing.charge, 50_000)) for _each in range(2))
    assert first.outcome is RefundOutcome.PENDING
    fake_stripe.world.settle_refund(first.ref)
    fake_stripe.world.fail_refund(second.ref)
    assert stripe.fetch_refund(first.ref).outcome is RefundOutcome.DONE
    failed = stripe.fetch_refund(second.ref)
    assert (failed.outcome, failed.fault) == (RefundOutcome.FAILED, "lost_or_stolen_card")
    assert stripe.fetch(standing.ref).refunded == 50_000


def test_a_refund_without_a_charge_finds_it_by_the_payment(stripe, paid):
    standing = paid(150_000)
    refund = stripe.refund(replace(a_refund("", 50_000), ref=standing.ref))
    assert refund.charge == standing.charge


# --- sellers' accounts ---


def test_a_sellers_account_is_closed_until_its_holder_has_said_everything(stripe, fake_stripe):
    account = stripe.create_account("account:1", shop="Vườn hồng Lan Anh", email="lan@example.com")
    assert stripe.create_account("account:1", shop="Vườn hồng Lan Anh", email="lan@example.com") == account
    before = stripe.account_standing(account)
    assert (before.transfers, before.payouts, before.submitted, before.can_be_paid) == (False,) * 4
    assert "external_account" in before.due
    link = stripe.account_link(account, return_url="http://a.test/", refresh_url="http://a.test/again/")
    assert link == f"{fake_stripe.address}/c/onboard/{account}"

    fake_stripe.world.enable_account(account)
    assert stripe.account_standing(account).can_be_paid
    fake_stripe.world.disable_account(account)
    after = stripe.account_standing(account)
    assert (after.can_be_paid, after.submitted, after.reason) == (False, True, "requirements.past_due")


def test_sellers_get_their_parts_and_never_more_than_the_charge(stripe, fake_stripe, paid, seller):
    charge = paid(150_000).charge
    part = {"account": seller, "charge": charge, "group": "LUA7K2M9QXH"}
    once = stripe.transfer("transfer:1:1", amount=100_000, **part)
    assert stripe.transfer("transfer:1:1", amount=100_000, **part) == once
    assert (once.amount, once.currency) == (100_000, "vnd")
    refused(stripe.transfer, "transfer:2:1", amount=50_001, **part)
    stripe.transfer("transfer:2:2", amount=50_000, **part)
    assert fake_stripe.world.balance(seller) == 150_000


def test_a_refund_leaves_less_to_transfer(stripe, paid, seller):
    charge = paid(150_000).charge
    stripe.refund(a_refund(charge, 60_000))
    part = {"account": seller, "charge": charge, "group": "LUA7K2M9QXH"}
    refused(stripe.transfer, "transfer:1:1", amount=90_001, **part)
    assert stripe.transfer("transfer:1:2", amount=90_000, **part).amount == 90_000


def test_an_account_that_closes_between_charge_and_transfer_gets_nothing(stripe, fake_stripe, paid, seller):
    part = {"account": seller, "charge": paid().charge, "group": "LUA7K2M9QXH", "amount": 100_000}
    fake_stripe.world.disable_account(seller)
    no = "insufficient_capabilities_for_transfer"
    assert refused(stripe.transfer, "transfer:1:1", **part) == no
    fake_stripe.world.enable_account(seller)
    assert refused(stripe.transfer, "transfer:1:1", **part) == no  # Stripe keeps its no with the key
    assert stripe.transfer("transfer:1:2", **part).amount == 100_000


def test_a_transfer_whose_answer_got_lost_is_made_once(stripe, fake_stripe, paid, seller):
    part = {"account": seller, "charge": paid().charge, "group": "LUA7K2M9QXH", "amount": 100_000}
    fake_stripe.fail("drop", TRANSFERS, times=3)
    with pytest.raises(Unreachable):
        stripe.transfer("transfer:1:1", **part)
    stripe.transfer("transfer:1:1", **part)
    assert fake_stripe.world.balance(seller) == 100_000


def test_a_charge_in_dollars_is_parted_in_dollars():
    with FakeStripe(settles_in=("usd", Decimal("0.0038"))) as server:
        stripe = stripe_for(server)
        ref = stripe.begin(an_ask(1_000_000)).ref
        server.pay(ref)
        charge = stripe.fetch(ref).charge
        account = stripe.create_account("account:1", shop="Vườn hồng")
        server.world.enable_account(account)
        part = {"account": account, "charge": charge, "group": "LUA7K2M9QXH"}
        parts = [stripe.transfer(f"transfer:{n}:1", amount=333_333, **part) for n in range(3)]
        back = stripe.reverse_transfer("reversal:1:1", transfer=parts[0].ref, amount=333_333)
    assert [(row.amount, row.currency) for row in [*parts, back]] == [(1_266, "usd")] * 4


def test_a_transfer_waits_until_the_charge_has_settled(stripe, fake_stripe, seller):
    fake_stripe.world.settles_at_once = False
    ref = stripe.begin(an_ask()).ref
    fake_stripe.pay(ref)
    charge = stripe.fetch(ref).charge
    part = {"account": seller, "charge": charge, "group": "LUA7K2M9QXH", "amount": 100_000}
    with pytest.raises(Unreachable, match="not_settled_yet"):
        stripe.transfer("transfer:1:1", **part)
    fake_stripe.world.settle_charge(charge)
    stripe.transfer("transfer:1:1", **part)


def test_a_transfer_is_taken_back_in_pieces_and_never_beyond(stripe, paid, seller):
    given = stripe.transfer(
        "transfer:1:1", account=seller, amount=100_000, charge=paid().charge, group="LUA7K2M9QXH"
    )
    once = stripe.reverse_transfer("reversal:1:1", transfer=given.ref, amount=30_000)
    assert stripe.reverse_transfer("reversal:1:1", transfer=given.ref, amount=30_000) == once
    refused(stripe.reverse_transfer, "reversal:2:1", transfer=given.ref, amount=70_001)
    assert stripe.reverse_transfer("reversal:2:2", transfer=given.ref, amount=70_000).amount == 70_000


def test_what_the_seller_has_been_paid_out_cannot_be_taken_back(stripe, fake_stripe, paid, seller):
    given = stripe.transfer(
        "transfer:1:1", account=seller, amount=100_000, charge=paid().charge, group="LUA7K2M9QXH"
    )
    fake_stripe.make_payout(80_000, seller)
    assert (
        refused(stripe.reverse_transfer, "r:1", transfer=given.ref, amount=50_000) == "balance_insufficient"
    )


# --- disputes and payouts ---


@pytest.mark.parametrize(("won", "outcome"), [(True, DisputeOutcome.WON), (False, DisputeOutcome.LOST)])
def test_a_dispute_holds_the_money_until_it_is_won_or_lost(stripe, fake_stripe, paid, won, outcome):
    charge = paid(150_000).charge
    ref = fake_stripe.world.open_dispute(charge)["id"]
    opened = stripe.fetch_dispute(ref)
    assert (opened.outcome, opened.amount, opened.held, opened.charge) == (
        DisputeOutcome.OPEN,
        150_000,
        True,
        charge,
    )
    assert (opened.fee, opened.reason) == (380_000, "fraudulent")
    assert opened.respond_by > timezone.now()
    assert refused(stripe.refund, a_refund(charge, 1_000)) == "charge_disputed"

    fake_stripe.world.close_dispute(ref, won=won)
    closed = stripe.fetch_dispute(ref)
    assert (closed.outcome, closed.held) == (outcome, not won)


def test_a_dispute_after_the_payout_leaves_the_platform_in_debt(stripe, fake_stripe, paid):
    charge = paid(150_000).charge
    fake_stripe.make_payout()
    assert fake_stripe.world.balance() == 0
    fake_stripe.world.close_dispute(fake_stripe.world.open_dispute(charge)["id"], won=False)
    assert fake_stripe.world.balance() == -530_000


@pytest.mark.parametrize("theirs", [False, True])
def test_a_payout_is_followed_to_the_bank_and_back(stripe, fake_stripe, paid, seller, theirs):
    charge = paid(150_000).charge
    stripe.transfer("transfer:1:1", account=seller, amount=100_000, charge=charge, group="LUA7K2M9QXH")
    account = seller if theirs else ""
    good, bad = (fake_stripe.make_payout(10_000, account)["id"] for _each in range(2))
    waiting = stripe.fetch_payout(good, account)
    assert (waiting.outcome, waiting.amount, waiting.currency) == (PayoutOutcome.PENDING, 10_000, "vnd")
    fake_stripe.world.close_payout(good, paid=True)
    fake_stripe.world.close_payout(bad, paid=False)
    assert stripe.fetch_payout(good, account).outcome is PayoutOutcome.PAID
    returned = stripe.fetch_payout(bad, account)
    assert (returned.outcome, returned.fault) == (PayoutOutcome.FAILED, "account_closed")


# --- events ---


@pytest.fixture
def vector_stripe():
    return Stripe(secret_key="sk_test_x", webhook_secrets=["whsec_new", "whsec_test"])


def test_stripes_published_way_of_signing(vector_stripe):
    (event,) = vector_stripe.events({"stripe-signature": VECTOR_SIGNATURE}, VECTOR, at_vector(200))
    assert (event.id, event.about, event.ref) == ("evt_1", "payment", "cs_1")
    assert not event.live


@pytest.mark.parametrize(
    ("headers", "body", "seconds", "code"),
    [
        ({}, VECTOR, 0, "unsigned"),
        ({"Stripe-Signature": ""}, VECTOR, 0, "unsigned"),
        ({"Stripe-Signature": "v1=73f5"}, VECTOR, 0, "unsigned"),
        ({"Stripe-Signature": f"t={VECTOR_AT}"}, VECTOR, 0, "wrong"),
        ({"Stripe-Signature": VECTOR_SIGNATURE.replace("73f5", "73f6")}, VECTOR, 0, "wrong"),
        ({"Stripe-Signature": VECTOR_SIGNATURE}, VECTOR + b" ", 0, "wrong"),
        ({"Stripe-Signature": VECTOR_SIGNATURE}, VECTOR.replace(b"cs_1", b"cs_2"), 0, "wrong"),
        ({"Stripe-Signature": VECTOR_SIGNATURE}, b"\xff", 0, "wrong"),
        ({"Stripe-Signature": VECTOR_SIGNATURE}, VECTOR, 301, "stale"),
        ({"Stripe-Signature": VECTOR_SIGNATURE}, VECTOR, -301, "stale"),
        (
            {"Stripe-Signature": VECTOR_SIGNATURE.replace(",", f",t={VECTOR_AT + 9999},")},
            VECTOR,
            9999,
            "unsigned",
        ),
        # an old signature dressed with a second, fresh time
        (
            {"Stripe-Signature": VECTOR_SIGNATURE.replace(",", f" ,t={VECTOR_AT + 9999},")},
            VECTOR,
            9999,
            "unsigned",
        ),
    ],
)
def test_a_webhook_that_is_not_proved_is_forged(vector_stripe, headers, body, seconds, code):
    with pytest.raises(Forged) as no:
        vector_stripe.events(headers, body, at_vector(seconds))
    assert no.value.code == code


def test_without_secrets_nothing_is_believed():
    with pytest.raises(Forged):
        Stripe(secret_key="sk_test_x", webhook_secrets=[""]).events(
            *signed(an_event("x", {}), ""), timezone.now()
        )


@pytest.mark.parametrize("secret", [WEBHOOK_SECRET, CONNECT_SECRET])
def test_both_endpoints_are_heard(stripe, secret):
    (event,) = stripe.events(
        *signed(an_event("payout.paid", {"id": "po_1", "object": "payout"}), secret), timezone.now()
    )
    assert event.about == "payout"


@pytest.mark.parametrize(
    ("kind", "thing", "about", "ref"),
    [
        ("checkout.session.completed", {"id": "cs_1", "object": "checkout.session"}, "payment", "cs_1"),
        (
            "checkout.session.async_payment_failed",
            {"id": "cs_1", "object": "checkout.session"},
            "payment",
            "cs_1",
        ),
        ("checkout.session.expired", {"id": "cs_1", "object": "checkout.session"}, "payment", "cs_1"),
        ("payment_intent.succeeded", {"id": "pi_1", "object": "payment_intent"}, "payment", "pi_1"),
        ("charge.refunded", {"id": "ch_1", "object": "charge", "payment_intent": "pi_1"}, "payment", "pi_1"),
        ("charge.updated", {"id": "ch_1", "object": "charge", "payment_intent": None}, "payment", "ch_1"),
        ("refund.failed", {"id": "re_1", "object": "refund"}, "refund", "re_1"),
        ("charge.refund.updated", {"id": "re_1", "object": "refund"}, "refund", "re_1"),
        ("charge.dispute.closed", {"id": "dp_1", "object": "dispute"}, "dispute", "dp_1"),
        ("account.updated", {"id": "acct_1", "object": "account"}, "account", "acct_1"),
        ("account.application.deauthorized", {"id": "ca_1", "object": "application"}, "account", "acct_1"),
        ("payout.failed", {"id": "po_1", "object": "payout"}, "payout", "po_1"),
        ("customer.created", {"id": "cus_1", "object": "customer"}, "", "cus_1"),
        ("something.nobody.knows", {}, "", ""),
    ],
)
def test_an_event_says_what_to_ask_about(stripe, kind, thing, about, ref):
    (event,) = stripe.events(*signed(an_event(kind, thing, account="acct_1")), timezone.now())
    assert (event.kind, event.about, event.ref, event.account) == (kind, about, ref, "acct_1")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("[]", "bad_event"), ("{}", "bad_event"), ("nonsense", "bad_json"), ('{"data": []}', "bad_event"),
        ('{"type": "x", "data": {"object": {}}}', "bad_id"), ('{"id": "evt_1", "data": {"object": {}}}', "bad_type"),
        ('{"id": 7, "type": "x", "data": {"object": {}}}', "bad_id"),
        ('{"id": "evt_1", "type": "x", "livemode": "yes", "data": {"object": {}}}', "bad_event"),
        ('{"id": "evt_1", "type": "payout.paid", "data": {"object": {"object": "payout", "id": {}}}}', "bad_id"),
    ],
)  # fmt: skip
def test_a_genuine_event_that_cannot_be_read_is_malformed(stripe, body, code):
    header = {"Stripe-Signature": WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET)}
    with pytest.raises(Malformed) as no:
        stripe.events(header, body.encode(), timezone.now())
    assert no.value.code == code


@pytest.mark.parametrize(("key", "livemode"), [("sk_live_x", False), ("sk_test_x", True)])
def test_tests_and_real_money_never_mix(key, livemode):
    stripe = Stripe(secret_key=key, webhook_secrets=[WEBHOOK_SECRET])
    event = an_event("payout.paid", {"id": "po_1", "object": "payout"}, livemode=livemode)
    assert stripe.events(*signed(event), timezone.now()) == []
    assert len(stripe.events(*signed(event | {"livemode": not livemode}), timezone.now())) == 1


def test_a_key_of_the_wrong_mode_stops_the_start():
    with pytest.raises(ValueError, match="mode"):
        Stripe(secret_key="sk_test_x", live=True)
    with pytest.raises(ValueError, match="mode"):
        Stripe(secret_key="sk_live_x", live=False)


def test_events_lead_to_the_present_state_in_whatever_order_they_come(stripe, fake_stripe):
    fake_stripe.outbox.endpoints.append(Endpoint("", WEBHOOK_SECRET))
    ref = stripe.begin(an_ask()).ref
    fake_stripe.decline(ref)
    fake_stripe.pay(ref)
    fake_stripe.outbox.faults = {"reorder", "duplicate"}
    events = [
        event
        for sent in fake_stripe.outbox.take()
        for event in stripe.events(sent.headers, sent.body, timezone.now())
    ]
    assert events[0].kind == "checkout.session.completed"
    assert events[0].id == events[1].id
    assert len(events) == 2 * len({event.id for event in events})
    assert {stripe.fetch(event.ref).outcome for event in events if event.about == "payment"} == {Outcome.PAID}


# --- what stays inside ---


def test_no_secret_and_no_name_is_shown_or_logged(stripe, fake_stripe, caplog):
    caplog.set_level(logging.INFO)
    stripe.begin(an_ask())
    with pytest.raises(Refused) as no:
        stripe.begin(an_ask(1))
    said = repr(stripe) + str(stripe) + repr(no.value) + caplog.text + repr(fake_stripe.outbox)
    for secret in (fake_stripe.key, WEBHOOK_SECRET, CONNECT_SECRET, "Lan Anh"):
        assert secret not in said


def test_the_library_does_not_mark_this_machine(monkeypatch, tmp_path, fake_stripe):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("stripe._telemetry_id._loaded", False)
    monkeypatch.setattr("stripe.enable_telemetry", True)
    stripe_for(fake_stripe).begin(an_ask())
    assert list(tmp_path.iterdir()) == []


def test_cards_are_offered_where_stripe_is_configured(settings, fake_stripe):
    assert "stripe" in PROVIDERS
    assert checkout_providers() == []
    settings.PAYMENT_PROVIDERS = {"stripe": config_for(fake_stripe)}
    (found,) = checkout_providers()
    assert found is provider("stripe")
    assert found.offers == {Offer.CHECKOUT, Offer.CANCEL, Offer.REFUNDS, Offer.EVENTS}
    assert found.method.code == "card"
