"""Statements that the server has planned before.

Planning a query with a few joins or sub-queries takes PostgreSQL three times as long as answering it, and Django's cursors
write the values into the text, so that every statement looks new. Here the values travel apart and the plan is kept.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections


def prepared_row(sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row of a query with `%s` for its values, or None. 1 query."""
    return next(iter(prepared_rows(sql, values)), None)


def prepared_rows(sql: str, values: Sequence[Any], *, writes: bool = False) -> list[tuple[Any, ...]]:
    """The rows of a query with `%s` for its values. 1 query.

    For what is repeated at every visit. Where PostgreSQL is not there, where a pooler forbids it (DATABASE_PREPARE=off),
    where queries are being listed or watched, or where the line has gone dead, Django's own cursor asks. What `writes`
    outside a transaction is never tried twice.
    """
    line = connections[DEFAULT_DB_ALIAS]
    watched = line.queries_logged or line.execute_wrappers
    once_only = writes and not line.in_atomic_block
    if settings.DATABASE_PREPARE and line.connection is not None and not watched and not once_only:
        rows = _from_plan(line, sql, values)
        if rows is not None:
            return rows
    with line.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _from_plan(line: Any, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]] | None:
    """None if the line was dead and nothing is lost by asking once more."""
    from psycopg import Cursor  # not there on SQLite

    line.validate_no_broken_transaction()
    try:
        with line.wrap_database_errors, Cursor(line.connection) as cursor:
            return cursor.execute(sql, values, prepare=True).fetchall()
    except OperationalError:
        if line.in_atomic_block:
            raise
        line.close()  # the server was restarted: Django opens a new line
        return None
