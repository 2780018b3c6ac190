"""Outside ways to take money. Adding one: a module here, a line below, its tests in tests/payments/.

A provider that needs credentials is there only once settings.PAYMENT_PROVIDERS has an entry under its name; the entry's
items become its `config`. Those that only bring bank notices keep a secret for each account and need no entry.
"""

from functools import cache

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils.module_loading import import_string

from payments.providers.base import Offer, Provider

PROVIDERS = {
    "sepay": "payments.providers.sepay.SePay",
    "payos": "payments.providers.payos.PayOS",
    "casso": "payments.providers.casso.Casso",
    "casso1": "payments.providers.casso.CassoV1",
    "momo": "payments.providers.momo.MoMo",
    "stripe": "payments.providers.stripe.Stripe",
}


@cache
def provider(name: str) -> Provider:
    """The provider of that name; providers keep no state, so one of each is enough. Raises KeyError."""
    return import_string(PROVIDERS[name])(**settings.PAYMENT_PROVIDERS.get(name, {}))


def disputes_page(name: str) -> str:
    """Where staff answer disputes at a provider; empty where it publishes no address. Asks for no configuration, since
    old disputes outlive it."""
    return import_string(PROVIDERS[name]).disputes_page if name in PROVIDERS else ""


def checkout_providers() -> list[Provider]:
    """Those that take buyers through a payment here, in the order of the settings."""
    found = [provider(name) for name in settings.PAYMENT_PROVIDERS if name in PROVIDERS]
    return [each for each in found if Offer.CHECKOUT in each.offers]


def provider_of(method: str) -> str:
    """The name of the provider whose way to pay that is. Raises KeyError."""
    found = [each.name for each in checkout_providers() if each.method and each.method.code == method]
    if not found:
        raise KeyError(method)
    return found[0]


@receiver(setting_changed)
def _forget(setting: str, **_rest: object) -> None:
    if setting == "PAYMENT_PROVIDERS":
        provider.cache_clear()
