"""Paging by key: the next page starts behind the last row seen, however deep the list is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing

PAGE_SIZE = 24
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One screen of a list. `next` is the key to ask for the following one, empty at the end."""

    rows: list[Row]
    next: str

    def __iter__(self):
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def write_key(*values: Any) -> str:
    """The sort values of the last row seen, as an address part."""
    return signing.dumps([str(value) for value in values], salt="page", compress=False)


def read_key(text: str, length: int) -> list[str] | None:
    """The sort values out of an address; None if there are none or somebody made them up."""
    if not text:
        return None
    try:
        values = signing.loads(text, salt="page")
    except signing.BadSignature:
        return None
    return values if isinstance(values, list) and len(values) == length else None


def cut(rows: Sequence[Row], key_of, size: int = PAGE_SIZE) -> Page[Row]:
    """A page out of `size + 1` rows: the extra row only says that there is more. `key_of(row)` gives sort values."""
    shown = list(rows[:size])
    return Page(shown, write_key(*key_of(shown[-1])) if len(rows) > size else "")
