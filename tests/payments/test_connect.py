"""Sellers with an account at Stripe get their part of a charge, once, and give it back with a refund."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.actors import SYSTEM
from orders.services import confirm_receipt, farmer_step
from orders.states import State
from payments import dispute_queries, ledger
from payments.models import Account, ConnectedAccount, Receipt, Refund, Reversal, Transfer
from payments.services import onboard, tend
from tests.factories import ShopFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/ban-hang/tien/the/"


@pytest.fixture
def connected(cards, settings):
    """A market whose sellers may have accounts at Stripe."""
    settings.PAYMENT_STRIPE_CONNECT = True
    return cards


def seller(cards, *, ready=True):
    """A shop with an account at Stripe that can (or cannot yet) be paid."""
    shop = ShopFactory(account=False)
    onboard(shop, by=shop.owner, return_url="http://testserver/1/", refresh_url="http://testserver/2/")
    if ready:
        cards.fake.world.enable_account(shop.connected_account.ref)
        cards.tell()
    return shop


def deliver(cards, order):
    """The farm packs and sends an order, and its buyer has it."""
    with cards.commit(execute=True):
        for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
            farmer_step(order.pk, step, by=SYSTEM)
        confirm_receipt(order.pk)


def sold(cards, *prices, shops=None):
    """The orders of a purchase paid by card and delivered, and the charge."""
    receipt = cards.bought(*prices, shops=shops or [seller(cards) for _ in prices])
    orders = [row.payment.order for row in receipt.allocations.order_by("payment__order")]
    for order in orders:
        deliver(cards, order)
    return orders, receipt


def come_back(cards, order):
    """The goods come back and so does the buyer's money."""
    farmer_step(order.pk, State.RETURNED, by=SYSTEM)
    return cards.send_back(order.refunds.get())


def test_each_seller_gets_their_part_of_the_charge_after_delivery(connected):
    orders, receipt = sold(connected, 100_000, 50_000)
    rows = list(Transfer.objects.order_by("pk"))
    assert [(row.amount, row.state, row.order) for row in rows] == [
        (100_000, "sent", orders[0]),
        (50_000, "sent", orders[1]),
    ]
    kept = connected.fake.world.all("transfer")
    assert {row["source_transaction"] for row in kept} == {receipt.provider_id}
    assert {row["transfer_group"] for row in kept} == {receipt.memo}
    assert (ledger.balance(Account.SELLER), ledger.balance(Account.STRIPE)) == (0, -14_600)


@pytest.mark.parametrize("on", [True, False])
def test_sellers_without_such_an_account_are_paid_by_the_bank_as_ever(connected, settings, on):
    settings.PAYMENT_STRIPE_CONNECT = on
    shop = ShopFactory(account=False) if on else seller(connected)
    sold(connected, 100_000, shops=[shop])
    assert not Transfer.objects.exists()
    assert ledger.balance(Account.SELLER) == -100_000


def test_case_18_an_account_closed_between_charge_and_transfer_keeps_its_money_here(connected):
    shop = seller(connected)
    connected.fake.world.disable_account(shop.connected_account.ref)
    connected.fake.outbox.waiting.clear()  # nobody has told us
    sold(connected, 100_000, shops=[shop])
    row, account = Transfer.objects.get(), ConnectedAccount.objects.get()
    assert (row.state, row.fault) == ("failed", "insufficient_capabilities_for_transfer")
    assert (account.can_be_paid, account.due) == (False, ["individual.verification.document"])
    assert ledger.balance(Account.SELLER) == -100_000
    connected.fake.world.enable_account(account.ref)
    connected.tell()
    tend(timezone.now() + timedelta(hours=2))
    row.refresh_from_db()
    assert (row.state, row.tries, ledger.balance(Account.SELLER)) == ("sent", 2, 0)


def test_case_18_a_transfer_larger_than_the_charges_rest_is_refused_and_the_seller_still_owed(connected):
    shop = seller(connected)
    receipt = connected.bought(100_000, shops=[shop])
    with connected.fake.world.lock:
        connected.fake.world.create_transfer(
            {
                "destination": shop.connected_account.ref,
                "amount": 30_000,
                "currency": "vnd",
                "source_transaction": receipt.provider_id,
            }
        )  # by hand in Stripe's pages
    deliver(connected, receipt.allocations.get().payment.order)
    row = Transfer.objects.get()
    assert (row.state, ledger.balance(Account.SELLER)) == ("failed", -100_000)


def test_what_was_refunded_before_is_not_given(connected):
    shop = seller(connected)
    receipt = connected.bought(100_000, shops=[shop])
    connected.fake.refund(receipt.provider_id, 30_000)
    connected.tell()
    deliver(connected, receipt.allocations.get().payment.order)
    assert Transfer.objects.get().amount == 70_000


def test_case_16_a_seller_in_debt_gets_what_is_left_above_it(connected):
    shop = seller(connected)
    lines = [ledger.Line(Account.SELLER, 40_000, shop.pk), ledger.Line(Account.COMMISSION, -40_000)]
    ledger.post("debt:1", "commission", lines)
    sold(connected, 100_000, shops=[shop])
    assert (Transfer.objects.get().amount, ledger.balance(Account.SELLER)) == (60_000, 0)


def test_nothing_is_given_while_the_charge_is_disputed(connected):
    shop = seller(connected)
    receipt = connected.bought(100_000, shops=[shop])
    connected.fake.world.open_dispute(receipt.provider_id)
    connected.tell()
    deliver(connected, receipt.allocations.get().payment.order)
    assert not Transfer.objects.exists()


def test_money_that_reached_the_seller_otherwise_is_not_given_twice(connected):
    shop = seller(connected)
    connected.fake.world.disable_account(shop.connected_account.ref)
    connected.fake.outbox.waiting.clear()
    sold(connected, 100_000, shops=[shop])
    lines = [ledger.Line(Account.SELLER, 100_000, shop.pk), ledger.Line(Account.BANK, -100_000)]
    ledger.post("payout:1", "payout", lines)
    connected.fake.world.enable_account(shop.connected_account.ref)
    connected.tell()
    tend(timezone.now() + timedelta(hours=2))
    row = Transfer.objects.get()
    assert (row.state, row.fault, ledger.balance(Account.SELLER)) == ("failed", "not_owed", 0)


@pytest.mark.parametrize("fault", ["409", "429", "500", "drop"])
def test_case_14_a_transfer_without_an_answer_is_made_once(connected, fault):
    shop = seller(connected)
    connected.fake.fail(fault, "POST /v1/transfers", times=3)  # with the library's own tries
    sold(connected, 100_000, shops=[shop])
    row = Transfer.objects.get()
    assert (row.state, ledger.balance(Account.SELLER)) == (
        "sending",
        0,
    )  # booked, so that nothing else takes it
    connected.fake.faults.clear()
    tend(timezone.now() + timedelta(hours=2))
    row.refresh_from_db()
    assert (row.state, row.tries, len(connected.fake.world.all("transfer"))) == ("sent", 1, 1)


def test_a_refund_takes_the_sellers_part_back(connected):
    (order, _other), _receipt = sold(connected, 100_000, 50_000)
    assert come_back(connected, order).state == "confirmed"
    transfer = Transfer.objects.get(order=order)
    assert (transfer.state, transfer.reversed) == ("reversed", 100_000)
    assert (ledger.balance(Account.SELLER), ledger.balance(Account.STRIPE)) == (0, -14_600)
    connected.tell()
    assert Reversal.objects.count() == 1


def test_a_part_refunded_in_stripes_pages_takes_that_part_back(connected):
    (order,), receipt = sold(connected, 100_000)
    world = connected.fake.world
    connected.bought(90_000)
    refund = world.create_refund({"charge": receipt.provider_id, "amount": 30_000})
    connected.tell()
    assert Refund.objects.get(provider_ref=refund["id"]).state == "confirmed"
    transfer = Transfer.objects.get(order=order)
    assert (transfer.reversed, transfer.state) == (30_000, "sent")
    assert ledger.seller_balance(order.shop_id) == 0


def test_a_reversal_that_fails_leaves_the_seller_owing_and_is_tried_again(connected):
    (order,), _receipt = sold(connected, 100_000)
    account = order.shop.connected_account.ref
    payout = connected.fake.make_payout(account=account)  # the seller has taken it out
    come_back(connected, order)
    row = Reversal.objects.get()
    assert (row.state, row.fault) == ("failed", "balance_insufficient")
    assert ledger.seller_balance(order.shop_id) == 100_000
    assert [each.pk for each in dispute_queries.reversals_open()] == [row.pk]
    connected.fake.world.close_payout(payout["id"], paid=False)  # and it came back to them
    tend(timezone.now() + timedelta(hours=2))
    row.refresh_from_db()
    assert (row.state, row.tries, ledger.seller_balance(order.shop_id)) == ("sent", 2, 0)


def test_a_lost_dispute_after_the_transfer_takes_the_sellers_part_back(connected):
    (order,), receipt = sold(connected, 100_000)
    dispute = connected.fake.world.open_dispute(receipt.provider_id)
    connected.fake.world.close_dispute(dispute["id"], won=False)
    connected.tell()
    assert Transfer.objects.get().state == "reversed"
    assert ledger.seller_balance(order.shop_id) == 0


def test_a_sellers_own_payouts_are_no_money_of_ours(connected):
    (order,), _receipt = sold(connected, 100_000)
    payout = connected.fake.make_payout(account=order.shop.connected_account.ref)
    connected.fake.world.close_payout(payout["id"], paid=True)
    connected.tell()
    assert ledger.balance(Account.BANK) == 0
    assert Receipt.objects.count() == 1


# --- the seller's page ---------------------------------------------------------------------------------------------------


def test_the_owner_opens_an_account_and_comes_back_to_read_how_it_stands(connected, client):
    shop = ShopFactory(account=False)
    client.force_login(shop.owner)
    assert "Nhận tiền thẻ" in client.get(reverse("money:home")).content.decode()
    assert client.get(PAGE).status_code == 200
    left = client.post(PAGE)
    account = ConnectedAccount.objects.get(shop=shop)
    assert f"/c/onboard/{account.ref}" in left.content.decode()
    assert client.post(PAGE).status_code == 200
    assert len(connected.fake.world.all("account")) == 1
    connected.fake.world.enable_account(account.ref)
    assert "Đã mở" in client.get(PAGE).content.decode()
    account.refresh_from_db()
    assert account.can_be_paid


def test_nobody_else_opens_it_and_it_is_not_there_where_the_market_does_not_want_it(
    connected, client, settings
):
    shop = ShopFactory(account=False)
    client.force_login(UserFactory())
    assert client.get(PAGE).status_code in (302, 403, 404)
    client.force_login(shop.owner)
    settings.PAYMENT_STRIPE_CONNECT = False
    assert client.get(PAGE).status_code == 404
    assert "Nhận tiền thẻ" not in client.get(reverse("money:home")).content.decode()


def test_a_silent_stripe_leaves_the_page_with_a_sentence_and_the_next_press_opens_one_account(
    connected, client
):
    shop = ShopFactory(account=False)
    client.force_login(shop.owner)
    connected.fake.fail("drop", "POST /v1/accounts", times=3)
    assert client.post(PAGE, follow=True).status_code == 200
    connected.fake.faults.clear()
    client.post(PAGE)
    assert len(connected.fake.world.all("account")) == 1
