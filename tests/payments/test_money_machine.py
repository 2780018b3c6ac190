"""Whatever is paid, refunded, assigned or given up, in any order and twice: every đồng is accounted for after every step."""

import random
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from common.actors import SYSTEM, Actor
from common.errors import Refusal
from orders.models import Order
from orders.services import farmer_step, take_off
from orders.states import State
from payments import self_checks
from payments.models import (
    Account,
    Allocation,
    LedgerLine,
    Method,
    Payment,
    PaymentAccount,
    Rate,
    Receipt,
    Refund,
)
from payments.providers.base import Outcome, Standing
from payments.services import (
    approve_refund,
    cancel_order,
    checkout,
    confirm,
    confirm_refund,
    declare_received,
    fail_refund,
    keep_and_match,
    pay_another_way,
    propose_return,
    refund_sent,
    refund_to,
    send_refund,
)
from payments.services.gateways import take_standing
from tests.factories import (
    CartFactory,
    FinanceFactory,
    OperatorsAccountFactory,
    ProductFactory,
    ShopFactory,
    buyer_facts,
)
from tests.payments.notices import bank_line

pytestmark = pytest.mark.django_db
FARMER = Actor(user_id=1, name="farmer")
CHECKS = [
    self_checks.entries, self_checks.accounts, self_checks.paid, self_checks.payments, self_checks.receipts,
    self_checks.settled, self_checks.balances,
]  # fmt: skip
any_of = st.integers(0, 7)
AMOUNTS = st.sampled_from((1, 9_999, 50_000, 120_000, 10**6))


class Money(RuleBasedStateMachine):
    """Two farms, an operator who pools, a provider, commission and tax; each rule does one thing, refusals included."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.number = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @initialize()
    def open_market(self) -> None:
        self.goods = [
            ProductFactory(ShopFactory(), price=33_333),
            ProductFactory(ShopFactory(), price=120_001),
        ]
        self.operators = OperatorsAccountFactory()
        self.staff = [FinanceFactory(), FinanceFactory()]
        for kind, rate in (("commission", 500), ("vat", 100), ("pit", 50)):
            Rate.objects.create(kind=kind, rate=rate, valid_from="2020-01-01")
        self.place(Method.VIETQR, both=True)
        self.place(Method.POOLED, both=True)

    def attempt(self, call, *args, **facts):
        """Refusals are answers too; everything else is a bug. A refusal leaves nothing behind."""
        try:
            with transaction.atomic():
                return call(*args, **facts)
        except Refusal:
            return None

    def pick(self, model, index: int):
        rows = list(model.objects.order_by("pk"))
        return rows[index % len(rows)] if rows else None

    @rule(method=st.sampled_from((Method.VIETQR, Method.POOLED, "momo", Method.COD)), both=st.booleans())
    def place(self, method: str, both: bool) -> None:
        self.number += 1
        cart = CartFactory(*self.goods[: 1 + both], quantity=1)
        facts = buyer_facts(pay_on_delivery=method == Method.COD)
        self.attempt(checkout, cart, facts, key=f"money-{self.number}", method=method)

    @rule(index=any_of, more=st.sampled_from((-1, 0, 0, 0, 1, 5_000)), times=st.integers(1, 2))
    def transfer(self, index: int, more: int, times: int) -> None:
        payments = list(
            Payment.objects.filter(account__isnull=False).select_related("account").order_by("pk")
        )
        payment = payments[index % len(payments)]
        self.number += 1
        line = bank_line(
            payment.account, payment.code, max(payment.amount + more, 1), number=f"m{self.number}"
        )
        for _ in range(times):
            with transaction.atomic():
                keep_and_match(payment.account, line)

    @rule(amount=AMOUNTS, index=any_of)
    def stray_money(self, amount: int, index: int) -> None:
        accounts = list(PaymentAccount.objects.order_by("pk"))
        account = accounts[index % len(accounts)]
        self.number += 1
        with transaction.atomic():
            keep_and_match(account, bank_line(account, "chuyen tien", amount, number=f"m{self.number}"))

    @rule(receipt=any_of, payment=any_of, part=st.sampled_from((None, 1, 10_000)))
    def assign(self, receipt: int, payment: int, part: int | None) -> None:
        loose = list(Receipt.objects.filter(state=Receipt.State.UNMATCHED).order_by("pk"))
        if loose:
            money = loose[receipt % len(loose)]
            fitting = list(Payment.objects.filter(account=money.account, shared=None).order_by("pk"))
            if fitting:
                self.attempt(confirm, fitting[payment % len(fitting)], money, amount=part)

    @rule(
        index=any_of,
        outcome=st.sampled_from((Outcome.PAID, Outcome.PAID, Outcome.FAILED)),
        fee=st.sampled_from((0, 900)),
    )
    def provider_says(self, index: int, outcome: Outcome, fee: int) -> None:
        rows = list(Payment.objects.filter(provider="momo").order_by("pk"))
        if rows:
            payment = rows[index % len(rows)]
            Payment.objects.filter(pk=payment.pk).update(provider_ref=f"ref-{payment.pk}")
            charge = f"ch-{payment.pk}"
            for _ in range(2):
                take_standing(
                    payment.pk,
                    Standing(ref=charge, outcome=outcome, amount=payment.amount, charge=charge, fee=fee),
                )

    @rule(index=any_of)
    def seller_says_it_came(self, index: int) -> None:
        rows = list(Payment.objects.filter(method=Method.VIETQR).order_by("pk"))
        self.attempt(declare_received, rows[index % len(rows)], by=FARMER)

    @rule(index=any_of, method=st.sampled_from((Method.VIETQR, Method.POOLED, "momo")))
    def another_way(self, index: int, method: str) -> None:
        self.attempt(pay_another_way, self.pick(Order, index).purchase_id, method)

    @rule(index=any_of)
    def give_up(self, index: int) -> None:
        self.attempt(cancel_order, self.pick(Order, index).pk, by=FARMER)

    @rule(index=any_of, to=st.sampled_from((State.CONFIRMED, State.PACKED, State.HANDED_OVER)))
    def farmer_goes_on(self, index: int, to: State) -> None:
        self.attempt(farmer_step, self.pick(Order, index).pk, to, by=FARMER)

    @rule(index=any_of, amount=st.sampled_from((1, 7_777, 33_333)))
    def price_goes_down(self, index: int, amount: int) -> None:
        order = self.pick(Order, index)
        if not order.stopped and order.total >= amount:
            self.attempt(take_off, order, amount, reason="complaint")

    @rule(index=any_of, who=st.integers(0, 1), step=st.integers(0, 6), twice=st.booleans())
    def refund_goes_on(self, index: int, who: int, step: int, twice: bool) -> None:
        refund = self.pick(Refund, index)
        if refund is None:
            return
        by = self.staff[who]
        steps = [
            lambda: approve_refund(refund.pk, by=by),
            lambda: refund_to(refund.pk, bank_bin="970405", number="123456789", holder="KHACH", by=SYSTEM),
            lambda: send_refund(refund.pk, by=by), lambda: confirm_refund(refund.pk),
            lambda: fail_refund(refund.pk, "closed"), lambda: refund_sent(refund.pk, by=FARMER),
            lambda: refund.receipt and propose_return(refund.receipt.pk, by=by),
        ]  # fmt: skip
        for _ in range(1 + twice):
            self.attempt(steps[step])

    @rule(index=any_of, who=st.integers(0, 1))
    def send_stray_money_back(self, index: int, who: int) -> None:
        loose = list(Receipt.objects.filter(state=Receipt.State.UNMATCHED).order_by("pk"))
        if loose:
            self.attempt(propose_return, loose[index % len(loose)].pk, by=self.staff[who])

    @invariant()
    def everything_agrees(self) -> None:
        assert [trouble for check in CHECKS for trouble in check()] == []

    @invariant()
    def refunds_never_exceed_what_came(self) -> None:
        for order in Order.objects.all():
            promised = order.refunds.filter(state__in=Refund.PROMISED).aggregate(
                sum=Sum("amount", default=0)
            )["sum"]
            assert promised <= order.paid

    @invariant()
    def every_dong_that_came_lies_somewhere(self) -> None:
        """What lies at banks, providers and sellers' hands is what came, less what went out and fees."""
        lines = LedgerLine.objects.filter(entry__posted=True)
        at_banks = lines.filter(account=Account.BANK).aggregate(sum=Sum("amount", default=0))["sum"]
        came = Receipt.objects.filter(account=self.operators).exclude(state=Receipt.State.IGNORED)
        sent = Refund.objects.filter(
            way=Refund.Way.BANK, state__in=(Refund.State.SENT, Refund.State.CONFIRMED)
        )
        assert at_banks == _sum(came) - _sum(sent)
        assert _sum(Allocation.objects.filter(payment__order__isnull=False)) == sum(
            Order.objects.values_list("paid", flat=True)
        )


def _sum(rows) -> int:
    return rows.aggregate(sum=Sum("amount", default=0))["sum"]


@pytest.fixture(autouse=True)
def market(settings) -> Iterator[None]:
    """Every way to pay and every rate is on."""
    settings.PAYMENT_POOLED = settings.PAYMENT_RATES = True
    settings.REFUND_TWO_PEOPLE = 100_000
    settings.PAYMENT_PROVIDERS = {
        "momo": {"partner": "P", "access_key": "a", "secret": "s", "address": "http://127.0.0.1:1"}
    }
    return


def test_properties_2_3_6_whatever_happens_every_dong_is_accounted_for():
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_long_random_walk_keeps_every_dong(seed):
    """What Hypothesis makes short, many rules after each other make deep."""
    chance = random.Random(seed)
    machine = Money()
    try:
        machine.open_market()
        walks = [
            lambda: machine.place(chance.choice((Method.VIETQR, Method.POOLED, "momo", Method.COD)), chance.random() < 0.6),
            lambda: machine.transfer(chance.randrange(8), chance.choice((-1, 0, 0, 0, 5_000)), chance.choice((1, 2))),
            lambda: machine.stray_money(chance.choice((1, 50_000)), chance.randrange(8)),
            lambda: machine.assign(chance.randrange(8), chance.randrange(8), chance.choice((None, 10_000))),
            lambda: machine.provider_says(chance.randrange(8), chance.choice((Outcome.PAID, Outcome.FAILED)), 900),
            lambda: machine.seller_says_it_came(chance.randrange(8)),
            lambda: machine.another_way(chance.randrange(8), chance.choice((Method.VIETQR, Method.POOLED, "momo"))),
            lambda: machine.give_up(chance.randrange(8)),
            lambda: machine.farmer_goes_on(chance.randrange(8), chance.choice((State.CONFIRMED, State.PACKED))),
            lambda: machine.price_goes_down(chance.randrange(8), chance.choice((1, 7_777))),
            lambda: machine.refund_goes_on(chance.randrange(8), chance.randrange(2), chance.randrange(7), chance.random() < 0.3),  # noqa: E501
            lambda: machine.send_stray_money_back(chance.randrange(8), chance.randrange(2)),
        ]  # fmt: skip
        for step in range(120):
            chance.choice(walks)()
            if step % 5 == 0:
                machine.everything_agrees()
                machine.refunds_never_exceed_what_came()
                machine.every_dong_that_came_lies_somewhere()
    finally:
        machine.teardown()
