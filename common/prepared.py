"""One row by a statement that the server has planned before.

Planning a query with a few sub-queries takes PostgreSQL three times as long as answering it, and Django's cursors write
the values into the text, so that every statement looks new. Here the values travel apart and the plan is kept.
"""

from typing import Any

from django.conf import settings
from django.db import connection


def prepared_row(sql: str, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The first row of a query with `%s` for its values, or None. 1 query.

    For reads that a public page repeats at every visit. Where PostgreSQL is not there, where a pooler forbids it
    (DATABASE_PREPARE=off), where queries are being listed, or where the line has gone dead, Django's own cursor asks.
    """
    if settings.DATABASE_PREPARE and connection.connection is not None and not connection.queries_logged:
        row = _from_plan(sql, values)
        if row is not _NO_LINE:
            return row
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


_NO_LINE: Any = object()


def _from_plan(sql: str, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    from psycopg import Cursor, OperationalError  # not there on SQLite

    try:
        with Cursor(connection.connection) as cursor:
            return cursor.execute(sql, values, prepare=True).fetchone()
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()  # the server was restarted: Django opens a new line
        return _NO_LINE
