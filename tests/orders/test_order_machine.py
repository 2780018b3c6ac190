"""Whatever people do, in whatever order and however often: stock, sums, money and history agree after every step."""

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog.models import Product
from common.actors import GUEST, Actor
from common.errors import Refusal
from orders import self_checks as order_checks
from orders.fulfilment import Answer, Can, answer_lines, answer_proposal, drop_lines, lapse_proposals, pack
from orders.models import Order, OrderLine, Proposal, Purchase, StockMove
from orders.services import confirm_receipt, expire_unpaid, farmer_step
from orders.states import FARMERS_NEXT, LineState, State
from payments import self_checks as money_checks
from payments.models import Payment, Refund
from payments.services import (
    ask_for_rest,
    cancel_order,
    checkout,
    declare_received,
    refund_sent,
)
from tests.factories import CartFactory, ProductFactory, ShopFactory, buyer_facts

FARMER = Actor(user_id=1, name="farmer")
CHECKS = [
    order_checks.sums, order_checks.stock, order_checks.history, money_checks.entries, money_checks.accounts,
    money_checks.paid, money_checks.payments, money_checks.settled,
]  # fmt: skip
any_of = st.integers(0, 3)


class Orders(RuleBasedStateMachine):
    """Two shops with three products; each rule does one thing to one order, refusals included, and some do it twice."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.number = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @initialize()
    def open_shops(self) -> None:
        one, two = ShopFactory(), ShopFactory()
        self.products = [
            ProductFactory(one, price=33_333, stock=Decimal(12)),
            ProductFactory(one, price=50_000, stock=Decimal(8), tolerance=10),
            ProductFactory(two, price=7_000, stock=Decimal(20)),
        ]  # fmt: skip
        self.started_with = {product.pk: product.stock for product in self.products}
        self.place([2, 1, 0], cash=False, twice=True)
        self.place([1, 2, 3], cash=True, twice=False)

    def attempt(self, call, *args, **facts):
        """Refusals are answers too; everything else is a bug. A refusal leaves nothing behind."""
        try:
            with transaction.atomic():
                return call(*args, **facts)
        except Refusal:
            return None

    def order(self, index: int) -> Order:
        orders = list(Order.objects.order_by("pk"))
        return orders[index % len(orders)]

    @rule(
        quantities=st.lists(st.integers(0, 5), min_size=3, max_size=3),
        cash=st.booleans(),
        twice=st.booleans(),
    )
    def place(self, quantities: list[int], cash: bool, twice: bool) -> None:
        wanted = [(product, n) for product, n in zip(self.products, quantities, strict=True) if n]
        if not wanted:
            return
        cart = CartFactory()
        for product, n in wanted:
            cart.lines.create(product=product, quantity=n, price_seen=product.price)
        self.number += 1
        facts = buyer_facts(pay_on_delivery=cash)
        before = Purchase.objects.count()
        made = self.attempt(checkout, cart, facts, key=f"machine-{self.number}")
        if twice and made:
            assert self.attempt(checkout, cart, facts, key=f"machine-{self.number}") == made
            assert Purchase.objects.count() == before + 1

    @rule(index=any_of, times=st.integers(1, 2))
    def pay(self, index: int, times: int) -> None:
        payments = list(Payment.objects.filter(method="vietqr").order_by("pk"))
        for _ in range(times if payments else 0):
            self.attempt(
                declare_received, Payment.objects.get(pk=payments[index % len(payments)].pk), by=FARMER
            )

    @rule(index=any_of)
    def ask_for_the_rest(self, index: int) -> None:
        self.attempt(ask_for_rest, self.order(index).pk)

    @rule(days=st.integers(0, 2))
    def time_passes(self, days: int) -> None:
        len(list(expire_unpaid(timezone.now() + timedelta(days=days))))
        lapse_proposals(timezone.now() + timedelta(days=days))

    @rule(
        index=any_of, to=st.sampled_from([State.CONFIRMED, State.PACKED, State.HANDED_OVER, State.RETURNED])
    )
    def farmer_presses(self, index: int, to: State) -> None:
        self.attempt(farmer_step, self.order(index).pk, to, by=FARMER)

    @rule(index=any_of, grams=st.integers(900, 2600))
    def goes_on(self, index: int, grams: int) -> None:
        """The next thing that would happen to an order if nobody had second thoughts."""
        order = self.order(index)
        if not order.money_is_here:
            for payment in order.payments.filter(state=Payment.State.WAITING):
                self.attempt(declare_received, payment, by=FARMER)
        elif order.state == State.CONFIRMED:
            self.weigh_and_pack(index, grams, charge_more=True)
        elif order.state == State.HANDED_OVER:
            self.receive(index)
        elif order.state in FARMERS_NEXT:
            self.farmer_presses(index, FARMERS_NEXT[State(order.state)])

    @rule(index=any_of)
    def cancel(self, index: int) -> None:
        self.attempt(cancel_order, self.order(index).pk, by=FARMER)

    @rule(index=any_of, which=any_of)
    def buyer_drops(self, index: int, which: int) -> None:
        order = self.order(index)
        lines = list(order.lines.order_by("pk"))
        self.attempt(drop_lines, order.pk, [lines[which % len(lines)].pk])

    @rule(index=any_of)
    def receive(self, index: int) -> None:
        self.attempt(confirm_receipt, self.order(index).pk, by=GUEST)

    @rule(
        index=any_of,
        which=any_of,
        can=st.sampled_from(list(Can)),
        n=st.integers(0, 5),
        days=st.integers(0, 9),
    )
    def answer_a_line(self, index: int, which: int, can: Can, n: int, days: int) -> None:
        order = self.order(index)
        lines = list(order.lines.order_by("pk"))
        other = self.products[n % 3]
        day = timezone.localdate() + timedelta(days=days)
        answer = Answer(lines[which % len(lines)].pk, can, Decimal(n), other, day)
        self.attempt(answer_lines, order.pk, [answer], by=FARMER, shelf_too=False)

    @rule(index=any_of, grams=st.integers(500, 6000), charge_more=st.booleans())
    def weigh_and_pack(self, index: int, grams: int, charge_more: bool) -> None:
        order = self.order(index)
        weights = {line.pk: Decimal(grams) / 1000 for line in order.lines.all() if line.is_weighed}
        self.attempt(pack, order.pk, weights, by=FARMER, charge_more=charge_more)

    @rule(index=any_of, yes=st.booleans(), twice=st.booleans())
    def buyer_answers(self, index: int, yes: bool, twice: bool) -> None:
        proposals = list(Proposal.objects.order_by("pk"))
        for _ in range(1 + twice if proposals else 0):
            self.attempt(answer_proposal, proposals[index % len(proposals)].pk, yes=yes)

    @precondition(lambda self: Refund.objects.filter(state="proposed").exists())
    @rule()
    def send_a_refund(self) -> None:
        refund = Refund.objects.filter(state="proposed").order_by("pk")[0]
        self.attempt(refund_sent, refund.pk, by=FARMER)

    @invariant()
    def everything_agrees(self) -> None:
        for check in CHECKS:
            assert list(check()) == [], check.__name__

    @invariant()
    def no_goods_appear_or_vanish(self) -> None:
        if not hasattr(self, "started_with"):
            return
        moved = dict(
            StockMove.objects.exclude(kind=StockMove.Kind.SHORT)
            .values_list("product")
            .annotate(Sum("quantity"))
        )
        for product in Product.objects.filter(pk__in=self.started_with):
            assert product.stock >= 0
            assert product.stock == self.started_with[product.pk] + moved.get(product.pk, 0), product.title

    @invariant()
    def no_state_without_an_event(self) -> None:
        for line in _lines_that_moved():
            steps = list(line.steps.all())
            assert steps, line
            assert (steps[-1].after, steps[-1].quantity_after) == (line.state, line.given)

    @invariant()
    def what_is_paid_is_the_sellers_to_do(self) -> None:
        """No prepaid order whose price is there waits for a clock or is hidden from its seller."""
        for order in Order.objects.filter(pay_on_delivery=False, state=State.NEW):
            if order.is_paid:
                assert order.ready_at is not None
                assert order.held_until is None

    @invariant()
    def money_is_expected_once(self) -> None:
        """What comes and what is waited for never is more than an order costs, beside what goes back."""
        for order in Order.objects.filter(pay_on_delivery=False).exclude(
            state__in=[State.CANCELLED, State.RETURNED]
        ):
            waiting = [payment.rest for payment in order.payments.filter(state=Payment.State.WAITING)]
            owed = order.total - order.paid + sum(r.amount for r in order.refunds.exclude(state="withdrawn"))
            assert all(rest == owed for rest in waiting), (order.total, order.paid, waiting)


def _lines_that_moved() -> Iterator[OrderLine]:
    moved = OrderLine.objects.filter(~Q(state=LineState.ASKED) | Q(steps__isnull=False)).distinct()
    yield from moved.prefetch_related("steps")


@pytest.mark.django_db
def test_orders_agree_with_themselves_whatever_happens(no_messages):
    run_state_machine_as_test(
        Orders,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )


@pytest.fixture
def no_messages(settings):
    settings.MESSAGE_BACKEND = "common.messaging.NullBackend"


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_orders_agree_with_themselves_on_long_walks(no_messages, settings, seed):
    """The same rules, picked as they come in life: mostly things go on, sometimes somebody has second thoughts."""
    settings.ORDER_WEIGHED_MOST = seed % 2 == 1
    chance = random.Random(seed)
    orders = Orders()
    try:
        orders.open_shops()
        for _ in range(120):
            step_at_random(orders, chance)
            orders.everything_agrees()
            orders.no_goods_appear_or_vanish()
            orders.no_state_without_an_event()
            orders.what_is_paid_is_the_sellers_to_do()
            orders.money_is_expected_once()
        ended = set(Order.objects.values_list("state", flat=True))
        assert {State.DELIVERED, State.CANCELLED} <= ended  # the walk went far enough to mean something
    finally:
        orders.teardown()


def step_at_random(orders: Orders, chance: random.Random) -> None:
    index, some = chance.randrange(12), chance.randrange(10)
    can = chance.choice(list(Can))
    step = chance.choices(
        [
            lambda: orders.place([chance.randrange(4) for _ in range(3)], cash=some < 4, twice=some < 2),
            lambda: orders.goes_on(index, chance.randrange(900, 2600)),
            lambda: orders.pay(index, times=1 + some % 2),
            lambda: orders.answer_a_line(index, some, can, n=some % 4, days=some),
            lambda: orders.buyer_answers(some, yes=chance.random() < 0.6, twice=some < 3),
            lambda: orders.farmer_presses(index, chance.choice([State.RETURNED, State.HANDED_OVER])),
            lambda: orders.cancel(index),
            lambda: orders.buyer_drops(index, some),
            lambda: orders.ask_for_the_rest(index),
            lambda: Refund.objects.filter(state="proposed").exists() and orders.send_a_refund(),
            lambda: orders.time_passes(chance.randrange(3)),
        ],
        weights=[12, 50, 6, 14, 8, 3, 4, 2, 2, 3, 2],
    )[0]  # fmt: skip
    step()
