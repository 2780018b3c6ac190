"""What many tests of money need."""

import pytest

from payments.providers.fakes.momo_server import FakeMoMo


@pytest.fixture
def momo(settings):
    """A MoMo of our own on this machine, configured as the one this market takes."""
    with FakeMoMo() as server:
        settings.PAYMENT_PROVIDERS = {"momo": server.config}
        yield server
