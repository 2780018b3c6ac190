"""Answers that come by a link in a message. Each link is used once, under the lock of its order."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.actors import Actor
from orders import locks
from orders.errors import AlreadyAnswered
from orders.fulfilment import Answer, answer_lines
from orders.models import OneTap
from orders.services import farmer_step
from orders.states import State


def with_order() -> QuerySet[OneTap]:
    """Links with all that their page shows. 2 queries."""
    return OneTap.objects.select_related("order__shop__owner").prefetch_related("order__lines")


@transaction.atomic
def say_yes(tap_id: int) -> None:
    """The seller takes the order on. Raises AlreadyAnswered, and what the step raises (then the link stays good)."""
    tap, actor = _use(tap_id)
    farmer_step(tap.order_id, State.CONFIRMED, by=actor, reason=_("Trả lời bằng tin nhắn"))


@transaction.atomic
def say_no(tap_id: int) -> None:
    """The seller cannot deliver: the order is cancelled and what was paid goes back. Raises as `say_yes`."""
    tap, actor = _use(tap_id)
    farmer_step(tap.order_id, State.CANCELLED, by=actor, reason=_("Hết hàng mất rồi"))


@transaction.atomic
def say_part(tap_id: int, answers: Sequence[Answer], *, reason: str, shelf_too: bool) -> None:
    """The seller answers line by line. Raises as `say_yes`, and BadAnswer."""
    tap, actor = _use(tap_id)
    answer_lines(tap.order_id, answers, by=actor, reason=reason, shelf_too=shelf_too)


def _use(tap_id: int, now: datetime | None = None) -> tuple[OneTap, Actor]:
    """Spend a link, and every other one for the same order. Raises AlreadyAnswered."""
    order = locks.order(OneTap.objects.values_list("order_id", flat=True).get(pk=tap_id))
    tap = OneTap.objects.select_for_update().get(pk=tap_id)
    if not tap.is_open or order.state != State.NEW:
        raise AlreadyAnswered
    order.taps.filter(used_at=None).update(used_at=now or timezone.now())
    owner = order.shop.owner
    return tap, Actor(owner.pk if owner else None, name="tap")
