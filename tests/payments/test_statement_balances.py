"""The balances that banks print in statements prove that no line is missing."""

import random
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from common.days import local_day
from payments.models import StatementImport
from payments.reconcile_queries import day_of
from payments.services import look_at_statement, take_over
from payments.statement_balances import Line, breaks_in, in_time
from tests.payments.lines import line, operators

pytestmark = pytest.mark.django_db
HEAD = "Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Số dư,Nội dung"


@pytest.fixture
def account():
    return operators()


def bring(account, by, *lines, take=True, head=HEAD):
    """A statement of yesterday, each line as (money in, balance): minus for money out."""
    day = (local_day() - timedelta(days=1)).strftime("%d/%m/%Y")
    rows = [
        f"{day},FT{number},{-moved if moved < 0 else ''},{moved if moved > 0 else ''},{balance},x"
        for number, (moved, balance) in enumerate(lines)
    ]
    statement = look_at_statement(account, BytesIO("\n".join([head, *rows]).encode()), "saoke.csv", by=by)
    return take_over(statement.pk, by=by) if take else statement


def yesterday(account):
    return day_of(account, local_day() - timedelta(days=1))


def test_a_whole_statement_agrees_whichever_end_it_begins_at(account, finance):
    lines = [(250_000, 1_250_000), (-11_000, 1_239_000), (1_000, 1_240_000)]
    for ordered in (lines, lines[::-1]):
        assert breaks_in(bring(account, finance, *ordered, take=False)) == []


def test_a_missing_line_is_named_by_what_it_moved(account, finance):
    kept = bring(account, finance, (250_000, 1_250_000), (1_000, 1_240_000), take=False)
    assert [(each.number, each.missing) for each in breaks_in(kept)] == [(3, -11_000)]


def test_a_bank_that_prints_no_balance_proves_nothing(account, finance):
    assert breaks_in(bring(account, finance, (250_000, ""), (1_000, ""), take=False)) is None


def test_a_strange_balance_does_not_refuse_its_line(account, finance):
    kept = bring(account, finance, (250_000, "không rõ"), (1_000, 1), take=False)
    assert kept.counts == {"unmatched": 2}


@given(
    st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=2, max_size=30),
    st.integers(0, 10**9),
    st.data(),
)
def test_lines_that_follow_from_each_other_have_no_break_and_a_lost_one_has_exactly_one(moves, opening, data):
    lines, balance = [], opening
    for number, moved in enumerate(moves):
        balance += moved
        lines.append(Line(number, moved, balance))
    ordered = data.draw(st.sampled_from([lines, lines[::-1]]))
    assert in_time(ordered)[1] == []
    if len(lines) > 2:
        gone = data.draw(st.integers(1, len(lines) - 2))
        assert len(in_time([each for each in ordered if each.number != gone])[1]) <= 1


def test_the_day_shows_what_the_statement_told_and_agrees(account, finance):
    bring(account, finance, (250_000, 1_250_000), (-11_000, 1_239_000))
    assert (yesterday(account).told, yesterday(account).gap) == (1_239_000, 0)


def test_a_notice_that_the_statement_does_not_know_is_a_gap(account, finance):
    bring(account, finance, (250_000, 1_250_000), (-11_000, 1_239_000))
    line(account, 5_000, "?", booked_at=timezone.now() - timedelta(days=1))
    assert yesterday(account).gap == -5_000


def test_a_statement_brought_before_the_day_was_over_is_held_against_its_own_lines(account, finance):
    bring(account, finance, (250_000, 1_250_000), (-11_000, 1_239_000))
    StatementImport.objects.update(created_at=timezone.now() - timedelta(days=1))
    line(account, 5_000, "sau khi tải sao kê", booked_at=timezone.now() - timedelta(days=1))
    assert (yesterday(account).told, yesterday(account).gap) == (1_239_000, 0)


def test_the_page_of_a_statement_says_whether_it_agrees(client, account, finance):
    client.force_login(finance)
    whole = bring(account, finance, (250_000, 1_250_000), (-11_000, 1_239_000), take=False)
    assert "Số dư trong sao kê khớp các dòng." in client.get(f"/so-quy/sao-ke/{whole.pk}/").content.decode()
    lines = [(random.randint(1, 9) * 1_000, 5), (1_000, 90_000)]
    torn = bring(account, finance, *lines, take=False)
    assert "Trước dòng 3: thiếu" in client.get(f"/so-quy/sao-ke/{torn.pk}/").content.decode()
