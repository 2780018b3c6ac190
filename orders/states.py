"""The states of a purchase, an order and a line, and the steps between them, as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an order is. The words are those of the farmer's board."""

    NEW = "new", _("Đơn mới")
    CONFIRMED = "confirmed", _("Đã nhận đơn")
    PACKED = "packed", _("Đã gói xong")
    HANDED_OVER = "handed_over", _("Đã gửi hàng")
    DELIVERED = "delivered", _("Khách đã nhận")
    CANCELLED = "cancelled", _("Đã hủy")
    RETURNED = "returned", _("Hàng trả về")


class Who(StrEnum):
    """In which part somebody acts on an order."""

    FARMER = "farmer"  # or somebody with the farmer's leave
    BUYER = "buyer"
    SYSTEM = "system"  # timers, carriers, the bank's notice
    OFFICER = "officer"


class Guard(StrEnum):
    """What must be true before a step, beside the state."""

    PAID = "paid"  # a prepaid order's money has come
    ANSWERED = "answered"  # the buyer owes no answer
    IN_PERSON = "in person"  # the farmer saw the buyer take the goods


@dataclass(frozen=True)
class Transition:
    """One allowed step of an order: from where, to where, who may take it and under which conditions."""

    before: State
    after: State
    who: frozenset[Who]
    guards: tuple[Guard, ...] = ()


def _by(*who: Who) -> frozenset[Who]:
    return frozenset(who)


TRANSITIONS = (
    Transition(State.NEW, State.CONFIRMED, _by(Who.FARMER), (Guard.PAID,)),
    Transition(State.NEW, State.CANCELLED, _by(Who.FARMER, Who.BUYER, Who.SYSTEM)),
    Transition(State.CONFIRMED, State.PACKED, _by(Who.FARMER), (Guard.ANSWERED,)),
    Transition(State.CONFIRMED, State.CANCELLED, _by(Who.FARMER, Who.SYSTEM, Who.OFFICER)),
    Transition(State.PACKED, State.HANDED_OVER, _by(Who.FARMER, Who.SYSTEM), (Guard.ANSWERED, Guard.PAID)),
    Transition(State.PACKED, State.CANCELLED, _by(Who.FARMER, Who.SYSTEM, Who.OFFICER)),
    Transition(State.HANDED_OVER, State.DELIVERED, _by(Who.BUYER, Who.SYSTEM)),
    Transition(State.HANDED_OVER, State.DELIVERED, _by(Who.FARMER), (Guard.IN_PERSON,)),
    Transition(State.HANDED_OVER, State.RETURNED, _by(Who.FARMER, Who.SYSTEM, Who.OFFICER)),
    Transition(State.DELIVERED, State.RETURNED, _by(Who.FARMER, Who.SYSTEM, Who.OFFICER)),
    Transition(
        State.CANCELLED, State.NEW, _by(Who.SYSTEM), (Guard.PAID,)
    ),  # its money came late: orders.reopening
)
NEXT: dict[State, frozenset[State]] = {
    state: frozenset(step.after for step in TRANSITIONS if step.before == state) for state in State
}  # a state without a step is final

OPEN = (State.NEW, State.CONFIRMED, State.PACKED, State.HANDED_OVER)
FARMERS_NEXT = {State.NEW: State.CONFIRMED, State.CONFIRMED: State.PACKED, State.PACKED: State.HANDED_OVER}
STOPPED = frozenset({State.CANCELLED, State.RETURNED})  # goods are back on the shelf, money goes back
STEPS = (State.NEW, State.CONFIRMED, State.PACKED, State.HANDED_OVER, State.DELIVERED)


def transition(before: State, after: State, who: Who) -> Transition | None:
    """The row of the table that allows this person this step; None if there is none."""
    return next(
        (step for step in TRANSITIONS if (step.before, step.after) == (before, after) and who in step.who),
        None,
    )


class LineState(models.TextChoices):
    """What became of one line of an order."""

    ASKED = "asked", _("Chờ người bán xem")
    KEPT = "kept", _("Có đủ")
    SHORT = "short", _("Chỉ có một phần")
    DROPPED = "dropped", _("Không có")
    PACKED = "packed", _("Đã gói")


LINE_NEXT: dict[LineState, frozenset[LineState]] = {
    LineState.ASKED: frozenset({LineState.KEPT, LineState.SHORT, LineState.DROPPED}),
    LineState.KEPT: frozenset({LineState.SHORT, LineState.DROPPED, LineState.PACKED}),
    LineState.SHORT: frozenset({LineState.SHORT, LineState.DROPPED, LineState.PACKED}),
    LineState.PACKED: frozenset({LineState.DROPPED}),
    LineState.DROPPED: frozenset(),
}


class PurchaseState(models.TextChoices):
    """Where a whole checkout is. Never stored: it follows from the orders."""

    WAITS_FOR_MONEY = "waits_for_money", _("Chờ chuyển tiền")
    UNDER_WAY = "under_way", _("Đang làm")
    PART_DELIVERED = "part_delivered", _("Đã nhận một phần")
    DELIVERED = "delivered", _("Đã nhận đủ")
    CANCELLED = "cancelled", _("Đã hủy")


def purchase_state(orders: Iterable[tuple[State, bool]]) -> PurchaseState:
    """What a purchase is, from each order's state and whether it still waits for its money."""
    standing = [(state, waits) for state, waits in orders if state not in STOPPED]
    if not standing:
        return PurchaseState.CANCELLED
    if any(waits for _state, waits in standing):
        return PurchaseState.WAITS_FOR_MONEY
    delivered = sum(state == State.DELIVERED for state, _waits in standing)
    if delivered == len(standing):
        return PurchaseState.DELIVERED
    return PurchaseState.PART_DELIVERED if delivered else PurchaseState.UNDER_WAY


class Carriage(models.TextChoices):
    """Where a parcel is that a carrier has. ASKED: booked with us, the carrier has not answered yet."""

    ASKED = "asked", _("Đang đặt hãng")
    REFUSED = "refused", _("Hãng không nhận")
    BOOKED = "booked", _("Chờ hãng đến lấy")
    PICKED_UP = "picked_up", _("Hãng đã lấy hàng")
    ON_ITS_WAY = "on_its_way", _("Đang trên đường")
    AT_THE_DOOR = "at_the_door", _("Đang giao")
    NOT_DELIVERED = "not_delivered", _("Chưa giao được, sẽ giao lại")
    DELIVERED = "delivered", _("Đã giao")
    COMING_BACK = "coming_back", _("Đang quay về")
    CAME_BACK = "came_back", _("Đã quay về")
    CANCELLED = "cancelled", _("Đã hủy gửi")
    LOST = "lost", _("Hãng làm mất")


CARRIAGE_OVER = frozenset(
    {Carriage.REFUSED, Carriage.DELIVERED, Carriage.CAME_BACK, Carriage.CANCELLED, Carriage.LOST}
)
UNDER_WAY = frozenset(
    {
        Carriage.PICKED_UP, Carriage.ON_ITS_WAY, Carriage.AT_THE_DOOR, Carriage.NOT_DELIVERED, Carriage.DELIVERED,
        Carriage.COMING_BACK, Carriage.CAME_BACK, Carriage.LOST,
    }
)  # fmt: skip
