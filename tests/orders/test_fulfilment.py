"""What the farmer can give, what the scales say, what the buyer answers, and that the money always follows."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Message
from common.actors import Actor
from common.days import local_day
from common.money import show_dong
from orders.errors import AlreadyAnswered, BadAnswer, BuyerAsked, NotPaidYet, WrongState
from orders.fulfilment import Answer, Can, answer_lines, answer_proposal, drop_lines, lapse_proposals, pack
from orders.models import LineStep, Order, Proposal
from orders.preorders import Rule, change_harvest, share_harvest, shares_of
from orders.services import farmer_step
from orders.states import LineState, State
from payments import ledger
from payments.models import Payment, Receipt, Refund
from payments.services import checkout, confirm, declare_received
from tests.factories import CartFactory, OrderFactory, ProductFactory, ShopFactory, buyer_facts

pytestmark = pytest.mark.django_db
FARMER = Actor(user_id=1, name="farmer")
NOW = timezone.now


def all_is_well() -> None:
    """Everything the installation can check about itself agrees."""
    call_command("self_check", stdout=StringIO())


def refunds(order: Order) -> list[tuple[int, str]]:
    return list(order.refunds.filter(state=Refund.State.PROPOSED).values_list("amount", "reason"))


def two_lines(*, paid: bool = True, **facts) -> tuple[Order, list]:
    """An order of 5 kg at 40,000 and 3 kg at 20,000, paid unless said otherwise."""
    shop = ShopFactory()
    first, second = ProductFactory(shop, price=40_000, **facts), ProductFactory(shop, price=20_000)
    cart = CartFactory(first, quantity=5)
    for line in CartFactory(second, quantity=3).lines.all():
        line.cart = cart
        line.save()
    order = checkout(cart, buyer_facts(), key="two").orders.get()
    if paid:
        declare_received(order.payments.get(), by=FARMER)
        order.refresh_from_db()
    return order, list(order.lines.order_by("product_id"))


def test_a_part_is_confirmed_and_the_rest_paid_back():
    order, (na, _other) = two_lines()
    order = answer_lines(order.pk, [Answer(na.pk, Can.PART, Decimal(3))], by=FARMER, reason="Sâu ăn mất")
    assert (order.state, order.goods, order.total) == ("confirmed", 180_000, 180_000)
    assert order.purchase.total == 180_000
    assert refunds(order) == [(80_000, "short")]
    na.refresh_from_db()
    assert (na.state, na.given, na.quantity, na.amount) == (LineState.SHORT, 3, 5, 120_000)
    step = LineStep.objects.get(line=na)
    assert (step.quantity_before, step.quantity_after, step.actor_id, step.reason) == (5, 3, 1, "Sâu ăn mất")
    all_is_well()


def test_what_is_short_is_sold_out_on_the_shelf_too_unless_the_farmer_says_otherwise():
    order, (na, rau) = two_lines()
    answer_lines(order.pk, [Answer(na.pk, Can.NONE)], by=FARMER)
    answer_lines(order.pk, [Answer(rau.pk, Can.PART, Decimal(1))], by=FARMER, shelf_too=False)
    na.product.refresh_from_db()
    rau.product.refresh_from_db()
    assert (na.product.stock, rau.product.stock) == (0, 97)
    all_is_well()


def test_an_order_of_which_nothing_is_left_is_cancelled_and_all_its_money_goes_back():
    order, lines = two_lines()
    order = answer_lines(order.pk, [Answer(line.pk, Can.NONE) for line in lines], by=FARMER)
    order.refresh_from_db()
    assert (order.state, sum(amount for amount, _why in refunds(order))) == ("cancelled", 260_000)
    assert ledger.balance("seller", order.shop) == 260_000  # in the seller's hands, and not theirs
    all_is_well()


def test_an_unpaid_order_asks_for_less_money_by_a_new_code():
    order, (na, _other) = two_lines(paid=False)
    order = answer_lines(order.pk, [Answer(na.pk, Can.PART, Decimal(3))], by=FARMER)
    assert order.state == "new"
    assert list(order.payments.order_by("pk").values_list("amount", "state")) == [
        (260_000, "cancelled"),
        (180_000, "waiting"),
    ]
    all_is_well()


def test_who_pays_the_old_code_gets_the_difference_back():
    order, (na, _other) = two_lines(paid=False)
    old = order.payments.get()
    order = answer_lines(order.pk, [Answer(na.pk, Can.PART, Decimal(3))], by=FARMER)
    old.refresh_from_db()
    declare_received(old, by=FARMER)
    order.refresh_from_db()
    assert (order.is_paid, refunds(order)) == (True, [(80_000, "overpaid")])
    assert not order.payments.filter(state=Payment.State.WAITING).exists()
    all_is_well()


@pytest.mark.parametrize("quantity", [None, 0, 5, 6])
def test_a_part_is_less_than_all_and_more_than_nothing(quantity):
    order, (na, _other) = two_lines()
    with pytest.raises(BadAnswer) as refused:
        answer_lines(order.pk, [Answer(na.pk, Can.PART, quantity and Decimal(quantity))], by=FARMER)
    assert refused.value.field == f"so-{na.pk}"


def test_a_line_of_another_order_is_none_of_this_one():
    order, _lines = two_lines()
    stranger = OrderFactory().lines.get()
    with pytest.raises(BadAnswer):
        answer_lines(order.pk, [Answer(stranger.pk, Can.NONE)], by=FARMER)


def test_nothing_is_answered_about_goods_that_are_packed():
    order = OrderFactory(pay_on_delivery=True)
    for step in (State.CONFIRMED, State.PACKED):
        farmer_step(order.pk, step, by=FARMER)
    with pytest.raises(WrongState):
        answer_lines(order.pk, [Answer(order.lines.get().pk, Can.NONE)], by=FARMER)


# --- the scales -----------------------------------------------------------------------------------------------------
def weighed(asked: int = 2, *, stock: int = 100, **facts) -> Order:
    """A paid and confirmed order of so many kilos at 100,000 đồng, 10 % tolerance."""
    product = ProductFactory(price=100_000, tolerance=10, stock=Decimal(stock))
    order = OrderFactory(product=product, quantity=asked, paid_in_full=True, **facts)
    return farmer_step(order.pk, State.CONFIRMED, by=FARMER)


def on_the_scales(order: Order, weight: str, **options) -> Order:
    return pack(order.pk, {order.lines.get().pk: Decimal(weight)}, by=FARMER, **options)


@pytest.mark.parametrize(
    ("weight", "charge_more", "total", "back"),
    [
        ("1.850", False, 185_000, [(15_000, "weighed")]), ("2", False, 200_000, []), ("2.150", False, 200_000, []),
        ("2.150", True, 215_000, []), ("2.200", True, 220_000, []), ("1.999", True, 199_900, [(100, "weighed")]),
    ],
)  # fmt: skip
def test_case_22_the_price_follows_the_scales_once(weight, charge_more, total, back):
    order = on_the_scales(weighed(), weight, charge_more=charge_more)
    line = order.lines.get()
    assert (order.state, order.total, line.packed_quantity, refunds(order)) == (
        "packed",
        total,
        Decimal(weight),
        back,
    )
    assert order.slip_number == 1
    with pytest.raises(WrongState):
        on_the_scales(order, "1")
    line.product.refresh_from_db()
    assert line.product.stock == 100 - Decimal(weight)
    all_is_well()


def test_more_than_the_tolerance_waits_for_the_buyer_s_yes_and_a_second_code():
    order = on_the_scales(weighed(), "2.6", charge_more=True)
    assert (order.total, order.proposals.get().kind) == (220_000, Proposal.Kind.HEAVIER)
    with pytest.raises(BuyerAsked):
        farmer_step(order.pk, State.HANDED_OVER, by=FARMER)
    order = answer_proposal(order.proposals.get().pk, yes=True)
    assert (order.total, order.rest) == (260_000, 60_000)
    with pytest.raises(NotPaidYet):
        farmer_step(order.pk, State.HANDED_OVER, by=FARMER)
    declare_received(order.payments.get(state="waiting"), by=FARMER)
    assert farmer_step(order.pk, State.HANDED_OVER, by=FARMER).state == "handed_over"
    all_is_well()


def test_a_no_to_more_weight_charges_the_tolerance_alone():
    order = on_the_scales(weighed(), "2.6", charge_more=True)
    order = answer_proposal(order.proposals.get().pk, yes=False)
    assert (order.total, order.state) == (220_000, "packed")
    all_is_well()


def test_cash_at_the_door_follows_the_scales():
    order = OrderFactory(product=ProductFactory(price=100_000, tolerance=10), pay_on_delivery=True)
    farmer_step(order.pk, State.CONFIRMED, by=FARMER)
    on_the_scales(order, "1.9")
    assert order.payments.get().amount == 190_000
    all_is_well()


@pytest.mark.parametrize("weight", ["", "0", "7"])
def test_goods_sold_by_weight_are_weighed(weight):
    order = weighed()
    weights = {order.lines.get().pk: Decimal(weight)} if weight else {}
    with pytest.raises(BadAnswer):
        pack(order.pk, weights, by=FARMER)
    with pytest.raises(WrongState):
        farmer_step(order.pk, State.PACKED, by=FARMER)
    order.refresh_from_db()
    assert order.state == "confirmed"


def test_heavier_goods_than_the_shelf_counted_are_no_reason_to_stop():
    order = on_the_scales(weighed(2, stock=2), "2.1")
    order.lines.get().product.refresh_from_db()
    assert order.lines.get().product.stock == 0
    farmer_step(order.pk, State.CANCELLED, by=FARMER)
    assert order.lines.get().product.stock == 2
    all_is_well()


@pytest.mark.parametrize(
    ("weight", "total", "back"),
    [
        ("1.5", 150_000, [(70_000, "weighed")]),
        ("2.1", 210_000, [(10_000, "weighed")]),
        ("2.2", 220_000, []),
    ],
)
def test_the_most_is_asked_beforehand_and_the_rest_goes_back_after_the_scales(settings, weight, total, back):
    settings.ORDER_WEIGHED_MOST = True
    order = weighed()  # 2 kg at 100,000, 10 % more or less
    assert (order.goods, order.margin, order.total, order.paid) == (200_000, 20_000, 220_000, 220_000)
    order = on_the_scales(order, weight, charge_more=True)
    assert (order.goods, order.margin, order.total) == (total, 0, total)
    assert refunds(order) == back
    assert order.rest == 0  # no second code
    all_is_well()


def test_what_is_asked_beforehand_follows_the_lines_until_they_are_packed(settings):
    settings.ORDER_WEIGHED_MOST = True
    order = weighed(4)
    line = order.lines.get()
    order = answer_lines(order.pk, [Answer(line.pk, Can.PART, Decimal(3))], by=FARMER)
    assert (order.goods, order.margin, order.purchase.total) == (300_000, 30_000, 330_000)
    assert refunds(order) == [(110_000, "short")]
    all_is_well()


def test_cash_at_the_door_needs_nothing_beforehand(settings):
    settings.ORDER_WEIGHED_MOST = True
    order = OrderFactory(product=ProductFactory(tolerance=10), pay_on_delivery=True)
    assert order.margin == 0


# --- the buyer takes goods out -----------------------------------------------------------------------------------------
def test_a_buyer_takes_one_thing_out_and_gets_its_money_back():
    order, (na, _other) = two_lines()
    drop_lines(order.pk, [na.pk])
    order = drop_lines(order.pk, [na.pk])  # pressed twice
    assert (order.state, order.total, order.purchase.total) == ("new", 60_000, 60_000)
    assert refunds(order) == [(200_000, "short")]
    na.product.refresh_from_db()
    assert na.product.stock == 100  # the goods were there, so they can be sold to somebody else
    assert LineStep.objects.get(line=na, after="dropped").reason == "Khách bỏ món này"
    assert Message.objects.filter(kind="order_less").count() == 1
    all_is_well()


def test_who_takes_everything_out_has_cancelled():
    order, lines = two_lines()
    order = drop_lines(order.pk, [line.pk for line in lines])
    assert order.state == State.CANCELLED
    assert sum(amount for amount, _reason in refunds(order)) == 260_000
    all_is_well()


def test_an_unpaid_order_that_shrinks_asks_for_less_and_may_be_paid_by_then():
    order, (na, _other) = two_lines(paid=False)
    first = order.payments.get()
    receipt = Receipt.objects.create(
        account=first.account,
        source="bank",
        state="unmatched",
        amount=60_000,
        booked_at=NOW(),
        received_at=NOW(),
    )
    confirm(first, receipt)
    order.refresh_from_db()
    assert (order.is_paid, order.ready_at) == (False, None)
    order = drop_lines(order.pk, [na.pk])
    assert order.is_paid
    assert order.ready_at is not None
    assert order.held_until is None
    assert answer_lines(order.pk, [], by=FARMER).state == State.CONFIRMED
    all_is_well()


def test_nothing_is_taken_out_once_the_seller_has_the_order():
    order, (na, _other) = two_lines()
    farmer_step(order.pk, State.CONFIRMED, by=FARMER)
    with pytest.raises(WrongState):
        drop_lines(order.pk, [na.pk])


# --- questions ------------------------------------------------------------------------------------------------------
def ask_substitute(order: Order, line, price: int = 30_000) -> Proposal:
    other = ProductFactory(order.shop, price=price, title="Na bở", stock=Decimal(10))
    answer_lines(order.pk, [Answer(line.pk, Can.SUBSTITUTE, Decimal(4), other)], by=FARMER)
    return Proposal.objects.get(line=line)


def test_a_substitute_takes_the_place_of_a_line_on_the_buyer_s_yes():
    order, (na, _other) = two_lines()
    proposal = ask_substitute(order, na)
    with pytest.raises(BuyerAsked):
        farmer_step(order.pk, State.PACKED, by=FARMER)
    order = answer_proposal(proposal.pk, yes=True)
    na.refresh_from_db()
    new = order.lines.order_by("-pk")[0]
    assert (na.state, new.title, new.amount, new.product.stock) == (LineState.DROPPED, "Na bở", 120_000, 6)
    assert (order.total, refunds(order)) == (180_000, [(80_000, "short")])
    farmer_step(order.pk, State.PACKED, by=FARMER)
    all_is_well()


def test_a_dearer_substitute_is_paid_by_a_second_code():
    order, (na, _other) = two_lines()
    order = answer_proposal(ask_substitute(order, na, price=60_000).pk, yes=True)
    assert (order.total, order.payments.get(state="waiting").amount) == (300_000, 40_000)
    all_is_well()


def test_no_drops_the_line_and_silence_is_a_no():
    order, (na, rau) = two_lines()
    order = answer_proposal(ask_substitute(order, na).pk, yes=False)
    assert (order.total, refunds(order)) == (60_000, [(200_000, "short")])
    ask_substitute(order, rau)
    assert lapse_proposals(NOW() + timedelta(hours=14)) == 0
    assert lapse_proposals(NOW() + timedelta(hours=16)) == 1
    order.refresh_from_db()
    assert (order.state, Proposal.objects.get(line=rau).state) == ("cancelled", Proposal.State.LAPSED)
    all_is_well()


def test_a_question_is_answered_once():
    order, (na, _other) = two_lines()
    proposal = ask_substitute(order, na)
    answer_proposal(proposal.pk, yes=True)
    with pytest.raises(AlreadyAnswered):
        answer_proposal(proposal.pk, yes=False)


def test_a_substitute_that_is_gone_meanwhile_is_a_no():
    order, (na, _other) = two_lines()
    proposal = ask_substitute(order, na)
    type(proposal.product).objects.filter(pk=proposal.product_id).update(stock=1)
    order = answer_proposal(proposal.pk, yes=True)
    proposal.refresh_from_db()
    assert (proposal.state, order.total) == (Proposal.State.DECLINED, 60_000)
    all_is_well()


def test_another_day_leaves_as_many_days_to_come_in_as_before():
    order, (na, _other) = two_lines()
    today, day = local_day(), local_day() + timedelta(days=9)
    Order.objects.filter(pk=order.pk).update(deliver_from=today, deliver_by=today + timedelta(days=2))
    answer_lines(order.pk, [Answer(na.pk, Can.LATER, day=day)], by=FARMER)
    order = answer_proposal(Proposal.objects.get().pk, yes=True)
    assert (order.deliver_from, order.deliver_by) == (day, day + timedelta(days=2))


def test_another_day_moves_the_order_and_keeps_the_line():
    order, (na, _other) = two_lines()
    day = local_day() + timedelta(days=9)
    answer_lines(order.pk, [Answer(na.pk, Can.LATER, day=day)], by=FARMER)
    order = answer_proposal(Proposal.objects.get().pk, yes=True)
    assert (order.deliver_from, order.deliver_by, order.total) == (day, day, 260_000)
    na.refresh_from_db()
    assert na.state == LineState.KEPT


@pytest.mark.parametrize("there_is", [Decimal(2), None])
def test_less_than_was_asked_about_withdraws_the_question(there_is):
    order, (na, _other) = two_lines()
    asked = ask_substitute(order, na)
    can = Can.PART if there_is else Can.NONE
    order = answer_lines(order.pk, [Answer(na.pk, can, there_is)], by=FARMER)
    asked.refresh_from_db()
    assert asked.state == Proposal.State.LAPSED
    with pytest.raises(AlreadyAnswered):
        answer_proposal(asked.pk, yes=True)
    assert farmer_step(order.pk, State.PACKED, by=FARMER).state == State.PACKED
    all_is_well()


def test_a_cancelled_order_asks_nobody_anything_any_more():
    order, (na, _other) = two_lines()
    proposal = ask_substitute(order, na)
    farmer_step(order.pk, State.CANCELLED, by=FARMER)
    with pytest.raises(AlreadyAnswered):
        answer_proposal(proposal.pk, yes=True)
    all_is_well()


# --- goods ordered before their harvest -------------------------------------------------------------------------------
def preorders(*quantities: int):
    """Paid pre-orders of one product with these quantities, first come first."""
    product = ProductFactory(
        price=10_000,
        stock=Decimal(100),
        preorder_cap=Decimal(100),
        harvest_on=local_day() + timedelta(days=20),
    )
    return product, [
        OrderFactory(product=product, quantity=quantity, paid_in_full=True) for quantity in quantities
    ]


def test_another_harvest_day_is_asked_about_and_a_no_gives_the_money_back():
    product, (first, second) = preorders(4, 6)
    day = product.harvest_on + timedelta(days=5)
    assert change_harvest(product, day, by=FARMER) == 2
    product.refresh_from_db()
    assert product.harvest_on == day
    answer_proposal(first.proposals.get().pk, yes=True)
    answer_proposal(second.proposals.get().pk, yes=False)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.lines.get().harvest_on, second.state) == ("new", day, "cancelled")
    product.refresh_from_db()
    assert (product.stock, refunds(second)) == (96, [(60_000, "short")])
    all_is_well()


def test_an_earlier_harvest_needs_no_question():
    product, (order,) = preorders(4)
    assert change_harvest(product, product.harvest_on - timedelta(days=2), by=FARMER) == 0
    assert not order.proposals.exists()


@pytest.mark.parametrize(("rule", "got"), [(Rule.FIRST_COME, [4, 6, 0]), (Rule.EQUAL, [4, 3, 3])])
def test_a_short_harvest_is_shared_by_the_rule_and_the_rest_paid_back(rule, got):
    product, orders = preorders(4, 6, 8)
    share_harvest(product, Decimal("10.5"), rule, by=FARMER)
    assert [order.lines.get().given for order in orders] == got
    for order, share in zip(orders, got, strict=True):
        order.refresh_from_db()
        missing = order.paid - share * 10_000
        assert sum(amount for amount, _why in refunds(order)) == missing
        assert order.state == ("new" if share else "cancelled")
    product.refresh_from_db()
    assert product.stock == 0
    all_is_well()


def test_enough_for_everybody_is_not_shared():
    product, _orders = preorders(4, 6)
    with pytest.raises(BadAnswer):
        share_harvest(product, Decimal(10), Rule.EQUAL, by=FARMER)


quantities = st.lists(st.integers(1, 40), min_size=1, max_size=12)


@given(quantities, st.integers(0, 300), st.sampled_from(["1", "0.5", "5"]), st.sampled_from(list(Rule)))
def test_shares_give_out_what_there_is_and_nobody_more_than_asked(asked, available, step, rule):
    wanted, step = [Decimal(n) * Decimal(step) for n in asked], Decimal(step)
    shares = shares_of(wanted, Decimal(available), rule, step)
    assert all(0 <= share <= most for share, most in zip(shares, wanted, strict=True))
    there = Decimal(available) - Decimal(available) % step
    assert sum(shares) == min(there, sum(wanted))
    if rule == Rule.EQUAL:
        short = [share for share, most in zip(shares, wanted, strict=True) if share < most]
        if short:
            assert max(shares) - min(short) <= step


# --- what the buyer hears and reads of questions ----------------------------------------------------------------------
def test_what_is_asked_together_rings_once_in_the_buyer_s_language():
    order, (na, other) = two_lines()
    tomorrow = local_day() + timedelta(days=1)
    with translation.override("en"):  # whoever acts for the farmer reads English
        answer_lines(order.pk, [Answer(line.pk, Can.LATER, day=tomorrow) for line in (na, other)], by=FARMER)
    message = Message.objects.get(kind="order_question")
    assert "hỏi bạn về đơn" in message.body


def test_while_a_question_waits_nothing_is_asked_to_be_paid_and_its_price_stands_beside_the_old(client):
    order = weighed()
    on_the_scales(order, "2.5", charge_more=True)
    address = order.get_absolute_url()
    page = client.get(address).content.decode()
    assert "Trả nốt phần còn lại" not in page
    assert f"lúc đặt {show_dong(200_000)}, nay <b>{show_dong(250_000)}" in page
    answer_proposal(Proposal.objects.get().pk, yes=True)
    assert "Trả nốt phần còn lại" in client.get(address).content.decode()
