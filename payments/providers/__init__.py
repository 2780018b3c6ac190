"""Outside ways to take money. Adding one: a module here, a line below, its tests in tests/payments/."""

from functools import cache

from django.utils.module_loading import import_string

from payments.providers.base import Provider

PROVIDERS = {"sepay": "payments.providers.sepay.SePay"}


@cache
def provider(name: str) -> Provider:
    """The provider of that name; providers keep no state, so one of each is enough. Raises KeyError."""
    return import_string(PROVIDERS[name])()
