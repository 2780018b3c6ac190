"""Short lists kept in the memory of a process for a few minutes, such as menus.

The cache would hand out a copy, unpickled anew, at every request; these rows are read by every public page and
changed by nobody. A change is seen within `seconds`, in every process.
"""

from collections.abc import Callable
from functools import wraps
from time import monotonic
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_stores: list[dict[Any, tuple[float, Any]]] = []
MOST = 500  # answers one function keeps


def kept(seconds: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Remember a function's answers for some seconds. Arguments must be hashable; the answer must not be changed."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        store: dict[Any, tuple[float, Any]] = {}
        _stores.append(store)

        @wraps(function)
        def remembered(*args: P.args, **kwargs: P.kwargs) -> T:
            key = (args, tuple(sorted(kwargs.items())))
            until, answer = store.get(key, (0.0, None))
            if until < monotonic():
                if len(store) >= MOST:
                    store.clear()
                answer = function(*args, **kwargs)
                store[key] = (monotonic() + seconds, answer)
            return answer

        return remembered

    return decorate


def forget_all() -> None:
    """Begin anew, in this process: after a big import, and before each test."""
    for store in _stores:
        store.clear()
