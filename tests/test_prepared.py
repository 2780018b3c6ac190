"""Reads planned by the server: the same answers as Django's cursors, on a line that may die."""

import pytest
from django.db import connection

from common.prepared import prepared_row
from tests.factories import ProvinceFactory

ASKED = "SELECT name, level FROM places_place WHERE code = %s"


@pytest.fixture
def place():
    return ProvinceFactory()


@pytest.mark.django_db
def test_it_answers_as_any_query_does(place, queries_of):
    assert prepared_row(ASKED, (place.code,)) == (place.name, place.level)
    assert prepared_row(ASKED, ("nowhere",)) is None
    assert queries_of(prepared_row, ASKED, (place.code,)) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_line_that_died_is_opened_anew(place, run_at_once):
    prepared_row("SELECT pg_backend_pid()", ())
    pid = prepared_row("SELECT pg_backend_pid()", ())[0]  # type: ignore[index]

    def somebody_else_ends_it() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

    assert run_at_once(1, somebody_else_ends_it) == ["ok"]
    assert prepared_row(ASKED, (place.code,)) == (place.name, place.level)


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_server_plans_it_once(place):
    connection.ensure_connection()
    for _ in range(3):
        prepared_row(ASKED, (place.code,))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%places_place%%'")
        assert cursor.fetchone() == (1,)
