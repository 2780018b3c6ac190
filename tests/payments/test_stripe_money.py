"""Cards, their refunds, disputes and payouts reach the books once, whatever webhooks do. Numbers are the reference's cases."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Message
from common.actors import SYSTEM
from payments import dispute_queries, ledger, methods
from payments.errors import GatewayAway, NotYourself, StaffOnly, TooMuch, WrongStep
from payments.models import (
    Account,
    Dispute,
    LedgerEntry,
    Payment,
    ProviderPayout,
    Receipt,
    Refund,
    WebhookEvent,
)
from payments.providers.base import Refunded, RefundOutcome
from payments.services import (
    approve_refund,
    begin,
    cancel_order,
    check,
    check_open,
    check_refunds,
    confirm,
    keep_and_match,
    payout_arrived,
    propose_return,
    send_refund,
    take_refund,
    tend,
    tending,
    work_left,
)
from tests.factories import OperatorsAccountFactory, UserFactory
from tests.payments.market import balances, staff
from tests.payments.notices import bank_line

pytestmark = pytest.mark.django_db


def paid(payment):
    """What the orders of a purchase were told of money."""
    return [order.paid for order in payment.purchase.orders.order_by("pk")]


def proposal(receipt, number=0):
    """The refund proposal that follows when a farm gives its order up."""
    order = receipt.allocations.order_by("pk")[number].payment.order
    cancel_order(order.pk, by=SYSTEM)
    return order.refunds.get()


# --- money that comes ---------------------------------------------------------------------------------------------------


def test_a_card_pays_every_farm_and_the_fee_is_the_operators(cards):
    payment = cards.buy(100_000, 50_000)
    cards.fake.pay(payment.provider_ref)
    assert set(cards.tell()) == {204}
    receipt = Receipt.objects.get()
    assert (paid(payment), receipt.fee, receipt.settled_currency) == ([100_000, 50_000], 14_600, "vnd")
    assert ledger.balance(Account.STRIPE) == 150_000 - 14_600
    assert ledger.balance(Account.SELLER) == -150_000


def test_a_fee_that_is_told_later_is_booked_once(cards):
    cards.fake.world.settles_at_once = False
    receipt = cards.bought(150_000)
    assert (receipt.fee, receipt.settled_amount) == (0, None)
    cards.fake.world.settle_charge(receipt.provider_id)
    cards.fake.outbox.faults = {"duplicate"}
    cards.tell()
    receipt.refresh_from_db()
    assert (receipt.fee, receipt.settled_amount) == (14_600, 150_000)
    assert ledger.balance(Account.FEES) == 14_600


def test_a_charge_in_another_settlement_currency_keeps_its_rate(cards):
    cards.fake.world.settles_in = ("usd", Decimal("0.004"))
    receipt = cards.bought(150_000)
    assert (receipt.settled_amount, receipt.settled_currency) == (600, "usd")
    assert float(receipt.settled_rate) == pytest.approx(0.004)
    assert receipt.amount == 150_000


@pytest.mark.parametrize(
    ("amount", "currency", "fault"),
    [(15_000_000, "vnd", "other_amount"), (1_500, "vnd", "other_amount"), (150_000, "usd", "other_currency")],
)
def test_case_12_a_charge_of_another_sum_or_currency_waits_for_a_person(cards, amount, currency, fault):
    payment = cards.buy(150_000)
    cards.fake.pay(payment.provider_ref)
    charge = cards.fake.charge_of(payment.provider_ref)
    charge |= {"amount": amount, "currency": currency}
    cards.fake.outbox.faults = {"duplicate"}
    cards.tell()
    payment.refresh_from_db()
    assert (payment.fault, payment.state, paid(payment)) == (fault, "waiting", [0])
    assert check_open(timezone.now() + timedelta(hours=1))["asked"] == 0  # a person's to decide
    receipt = Receipt.objects.get()
    if currency == "vnd":
        assert ledger.balance(Account.UNMATCHED) == -amount
        refund = cards.send_back(propose_return(receipt.pk, by=staff()))
        assert (refund.state, ledger.balance(Account.UNMATCHED)) == ("confirmed", 0)


def test_a_person_who_places_such_money_is_not_overruled_by_the_next_event(cards):
    payment = cards.buy(150_000)
    cards.fake.pay(payment.provider_ref)
    cards.fake.charge_of(payment.provider_ref)["amount"] = 160_000
    cards.tell()
    confirm(payment, Receipt.objects.get())
    check(payment.pk)
    payment.refresh_from_db()
    assert (payment.state, Receipt.objects.get().rest) == ("confirmed", 0)
    assert list(Refund.objects.values_list("amount", "way")) == [(10_000, "provider")]


@pytest.mark.parametrize(
    ("amount", "offered"),
    [(1, False), (14_999, False), (15_000, True), (99_999_999, True), (100_000_000, False), (499_999_999, False),
     (500_000_000, False)],
)  # fmt: skip
def test_case_13_cards_are_offered_within_stripes_bounds_only(cards, amount, offered):
    ways = methods.offered([methods.Part(1, amount)], takes_transfers=[])
    assert ("card" in {way.code for way in ways}) is offered


def test_case_14_the_connection_breaks_after_the_session_is_made(cards):
    payment = cards.buy(150_000)
    Payment.objects.filter(pk=payment.pk).update(state="created", provider_ref="", redirect_url="")
    cards.fake.fail("drop", "POST /v1/checkout/sessions", times=2)  # the library tries again by itself
    begin(payment.pk, return_url="http://testserver/ve/", notify_url="http://testserver/bao/")
    assert len(cards.fake.world.all("checkout.session")) == 1


@pytest.mark.parametrize("fault", ["409", "429", "500", "drop"])
def test_case_14_a_stripe_that_stumbles_is_asked_again_and_counted_once(cards, fault):
    payment = cards.buy(150_000)
    cards.fake.pay(payment.provider_ref)
    cards.fake.fail(fault, "GET /v1/checkout/sessions", times=30)
    cards.tell()
    assert paid(payment) == [0]
    with pytest.raises(GatewayAway):
        check(payment.pk)
    cards.fake.faults.clear()
    left = WebhookEvent.objects.filter(processed_at=None).count()
    assert left
    assert work_left(timezone.now() + timedelta(minutes=2)) == left
    assert (paid(payment), Receipt.objects.count()) == ([150_000], 1)


def test_case_14_declined_abandoned_and_expired_leave_nothing_behind(cards):
    payment = cards.buy(150_000)
    cards.fake.decline(payment.provider_ref)
    cards.fake.pay(payment.provider_ref, "4000002500003155")
    cards.fake.world.answer_bank(payment.provider_ref, confirm=False)
    cards.tell()
    assert (check(payment.pk).state, Receipt.objects.count()) == ("waiting", 0)
    cards.fake.world.expire_session(payment.provider_ref)
    cards.tell()
    payment.refresh_from_db()
    assert (payment.state, balances()) == ("expired", {})


def test_case_14_money_that_comes_in_the_moment_of_expiry_is_counted(cards):
    payment = cards.buy(150_000)
    Payment.objects.filter(pk=payment.pk).update(state="expired")
    cards.fake.pay(payment.provider_ref)
    cards.tell()
    payment.refresh_from_db()
    assert (payment.state, paid(payment)) == ("confirmed", [150_000])


def test_case_14_events_of_others_and_of_the_other_mode_change_nothing(cards):
    mine = cards.buy(150_000)
    other = cards.buy(70_000)
    Payment.objects.filter(pk=other.pk).update(provider_ref="cs_test_of_another_installation")
    cards.fake.pay(other.provider_ref)
    cards.fake.refund(cards.fake.charge_of(other.provider_ref)["id"], 20_000)
    cards.fake.world.open_dispute(cards.fake.charge_of(other.provider_ref)["id"])
    assert set(cards.tell()) == {204}
    assert not WebhookEvent.objects.filter(processed_at=None).exists()
    cards.fake.pay(mine.provider_ref)
    for event in cards.fake.outbox.waiting:
        event["livemode"] = True
    cards.tell()
    assert (paid(mine), paid(other), Receipt.objects.count()) == ([0], [0], 0)


@pytest.mark.parametrize("fault", ["forged", "tampered", "old"])
def test_case_11_an_unproved_webhook_is_not_kept(cards, fault):
    payment = cards.buy(150_000)
    cards.fake.pay(payment.provider_ref)
    cards.fake.outbox.faults = {fault}
    assert set(cards.tell()) == {401}
    assert (WebhookEvent.objects.count(), paid(payment)) == (0, [0])


def test_case_26_what_webhooks_lost_is_found_by_the_timer(cards):
    payment = cards.buy(100_000, 50_000)
    cards.fake.pay(payment.provider_ref)
    charge = cards.fake.charge_of(payment.provider_ref)["id"]
    cards.fake.refund(charge, 30_000)
    cards.fake.make_payout(10_000)
    cards.fake.outbox.waiting.clear()
    call_command("tend_payments", "--hourly")
    assert sum(paid(payment)) == 150_000
    assert Refund.objects.filter(state="confirmed").count() == 2
    assert ProviderPayout.objects.get().state == "pending"
    before = balances()
    assert tend(timezone.now() + timedelta(hours=2), hourly=True)["providers"] == {
        "asked": 1,
        "new": 0,
        "away": 0,
    }
    assert balances() == before


def test_one_broken_chore_keeps_no_other_waiting(cards, monkeypatch):
    def broken(now):
        raise RuntimeError

    monkeypatch.setitem(tending.WORK, "bank notices worked on", broken)
    payment = cards.buy(150_000)
    cards.fake.pay(payment.provider_ref)
    cards.fake.outbox.waiting.clear()
    done = tend(timezone.now() + timedelta(hours=1))
    assert (done["broken"], paid(payment)) == (1, [150_000])


# --- money that goes back -----------------------------------------------------------------------------------------------


def test_a_refund_goes_through_stripe_once_and_its_event_changes_nothing(cards):
    refund = cards.send_back(proposal(cards.bought(100_000, 50_000)))
    assert (refund.state, refund.amount, refund.back_to) == ("confirmed", 100_000, Receipt.objects.get())
    before = balances()
    cards.fake.outbox.faults = {"duplicate", "reorder"}
    cards.tell()
    assert (balances(), Refund.objects.count()) == (before, 1)
    assert ledger.balance(Account.STRIPE) == 50_000 - 14_600
    assert ledger.balance(Account.REFUNDS_OUT) == 0


def test_case_14_a_refund_without_an_answer_is_asked_for_again_with_the_same_key(cards):
    refund = proposal(cards.bought(150_000))
    cards.fake.fail("drop", "POST /v1/refunds", times=9)
    refund = cards.send_back(refund)
    assert (refund.state, refund.fault) == ("sending", "no_answer")
    cards.fake.faults.clear()
    cards.fake.outbox.waiting.clear()
    assert check_refunds(timezone.now() + timedelta(hours=1)) == {"asked": 1, "done": 1}
    refund.refresh_from_db()
    assert (refund.state, refund.tries, len(cards.fake.world.all("refund"))) == ("confirmed", 1, 1)


def test_a_refused_refund_fails_and_the_next_try_has_another_key(cards):
    receipt = cards.bought(150_000)
    cards.fake.world.objects[receipt.provider_id]["disputed"] = True
    refund = cards.send_back(proposal(receipt))
    assert (refund.state, refund.fault) == ("failed", "charge_disputed")
    assert ledger.balance(Account.REFUNDS_OUT) == -150_000  # still promised
    first_key = refund.key
    cards.fake.world.objects[receipt.provider_id]["disputed"] = False
    with cards.commit(execute=True):
        send_refund(refund.pk, by=staff())
    refund.refresh_from_db()
    assert (refund.state, refund.tries) == ("confirmed", 2)
    assert refund.key != first_key


def test_case_12_a_refund_of_another_sum_is_not_taken_for_ours(cards):
    refund = proposal(cards.bought(150_000))
    cards.fake.world.refunds_succeed = False
    refund = cards.send_back(refund)
    for amount, currency in ((15_000_000, "vnd"), (1_500, "vnd"), (150_000, "usd")):
        said = Refunded(
            ref=refund.provider_ref,
            outcome=RefundOutcome.DONE,
            amount=amount,
            currency=currency,
            key=refund.key,
        )
        take_refund("stripe", said)
        refund.refresh_from_db()
        assert (refund.state, refund.fault) == ("sending", "other_amount")
    cards.fake.world.settle_refund(refund.provider_ref)
    cards.tell()
    refund.refresh_from_db()
    assert (refund.state, refund.fault) == ("confirmed", "")


def test_case_15_a_refund_that_failed_after_it_arrived_is_booked_back_and_sent_again(cards):
    receipt = cards.bought(150_000)
    refund = cards.send_back(proposal(receipt))
    cards.tell()
    cards.fake.world.fail_refund(refund.provider_ref)
    cards.fake.outbox.faults = {"duplicate", "reorder"}
    cards.tell()
    refund.refresh_from_db()
    assert (refund.state, refund.fault) == ("failed", "lost_or_stolen_card")
    assert ledger.balance(Account.STRIPE) == 150_000 - 14_600
    with cards.commit(execute=True):
        send_refund(refund.pk, by=staff())
    cards.tell()
    refund.refresh_from_db()
    assert (refund.state, ledger.balance(Account.STRIPE)) == ("confirmed", -14_600)


def test_case_15_refunds_of_two_farms_at_once_never_exceed_the_charge(cards):
    receipt = cards.bought(100_000, 50_000)
    refunds = [cards.send_back(proposal(receipt, number)) for number in (0, 1)]
    assert [row.state for row in refunds] == ["confirmed", "confirmed"]
    assert sum(row["amount"] for row in cards.fake.world.all("refund")) == 150_000
    with pytest.raises(WrongStep):
        propose_return(receipt.pk, by=staff())


def test_a_refund_larger_than_one_charge_goes_back_to_several(cards):
    receipt = cards.bought(100_000)
    order = receipt.allocations.get().payment.order
    second = Payment.objects.create(
        order=order, purchase=order.purchase, shop_id=order.shop_id, method="card", provider="stripe", amount=60_000,
        code="LUASECOND", state="created",
    )  # fmt: skip
    begin(second.pk, return_url="http://testserver/ve/", notify_url="http://testserver/bao/")
    second.refresh_from_db()
    cards.fake.pay(second.provider_ref)
    cards.tell()  # paid twice: 60,000 too much, then the farm gives up as well
    cancel_order(order.pk, by=SYSTEM)
    Refund.objects.all().delete()
    whole = Refund.objects.create(
        order=order, amount=160_000, reason="cancelled", way="provider", provider="stripe"
    )
    cards.send_back(whole)
    cards.tell()
    rows = Refund.objects.order_by("pk").values_list("amount", "state")
    assert list(rows) == [(100_000, "confirmed"), (60_000, "confirmed")]
    assert {row["amount"] for row in cards.fake.world.all("refund")} == {100_000, 60_000}


def test_two_people_are_needed_for_a_large_refund_also_when_it_was_split(cards, settings):
    settings.REFUND_TWO_PEOPLE = 120_000
    refund = proposal(cards.bought(100_000))
    one = staff()
    approve_refund(refund.pk, by=one)
    twin = {"reason": refund.reason, "created_at": refund.created_at, "way": "provider", "provider": "stripe"}
    twin = Refund.objects.create(
        order=refund.order, amount=60_000, state="approved", **twin
    )  # as a split leaves it
    with pytest.raises(NotYourself):
        send_refund(refund.pk, by=one)
    with pytest.raises(StaffOnly):
        send_refund(refund.pk, by=UserFactory())
    twin.delete()


def test_case_15_a_refund_in_stripes_pages_lowers_the_prices_by_what_each_farm_got(cards):
    receipt = cards.bought(100_000, 50_000)
    cards.fake.refund(receipt.provider_id, 40_000)
    cards.fake.outbox.faults = {"duplicate", "reorder"}
    cards.tell()
    rows = Refund.objects.order_by("order").values_list("amount", "state", "reason")
    assert list(rows) == [(26_667, "confirmed", "by_hand"), (13_333, "confirmed", "by_hand")]
    orders = [row.payment.order for row in receipt.allocations.order_by("payment__order")]
    assert [order.total for order in orders] == [73_333, 36_667]
    assert ledger.balance(Account.SELLER) == -110_000
    assert Payment.objects.filter(state="waiting").count() == 0  # nobody is asked for it again


def test_case_15_a_refund_in_stripes_pages_of_a_proposal_takes_the_proposal_back(cards):
    receipt = cards.bought(150_000)
    waiting = proposal(receipt)
    cards.fake.refund(receipt.provider_id)
    cards.tell()
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"
    assert Refund.objects.get(reason="by_hand").state == "confirmed"
    assert balances() == {("fees", None): 14_600, ("stripe", None): -14_600}


def test_case_15_a_refund_in_stripes_pages_of_an_approved_one_is_that_one(cards):
    receipt = cards.bought(150_000)
    refund = proposal(receipt)
    approve_refund(refund.pk, by=staff())
    cards.fake.refund(receipt.provider_id)
    cards.tell()
    refund.refresh_from_db()
    assert (refund.state, Refund.objects.count()) == ("confirmed", 1)
    cards.fake.world.fail_refund(refund.provider_ref)
    cards.tell()
    refund.refresh_from_db()
    assert refund.state == "failed"


def test_no_refund_is_approved_beyond_its_charge(cards):
    receipt = cards.bought(150_000)
    cards.fake.refund(receipt.provider_id, 100_000)
    cards.tell()
    order = receipt.allocations.get().payment.order
    more = Refund.objects.create(
        order=order, amount=60_000, reason="short", way="provider", provider="stripe"
    )
    with pytest.raises(TooMuch):
        approve_refund(more.pk, by=staff())
    more.delete()


# --- disputes -------------------------------------------------------------------------------------------------------------


def test_case_19_a_dispute_holds_the_money_and_a_won_one_gives_it_back(cards):
    receipt = cards.bought(100_000, 50_000)
    shops = [row.payment.shop_id for row in receipt.allocations.order_by("payment__order")]
    dispute = cards.fake.world.open_dispute(receipt.provider_id)
    cards.tell()
    assert ledger.balance(Account.DISPUTES_HELD) == 150_000
    assert ledger.balance(Account.STRIPE) == -14_600 - 380_000
    assert [dispute_queries.disputed_of(shop) for shop in shops] == [100_000, 50_000]
    assert [row.ref for row in dispute_queries.disputes()] == [dispute["id"]]
    cards.fake.world.close_dispute(dispute["id"], won=True)
    cards.fake.outbox.faults = {"duplicate", "reorder"}
    cards.tell()
    assert (ledger.balance(Account.DISPUTES_HELD), ledger.balance(Account.FEES)) == (0, 394_600)
    assert (Dispute.objects.get().state, dispute_queries.disputed_of(shops[0])) == ("won", 0)
    assert ledger.balance(Account.SELLER) == -150_000


@pytest.mark.parametrize(("goodwill", "borne_by"), [(False, Account.SELLER), (True, Account.GOODWILL)])
def test_case_19_a_dispute_lost_after_the_payout_is_the_sellers_or_the_markets(
    cards, settings, goodwill, borne_by
):
    settings.DISPUTE_GOODWILL = goodwill
    receipt = cards.bought(150_000)
    shop = receipt.allocations.get().payment.shop_id
    lines = [ledger.Line(Account.SELLER, 150_000, shop), ledger.Line(Account.BANK, -150_000)]
    ledger.post("payout:1", "payout", lines)  # the seller has been paid
    dispute = cards.fake.world.open_dispute(receipt.provider_id)
    cards.fake.world.close_dispute(dispute["id"], won=False)
    cards.fake.outbox.faults = {"duplicate"}
    cards.tell()
    assert (Dispute.objects.get().state, ledger.balance(Account.DISPUTES_HELD)) == ("lost", 0)
    assert ledger.balance(borne_by) == 150_000
    assert ledger.balance(Account.SELLER) == (0 if goodwill else 150_000)


def test_case_19_a_dispute_lost_before_the_payout_lowers_what_the_seller_gets_even_with_goodwill(
    cards, settings
):
    settings.DISPUTE_GOODWILL = True
    receipt = cards.bought(150_000)
    dispute = cards.fake.world.open_dispute(receipt.provider_id, amount=40_000)
    cards.fake.world.close_dispute(dispute["id"], won=False)
    cards.tell()
    assert (ledger.balance(Account.SELLER), ledger.balance(Account.GOODWILL)) == (-110_000, 0)


# --- payouts of Stripe's to our bank --------------------------------------------------------------------------------------


def test_a_payout_in_dong_is_booked_when_it_arrived_and_back_when_it_returns(cards):
    cards.bought(150_000)
    payout = cards.fake.make_payout()
    cards.tell()
    assert ledger.balance(Account.BANK) == 0
    cards.fake.world.close_payout(payout["id"], paid=True)
    cards.fake.outbox.faults = {"duplicate"}
    cards.tell()
    assert (ledger.balance(Account.BANK), ledger.balance(Account.STRIPE)) == (135_400, 0)
    cards.fake.world.close_payout(payout["id"], paid=False)
    cards.tell()
    assert (ledger.balance(Account.BANK), ledger.balance(Account.STRIPE)) == (0, 135_400)


def test_a_payout_in_dollars_waits_for_what_the_bank_got_and_the_rest_is_exchange(cards):
    cards.fake.world.settles_in = ("usd", Decimal("0.004"))
    cards.bought(150_000)  # 600 cents
    payout = cards.fake.make_payout(460)  # 115,000 đồng
    cards.fake.world.close_payout(payout["id"], paid=True)
    cards.tell()
    row = dispute_queries.payouts_to_book()[0]
    with pytest.raises(StaffOnly):
        payout_arrived(row.pk, 114_200, by=UserFactory())
    for _ in range(2):
        payout_arrived(row.pk, 114_200, by=staff())
    assert (ledger.balance(Account.BANK), ledger.balance(Account.FX)) == (114_200, 800)
    lines = LedgerEntry.objects.get(key=f"provider_payout:{row.pk}").lines
    assert lines.get(account=Account.STRIPE).amount == -115_000
    assert dispute_queries.payouts_to_book() == []


def test_a_payout_that_the_bank_told_of_is_not_counted_twice(cards):
    cards.fake.world.settles_in = ("usd", Decimal("0.004"))
    cards.bought(150_000)
    payout = cards.fake.make_payout(460)
    cards.fake.world.close_payout(payout["id"], paid=True)
    cards.tell()
    account = OperatorsAccountFactory()
    line = keep_and_match(account, bank_line(account, "STRIPE", 114_200))
    row = dispute_queries.payouts_to_book()[0]
    with pytest.raises(WrongStep):
        payout_arrived(row.pk, 115_000, by=staff(), receipt_id=line.pk)
    payout_arrived(row.pk, 114_200, by=staff(), receipt_id=line.pk)
    assert (ledger.balance(Account.BANK), ledger.balance(Account.UNMATCHED)) == (114_200, 0)


# --- property 3 -----------------------------------------------------------------------------------------------------------


def test_any_order_and_any_repetition_of_the_same_events_give_the_same_balances(cards):
    payment = cards.buy(100_000, 50_000, 70_001)
    cards.fake.decline(payment.provider_ref)
    cards.fake.pay(payment.provider_ref)
    charge = cards.fake.charge_of(payment.provider_ref)["id"]
    failed = cards.fake.refund(charge, 20_000)
    cards.fake.refund(charge, 33_333)
    cards.fake.world.fail_refund(failed["id"])
    for won, amount in ((True, 50_000), (False, 60_000)):
        dispute = cards.fake.world.open_dispute(charge, amount)
        cards.fake.world.close_dispute(dispute["id"], won=won)
    payout = cards.fake.make_payout(1) if cards.fake.world.balance() > 0 else None
    if payout:
        cards.fake.world.close_payout(payout["id"], paid=True)
    events = list(cards.fake.outbox.waiting)
    chance, found = random.Random(2026), []
    for round_ in range(8):
        told = (
            events if not round_ else events[::-1] if round_ == 1 else chance.choices(events, k=12) + events
        )
        if round_ > 1:
            chance.shuffle(told)
        with transaction.atomic():
            cards.fake.outbox.waiting = list(told)
            cards.tell()
            work_left(timezone.now() + timedelta(hours=1))
            found.append(balances())
            transaction.set_rollback(True)
    assert found[0]
    assert all(each == found[0] for each in found)


def test_the_buyer_is_told_once_that_a_card_was_refunded(cards):
    refund = cards.send_back(proposal(cards.bought(150_000)))
    cards.tell()
    assert Message.objects.filter(key=f"refund:{refund.pk}").count() == 1
