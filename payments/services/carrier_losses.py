"""Cash that a carrier collected and will never hand over: the market bears it, and the seller gets their money.

The seller was credited when the buyer paid at the door; only the carrier's debt kept that credit from being paid out. So the
loss is `bad_debt + · cash_in_transit −`, and nothing is taken from the seller. Source: payments reference, section 7.
"""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import audit
from common.actors import Actor
from orders import locks
from orders.models import Order
from payments import ledger
from payments.carrier_queries import held_for
from payments.errors import NeedsReason, NotYourself, RowWrong, TooMuch, WrongStep
from payments.models import Account, CarrierWriteOff, CarrierWriteOffLine
from payments.services.carriers import check_staff, lock_orders

State = CarrierWriteOff.State


@transaction.atomic
def write_off(carrier: str, codes: Sequence[str], reason: str, *, by: User, key: str) -> CarrierWriteOff:
    """Give up what a carrier still holds of these orders. The same `key` is booked once.

    Up to REFUND_TWO_PEOPLE (đồng, of all orders together) it is booked at once; above, it waits for another person.
    Raises StaffOnly, NeedsReason, RowWrong for an order of which the carrier holds nothing or that waits already.
    """
    check_staff(by)
    if not reason.strip():
        raise NeedsReason(field="reason")
    orders = lock_orders(codes)
    before = CarrierWriteOff.objects.filter(key=key).first()  # pressed twice
    if before is not None:
        return before
    amounts = {code: _open_amount(carrier, orders[code]) for code in codes}
    total = sum(amounts.values())
    alone = total <= settings.REFUND_TWO_PEOPLE
    made = CarrierWriteOff.objects.create(
        key=key, carrier=carrier, amount=total, reason=reason.strip()[:200], made_by=by,
        state=State.DONE if alone else State.WAITING, decided_at=timezone.now() if alone else None,
    )  # fmt: skip
    CarrierWriteOffLine.objects.bulk_create(
        CarrierWriteOffLine(write_off=made, order=orders[code], shop_id=orders[code].shop_id, amount=amount)
        for code, amount in amounts.items()
    )
    _note(made, "done" if alone else "proposed", by)
    if alone:
        _book(made, by)
    return made


def _open_amount(carrier: str, order: Order) -> int:
    """What can be given up of one order, all of it. Raises RowWrong."""
    waiting = order.carrier_losses.filter(write_off__carrier=carrier, write_off__state=State.WAITING)
    if waiting.exists():
        raise RowWrong(_("Đơn %(code)s đang chờ duyệt xóa nợ.") % {"code": order.public_code}, field="orders")
    held = held_for(carrier, order)
    if not held:
        raise RowWrong(
            _("Đơn %(code)s: hãng không còn giữ tiền.") % {"code": order.public_code}, field="orders"
        )
    return held


def _note(made: CarrierWriteOff, verb: str, by: User) -> None:
    audit.record(f"carrier_loss.{verb}", made, by=Actor.of(by), carrier=made.carrier, amount=made.amount)


def _book(made: CarrierWriteOff, by: User) -> None:
    for line in made.lines.select_related("order"):
        lines = [
            ledger.Line(Account.BAD_DEBT, line.amount),
            ledger.Line(Account.CASH_IN_TRANSIT, -line.amount, party=made.carrier),
        ]
        ledger.post(
            _key(line), "carrier_loss", lines, order=line.order, actor_id=by.pk, note=made.reason
        )  # fmt: skip


def _key(line: CarrierWriteOffLine) -> str:
    return f"carrier_loss:{line.write_off_id}:{line.order_id}"


def _lock(write_off_id: int) -> CarrierWriteOff:
    """A write-off behind the locks of its orders, by ascending id."""
    ids = CarrierWriteOffLine.objects.filter(write_off=write_off_id).values_list("order", flat=True)
    for order_id in sorted(ids):
        locks.order(order_id)
    return CarrierWriteOff.objects.select_for_update(of=("self",)).get(pk=write_off_id)


def _decide(made: CarrierWriteOff, state: CarrierWriteOff.State, by: User) -> None:
    made.state, made.decided_by, made.decided_at = state, by, timezone.now()
    made.save(update_fields=["state", "decided_by", "decided_at"])
    _note(made, state, by)


@transaction.atomic
def approve_write_off(write_off_id: int, *, by: User) -> CarrierWriteOff:
    """A second person agrees to a loss. A second call changes nothing.

    Raises StaffOnly, NotYourself, WrongStep for one that was dropped, TooMuch when the carrier has paid some meanwhile.
    """
    check_staff(by)
    made = _lock(write_off_id)
    if made.state == State.DONE:
        return made
    if made.state != State.WAITING:
        raise WrongStep
    if made.made_by_id == by.pk:
        raise NotYourself
    for line in made.lines.select_related("order"):
        if held_for(made.carrier, line.order) < line.amount:
            raise TooMuch(_("Hãng đã nộp thêm từ lúc đề nghị. Hãy bỏ đề nghị này và lập lại."))
    _decide(made, State.DONE, by)
    _book(made, by)
    return made


@transaction.atomic
def drop_write_off(write_off_id: int, *, by: User) -> CarrierWriteOff:
    """A loss that waits is not to be: the carrier owes it still. A second call changes nothing. Raises StaffOnly, WrongStep."""
    check_staff(by)
    made = _lock(write_off_id)
    if made.state == State.DROPPED:
        return made
    if made.state != State.WAITING:
        raise WrongStep
    _decide(made, State.DROPPED, by)
    return made


@transaction.atomic
def take_back_write_off(write_off_id: int, *, by: User) -> CarrierWriteOff:
    """The carrier pays after all: it owes again, so that its settlement can be written down. A second call changes nothing.

    Raises StaffOnly, WrongStep for a loss that was never booked.
    """
    check_staff(by)
    made = _lock(write_off_id)
    if made.state == State.TAKEN_BACK:
        return made
    if made.state != State.DONE:
        raise WrongStep
    for line in made.lines.all():
        ledger.reverse(_key(line), actor_id=by.pk)
    _decide(made, State.TAKEN_BACK, by)
    return made
