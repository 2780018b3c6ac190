"""The steps of an order, and the sums and events that follow. One promise, one transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from catalog.services import put_back
from common import audit
from common.actors import GUEST, SYSTEM, Actor
from common.days import local_day
from common.errors import Refusal
from common.folding import nfc
from common.tasks import enqueue
from orders import locks, notices
from orders.errors import (
    BuyerAsked,
    NotInPerson,
    NotPaidYet,
    WrongState,
)
from orders.models import (
    LineStep,
    Order,
    OrderEvent,
    OrderLine,
    OrderStep,
    Proposal,
    Purchase,
    SlipSeries,
    StockMove,
    held_by_line,
    weighed_margin,
)
from orders.signals import moved, sum_changed
from orders.states import LINE_NEXT, STOPPED, Guard, LineState, State, Who, transition

GUARDS: dict[Guard, tuple[Callable[[Order], bool], type[Refusal]]] = {
    Guard.PAID: (lambda order: order.money_is_here, NotPaidYet),
    Guard.ANSWERED: (
        lambda order: not order.proposals.filter(state=Proposal.State.WAITING).exists(),
        BuyerAsked,
    ),
    Guard.IN_PERSON: (lambda order: order.is_in_person, NotInPerson),
}


def move(
    order: Order, to: State, *, who: Who, by: Actor, reason: str = "", at: datetime | None = None
) -> None:
    """Take an order one step on, once, even if two people press together. Call inside a transaction.

    Raises WrongState if the table gives nobody in the part of `who` this step or somebody was faster, and what its
    guards raise: NotPaidYet, BuyerAsked, NotInPerson. Goods of a cancelled or returned order go back on the shelf; a
    delivery and a return leave an event for the roll-ups; a packed order gets the next number of the shop's slips. Who
    holds money, and who has the parcel, hear of it (`orders.signals`).
    """
    before, at = State(order.state), at or timezone.now()
    step = transition(before, to, who)
    if step is None:
        raise WrongState(order, to)
    for guard in step.guards:
        holds, refusal = GUARDS[guard]
        if not holds(order):
            raise refusal
    changes: dict[str, Any] = {"state": to}
    if to == State.DELIVERED:
        changes["delivered_at"] = at
    if not Order.objects.filter(pk=order.pk, state=before).update(**changes):
        raise WrongState(order, to)
    for column, value in changes.items():
        setattr(order, column, value)
    OrderStep.objects.create(
        order=order, shop_id=order.shop_id, before=before, after=to, at=at, actor_id=by.user_id,
        on_behalf_of=by.on_behalf_of, reason=reason,
    )  # fmt: skip
    audit.record("order.moved", order, by=by, before=before, after=to, reason=reason)
    _tell_rollups(order, before, to, at)
    if to == State.PACKED:
        _number_slip(order)
    if who != Who.BUYER:
        notices.tell_buyer_step(order, to, at)
    moved.send(Order, order=order, before=before, by=by, at=at)
    if to in STOPPED:
        order.proposals.filter(state=Proposal.State.WAITING).update(
            state=Proposal.State.LAPSED, answered_at=at
        )
        _give_back(order, at)
        sum_changed.send(Order, order=order, reason=reason)


def _give_back(order: Order, at: datetime) -> None:
    """What each line still holds goes back on the shelf."""
    held = order.lines.annotate(held=held_by_line())
    lines = [line for line in held.order_by("product_id") if line.held > 0]
    for line in lines:
        put_back(line.product_id, line.held)
    StockMove.objects.bulk_create(
        StockMove(
            product_id=line.product_id, shop_id=order.shop_id, line=line, kind=StockMove.Kind.BACK, quantity=line.held,
            at=at,
        )
        for line in lines
    )  # fmt: skip


def _number_slip(order: Order) -> None:
    """The next number of the shop's slips. It is taken in the order's transaction, so none is ever left out."""
    if order.slip_number is not None:
        return
    SlipSeries.objects.get_or_create(shop_id=order.shop_id)
    series = SlipSeries.objects.select_for_update().get(shop_id=order.shop_id)
    series.last += 1
    series.save(update_fields=["last"])
    order.slip_number = series.last
    order.save(update_fields=["slip_number"])


def reckon(order: Order, *, reason: str) -> None:
    """Add an order's lines up anew, in the order and its purchase, and let the money follow. The order is locked."""
    goods = order.lines.aggregate(sum=Sum("amount"))["sum"] or 0
    margin = _margin(order)
    change = goods + margin - order.goods - order.margin
    is_same = goods == order.goods and not change  # what was asked beforehand may have become goods
    order.goods, order.margin, order.total = goods, margin, order.total + change
    order.save(update_fields=["goods", "margin", "total", *(_ready_once_paid(order) if change else [])])
    if is_same:
        return
    Purchase.objects.filter(pk=order.purchase_id).update(total=F("total") + change)
    audit.record("order.reckoned", order, by=SYSTEM, change=change, reason=reason)
    sum_changed.send(Order, order=order, reason=reason)


def _margin(order: Order) -> int:
    """What is still asked beforehand for goods that wait for the scales, if anything was; nothing once they are packed."""
    if not order.margin or order.state not in (State.NEW, State.CONFIRMED):
        return 0
    return sum(weighed_margin(line.price, line.given, line.tolerance) for line in order.lines.all())


def _tell_rollups(order: Order, before: State, to: State, at: datetime) -> None:
    """Sales count when delivered, dated by delivery; a return takes them back on that same day's account.

    Source: domain facts, section 9: revenue is goods delivered and not refunded, without shipping.
    """
    if to == State.DELIVERED:
        kind, sign, day = OrderEvent.Kind.DELIVERED, 1, local_day(at)
    elif to == State.RETURNED and before == State.DELIVERED:
        kind, sign, day = OrderEvent.Kind.RETURNED, -1, local_day(order.delivered_at)
    else:
        return
    goods = max(order.goods - order.discount, 0)  # what went back may have covered the delivery too
    OrderEvent.objects.create(
        order=order, shop_id=order.shop_id, kind=kind, orders=sign, amount=sign * goods,
        cashless=0 if order.pay_on_delivery else sign * goods, day=day, at=at,
        province_id=order.province_id, commune_id=order.commune_id, village_id=order.village_id,
    )  # fmt: skip


def keep_lines(order: Order, *, by: Actor, at: datetime | None = None) -> None:
    """The farmer has everything that nothing else was said of."""
    lines = order.lines.filter(state=LineState.ASKED).exclude(proposals__state=Proposal.State.WAITING)
    bring_lines(lines, LineState.KEPT, by=by, at=at)


def bring_lines(lines: Iterable[OrderLine], to: LineState, *, by: Actor, at: datetime | None = None) -> None:
    """Take lines to the next state together, their quantities as they are. Raises WrongState."""
    lines = list(lines)
    for line in lines:
        if to not in LINE_NEXT[LineState(line.state)]:
            raise WrongState(line.order, to)
    OrderLine.objects.filter(pk__in=[line.pk for line in lines]).update(state=to)
    LineStep.objects.bulk_create(
        LineStep(
            line=line, shop_id=line.shop_id, before=line.state, after=to, quantity_before=line.given,
            quantity_after=line.given, actor_id=by.user_id, on_behalf_of=by.on_behalf_of, at=at or timezone.now(),
        )
        for line in lines
    )  # fmt: skip


def take_off(order: Order, amount: int, *, reason: str, at: datetime | None = None) -> None:
    """Lower an order's price (đồng) after the fact, such as for spoilt goods; the money follows. The order is locked.

    Of a delivered order the figures are lowered as well, on the day of its delivery: revenue is what was delivered
    and not refunded. Source: domain facts, section 9.
    """
    goods_before = max(order.goods - order.discount, 0)
    order.discount, order.total = order.discount + amount, order.total - amount
    order.save(update_fields=["discount", "total"])
    Purchase.objects.filter(pk=order.purchase_id).update(total=F("total") - amount)
    less = goods_before - max(order.goods - order.discount, 0)
    if order.state == State.DELIVERED and order.delivered_at and less:
        OrderEvent.objects.create(
            order=order, shop_id=order.shop_id, kind=OrderEvent.Kind.REDUCED, orders=0, amount=-less,
            cashless=0 if order.pay_on_delivery else -less, day=local_day(order.delivered_at), at=at or timezone.now(),
            province_id=order.province_id, commune_id=order.commune_id, village_id=order.village_id,
        )  # fmt: skip
    sum_changed.send(Order, order=order, reason=reason)


@dataclass(frozen=True)
class Sent:
    """With whom goods travel: a carrier or a bus and its plate, a phone (E.164) to ask, a number to follow."""

    carried_by: str = ""
    carrier_phone: str = ""
    tracking: str = ""


@transaction.atomic
def farmer_step(
    order_id: int,
    to: State,
    *,
    by: Actor,
    reason: str = "",
    sent: Sent | None = None,
    at: datetime | None = None,
) -> Order:
    """Confirm, pack, hand over, deliver in person or cancel, as the farmer or somebody with the farmer's leave.

    `sent` is kept when the goods are handed over, for the buyer to read.
    Raises what `move` raises; WrongState too for packing what is sold by weight.
    """
    order = locks.order(order_id)
    if to == State.PACKED and order.has_weighed_lines:
        raise WrongState(order, to)  # by `fulfilment.pack`, which asks for the weights
    move(order, to, who=Who.FARMER, by=by, reason=reason, at=at)
    if to == State.CONFIRMED:
        keep_lines(order, by=by, at=at)
    elif to == State.PACKED:
        bring_lines(order.lines.exclude(state=LineState.DROPPED), LineState.PACKED, by=by, at=at)
    if to == State.HANDED_OVER and sent is not None:
        order.carried_by, order.carrier_phone = nfc(sent.carried_by), sent.carrier_phone
        order.tracking = sent.tracking
        order.save(update_fields=["carried_by", "carrier_phone", "tracking"])
    return order


@transaction.atomic
def confirm_receipt(
    order_id: int, *, who: Who = Who.BUYER, by: Actor = GUEST, at: datetime | None = None
) -> Order:
    """The buyer has the goods. Pressing twice changes nothing.

    Raises WrongState before the goods were sent, NotInPerson for a farmer who sent them away.
    """
    order = locks.order(order_id)
    if order.state != State.DELIVERED:
        move(order, State.DELIVERED, who=who, by=by, at=at)
    return order


@transaction.atomic
def buyer_cancels(order_id: int, *, by: Actor = GUEST, at: datetime | None = None) -> Order:
    """The buyer takes an order back before the seller has taken it on. Pressing twice changes nothing.

    Raises WrongState afterwards: then the two talk. What was paid becomes a refund proposal.
    """
    order = locks.order(order_id)
    if order.state != State.CANCELLED:
        move(order, State.CANCELLED, who=Who.BUYER, by=by, reason=_("Khách hủy"), at=at)
    return order


def record_paid(order: Order, amount: int) -> None:
    """Money (đồng) has been matched to an order: remember how much has come in all. Called by payments alone, which have
    locked the order. 1 query."""
    order.paid += amount
    changed = _ready_once_paid(order)
    order.save(update_fields=["paid", *changed])


def _ready_once_paid(order: Order) -> list[str]:
    """A prepaid order whose price is there is the seller's to act on, whether money came or the price went down.

    Answers the columns to save.
    """
    if order.pay_on_delivery or not order.is_paid or (order.held_until is None and order.ready_at):
        return []
    order.held_until = None
    if order.ready_at is None and order.state == State.NEW:
        order.ready_at = timezone.now()
        announce(order)
    return ["held_until", "ready_at"]


def announce(order: Order) -> None:
    """Tell the seller of an order they can act on, once this is committed. A silent seller is reminded anyway."""
    enqueue(tell_new_order, order.pk)


@task()
def tell_new_order(order_id: int) -> None:
    """Write the message about a new order. Safe to run twice."""
    order = Order.objects.select_related("shop__owner").prefetch_related("lines").get(pk=order_id)
    if order.state == State.NEW:
        notices.tell_seller_new(order)


def expire_unpaid(now: datetime | None = None) -> Iterable[Order]:
    """Cancel prepaid orders whose money did not come in time; their goods go back once. One transaction an order."""
    now = now or timezone.now()
    due = (
        Order.objects.filter(state=State.NEW, held_until__lte=now).order_by("pk").values_list("pk", flat=True)
    )
    for order_id in list(due):
        with transaction.atomic():
            order = locks.order(order_id)
            if order.held_until and order.held_until <= now and order.waits_for_money:
                move(order, State.CANCELLED, who=Who.SYSTEM, by=SYSTEM, reason="unpaid", at=now)
                yield order
