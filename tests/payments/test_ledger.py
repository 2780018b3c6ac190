"""The books balance, and what is posted stays: by the service and by the database itself."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from payments import ledger
from payments.errors import Unbalanced
from payments.ledger import Line
from payments.models import LedgerEntry, LedgerLine

pytestmark = pytest.mark.django_db


def posted(amount=100):
    return ledger.post("k", "test", [Line("bank", amount), Line("unmatched", -amount)])


def test_posting_twice_under_one_key_books_once():
    assert posted() == posted()
    assert LedgerLine.objects.count() == 2


@pytest.mark.parametrize(
    "lines", [[], [Line("bank", 1)], [Line("bank", 2), Line("unmatched", -1)], [Line("bank", 0)] * 2]
)
def test_lines_that_do_not_sum_to_zero_are_not_booked(lines):
    with pytest.raises(Unbalanced):
        ledger.post("k", "test", lines)
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_ledgerline SET amount = amount + 1",
        "DELETE FROM payments_ledgerline",
        "UPDATE payments_ledgerentry SET note = 'x'",
        "UPDATE payments_ledgerentry SET posted = FALSE",
        "DELETE FROM payments_ledgerentry",
        "INSERT INTO payments_ledgerline (entry_id, account, party, amount) SELECT id, 'bank', '', 5 FROM payments_ledgerentry",
        "INSERT INTO payments_ledgerentry (key, kind, note, at, posted) VALUES ('z', 'z', '', '2026-01-01', TRUE)",
    ],
)
def test_case_29_direct_sql_cannot_change_what_is_posted(statement):
    posted()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(LedgerLine.objects.order_by("pk").values_list("amount", flat=True)) == [100, -100]


def test_the_database_itself_refuses_an_entry_that_does_not_balance():
    entry = LedgerEntry.objects.create(key="k", kind="test")
    LedgerLine.objects.create(entry=entry, account="bank", amount=5)
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.filter(pk=entry.pk).update(posted=True)


def test_a_line_of_zero_is_no_line():
    entry = LedgerEntry.objects.create(key="k", kind="test")
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerLine.objects.create(entry=entry, account="bank", amount=0)


class LedgerProperties(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=6))
    def test_property_1_and_2_every_entry_and_the_whole_ledger_sum_to_zero(self, amounts):
        lines = [Line("bank", amount) for amount in amounts]
        if sum(amounts):
            lines.append(Line("unmatched", -sum(amounts)))
        if len(lines) < 2:
            return
        ledger.post(f"k{LedgerEntry.objects.count()}", "test", lines)
        assert sum(LedgerLine.objects.values_list("amount", flat=True)) == 0
