"""Carriers that take parcels: one class in one file each, named in the setting CARRIERS."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from orders.carriers.base import Carrier


def carrier(code: str) -> Carrier | None:
    """The carrier of that code; None if this installation has none."""
    return offered().get(code)


def offered() -> dict[str, Carrier]:
    """The carriers of this installation by code, as the setting CARRIERS names them: {code: {"class": path, …}}."""
    return {code: _made(code, tuple(sorted(options.items()))) for code, options in settings.CARRIERS.items()}


@lru_cache(maxsize=32)
def _made(code: str, options: tuple[tuple[str, str], ...]) -> Carrier:
    said = dict(options)
    return import_string(said.pop("class"))(code=code, **said)
