"""Rows written by the shortest way, for the few places where an order's or a bank notice's time is spent on them."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import AutoField, Field, Model

from common.prepared import prepared_rows

Row = TypeVar("Row", bound=Model)


def insert(rows: Iterable[Row]) -> list[Row]:
    """Save some new rows of one model by one INSERT and give them their ids, as `bulk_create` does. 1 query.

    Half of bulk_create's time for a handful of rows: the statement's text is made once for each model, and the values
    stand in it as rows, not as an array for each column. In return it knows no conflicts, batches, inheritance or
    defaults of the database, and sends no signals (neither does bulk_create).
    """
    rows = list(rows)
    if not rows:
        return rows
    for row, (pk,) in zip(rows, _write(rows), strict=True):
        _is_saved(row, pk)
    return rows


def insert_new(row: Model) -> bool:
    """Save one new row unless a unique constraint says that it is there already. Whether it was new. 1 query.

    Somebody who is writing the same row at this moment is waited for; no savepoint is needed, and nothing is lost of the
    transaction around it.
    """
    ids = _write([row], "ON CONFLICT DO NOTHING")
    for (pk,) in ids:
        _is_saved(row, pk)
    return bool(ids)


def _write(rows: Sequence[Model], otherwise: str = "") -> list[tuple[Any, ...]]:
    """Their ids, in their order; of a row that was there already, none."""
    head, one, tail, fields = _statement(type(rows[0]))
    line = connections[DEFAULT_DB_ALIAS]  # itself: the proxy would look it up for every value
    values = [field.get_db_prep_save(field.pre_save(row, True), line) for row in rows for field in fields]
    return prepared_rows(f"{head} {', '.join([one] * len(rows))} {otherwise} {tail}", values, writes=True)


def save_column(rows: Sequence[Model], name: str) -> None:
    """Save one column of some rows that the caller has locked, by one UPDATE. 1 query.

    As `bulk_update` does, without making a When for each of them.
    """
    meta, line = rows[0]._meta, connections[DEFAULT_DB_ALIAS]
    field, quote = next(each for each in meta.local_concrete_fields if each.name == name), line.ops.quote_name
    table, key, column = (
        quote(meta.db_table),
        quote(str(meta.pk and meta.pk.column)),
        quote(str(field.column)),
    )
    cases = " ".join(["WHEN %s THEN %s"] * len(rows))
    pairs = [
        value for row in rows for value in (row.pk, field.get_db_prep_save(getattr(row, field.attname), line))
    ]
    sql = f"UPDATE {table} SET {column} = CASE {key} {cases} END WHERE {key} IN ({', '.join(['%s'] * len(rows))}) RETURNING 1"
    prepared_rows(sql, [*pairs, *(row.pk for row in rows)], writes=True)


def _is_saved(row: Model, pk: int) -> None:
    row.pk, row._state.adding, row._state.db = pk, False, DEFAULT_DB_ALIAS


@cache
def _statement(model: type[Model]) -> tuple[str, str, str, list[Field]]:
    """The parts of a model's INSERT, and the fields whose values it takes."""
    quote, meta = connection.ops.quote_name, model._meta
    fields = [field for field in meta.local_concrete_fields if not isinstance(field, AutoField)]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    assert meta.pk is not None
    return (
        f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES",
        one,
        f"RETURNING {quote(str(meta.pk.column))}",
        fields,
    )
