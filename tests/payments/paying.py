"""Worlds in which the operator holds sellers' money."""

import itertools
from datetime import timedelta

from django.contrib.auth.models import Permission
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from common.actors import SYSTEM
from orders.models import Order
from orders.services import confirm_receipt, farmer_step
from orders.states import State
from payments.models import BankFeed, Method, PaymentAccount, Receipt
from payments.providers.base import Direction, Notice
from payments.services import checkout, confirm, keep_and_match
from sellers.models import Shop
from tests.factories import LONG_AGO, CartFactory, ProductFactory, UserFactory, buyer_facts

numbers = itertools.count(1)


def money_runner() -> User:
    """Somebody who runs the market's money."""
    person = UserFactory()
    person.user_permissions.add(Permission.objects.get(codename="run_money"))
    return User.objects.get(pk=person.pk)


def operators_bank() -> PaymentAccount:
    """The operator's account, with its feed."""
    account = PaymentAccount.objects.filter(shop=None, closed_at=None).first()
    if account is None:
        account = PaymentAccount.objects.create(
            bank_bin="970436", number="0071000999888", number_end="9888", holder="CHO BAN", created_at=LONG_AGO,
            usable_from=LONG_AGO,
        )  # fmt: skip
        BankFeed.objects.create(account=account)
    return account


def pooled_order(shop: Shop, amount: int, *, delivered: bool = True, product=None) -> Order:
    """An order paid to the operator, and (unless told otherwise) brought to its buyer."""
    account = operators_bank()
    product = product or ProductFactory(shop, price=amount)
    number = next(numbers)
    cart = CartFactory(product, quantity=1)
    with override_settings(PAYMENT_POOLED=True):
        purchase = checkout(cart, buyer_facts(), key=f"pooled{number}", method=Method.POOLED)
    order = purchase.orders.get()
    payment = order.payments.get()
    receipt = Receipt.objects.create(
        account=account, source=Receipt.Source.BANK, state=Receipt.State.UNMATCHED, amount=payment.rest,
        booked_at=timezone.now(), provider="sepay", provider_id=f"pooled{number}",
    )  # fmt: skip
    confirm(payment, receipt)
    if delivered:
        deliver(order)
    order.refresh_from_db()
    return order


def deliver(order: Order) -> None:
    """Bring a paid order to its buyer."""
    for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
        farmer_step(order.pk, step, by=SYSTEM)
    confirm_receipt(order.pk)


def bank_line(memo: str, amount: int, *, out: bool = False, account: PaymentAccount | None = None) -> Receipt:
    """A line of a bank account as its feed tells it, by default of the operator's."""
    account = account or operators_bank()
    number = next(numbers)
    receipt = keep_and_match(account, Notice(
        provider="sepay", provider_id=f"line{number}", account_number=account.number, amount=amount, memo=memo,
        direction=Direction.OUT if out else Direction.IN, booked_at=timezone.now() + timedelta(microseconds=number),
    ))  # fmt: skip
    assert receipt is not None
    return receipt
