"""What the farmer can give of an order: all, a part, something else, another day; and what the scales say.

Quantities are in the line's unit. `OrderLine.given` is what is paid for; the sums follow in the same transaction and
whoever holds the money hears of it (`orders.signals`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.errors import OutOfStock
from catalog.models import Product
from catalog.queries import fits
from catalog.services import put_back, sell_out, take_stock, take_up_to
from common.actors import GUEST, SYSTEM, Actor
from common.days import local_day
from common.daytime import after_day_hours
from common.quantity import show_quantity
from orders import locks, notices
from orders.errors import AlreadyAnswered, BadAnswer, WrongState
from orders.models import LineStep, Order, OrderLine, Proposal, StockMove, line_amount
from orders.services import bring_lines, keep_lines, move, reckon
from orders.states import LINE_NEXT, LineState, State, Who, transition

MOST_LATER = timedelta(days=120)  # a later day beyond it is a slip of the finger


class Can(StrEnum):
    """What the farmer says of one line."""

    ALL = "all"
    PART = "part"
    NONE = "none"
    SUBSTITUTE = "substitute"
    LATER = "later"


@dataclass(frozen=True)
class Answer:
    """One line's answer. `quantity`: what there is of it, or how much of `product`; `day`: when it will be there."""

    line_id: int
    can: Can
    quantity: Decimal | None = None
    product: Product | None = None
    day: date | None = None


@transaction.atomic
def answer_lines(
    order_id: int,
    answers: Sequence[Answer],
    *,
    by: Actor,
    reason: str = "",
    shelf_too: bool = True,
    at: datetime | None = None,
) -> Order:
    """Confirm an order line by line. What is missing is taken off the bill and paid back.

    Lines without an answer are there in full. `shelf_too`: what is short here is sold out on the shelf as well.
    An order of which nothing is left is cancelled; a new one is confirmed unless its money has not come.
    A question that still waits about a line is withdrawn when there turns out to be less of it.
    Raises WrongState once it is packed, BadAnswer with the line's field or for a second question about one line.
    """
    order, at = locks.order(order_id), at or timezone.now()
    if order.state not in (State.NEW, State.CONFIRMED):
        raise WrongState(order, order.state)
    lines = {line.pk: line for line in order.lines.select_related("product").order_by("pk")}
    if not {answer.line_id for answer in answers} <= lines.keys():
        raise BadAnswer(_("Món này không còn trong đơn."))
    for answer in sorted(answers, key=lambda answer: lines[answer.line_id].product_id):
        line = lines[answer.line_id]
        if line.state == LineState.DROPPED:
            raise BadAnswer(_("Món này không còn trong đơn."))
        _apply(line, answer, by=by, reason=reason, shelf_too=shelf_too, at=at)
    finish(order, by=by, who=Who.FARMER, reason=reason, at=at)
    if order.state == State.NEW and not order.waits_for_money:
        move(order, State.CONFIRMED, who=Who.FARMER, by=by, reason=reason, at=at)
    if order.state == State.CONFIRMED:
        keep_lines(order, by=by, at=at)
    return order


@transaction.atomic
def drop_lines(
    order_id: int, line_ids: Collection[int], *, by: Actor = GUEST, at: datetime | None = None
) -> Order:
    """The buyer takes goods out of an order that the seller has not taken on; the last one takes the order with it.

    The goods go back on the shelf and their money to the buyer; what delivery costs stays as agreed. Pressing twice
    changes nothing. Raises WrongState once the seller has the order.
    """
    order, at = locks.order(order_id), at or timezone.now()
    lines = list(
        order.lines.filter(pk__in=line_ids).exclude(state=LineState.DROPPED).order_by("product_id", "pk")
    )
    if order.stopped or not lines:
        return order
    if not order.buyer_can_cancel:
        raise WrongState(order, State.CANCELLED)
    for line in lines:
        shorten(line, Decimal(0), by=by, reason=_("Khách bỏ món này"), there=True, at=at)
    finish(order, by=by, who=Who.BUYER, reason=_("Khách hủy"), at=at)
    if order.ready_at and not order.stopped:
        notices.tell_seller_less(order, at)
    return order


def _apply(line: OrderLine, answer: Answer, *, by: Actor, reason: str, shelf_too: bool, at: datetime) -> None:
    if answer.can == Can.ALL:
        return
    if answer.can in (Can.PART, Can.NONE):
        quantity = answer.quantity if answer.can == Can.PART else Decimal(0)
        if quantity is None or not 0 <= quantity < line.given or (answer.can == Can.PART and not quantity):
            text = _("Hãy ghi số có được, ít hơn %(all)s.") % {"all": show_quantity(line.given)}
            raise BadAnswer(text, f"so-{line.pk}")
        shorten(line, quantity, by=by, reason=reason, there=False, at=at)
        if shelf_too:
            sell_out(line.product_id, by=by)
    elif answer.can == Can.SUBSTITUTE:
        _check_substitute(line, answer)
        product = answer.product
        assert product is not None
        _ask(
            line, Proposal.Kind.SUBSTITUTE, by=by, at=at, product=product, title=product.title,
            quantity=answer.quantity, price=product.price,
        )  # fmt: skip
    else:
        if answer.day is None or not local_day(at) < answer.day <= local_day(at) + MOST_LATER:
            raise BadAnswer(_("Hãy chọn một ngày sắp tới."), f"ngay-{line.pk}")
        _ask(line, Proposal.Kind.LATER, by=by, at=at, day=answer.day)


def _check_substitute(line: OrderLine, answer: Answer) -> None:
    product, field = answer.product, f"thay-{line.pk}"
    if (
        product is None
        or product.shop_id != line.shop_id
        or product.pk == line.product_id
        or not product.live
    ):
        raise BadAnswer(_("Hãy chọn một món đang bán để thay."), field)
    if answer.quantity is None or not fits(product, answer.quantity):
        least = show_quantity(product.minimum)
        text = _("Ghi số lượng của món thay, ít nhất %(least)s.") % {"least": least}
        raise BadAnswer(text, f"so-{line.pk}")
    if product.counted and product.stock < answer.quantity:
        raise BadAnswer(_("Món này không còn đủ."), field)


def shorten(
    line: OrderLine, quantity: Decimal, *, by: Actor, reason: str, there: bool, at: datetime | None = None
) -> None:
    """Give less of a line than is on the bill, down to nothing. The caller reckons the order up.

    `there`: the goods exist and go back on the shelf; otherwise they never were. Raises WrongState when packed.
    """
    less, at = line.given - quantity, at or timezone.now()
    _withdraw(line.proposals.all(), at)
    if there:
        put_back(line.product_id, less)
    kind = StockMove.Kind.BACK if there else StockMove.Kind.SHORT
    StockMove.objects.create(
        product_id=line.product_id, shop_id=line.shop_id, line=line, kind=kind, quantity=less, at=at
    )
    _set(line, LineState.SHORT if quantity else LineState.DROPPED, quantity, by=by, reason=reason, at=at)


def _set(
    line: OrderLine,
    state: LineState,
    given: Decimal,
    *,
    by: Actor,
    reason: str = "",
    at: datetime | None = None,
) -> None:
    """Change a line by its table, with its amount and its history."""
    before = LineState(line.state)
    if state not in LINE_NEXT[before]:
        raise WrongState(line.order, state)
    LineStep.objects.create(
        line=line, shop_id=line.shop_id, before=before, after=state, quantity_before=line.given, quantity_after=given,
        actor_id=by.user_id, on_behalf_of=by.on_behalf_of, reason=reason, at=at or timezone.now(),
    )  # fmt: skip
    line.state, line.given, line.amount = state, given, line_amount(line.price, given)
    line.save(update_fields=["state", "given", "amount", "packed_quantity"])


def finish(order: Order, *, by: Actor, who: Who, reason: str, at: datetime) -> None:
    """Add the order up after lines changed; one of which nothing is left is cancelled. Call inside a transaction."""
    reckon(order, reason=reason or "short")
    if not order.lines.exclude(state=LineState.DROPPED).exists():
        if transition(State(order.state), State.CANCELLED, who) is None:
            who = Who.FARMER  # the buyer's no to the last line; the seller had nothing else
        move(order, State.CANCELLED, who=who, by=by, reason=reason or _("Hết hàng mất rồi"), at=at)


# --- the scales -----------------------------------------------------------------------------------------------------


@transaction.atomic
def pack(
    order_id: int,
    weights: Mapping[int, Decimal],
    *,
    by: Actor,
    charge_more: bool = False,
    at: datetime | None = None,
) -> Order:
    """Pack a confirmed order. `weights` says for each line sold by weight what the scales showed; priced once.

    Lighter is paid back. Heavier is a gift unless `charge_more`; then it is charged up to the line's tolerance, and
    beyond that the buyer is asked, on whose answer the parcel waits. Raises BadAnswer with the line's field, WrongState,
    BuyerAsked.
    """
    order, at = locks.order(order_id), at or timezone.now()
    if order.state != State.CONFIRMED:
        raise WrongState(order, State.PACKED)
    move(order, State.PACKED, who=Who.FARMER, by=by, at=at)
    lines = order.lines.exclude(state=LineState.DROPPED).order_by("product_id", "pk")
    bring_lines(lines.filter(tolerance=None), LineState.PACKED, by=by, at=at)
    for line in lines.exclude(tolerance=None):
        _weigh(line, weights.get(line.pk), charge_more=charge_more, by=by, at=at)
    reckon(order, reason="weighed")
    return order


def _weigh(line: OrderLine, weight: Decimal | None, *, charge_more: bool, by: Actor, at: datetime) -> None:
    if weight is None or not 0 < weight <= line.given * 3:
        text = _("Hãy cân rồi ghi số cân được, khách đặt %(asked)s.") % {"asked": show_quantity(line.given)}
        raise BadAnswer(text, f"can-{line.pk}")
    agreed, most = line.given, line.most
    line.packed_quantity = weight
    difference = weight - agreed
    if difference < 0:
        put_back(line.product_id, -difference)
    else:
        difference = take_up_to(line.product_id, difference)
    if difference:
        StockMove.objects.create(
            product_id=line.product_id, shop_id=line.shop_id, line=line, kind=StockMove.Kind.WEIGHED,
            quantity=-difference, at=at,
        )  # fmt: skip
    _set(line, LineState.PACKED, min(weight, most if charge_more else agreed), by=by, at=at)
    if charge_more and weight > most:
        _ask(line, Proposal.Kind.HEAVIER, by=by, at=at, quantity=weight)


# --- questions to the buyer -----------------------------------------------------------------------------------------


def ask_later(line: OrderLine, day: date, *, by: Actor, at: datetime) -> Proposal:
    """Ask the buyer whether another day will do. A question that still waits is put anew."""
    _withdraw(line.proposals.filter(kind=Proposal.Kind.LATER), at)
    return _ask(line, Proposal.Kind.LATER, by=by, at=at, day=day)


def _withdraw(proposals: QuerySet[Proposal], at: datetime) -> None:
    proposals.filter(state=Proposal.State.WAITING).update(state=Proposal.State.LAPSED, answered_at=at)


def _ask(line: OrderLine, kind: Proposal.Kind, *, by: Actor, at: datetime, **what: object) -> Proposal:
    if Proposal.objects.filter(line=line, state=Proposal.State.WAITING).exists():
        raise BadAnswer(_("Đang chờ khách trả lời về món này."), f"co-{line.pk}")
    proposal = Proposal.objects.create(
        order_id=line.order_id, line=line, shop_id=line.shop_id, kind=kind, asked_at=at, actor_id=by.user_id,
        answer_by=after_day_hours(at, settings.ORDER_ANSWER_HOURS), **what,
    )  # fmt: skip
    notices.ask_buyer(proposal, at)
    return proposal


@transaction.atomic
def answer_proposal(
    proposal_id: int, *, yes: bool, by: Actor = GUEST, lapsed: bool = False, at: datetime | None = None
) -> Order:
    """The buyer's yes or no, once. A substitute that is sold out meanwhile counts as a no.

    No to a substitute or a later day drops the line and its money goes back; no to more weight charges the tolerance
    only. Raises AlreadyAnswered.
    """
    found = Proposal.objects.values_list("order_id", flat=True).get(pk=proposal_id)
    order, at = locks.order(found), at or timezone.now()
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    if proposal.state != Proposal.State.WAITING:
        raise AlreadyAnswered
    line = OrderLine.objects.get(pk=proposal.line_id)
    if yes and proposal.kind == Proposal.Kind.SUBSTITUTE:
        yes = _substitute(order, line, proposal, by=by, at=at)
    elif yes and proposal.kind == Proposal.Kind.LATER:
        _put_off(order, line, proposal, by=by, at=at)
    elif yes:
        _charge_all(line, proposal, by=by, at=at)
    if not yes and proposal.kind != Proposal.Kind.HEAVIER:
        later = proposal.kind == Proposal.Kind.LATER
        shorten(line, Decimal(0), by=by, reason=str(Proposal.State.DECLINED.label), there=later, at=at)
    proposal.state = _outcome(yes, lapsed)
    proposal.answered_at = at
    proposal.save(update_fields=["state", "answered_at"])
    notices.tell_seller_answer(proposal, at)
    finish(order, by=by, who=Who.SYSTEM if lapsed else Who.BUYER, reason="", at=at)
    return order


def _outcome(yes: bool, lapsed: bool) -> Proposal.State:
    if lapsed:
        return Proposal.State.LAPSED
    return Proposal.State.ACCEPTED if yes else Proposal.State.DECLINED


def _substitute(order: Order, line: OrderLine, proposal: Proposal, *, by: Actor, at: datetime) -> bool:
    """Put the other goods in the place of the line. False if they are sold out."""
    assert proposal.product_id
    product = Product.objects.get(pk=proposal.product_id)
    assert proposal.quantity
    assert proposal.price
    try:
        with transaction.atomic():
            take_stock(product.pk, proposal.quantity)
    except OutOfStock:
        return False
    new = OrderLine.objects.create(
        order=order, shop_id=order.shop_id, product=product, title=proposal.title, unit=product.unit,
        price=proposal.price, quantity=proposal.quantity, given=proposal.quantity, tolerance=product.tolerance,
        amount=line_amount(proposal.price, proposal.quantity), state=LineState.KEPT,
    )  # fmt: skip
    LineStep.objects.create(
        line=new, shop_id=order.shop_id, after=LineState.KEPT, quantity_before=0, quantity_after=new.given, at=at,
        actor_id=by.user_id, reason=_("Thay cho %(title)s") % {"title": line.title},
    )  # fmt: skip
    StockMove.objects.create(
        product=product, shop_id=order.shop_id, line=new, kind=StockMove.Kind.SOLD, quantity=-new.given, at=at
    )
    shorten(
        line, Decimal(0), by=by, reason=_("Thay bằng %(title)s") % {"title": new.title}, there=False, at=at
    )
    return True


def _put_off(order: Order, line: OrderLine, proposal: Proposal, *, by: Actor, at: datetime) -> None:
    assert proposal.day
    if line.harvest_on is not None:
        OrderLine.objects.filter(pk=line.pk).update(harvest_on=proposal.day)
    start, end = order.deliver_from or proposal.day, order.deliver_by or proposal.day
    order.deliver_from = max(start, proposal.day)
    order.deliver_by = max(end, order.deliver_from + (end - start))  # as many days to come in as before
    order.save(update_fields=["deliver_from", "deliver_by"])
    if line.state == LineState.ASKED:
        _set(line, LineState.KEPT, line.given, by=by, at=at)


def _charge_all(line: OrderLine, proposal: Proposal, *, by: Actor, at: datetime) -> None:
    assert proposal.quantity
    LineStep.objects.create(
        line=line, shop_id=line.shop_id, before=line.state, after=line.state, quantity_before=line.given,
        quantity_after=proposal.quantity, actor_id=by.user_id, at=at,
    )  # fmt: skip
    line.given, line.amount = proposal.quantity, line_amount(line.price, proposal.quantity)
    line.save(update_fields=["given", "amount"])


def lapse_proposals(now: datetime | None = None) -> int:
    """Take silence for a no once the time to answer is over. One transaction each. Returns how many."""
    now, count = now or timezone.now(), 0
    due = Proposal.objects.filter(state=Proposal.State.WAITING, answer_by__lte=now).order_by("order_id", "pk")
    for proposal_id in list(due.values_list("pk", flat=True)):
        try:
            answer_proposal(proposal_id, yes=False, lapsed=True, by=SYSTEM, at=now)
        except AlreadyAnswered:
            continue  # answered in this very moment
        count += 1
    return count
