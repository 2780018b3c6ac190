"""Deep checks: figures that must agree, compared from their sources.

An app adds one by decorating a function in its own `self_checks.py`; `manage.py self_check` runs them all.
"""

from collections.abc import Callable, Iterable

CHECKS: dict[str, Callable[[], Iterable[str]]] = {}


def self_check(name: str) -> Callable[[Callable[[], Iterable[str]]], Callable[[], Iterable[str]]]:
    """Register a check under a name that says what must hold. It yields a sentence for each difference."""

    def register(check: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
        CHECKS[name] = check
        return check

    return register
