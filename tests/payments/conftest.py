"""What tests of payments share."""

from collections.abc import Generator
from typing import Any

import pytest
from stripe import HTTPClient

from accounts.models import User
from payments.providers.fakes.momo_server import FakeMoMo
from payments.providers.fakes.stripe_server import FakeStripe
from payments.providers.stripe import Stripe
from storefront.services import ensure_finance_group
from tests.factories import UserFactory
from tests.payments.stripe import APIS, Api, fake_api, real_api, stripe_for


@pytest.fixture
def momo(settings: Any) -> Generator[FakeMoMo, None, None]:
    """A MoMo of our own on this machine, configured as the one this market takes."""
    with FakeMoMo() as server:
        settings.PAYMENT_PROVIDERS = {"momo": server.config}
        yield server


@pytest.fixture
def fake_stripe(monkeypatch: Any) -> Generator[FakeStripe, None, None]:
    """A Stripe of one's own on loopback; the library does not rest between its tries."""
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0)
    monkeypatch.setattr("stripe.enable_telemetry", False)  # else the bare library writes into the home folder
    with FakeStripe() as server:
        yield server


@pytest.fixture
def stripe(fake_stripe: FakeStripe) -> Stripe:
    """Our provider, speaking to that fake."""
    return stripe_for(fake_stripe)


@pytest.fixture(params=APIS)
def api(request: Any) -> Api:
    """Stripe, be it the fake or (with STRIPE_TEST_KEY) the real one in test mode."""
    return fake_api(request.getfixturevalue("fake_stripe")) if request.param == "fake" else real_api()


@pytest.fixture
def finance(db: Any) -> User:
    """Somebody who runs the market's money."""
    person = UserFactory(name="Đỗ Thu Hà")
    person.groups.add(ensure_finance_group())
    return person
