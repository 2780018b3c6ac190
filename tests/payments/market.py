"""A market that takes cards through a Stripe of our own: buyers, staff and webhooks as tests need them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from accounts.models import User
from orders.models import Purchase
from payments import self_checks
from payments.models import LedgerLine, Payment, Receipt, Refund
from payments.providers.fakes.stripe_server import CONNECT_SECRET, WEBHOOK_SECRET, FakeStripe
from payments.providers.fakes.stripe_webhooks import Delivery, Endpoint
from payments.services import approve_refund, begin, checkout, send_refund
from tests.factories import CartFactory, ProductFactory, ShopFactory, UserFactory, buyer_facts

CHECKS = [
    self_checks.entries, self_checks.accounts, self_checks.paid, self_checks.payments, self_checks.receipts,
    self_checks.settled, self_checks.balances,
]  # fmt: skip


def staff() -> User:
    """Somebody who runs the market's money."""
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="run_money"))
    return user


def balances() -> dict[tuple[str, int | None], int]:
    """Every account of the ledger that is not empty, by shop."""
    rows = LedgerLine.objects.filter(entry__posted=True).values("account", "shop").annotate(sum=Sum("amount"))
    return {(row["account"], row["shop"]): row["sum"] for row in rows.order_by() if row["sum"]}


def troubles() -> list[str]:
    """What the nightly checks of money would find."""
    return [trouble for each in CHECKS for trouble in each()]


@dataclass
class CardMarket:
    """`commit` runs what waits for a commit when its block ends, as a real request does."""

    fake: FakeStripe
    commit: Callable[..., AbstractContextManager[Any]]
    number: int = 0

    def __post_init__(self) -> None:
        url = reverse("provider_event", args=["stripe"])
        self.fake.outbox.endpoints = [
            Endpoint(url, WEBHOOK_SECRET), Endpoint(url, CONNECT_SECRET, connect=True)
        ]  # fmt: skip

    def buy(self, *prices: int, shops: Any = None) -> Payment:
        """A purchase of one thing from each farm, whose buyer stands on Stripe's page."""
        shops = shops or [ShopFactory(account=False) for _ in prices]
        goods = [ProductFactory(shop, price=price) for shop, price in zip(shops, prices, strict=True)]
        self.number += 1
        purchase = checkout(
            CartFactory(*goods, quantity=1), buyer_facts(), key=f"k{self.number}", method="card"
        )
        payment = self.payment_of(purchase)
        begin(payment.pk, return_url="http://testserver/ve/", notify_url="http://testserver/bao/")
        payment.refresh_from_db()
        return payment

    @staticmethod
    def payment_of(purchase: Purchase) -> Payment:
        """What Stripe is asked for: one payment for all farms."""
        return Payment.objects.get(code__isnull=False, purchase=purchase, shared=None, method="card")

    def bought(self, *prices: int, shops: Any = None) -> Receipt:
        """The same, paid and told."""
        payment = self.buy(*prices, shops=shops)
        self.fake.pay(payment.provider_ref)
        self.tell()
        return Receipt.objects.latest("pk")

    def post(self, delivery: Delivery) -> int:
        """A webhook as it arrives at this market."""
        return Client().post(
            delivery.url, delivery.body, content_type="application/json",
            headers={"Stripe-Signature": delivery.headers["Stripe-Signature"]},
        ).status_code  # fmt: skip

    def tell(self) -> list[int]:
        """Stripe tells all that waits, also what follows from it. Returns the answers."""
        answers = []
        while self.fake.outbox.waiting:
            with self.commit(execute=True):
                answers += self.fake.deliver(self.post)
        return answers

    def send_back(self, refund: Refund) -> Refund:
        """Staff approve and send a refund, with all its pieces; what the provider says of it is not told yet."""
        one, two = staff(), staff()
        approve_refund(refund.pk, by=one)
        rows = Refund.objects.filter(order=refund.order, receipt=refund.receipt, state="approved")
        for row in rows.order_by("pk"):
            with self.commit(execute=True):
                send_refund(row.pk, by=two)
        refund.refresh_from_db()
        return refund
