"""Queries whose text is made once.

Putting a queryset together and writing its SQL takes Django longer than PostgreSQL takes to answer by a key, and it does
both at every call, though only the values differ. What a page, an order or a bank notice asks each time is written as a
function from values to a queryset, and compiled the first time:

    @compiled
    def lines_of(cart_id: int) -> QuerySet[CartLine]:
        return CartLine.objects.filter(cart=cart_id).select_related("product").order_by("pk")

    lines_of(cart.pk)  # -> list[CartLine]

The values are numbers, texts, times, days, or lists of one of these. They must reach the database as they are: no None, no
`startswith`, nothing that decides how the query looks. What the function takes from elsewhere (the clock, a setting) would
stay as it was the first time, so it is a value as well.
"""

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from datetime import UTC, date, datetime, timedelta
from functools import update_wrapper
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

from common.prepared import prepared_rows

Row = TypeVar("Row", bound=Model)
Values = ParamSpec("Values")


class Text(NamedTuple):
    """A query as the database gets it: `slots` says which value each parameter is and as which type it is sent (an integer of
    so many bytes), or None for a parameter of the query's own."""

    compiler: Any
    sql: str
    params: tuple[Any, ...]
    slots: tuple[tuple[int, Callable[[Any], Any]] | None, ...]


class Compiled(Generic[Values, Row]):
    """The rows of a query that was compiled before. Made by `compiled`."""

    def __init__(self, make: Callable[Values, QuerySet[Row]]) -> None:
        self.make = make
        self.texts: dict[Any, Text | None] = {}
        update_wrapper(self, make)

    def __call__(self, *values: Values.args, **_none: Values.kwargs) -> list[Row]:
        """The rows for these values. 1 query, or none where an empty list leaves nothing to ask for."""
        key = (connection.vendor, *(_shape(value) for value in values))
        if key not in self.texts:
            self.texts[key] = _compile(self.make, values)
        text = self.texts[key]
        if text is None:
            return []
        flat = [_as_sent(value) for value in _flat(values)]
        params = tuple(
            own if slot is None else slot[1](flat[slot[0]])
            for own, slot in zip(text.params, text.slots, strict=True)
        )
        return _read(text.compiler, prepared_rows(text.sql, params))


def compiled(make: Callable[Values, QuerySet[Row]]) -> Compiled[Values, Row]:
    """Let a function that makes a queryset answer its rows instead, by SQL that is written once."""
    return Compiled(make)


def _shape(value: Any) -> Any:
    """What a text depends on: how many there are in a list."""
    if isinstance(value, list | tuple):
        return len(value)
    if value is None or isinstance(value, bool):
        raise TypeError("a compiled query takes no None and no bool: they change the query")
    return ""


def _flat(values: Sequence[Any]) -> list[Any]:
    return [each for value in values for each in (value if isinstance(value, list | tuple) else (value,))]


def _as_sent(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _compile(make: Callable[..., QuerySet], values: Sequence[Any]) -> Text | None:
    """The text for values of this shape: made with marks in their place, which are then looked for. None for a query that
    can have no rows."""
    marks: list[Any] = []

    def marked(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [marked(each) for each in value]
        marks.append(_mark(value, len(marks)))
        return marks[-1]

    queryset = make(*[marked(value) for value in values])
    compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    sent = {mark: number for number, mark in enumerate(map(_as_sent, marks))}
    slots = tuple(
        (sent[param], _sender(param)) if isinstance(param, Hashable) and param in sent else None
        for param in params
    )
    if missing := set(sent.values()) - {slot[0] for slot in slots if slot}:
        raise TypeError(f"value {min(missing)} does not reach the database as it is")
    return Text(compiler, sql, tuple(params), slots)


def _sender(param: Any) -> Callable[[Any], Any]:
    return type(param) if isinstance(param, int) else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _mark(value: Any, number: int) -> Any:
    """A value of the same kind that stands nowhere else in the query."""
    if isinstance(value, datetime):
        return datetime(1000, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    if isinstance(value, date):
        return date(1000, 1, 1) + timedelta(days=number)
    if isinstance(value, int):
        return 2**53 + number
    if isinstance(value, str):
        return f"\x1a{number}\x1a"
    raise TypeError(f"a compiled query takes no {type(value).__name__}")


def _read(compiled_once: Any, rows: list[tuple[Any, ...]]) -> list[Any]:
    """Rows as models, by Django's own reader; a compiler of this thread's connection turns the columns into values."""
    compiler = copy(compiled_once)
    compiler.connection = connections[DEFAULT_DB_ALIAS]
    compiler.execute_sql = lambda **_how: [rows]
    query = SimpleNamespace(get_compiler=lambda using: compiler)
    asked: Any = SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})
    return list(ModelIterable(asked))
