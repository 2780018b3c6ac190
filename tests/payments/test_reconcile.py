"""The day's money, an account beside the ledger day by day, and the nightly proof."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from common.actors import Actor
from common.days import local_day
from orders.models import Order
from orders.services import confirm_receipt
from orders.states import State
from payments.errors import NeedsReason, StaffOnly
from payments.models import LedgerLine, Receipt, Reconciliation, Refund, WebhookEvent
from payments.reconcile_queries import day_of, days_of
from payments.services import approve_refund, assign, propose_return, reconcile, refund_to, send_refund
from tests.factories import OrderFactory, UserFactory
from tests.payments.lines import at, books_agree, line, operators
from tests.payments.test_unmatched import pooled_order

pytestmark = pytest.mark.django_db
TODAY, DAYS = "/so-quy/", "/so-quy/doi-chieu/"


@pytest.fixture
def desk(client, finance):
    client.force_login(finance)
    return client


# --- money by method ----------------------------------------------------------------------------------------------------


def test_money_stands_by_method_and_a_sellers_word_and_cash_stand_apart(desk):
    declared = OrderFactory(price=10_000, quantity=1, paid_in_full=True)
    told = OrderFactory(price=20_000, quantity=1).payments.get()
    line(told.account, 20_000, told.code)
    certain = OrderFactory(price=30_000, quantity=1, paid_in_full=True).payments.get()
    line(certain.account, 30_000, certain.code)  # the bank's word for what the seller had said
    cash = OrderFactory(price=40_000, quantity=1, pay_on_delivery=True)
    Order.objects.filter(pk=cash.pk).update(state=State.HANDED_OVER)
    confirm_receipt(cash.pk)
    context = desk.get(TODAY).context
    assert context["total"] == {
        "machine": 50_000, "declared": declared.total, "cash": cash.total, "all": 50_000 + declared.total + cash.total,
    }  # fmt: skip
    assert {row.method: row.count for row, _method, _channel in context["rows"]} == {"vietqr": 3, "cod": 1}


def test_a_period_is_chosen_in_days_of_vietnam(desk):
    payment = OrderFactory(price=20_000, quantity=1).payments.get()
    line(
        payment.account, 20_000, payment.code, booked_at=at("2026-11-19T17:30:00")
    )  # 0:30 on the 20th at home
    assert desk.get(f"{TODAY}?tu=2026-11-20&den=2026-11-20").context["total"]["all"] == 20_000
    assert desk.get(f"{TODAY}?tu=2026-11-19&den=2026-11-19").context["total"]["all"] == 0
    assert desk.get(f"{TODAY}?tu=2026-11-20&den=2026-11-19").status_code == 422


def test_open_work_is_counted_with_links(desk):
    payment = OrderFactory().payments.get()
    line(payment.account, 1_000, "?")
    line(payment.account, 300_000, payment.code)
    page = desk.get(TODAY)
    assert {kind: count for kind, _word, count in page.context["queues"] if count} == {
        "unmatched": 1,
        "over": 1,
    }
    assert "/so-quy/chua-khop/?loai=over" in page.content.decode()
    assert "/so-quy/hoan-tien/?loai=proposed" in page.content.decode()


@pytest.mark.parametrize("address", [TODAY, DAYS])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_both_tables_are_taken_home(desk, address, ending):
    _order, payment = pooled_order()
    line(payment.account, 100_000, payment.code)
    answer = desk.get(f"{address}?tep={ending}")
    assert f".{ending}" in answer["Content-Disposition"]
    if ending == "csv":
        assert "100000" in answer.content.decode()


def test_the_desks_first_pages_cost_little(desk, queries_of):
    assert queries_of(desk.get, TODAY) <= 15
    assert queries_of(desk.get, DAYS) <= 15
    account = operators()
    line(account, 100_000, "?")
    assert queries_of(desk.get, f"{DAYS}{account.pk}/{local_day()}/") <= 15


# --- day by day ---------------------------------------------------------------------------------------------------------


def test_a_day_on_which_bank_and_ledger_agree(finance):
    account = operators()
    order, payment = pooled_order(account)
    line(account, order.total, payment.code)
    split = line(account, 150_000, "?")
    _other, its = pooled_order(account)
    assign(split.pk, {its.pk: 100_000}, by=finance)
    today = day_of(account, local_day())
    assert (today.came, today.found, today.difference) == (order.total + 150_000, order.total + 150_000, 0)


def test_a_notice_that_came_a_day_late_is_no_difference():
    account = operators()
    order, payment = pooled_order(account)
    line(account, order.total, payment.code, booked_at=timezone.now() - timedelta(days=1))
    line(account, 5_000, "?", booked_at=timezone.now() - timedelta(days=1))
    days = days_of([account], local_day() - timedelta(days=3), local_day())
    assert [(day.day, day.difference) for day in days] == [(local_day() - timedelta(days=1), 0)]


def test_a_refund_that_was_marked_as_sent_but_has_not_left_is_a_difference(finance, settings):
    settings.REFUND_TWO_PEOPLE = 10**9
    account = operators()
    receipt = line(account, 70_000, "?")
    refund = approve_refund(propose_return(receipt.pk, by=finance).pk, by=finance)
    Refund.objects.update(account=account)
    refund_to(refund.pk, bank_bin="970436", number="123456", holder="X", by=Actor.of(finance))
    send_refund(refund.pk, by=finance)
    assert day_of(account, local_day()).difference == -70_000
    line(account, 70_000, "", direction="out")
    assert day_of(account, local_day()).difference == 0
    assert books_agree()


def test_a_difference_is_given_an_owner_and_closed_with_a_word(desk, finance):
    account = operators()
    line(account, 70_000, "", direction="out")
    address = f"{DAYS}{account.pk}/{local_day()}/"
    desk.post(address, {"owner": finance.pk, "note": "", "bank_balance": "1.250.000"})
    kept = Reconciliation.objects.get()
    assert (kept.expected, kept.found, kept.difference) == (-70_000, 0, 70_000)
    assert (kept.owner, kept.bank_balance, kept.closed_at) == (finance, 1_250_000, None)
    assert [day.day for day, _words in desk.get(f"{DAYS}?chi=mo").context["days"]] == [local_day()]
    refused = desk.post(address, {"owner": finance.pk, "note": "", "chot": "1"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["note"]
    desk.post(address, {"owner": finance.pk, "note": "phí ngân hàng", "chot": "1"})
    kept.refresh_from_db()
    assert (kept.note, kept.closed_by) == ("phí ngân hàng", finance)
    assert not desk.get(f"{DAYS}?chi=lech").context["days"]


def test_a_closed_day_that_moves_afterwards_is_shown(desk, finance):
    account = operators()
    reconcile(account, local_day(), owner=None, note="", bank_balance=None, close=True, by=finance)
    line(account, 70_000, "", direction="out")
    assert day_of(account, local_day()).changed
    assert "đổi sau khi chốt" in desk.get(DAYS).content.decode()


def test_a_difference_is_not_closed_without_a_word_nor_by_strangers(finance):
    account = operators()
    line(account, 70_000, "", direction="out")
    facts = {"owner": None, "note": " ", "bank_balance": None, "close": True}
    with pytest.raises(NeedsReason):
        reconcile(account, local_day(), **facts, by=finance)
    with pytest.raises(StaffOnly):
        reconcile(account, local_day(), **facts, by=UserFactory())


def test_a_balance_told_by_the_bank_gives_a_lost_notice_away():
    account = operators()
    feed = account.feeds.get()

    def told(amount, balance, when):
        event = WebhookEvent.objects.create(
            feed=feed,
            provider="sepay",
            event_id=f"e{balance}",
            body=json.dumps({"accumulated": balance}).encode(),
        )
        line(account, amount, "?", booked_at=at(when), event=event)

    told(10_000, 110_000, "2026-11-19T03:00:00")
    told(20_000, 130_000, "2026-11-20T03:00:00")
    assert (day_of(account, date(2026, 11, 20)).told, day_of(account, date(2026, 11, 20)).gap) == (130_000, 0)
    told(5_000, 142_000, "2026-11-21T03:00:00")
    assert day_of(account, date(2026, 11, 21)).gap == 7_000


def test_case_28_a_sellers_account_is_not_reconciled_here(desk):
    account = OrderFactory().payments.get().account
    assert desk.get(f"{DAYS}{account.pk}/{local_day()}/").status_code == 404
    assert desk.get(f"{DAYS}{account.pk}/2026-99-99/").status_code == 404


# --- the nightly proof --------------------------------------------------------------------------------------------------


def proof():
    out = StringIO()
    try:
        call_command("ledger_check", stdout=out)
    except CommandError as error:
        return out.getvalue() + str(error)
    return out.getvalue()


def test_the_proof_says_what_it_looked_at(finance):
    order, payment = pooled_order()
    line(payment.account, order.total + 1, payment.code)
    line(payment.account, 5_000, "?")
    said = proof()
    assert "receipts" in said
    assert "The books agree" in said


def unbooked_receipt(account):
    Receipt.objects.create(
        account=account, source="bank", state="unmatched", amount=7_000, booked_at=timezone.now()
    )


def forgotten_refund(account):
    order, payment = pooled_order(account)
    line(account, order.total + 1_000, payment.code)
    Refund.objects.update(state="approved")


def order_paid_by_magic(account):
    Order.objects.filter(pk=pooled_order(account)[0].pk).update(paid=5)


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (unbooked_receipt, "bank lines of the ledger"), (unbooked_receipt, "unmatched money"),
        (forgotten_refund, "money on its way back"), (forgotten_refund, "buyers' money"),
        (order_paid_by_magic, "what orders call paid"), (order_paid_by_magic, "buyers' money"),
    ],
)  # fmt: skip
def test_the_proof_lists_what_differs_and_fails(breaks, says):
    account = operators()
    assert books_agree()
    breaks(account)
    failed = [row for row in proof().splitlines() if row.endswith("differs")]
    assert any(row.startswith(says) for row in failed)
    with pytest.raises(CommandError):
        books_agree()


def test_the_proof_sees_a_balance_that_was_changed_by_hand():
    from payments.models import SellerBalance

    order = OrderFactory(paid_in_full=True)
    SellerBalance.objects.update_or_create(shop=order.shop, defaults={"amount": 12_345})
    assert "kept 12345" in proof()
    assert LedgerLine.objects.exists()
