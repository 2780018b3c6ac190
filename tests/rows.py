"""All rows of the test database, kept to be put back in a moment.

Tests that really commit end by emptying every table. Django puts the rows of the migrations back from JSON, object by
object, and a market for the browser is some thousand rows more: seconds for each test, where a copy takes none.
"""

import sqlite3
from collections.abc import Callable
from copy import deepcopy
from typing import Any, Self, TypeVar

from django.db import connection, transaction
from django.db.backends.base.creation import BaseDatabaseCreation

Made = TypeVar("Made")


class SqliteRows:
    """The whole file, page by page, in memory."""

    def __init__(self) -> None:
        self.copy = sqlite3.connect(":memory:", check_same_thread=False)

    @classmethod
    def take(cls) -> Self:
        """As they are now."""
        connection.ensure_connection()
        taken = cls()
        connection.connection.backup(taken.copy)
        return taken

    def put_back(self) -> None:
        """Everything is as it was when they were taken."""
        connection.ensure_connection()
        self.copy.backup(connection.connection)


class PostgresRows:
    """Table by table, as COPY writes and reads them."""

    def __init__(self, tables: dict[str, bytes]) -> None:
        self.tables = tables

    @classmethod
    def take(cls) -> Self:
        """As they are now."""
        return cls({table: rows for table in _tables() if (rows := cls._read(table))})

    @staticmethod
    def _read(table: str) -> bytes:
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
            return b"".join(bytes(part) for part in copy)

    def put_back(self) -> None:
        """Everything is as it was when they were taken; no trigger sees the rows come."""
        with transaction.atomic(), connection.cursor() as cursor:
            everything = ", ".join(f'"{table}"' for table in _tables())
            cursor.execute(f"TRUNCATE {everything}")
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table, rows in self.tables.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(rows)


def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def take() -> SqliteRows | PostgresRows:
    """The rows of the test database as they are now."""
    return (SqliteRows if connection.vendor == "sqlite" else PostgresRows).take()


def instead_of_json() -> None:
    """Let Django keep the rows of the migrations this way."""
    BaseDatabaseCreation.serialize_db_to_string = lambda _self: take()
    BaseDatabaseCreation.deserialize_db_from_string = lambda _self, rows: rows.put_back()


_kept: dict[str, tuple[SqliteRows | PostgresRows, Any]] = {}


def once(name: str, make: Callable[[], Made]) -> Made:
    """What `make` makes in the database, made once in a process and put back from then on. Answers what it answered."""
    if name in _kept:
        rows, made = _kept[name]
        rows.put_back()
    else:
        made = make()
        _kept[name] = take(), deepcopy(made)
    return deepcopy(made)
