"""Sellers are paid what is theirs, never more, by two people. Numbers are the reference's cases (section 8)."""

import itertools
from contextlib import suppress
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.models import Message
from common.actors import SYSTEM
from orders.complaints import Report, report
from orders.models import Complaint
from orders.services import take_off
from payments import balances, ledger, self_checks
from payments.errors import (
    AccountTooYoung,
    MoneyHeld,
    NothingToPay,
    NotYourself,
    StaffOnly,
    TooMuch,
    WrongStep,
)
from payments.models import Dispute, LedgerEntry, LedgerLine, PaymentAccount, Payout, Receipt, Refund
from payments.payout_files import LAYOUTS, as_csv, as_xlsx
from payments.services import (
    approve_payout,
    approve_refund,
    batch_sent,
    cancel_payout,
    draft_payout,
    draft_payouts,
    make_batch,
    return_payout,
    set_account,
    settle_payout,
    take_file,
)
from tests.factories import ShopFactory, UserFactory
from tests.payments.paying import bank_line, deliver, money_runner, pooled_order

pytestmark = pytest.mark.django_db
State = Payout.State


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def lan():
    return money_runner()


@pytest.fixture
def minh():
    return money_runner()


@pytest.fixture
def approved(shop, lan, minh):
    pooled_order(shop, 80_000)
    return approve_payout(draft_payout(shop.pk, by=lan).pk, by=minh)


def sent(payout, by):
    batch = make_batch([payout.pk], "generic", by=by)
    take_file(batch.pk, by=by)
    batch_sent(batch.pk, by=by)
    payout.refresh_from_db()
    return payout


def lines(key):
    rows = LedgerLine.objects.filter(entry__key=key).order_by("pk")
    return list(rows.values_list("account", "amount"))


def books_are_right():
    wrong = [
        *self_checks.payouts(),
        *self_checks.balances(),
        *self_checks.accounts(),
        *self_checks.receipts(),
    ]
    assert wrong == []


# --- what is available ------------------------------------------------------------------------------------------------
def test_what_is_owed_is_free_once_the_goods_have_come(shop):
    order = pooled_order(shop, 80_000, delivered=False)
    assert (balances.available(shop.pk).owed, balances.available(shop.pk).free) == (80_000, 0)
    deliver(order)
    assert balances.available(shop.pk).free == 80_000


def test_money_that_a_complaint_is_about_stays(shop):
    order = pooled_order(shop, 80_000)
    pooled_order(shop, 60_000)
    report(order, Report(Complaint.Kind.SPOILT, "hỏng"))
    assert balances.available(shop.pk).disputed == 80_000
    assert balances.available(shop.pk).free == 60_000


def test_money_stays_for_a_refund_that_nobody_approved_yet(shop, minh):
    order = pooled_order(shop, 80_000)
    take_off(order, 30_000, reason="complaint")
    assert (balances.available(shop.pk).owed, balances.available(shop.pk).free) == (50_000, 20_000)
    approve_refund(Refund.objects.get().pk, by=minh)
    assert balances.available(shop.pk).free == 50_000


def test_money_that_a_cards_bank_disputes_stays(shop):
    order = pooled_order(shop, 80_000)
    pooled_order(shop, 30_000)
    receipt = Receipt.objects.get(allocations__payment__order=order)
    dispute = Dispute.objects.create(receipt=receipt, provider="stripe", ref="dp_1", amount=80_000, held=True)
    assert balances.available(shop.pk).free == 30_000
    Dispute.objects.filter(pk=dispute.pk).update(state=Dispute.State.WON)
    assert balances.available(shop.pk).free == 110_000


def test_case_16_a_seller_in_debt_gets_nothing_until_sales_have_paid_it(shop, lan):
    ledger.post("debt", "t", [ledger.Line("seller", 30_000, shop.pk), ledger.Line("commission", -30_000)])
    with pytest.raises(NothingToPay):
        draft_payout(shop.pk, by=lan)
    pooled_order(shop, 100_000)
    assert draft_payout(shop.pk, by=lan).amount == 70_000


# --- drafting and approving -------------------------------------------------------------------------------------------
def test_less_than_the_least_waits_and_more_than_is_free_is_refused(shop, lan, settings):
    settings.PAYOUT_LEAST = 50_000
    pooled_order(shop, 49_999)
    with pytest.raises(NothingToPay):
        draft_payout(shop.pk, by=lan)
    pooled_order(shop, 50_000)
    with pytest.raises(TooMuch):
        draft_payout(shop.pk, amount=100_000, by=lan)
    assert draft_payout(shop.pk, amount=60_000, by=lan).amount == 60_000


def test_drafting_again_gives_the_same_draft(shop, lan):
    pooled_order(shop, 80_000)
    assert draft_payout(shop.pk, by=lan) == draft_payout(shop.pk, by=lan)
    assert draft_payouts() == {"drafted": 0, "held": 0, "nothing": 0}


def test_the_timer_proposes_to_everybody_to_whom_enough_is_owed(shop):
    poor, young = ShopFactory(), ShopFactory()
    for each, amount in ((shop, 80_000), (poor, 1_000), (young, 90_000)):
        pooled_order(each, amount)
    PaymentAccount.objects.filter(shop=young).update(created_at=timezone.now())
    assert draft_payouts() == {"drafted": 1, "held": 1, "nothing": 0}
    assert Payout.objects.get().shop == shop


def test_case_17_who_drafted_a_payout_does_not_approve_it(shop, lan, minh):
    pooled_order(shop, 80_000)
    payout = draft_payout(shop.pk, by=lan)
    with pytest.raises(NotYourself):
        approve_payout(payout.pk, by=lan)
    assert ledger.balance("payouts_out") == 0
    assert approve_payout(payout.pk, by=minh).state == State.APPROVED
    with pytest.raises(IntegrityError), transaction.atomic():  # nor does the database let it be written
        Payout.objects.update(approved_by=lan)


def test_nobody_approves_money_to_their_own_shop(lan):
    shop = ShopFactory(owner=lan)
    pooled_order(shop, 80_000)
    draft_payouts()
    with pytest.raises(NotYourself):
        approve_payout(Payout.objects.get().pk, by=lan)


def test_of_a_draft_of_the_timer_two_people_approve_and_send(shop, lan, minh):
    pooled_order(shop, 80_000)
    draft_payouts()
    payout = approve_payout(Payout.objects.get().pk, by=lan)
    with pytest.raises(NotYourself):
        make_batch([payout.pk], "generic", by=lan)
    assert make_batch([payout.pk], "generic", by=minh).payouts.get() == payout


def test_case_17_no_money_goes_to_an_account_that_was_just_set(shop, lan, minh):
    pooled_order(shop, 80_000)
    payout = draft_payout(shop.pk, by=lan)
    now = timezone.now()
    set_account(shop, bank_bin="970436", number="0071000123456", holder="LY THI SEN", by=shop.owner, at=now)
    later = now + timedelta(hours=25)
    with pytest.raises(AccountTooYoung):  # the draft's account counts no more
        approve_payout(payout.pk, by=minh, at=later)
    cancel_payout(payout.pk, by=lan)
    PaymentAccount.objects.filter(shop=shop, number_end="3456").update(created_at=later - timedelta(hours=23))
    with pytest.raises(AccountTooYoung):
        draft_payout(shop.pk, by=lan, at=later)
    assert draft_payout(shop.pk, by=lan, at=later + timedelta(hours=2)).account.number_end == "3456"


def test_what_came_back_since_the_draft_stops_it(shop, lan, minh):
    order = pooled_order(shop, 80_000)
    payout = draft_payout(shop.pk, by=lan)
    take_off(order, 10_000, reason="complaint")
    with pytest.raises(MoneyHeld):
        approve_payout(payout.pk, by=minh)


def test_case_28_who_does_not_run_money_moves_none(shop, lan, minh, approved):
    stranger = UserFactory()
    batch = make_batch([approved.pk], "generic", by=lan)
    for call in (
        lambda: draft_payout(shop.pk, by=stranger),
        lambda: approve_payout(approved.pk, by=stranger),
        lambda: cancel_payout(approved.pk, by=stranger),
        lambda: make_batch([approved.pk], "generic", by=stranger),
        lambda: take_file(batch.pk, by=stranger),
        lambda: batch_sent(batch.pk, by=stranger),
    ):
        with pytest.raises(StaffOnly):
            call()


# --- the ledger, step by step -----------------------------------------------------------------------------------------
def test_a_payout_is_booked_when_approved_and_when_settled(shop, lan, approved):
    key = f"payout:{approved.pk}"
    assert lines(key) == [("seller", 80_000), ("payouts_out", -80_000)]
    assert ledger.seller_balance(shop.pk) == 0
    books_are_right()
    settle_payout(sent(approved, lan).pk, by=SYSTEM)
    settle_payout(approved.pk, by=SYSTEM)
    assert lines(f"{key}:settled") == [("payouts_out", 80_000), ("bank", -80_000)]
    assert ledger.balance("bank") == ledger.balance("payouts_out") == 0
    books_are_right()


def test_the_banks_line_settles_by_the_code_and_the_amount(approved, lan):
    sent(approved, lan)
    bank_line(f"MBVCB.123.{approved.code.lower()} Cho Ban", 79_999, out=True)
    bank_line("khong ma", 80_000, out=True)
    approved.refresh_from_db()
    assert approved.state == State.SENT
    line = bank_line(f"MBVCB.124.{approved.code.lower()} Cho Ban", 80_000, out=True)
    approved.refresh_from_db()
    assert (approved.state, approved.line, line.state) == (State.SETTLED, line, Receipt.State.IGNORED)
    books_are_right()


def test_case_17_a_payout_that_the_bank_returns_is_the_sellers_again(shop, approved, lan):
    sent(approved, lan)
    bank_line(approved.code, 80_000, out=True)
    back = bank_line(f"HOAN TRA {approved.code}", 80_000)
    approved.refresh_from_db()
    assert (approved.state, back.state) == (State.RETURNED, Receipt.State.IGNORED)
    assert ledger.seller_balance(shop.pk) == -80_000
    assert ledger.balance("bank") == 80_000
    assert ledger.balance("payouts_out") == ledger.balance("unmatched") == 0
    books_are_right()


def test_case_17_returned_before_it_was_settled_it_is_the_sellers_again(shop, approved, lan):
    return_payout(sent(approved, lan).pk, "Sai tên", by=SYSTEM)
    return_payout(approved.pk, "Sai tên", by=SYSTEM)
    assert ledger.seller_balance(shop.pk) == -80_000
    bank_line(approved.code, 80_000, out=True)  # the bank's two lines, told late, cancel each other out
    bank_line(approved.code, 80_000)
    assert ledger.balance("bank") == 80_000
    books_are_right()


def test_seller_and_staff_hear_of_a_returned_payout(shop, approved, lan, minh):
    return_payout(sent(approved, lan).pk, "Sai tên", by=SYSTEM)
    told = Message.objects.filter(kind="payout_returned").values_list("phone", flat=True)
    assert set(told) == {shop.owner.phone, lan.phone, minh.phone}


def test_the_seller_hears_once_that_money_was_sent(shop, approved, lan):
    settle_payout(sent(approved, lan).pk, by=SYSTEM)
    assert Message.objects.get(kind="payout_sent").phone == shop.owner.phone


def test_the_timer_sends_nothing_again_to_an_account_that_sent_it_back(shop, approved, lan):
    return_payout(sent(approved, lan).pk, "Sai tên", by=SYSTEM)
    assert draft_payouts()["held"] == 1
    assert draft_payout(shop.pk, by=lan).amount == 80_000  # a person may, having asked the seller


def test_a_cancelled_payout_gives_the_money_back_but_not_once_the_file_is_out(shop, approved, lan):
    batch = make_batch([approved.pk], "generic", by=lan)
    take_file(batch.pk, by=lan)
    with pytest.raises(WrongStep):
        cancel_payout(approved.pk, by=lan)
    other = ShopFactory()
    pooled_order(other, 70_000)
    second = approve_payout(draft_payout(other.pk, by=money_runner()).pk, by=lan)
    cancel_payout(second.pk, by=lan)
    cancel_payout(second.pk, by=lan)
    assert ledger.seller_balance(other.pk) == -70_000
    books_are_right()


STEPS = {
    "approve": lambda p, by: approve_payout(p.pk, by=by),
    "cancel": lambda p, by: cancel_payout(p.pk, by=by),
    "settle": lambda p, by: settle_payout(p.pk, by=SYSTEM),
    "return": lambda p, by: return_payout(p.pk, "x", by=SYSTEM),
}


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("draft", "settle"), ("draft", "return"), ("approved", "return"), ("sent", "cancel"), ("settled", "cancel"),
        ("returned", "settle"), ("returned", "cancel"), ("cancelled", "approve"), ("cancelled", "settle"),
        ("cancelled", "return"),
    ],
)  # fmt: skip
def test_every_other_step_is_refused(shop, lan, minh, state, step):
    pooled_order(shop, 80_000)
    payout = draft_payout(shop.pk, by=lan)
    Payout.objects.filter(pk=payout.pk).update(state=state)
    with pytest.raises(WrongStep):
        STEPS[step](payout, minh)


def test_a_refund_is_confirmed_by_the_banks_line_with_its_code(shop, minh):
    order = pooled_order(shop, 80_000)
    take_off(order, 30_000, reason="complaint")
    refund = approve_refund(Refund.objects.get().pk, by=minh)
    bank_line(f"FT26 {refund.code}", 30_000, out=True)
    refund.refresh_from_db()
    assert (refund.state, ledger.balance("bank"), ledger.balance("refunds_out")) == ("confirmed", 50_000, 0)


# --- files ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_every_layout_names_account_holder_bank_amount_and_code(approved, layout):
    PaymentAccount.objects.filter(pk=approved.account_id).update(holder="LÝ THỊ SẸN")
    approved.account.refresh_from_db()
    row = layout.table([approved])[1]
    assert {approved.account.number, "LY THI SEN", 80_000, f"{approved.code} Cho Ban chi tra"} <= set(row)
    assert {"970405", "Agribank"} & set(map(str, row))
    sheet = load_workbook(BytesIO(as_xlsx(layout, [approved]))).active
    assert [cell.value for cell in sheet[2]] == row


def test_nothing_in_a_file_is_taken_for_a_formula(approved):
    approved.account.holder = "=CMD()"
    approved.account.number = "0012345678"
    generic = LAYOUTS["generic"]
    assert "'=CMD()" in as_csv(generic, [approved]).decode()
    cells = load_workbook(BytesIO(as_xlsx(generic, [approved]))).active[2]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert cells[1].value == "0012345678"


# --- at once ----------------------------------------------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_approved_twice_at_once_it_is_booked_once(shop, lan, minh, run_at_once):
    pooled_order(shop, 80_000)
    payout = draft_payout(shop.pk, by=lan)
    assert set(run_at_once(6, lambda: approve_payout(payout.pk, by=minh))) == {"ok"}
    assert (ledger.balance("payouts_out"), ledger.seller_balance(shop.pk)) == (-80_000, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_drafts_at_once_never_exceed_what_is_free(shop, lan, run_at_once):
    pooled_order(shop, 80_000)
    run_at_once(6, lambda: draft_payout(shop.pk, amount=60_000, by=lan))
    assert list(Payout.objects.values_list("amount", flat=True)) == [60_000]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_approval_and_a_refund_at_once_leave_no_money_twice(shop, lan, minh, run_at_once):
    order = pooled_order(shop, 80_000)
    payout = draft_payout(shop.pk, by=lan)
    calls = itertools.cycle([
        lambda: approve_payout(payout.pk, by=minh), transaction.atomic(lambda: take_off(order, 30_000, reason="complaint")),
    ])  # fmt: skip
    said = run_at_once(2, lambda: next(calls)())
    payout.refresh_from_db()
    # either the payout was first, and the seller owes what went back; or the refund was, and stopped it
    assert (payout.state, ledger.seller_balance(shop.pk)) in [("approved", 30_000), ("draft", -50_000)], said
    assert "OperationalError" not in said
    books_are_right()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_sale_and_a_payout_at_once_both_count(shop, lan, minh, run_at_once):
    pooled_order(shop, 80_000)
    payout = draft_payout(shop.pk, by=lan)
    calls = itertools.cycle([lambda: approve_payout(payout.pk, by=minh), lambda: pooled_order(shop, 20_000)])
    assert run_at_once(2, lambda: next(calls)()) == ["ok", "ok"]
    assert ledger.seller_balance(shop.pk) == -20_000
    books_are_right()


# --- property 7 -------------------------------------------------------------------------------------------------------
OPS = st.lists(
    st.tuples(
        st.sampled_from(["sale", "open", "deliver", "less", "draft", "approve", "cancel", "send", "settle", "return"]),
        st.integers(0, 9),
    ),
    min_size=4, max_size=14,
)  # fmt: skip


class World:
    """A seller's sales and payouts, counted beside the ledger in the plainest way."""

    def __init__(self):
        self.shop, self.lan, self.minh = ShopFactory(), money_runner(), money_runner()
        self.open, self.sold = [], {}

    def do(self, op, n):
        with suppress(NothingToPay, TooMuch, MoneyHeld, WrongStep):
            getattr(self, op)(n)

    def sale(self, n):
        order = pooled_order(self.shop, 50_000 + n * 1_000)
        self.sold[order.pk] = order.total

    def open_(self, n):
        self.open.append(pooled_order(self.shop, 60_000 + n, delivered=False))

    def deliver(self, n):
        if self.open:
            order = self.open.pop()
            deliver(order)
            self.sold[order.pk] = order.total

    def less(self, n):
        """Something of a delivered order's price goes back."""
        for pk, total in list(self.sold.items())[: 1 if n else 0]:
            less = min(total, 1_000 * n)
            take_off(ledger.Order.objects.get(pk=pk), less, reason="complaint")
            self.sold[pk] -= less

    def draft(self, n):
        draft_payout(self.shop.pk, amount=None if n < 5 else 50_000, by=self.lan)

    def last(self, *states):
        return Payout.objects.filter(shop=self.shop, state__in=states).last()

    def approve(self, n):
        if payout := self.last(State.DRAFT):
            approve_payout(payout.pk, by=self.minh)
            assert self.paid() <= sum(self.sold.values())  # at the moment of leave there is that much

    def cancel(self, n):
        if payout := self.last(State.DRAFT, State.APPROVED):
            cancel_payout(payout.pk, by=self.lan)

    def send(self, n):
        if payout := self.last(State.APPROVED):
            sent(payout, self.lan)

    def settle(self, n):
        if payout := self.last(State.APPROVED, State.SENT):
            bank_line(payout.code, payout.amount, out=True)

    def return_(self, n):
        if payout := self.last(State.SENT, State.SETTLED):
            return_payout(payout.pk, "x", by=SYSTEM)

    def paid(self):
        gone = Payout.objects.filter(shop=self.shop, state__in=(State.APPROVED, State.SENT, State.SETTLED))
        return sum(gone.values_list("amount", flat=True))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ops=OPS)
def test_property_7_payouts_never_exceed_the_available_balance(db, ops):
    with transaction.atomic():
        world = World()
        for op, n in [("sale", 9), ("sale", 5), *ops]:
            world.do({"open": "open_", "return": "return_"}.get(op, op), n)
        owed = sum(world.sold.values()) + sum(order.total for order in world.open) - world.paid()
        assert -ledger.seller_balance(world.shop.pk) == owed
        assert not LedgerEntry.objects.filter(posted=False).exists()
        books_are_right()
        transaction.set_rollback(True)
