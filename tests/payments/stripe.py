"""Stripe for tests: the real library over HTTP, against our fake, or against Stripe's test mode as well.

With STRIPE_TEST_KEY (sk_test_…) in the environment everything that asks for `api` runs a second time against Stripe.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from stripe import StripeClient

from payments.providers.base import Ask, ProviderError, RefundAsk
from payments.providers.fakes.stripe_server import CONNECT_SECRET, WEBHOOK_SECRET, FakeStripe
from payments.providers.stripe import Stripe

TEST_KEY = os.environ.get("STRIPE_TEST_KEY", "")
APIS = ["fake", "stripe"] if TEST_KEY.startswith("sk_test_") else ["fake"]
_number = count(1)


def stripe_for(server: FakeStripe, **config: Any) -> Stripe:
    """Our provider as it speaks to a fake."""
    return Stripe(**(config_for(server) | config))


def config_for(server: FakeStripe) -> dict[str, Any]:
    """The entry of settings.PAYMENT_PROVIDERS for a fake."""
    return {
        "secret_key": server.key, "address": server.address, "timeout": (1, 3), "live": "_live_" in server.key,
        "webhook_secrets": [WEBHOOK_SECRET, CONNECT_SECRET],
    }  # fmt: skip


def an_ask(amount: int = 150_000, *, key: str = "", minutes: float = 60, **facts: Any) -> Ask:
    """What checkout would ask: a payment of so many đồng that ends so many minutes from now."""
    return Ask(
        key=key or f"payment:{next(_number)}:{uuid4().hex}",
        amount=amount,
        code="LUA7K2M9QXH",
        about="Đơn hàng của Vườn hồng Lan Anh",
        return_url="http://127.0.0.1:8000/don/abc/",
        notify_url="http://127.0.0.1:8000/thong-bao/stripe/",
        expires_at=datetime.now(UTC) + timedelta(minutes=minutes),
        **facts,
    )


def a_refund(charge: str, amount: int, *, key: str = "", **facts: Any) -> RefundAsk:
    """What the refund task would ask."""
    return RefundAsk(key=key or f"refund:{uuid4().hex}", ref="", charge=charge, amount=amount, **facts)


def at_once(call: Callable[[], Any]) -> list[str]:
    """Two call in the same moment; for each the name of what came back, be it an answer or an exception."""
    gate = threading.Barrier(2, timeout=10)

    def once(_each: int) -> str:
        gate.wait()
        try:
            return type(call()).__name__
        except ProviderError as error:
            return type(error).__name__

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(once, range(2)))


@dataclass
class Api:
    """A Stripe to talk to, with a way to make a paid charge there without anybody at a page."""

    provider: Stripe
    charge: Callable[[int], str]


def fake_api(server: FakeStripe) -> Api:
    """The fake; a charge is a session that is paid."""
    provider = stripe_for(server)

    def charge(amount: int) -> str:
        session = provider.begin(an_ask(amount)).ref
        server.pay(session)
        return server.charge_of(session)["id"]

    return Api(provider, charge)


def real_api() -> Api:
    """Stripe's test mode; a charge is a payment intent confirmed with a test card."""
    client = StripeClient(TEST_KEY, max_network_retries=2)

    def charge(amount: int) -> str:
        intent = client.v1.payment_intents.create({
            "amount": amount, "currency": "vnd", "payment_method": "pm_card_visa", "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        })  # fmt: skip
        return str(intent.latest_charge)

    return Api(Stripe(secret_key=TEST_KEY), charge)
