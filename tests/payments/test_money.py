"""Money that comes is matched, booked once, and never lost. Numbers are the reference's cases (section 8)."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from catalog.models import Product
from common.actors import Actor
from orders.errors import WrongState
from orders.services import confirm_receipt, expire_unpaid, farmer_step
from orders.states import State
from payments import ledger
from payments.errors import NoAccount, OwnerOnly
from payments.models import LedgerEntry, Method, Payment, PaymentAccount, Receipt, Refund, WebhookEvent
from payments.providers.sepay import signed_headers
from payments.services import (
    ask_for_rest,
    cancel_order,
    checkout,
    declare_received,
    set_account,
    take_notices,
)
from sellers.models import Consent
from tests.factories import CartFactory, OrderFactory, ShopFactory, UserFactory, buyer_facts

pytestmark = pytest.mark.django_db


def notice(payment, amount=None, number=1, memo=None, **fields):
    """The body of a SePay notice for a payment's account."""
    body = {
        "id": number, "gateway": "Agribank", "transactionDate": "2026-11-20 14:02:37",
        "accountNumber": payment.account.number, "subAccount": None, "code": None,
        "content": f"MBVCB.3278907687.{payment.code}.CT tu 0011001234567" if memo is None else memo,
        "transferType": "in", "transferAmount": payment.amount if amount is None else amount, "accumulated": 1,
        "referenceCode": f"FT{number}",
    }  # fmt: skip
    return json.dumps(body | fields).encode()


def bank_says(payment, **fields):
    """Deliver a signed notice to the account's own address."""
    feed = payment.account.feeds.get()
    body = notice(payment, **fields)
    return take_notices(feed, signed_headers(feed.secret, timezone.now(), body), body)


@pytest.fixture
def payment():
    return OrderFactory(price=50_000, quantity=3).payments.get()


def test_a_signed_notice_pays_the_order_and_the_books_balance(payment):
    bank_says(payment)
    payment.refresh_from_db()
    order = payment.order
    assert (payment.state, payment.received, payment.by_machine) == (Payment.State.CONFIRMED, 150_000, True)
    assert order.is_paid
    assert ledger.balance("buyer_funds") == ledger.balance("seller", order.shop) == 0
    assert LedgerEntry.objects.filter(posted=True).count() == 2


def test_case_1_the_same_notice_twice_counts_once(payment):
    bank_says(payment)
    assert bank_says(payment).duplicate
    payment.refresh_from_db()
    assert (payment.received, Receipt.objects.count(), WebhookEvent.objects.count()) == (150_000, 1, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_case_1_the_same_notice_twice_at_once_counts_once(payment, run_at_once):
    assert set(run_at_once(8, lambda: bank_says(payment))) == {"ok"}
    payment.refresh_from_db()
    assert (payment.received, payment.order.paid, Receipt.objects.count()) == (150_000, 150_000, 1)


def test_case_3_the_same_transfer_under_another_number_is_known_by_its_reference(payment):
    bank_says(payment)
    bank_says(payment, number=2, referenceCode="FT1")
    payment.refresh_from_db()
    assert payment.received == 150_000


@pytest.mark.parametrize(
    ("amount", "state", "rest"),
    [(149_999, "waiting", 1), (150_000, "confirmed", 0), (150_001, "confirmed", 0)],
)
def test_case_5_a_dong_less_waits_for_the_rest_and_a_dong_more_is_to_be_returned(
    payment, amount, state, rest
):
    bank_says(payment, amount=amount)
    payment.refresh_from_db()
    assert (payment.state, payment.rest) == (state, rest)
    assert list(Refund.objects.values_list("amount", "reason")) == (
        [(1, "overpaid")] if amount > 150_000 else []
    )
    second = ask_for_rest(payment.order_id)
    assert (second.amount if second else 0) == rest


def test_case_5_the_rest_comes_by_its_own_code_and_pays_the_order(payment):
    bank_says(payment, amount=100_000)
    rest = ask_for_rest(payment.order_id)
    assert ask_for_rest(payment.order_id) == rest
    bank_says(rest, number=2)
    payment.order.refresh_from_db()
    assert payment.order.is_paid
    assert ledger.balance("buyer_funds") == 0


def test_case_6_two_codes_in_one_memo_are_left_to_a_person(payment):
    other = OrderFactory(shop=payment.order.shop).payments.get()
    bank_says(payment, memo=f"{payment.code} {other.code}")
    assert Receipt.objects.get().state == Receipt.State.AMBIGUOUS
    payment.refresh_from_db()
    assert payment.received == 0


@pytest.mark.parametrize("memo", ["", "tra tien na", "LUA2222222X"])
def test_case_8_money_without_a_known_code_is_kept_unmatched(payment, memo):
    bank_says(payment, memo=memo)
    assert Receipt.objects.get().state == Receipt.State.UNMATCHED


def test_case_8_a_code_of_another_sellers_account_matches_nothing(payment):
    stranger = OrderFactory().payments.get()
    bank_says(payment, memo=stranger.code)
    stranger.refresh_from_db()
    assert (stranger.received, Receipt.objects.get().state) == (0, Receipt.State.UNMATCHED)


@pytest.mark.parametrize("fields", [{"transferType": "out"}, {"transferAmount": 0}, {"accountNumber": "9"}])
def test_case_10_outgoing_and_empty_lines_and_other_accounts_are_kept_and_ignored(payment, fields):
    bank_says(payment, **fields)
    assert Receipt.objects.get().state == Receipt.State.IGNORED
    payment.refresh_from_db()
    assert payment.received == 0


@pytest.mark.parametrize(
    "forge",
    [
        lambda h, b: ({}, b),
        lambda h, b: (h, b.replace(b"150000", b"950000")),
        lambda h, b: (h | {"X-SePay-Timestamp": str(int(h["X-SePay-Timestamp"]) - 301)}, b),
        lambda h, b: (h | {"X-SePay-Signature": "sha256=" + "0" * 64}, b),
    ],
    ids=["unsigned", "tampered", "stale", "wrong"],
)
def test_case_11_a_forged_notice_is_refused_and_nothing_is_kept(client, payment, forge):
    feed = payment.account.feeds.get()
    body = notice(payment)
    headers, body = forge(signed_headers(feed.secret, timezone.now(), body), body)
    url = reverse("payment_notice", args=["sepay", feed.token])
    answer = client.post(url, body, content_type="application/json", headers=headers)
    feed.refresh_from_db()
    assert (answer.status_code, feed.refused) == (401, 1)
    assert not WebhookEvent.objects.exists()
    assert not Receipt.objects.exists()


def test_case_11_a_stale_but_rightly_signed_notice_is_a_replay(client, payment):
    feed = payment.account.feeds.get()
    body = notice(payment)
    headers = signed_headers(feed.secret, timezone.now() - timedelta(seconds=301), body)
    url = reverse("payment_notice", args=["sepay", feed.token])
    assert client.post(url, body, content_type="application/json", headers=headers).status_code == 401


def test_case_11_an_oversized_or_unreadable_notice_moves_no_money(client, payment):
    feed = payment.account.feeds.get()
    url = reverse("payment_notice", args=["sepay", feed.token])
    assert client.post(url, b"x" * 70_000, content_type="application/json").status_code == 413
    body = notice(payment, transferAmount="150.000")
    answer = client.post(
        url, body, content_type="application/json", headers=signed_headers(feed.secret, timezone.now(), body)
    )
    assert (answer.status_code, WebhookEvent.objects.get().fault != "") == (200, True)
    assert not Receipt.objects.exists()


def test_a_notice_at_an_unknown_address_is_404(client):
    assert client.post(reverse("payment_notice", args=["sepay", "0" * 32])).status_code == 404


def test_both_secrets_count_while_one_replaces_the_other(payment):
    feed = payment.account.feeds.get()
    old, feed.previous_secret, feed.secret = feed.secret, feed.secret, "new-secret"
    feed.save()
    body = notice(payment)
    take_notices(feed, signed_headers(old, timezone.now(), body), body)
    assert Receipt.objects.get().state == Receipt.State.MATCHED


def test_case_21_an_edited_order_is_still_paid_by_the_old_code(payment):
    Product.objects.update(price=1)
    bank_says(payment)
    payment.order.refresh_from_db()
    assert payment.order.is_paid


def test_case_23_the_banks_word_makes_the_sellers_word_certain(payment):
    seller = Actor.of(payment.order.shop.owner)
    declare_received(payment, by=seller)
    declare_received(payment, by=seller)
    payment.refresh_from_db()
    assert (payment.state, payment.by_machine) == (Payment.State.CONFIRMED, False)
    bank_says(payment)
    payment.refresh_from_db()
    assert (payment.received, payment.by_machine) == (150_000, True)
    assert payment.order.__class__.objects.get().paid == 150_000


def test_case_25_codes_that_are_out_still_pay_after_the_account_changed(payment):
    shop = payment.order.shop
    set_account(shop, bank_bin="970436", number="0071000123456", holder="LY THI SEN", by=shop.owner)
    bank_says(payment)
    payment.refresh_from_db()
    assert payment.state == Payment.State.CONFIRMED


def test_case_28_a_volunteer_never_sets_the_account_even_with_consent():
    shop, volunteer = ShopFactory(), UserFactory()
    Consent.objects.create(
        shop=shop,
        farmer=shop.owner,
        agent=volunteer,
        scopes=["page", "products", "orders"],
        granted_at=timezone.now(),
    )
    with pytest.raises(OwnerOnly):
        set_account(shop, bank_bin="970405", number="1", holder="X", by=volunteer)


def test_an_account_number_is_not_readable_in_the_database(payment):
    from django.db import connection  # beside its use: only this test looks under the model

    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM payments_paymentaccount")
        kept = [row[0] for row in cursor.fetchall()]
    assert payment.account.number not in "".join(map(str, kept))


def test_cash_on_delivery_is_counted_when_the_goods_arrive():
    order = OrderFactory(pay_on_delivery=True, price=50_000, quantity=3)
    for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
        farmer_step(order.pk, step, by=Actor())
    confirm_receipt(order.pk)
    confirm_receipt(order.pk)
    order.refresh_from_db()
    assert (order.paid, order.payments.get().method) == (150_000, Method.COD)
    assert ledger.balance("buyer_funds") == 0


def test_a_shop_without_an_account_takes_no_prepaid_order():
    from orders.carts import put_in_cart
    from tests.factories import ProductFactory

    product = ProductFactory(stock=5)
    PaymentAccount.objects.filter(shop=product.shop).update(closed_at=timezone.now())
    cart = CartFactory()
    put_in_cart(cart, product, product.minimum)
    with pytest.raises(NoAccount):
        checkout(cart, buyer_facts(), key="k")
    product.refresh_from_db()
    assert product.stock == 5
    assert checkout(cart, buyer_facts(pay_on_delivery=True), key="k").total == product.price


def test_a_cancelled_order_owes_the_buyer_what_was_paid_once(payment):
    bank_says(payment, amount=150_001)
    cancel_order(payment.order_id, by=Actor())
    assert sorted(Refund.objects.values_list("amount", "reason")) == [(1, "overpaid"), (150_000, "cancelled")]
    with pytest.raises(WrongState):
        cancel_order(payment.order_id, by=Actor())
    assert Refund.objects.count() == 2


def test_a_cancelled_order_expects_no_money_and_gives_back_what_still_comes(payment):
    cancel_order(payment.order_id, by=Actor())
    payment.refresh_from_db()
    assert payment.state == Payment.State.CANCELLED
    bank_says(payment)
    assert Refund.objects.get().amount == 150_000


def late_money(payment, hours):
    """The whole price comes so long after the order was given up for want of it."""
    payment.order.refresh_from_db()
    given_up = payment.order.held_until
    list(expire_unpaid(given_up))
    return given_up + timedelta(hours=hours)


def test_case_9_late_money_takes_the_order_up_again_if_its_goods_are_there(payment, time_machine):
    product = payment.order.lines.get().product
    time_machine.move_to(late_money(payment, hours=3))
    bank_says(payment)
    order = payment.order
    order.refresh_from_db()
    product.refresh_from_db()
    assert (order.state, order.is_paid, order.steps.last().reason) == (State.NEW, True, "paid late")
    assert (product.stock, Refund.objects.count()) == (97, 0)
    assert ledger.balance("buyer_funds") == 0
    cancel_order(order.pk, by=Actor(user_id=1))
    product.refresh_from_db()
    assert product.stock == 100


@pytest.mark.parametrize(
    ("hours", "stock", "paid"),
    [(49, 100, 150_000), (3, 2, 150_000), (3, 100, 149_999)],
    ids=["late", "sold out", "short"],
)
def test_case_9_otherwise_it_goes_back_and_the_buyer_hears_of_it(payment, time_machine, hours, stock, paid):
    time_machine.move_to(late_money(payment, hours))
    Product.objects.update(stock=stock)
    bank_says(payment, amount=paid)
    payment.order.refresh_from_db()
    assert payment.order.state == State.CANCELLED
    assert Refund.objects.get().amount == paid
    assert "trả lại" in Message.objects.get(kind="order_late_money").body
    assert Product.objects.get().stock == stock
