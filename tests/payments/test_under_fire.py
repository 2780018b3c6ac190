"""Banks tell twice, late, all at once, and the power goes meanwhile: every transfer is booked once and none is lost."""

import json
import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.actors import Actor
from orders.models import Order
from payments import self_checks
from payments.models import LedgerLine, Payment, PaymentAccount, Receipt, WebhookEvent
from payments.providers.sepay import signed_headers
from payments.services import checkout, declare_received, keep_and_match, process_left, take_notices
from tests.factories import (
    CartFactory,
    CommuneFactory,
    OperatorsAccountFactory,
    ProductFactory,
    ShopFactory,
    buyer_facts,
)
from tests.payments.notices import bank_line

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
FARMER = Actor(user_id=1, name="farmer")
CHECKS = [
    self_checks.entries, self_checks.accounts, self_checks.paid, self_checks.payments, self_checks.receipts,
    self_checks.settled, self_checks.balances,
]  # fmt: skip


def troubles() -> list[str]:
    return [trouble for check in CHECKS for trouble in check()]


def expecting(count: int, method: str = "") -> list[Payment]:
    """So many orders that wait for a transfer each."""
    product = ProductFactory(ShopFactory(), price=10_000, stock=100_000)
    CommuneFactory()
    for number in range(count):
        checkout(CartFactory(product, quantity=1), buyer_facts(), key=f"{method}{number}", method=method)
    return list(
        Payment.objects.filter(account__isnull=False, method=method or "vietqr").select_related("account")
    )


def body_of(payment: Payment, number: int, amount: int = 0) -> bytes:
    """SePay's notice that a payment's money has come."""
    return json.dumps(
        {
            "id": number, "transactionDate": "2026-11-20 14:02:37", "accountNumber": payment.account.number,
            "content": f"CT {payment.code}", "transferType": "in", "transferAmount": amount or payment.amount,
            "referenceCode": f"FT{number}",
        }
    ).encode()  # fmt: skip


def test_case_1_a_hundred_deliveries_of_one_notice_at_once_book_once(run_at_once):
    payment = expecting(1)[0]
    feed = payment.account.feeds.get()
    body = body_of(payment, 1)
    address = reverse("payment_notice", args=["sepay", feed.token])
    headers = signed_headers(feed.secret, timezone.now(), body)

    def deliver() -> None:
        answer = Client().post(address, body, content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.status_code

    assert set(run_at_once(100, deliver)) == {"ok"}
    payment.refresh_from_db()
    assert (payment.received, Receipt.objects.count(), WebhookEvent.objects.count()) == (10_000, 1, 1)
    assert troubles() == []


DISTINCT, TIMES = 160, 63


def test_property_3_10000_events_in_any_order_with_repeats_end_in_the_same_balances(settings):
    """Bank lines to farms and to the operator, exact, short, over, strays, and sellers' own words before or after."""
    settings.PAYMENT_POOLED = True
    operators = OperatorsAccountFactory()
    payments = [*expecting(40), *expecting(40, "pooled")]
    chance = random.Random(11)
    events: list = [(declare, (payment,)) for payment in payments[:10]]
    events += [(keep, (each.account, _line(each, number, 10_000))) for number, each in enumerate(payments)]
    for number in range(len(events), DISTINCT):
        payment = chance.choice(payments[10:])  # a seller's word means "all of it", so no odd sums meet it
        events.append(
            (keep, (payment.account, _line(payment, number, chance.choice((10_000, 9_999, 10_500)))))
        )
        if chance.random() < 0.2:
            line = bank_line(
                operators, "chuyen tien", 777, number=f"stray {number}", booked_at=_minute(number)
            )
            events[-1] = (keep, (operators, line))

    in_order = balances_after(events)
    shuffled = events * TIMES
    chance.shuffle(shuffled)
    assert len(shuffled) > 10_000
    assert balances_after(shuffled) == in_order


def _line(payment: Payment, number: int, amount: int):
    return bank_line(
        payment.account, f"CT {payment.code}", amount, number=str(number), booked_at=_minute(number)
    )


def _minute(number: int) -> datetime:
    return datetime(2026, 11, 20, 7, 0, tzinfo=UTC) + timedelta(minutes=number)


def keep(account: PaymentAccount, line) -> None:
    with transaction.atomic():
        keep_and_match(account, line)


def declare(payment: Payment) -> None:
    declare_received(payment, by=FARMER)


def balances_after(events: list) -> dict:
    """What every account, seller and order holds after some events; the world is as before afterwards."""
    with transaction.atomic():
        for call, facts in events:
            call(*facts)
        assert troubles() == []
        lines = LedgerLine.objects.order_by("account", "shop", "party").values_list(
            "account", "shop", "party"
        )
        state = {
            "ledger": list(lines.annotate(sum=Sum("amount"))),
            "orders": list(Order.objects.order_by("pk").values_list("pk", "paid")),
        }
        transaction.set_rollback(True)
    return state


KILLED = 150


def test_a_power_cut_while_notices_are_worked_on_loses_nothing():
    """A child takes signed notices one after the other and is killed twelve times; the bank then repeats them all."""
    payments = expecting(KILLED)
    bodies = [(payment, body_of(payment, number)) for number, payment in enumerate(payments, start=1)]
    chance = random.Random(4)
    for _ in range(12):
        in_a_child(bodies, live_for=chance.uniform(0.02, 0.5))
    process_left(timezone.now() + timedelta(minutes=5))
    for payment, body in bodies:  # what was never answered comes again
        take(payment, body)
    process_left(timezone.now() + timedelta(minutes=5))
    assert Receipt.objects.filter(state="matched").count() == KILLED
    assert set(Payment.objects.values_list("state", "received")) == {("confirmed", 10_000)}
    assert not WebhookEvent.objects.filter(processed_at=None).exists()
    assert troubles() == []


def take(payment: Payment, body: bytes) -> None:
    feed = payment.account.feeds.get()
    take_notices(feed, signed_headers(feed.secret, timezone.now(), body), body)


def in_a_child(bodies: list[tuple[Payment, bytes]], live_for: float) -> None:
    """Work in a process of its own until it is killed or done."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            for payment, body in bodies:
                take(payment, body)
        finally:
            os._exit(0)
    time.sleep(live_for)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
