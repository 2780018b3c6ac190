"""Orders that nobody answers, and others that time moves on. Hours are hours of day (`common.daytime`), all settings.

A silent seller is reminded, then the village's order desk hears of it, then the order is given up with all its money
back. Each order is looked at in a transaction of its own, under its lock, so that a timer may run twice at once.
"""

from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.actors import SYSTEM
from common.daytime import after_day_hours
from orders import locks, notices
from orders.complaints import escalate_unanswered
from orders.delivery_models import DeliveryMethod
from orders.fulfilment import lapse_proposals
from orders.models import Order, OrderStep
from orders.services import expire_unpaid, move
from orders.states import CARRIAGE_OVER, State, Who
from places.models import PlaceRole, Role
from sellers.models import Consent, Scope


def tend(now: datetime | None = None) -> Counter[str]:
    """Do everything about orders that time asks for. Returns how often what was done. Safe to run at any time."""
    now, done = now or timezone.now(), Counter[str]()
    done["unpaid orders cancelled"] = sum(1 for _order in expire_unpaid(now))
    done["questions without an answer"] = lapse_proposals(now)
    waiting = Order.objects.filter(state=State.NEW, ready_at__lte=now).order_by("ready_at", "pk")
    for order_id in list(waiting.values_list("pk", flat=True)):
        done[_look_after(order_id, now)] += 1
    done["complaints given to the officers"] = escalate_unanswered(now)
    done["paid orders taken as received"] = _take_as_received(now)
    del done[""]
    return Counter({what: count for what, count in done.items() if count})


@transaction.atomic
def _look_after(order_id: int, now: datetime) -> str:
    """The next step for one silent order, if its hour has come. Returns what was done."""
    order = locks.order(order_id)
    if order.state != State.NEW or order.waits_for_money or order.ready_at is None:
        return ""
    if now >= after_day_hours(order.ready_at, settings.ORDER_GIVE_UP_HOURS):
        move(order, State.CANCELLED, who=Who.SYSTEM, by=SYSTEM, reason=_("Người bán không trả lời"), at=now)
        return "silent orders cancelled"
    if order.desk_at is None and now >= after_day_hours(order.ready_at, settings.ORDER_DESK_HOURS):
        order.desk_at = now
        order.save(update_fields=["desk_at"])
        notices.tell_desk(order, desk_people(order), now)
        return "orders given to the village's desk"
    due = sum(now >= after_day_hours(order.ready_at, hours) for hours in settings.ORDER_REMIND_HOURS)
    if due > order.reminders:
        order.reminders = due
        order.save(update_fields=["reminders"])
        notices.remind_seller(order, now)
        return "sellers reminded"
    return ""


def desk_people(order: Order) -> list[User]:
    """Who looks after a village's silent sellers: its head, and volunteers who have this farmer's leave for orders."""
    heads = PlaceRole.objects.in_force().filter(place_id=order.village_id, role=Role.HEAD).values("user_id")
    leave = Consent.objects.in_force().filter(shop_id=order.shop_id)
    helpers = [consent.agent_id for consent in leave if Scope.ORDERS in consent.scopes]
    return list(
        User.objects.filter(is_active=True).filter(
            pk__in=[*helpers, *heads.values_list("user_id", flat=True)]
        )
    )


def _take_as_received(now: datetime) -> int:
    """Paid goods that left so many days ago have arrived, unless the buyer said otherwise.

    Who fetches goods is seen by the seller, so no clock says it for them.
    """
    left = OrderStep.objects.filter(
        after=State.HANDED_OVER, at__lte=now - timedelta(days=settings.ORDER_RECEIVED_DAYS)
    )
    sent = Order.objects.filter(
        state=State.HANDED_OVER, pay_on_delivery=False, pk__in=left.values("order")
    ).exclude(delivery_kind__in=DeliveryMethod.PICKED_UP)
    return sum(
        _took_as_received(order_id, now)
        for order_id in list(sent.order_by("pk").values_list("pk", flat=True))
    )


@transaction.atomic
def _took_as_received(order_id: int, now: datetime) -> bool:
    order = locks.order(order_id)
    carried = order.shipments.exclude(state__in=CARRIAGE_OVER).exists()  # the carrier will say so itself
    trouble = order.complaints.filter(state__in=("open", "answered", "escalated")).exists()
    if order.state != State.HANDED_OVER or not order.is_paid or trouble or carried:
        return False
    move(order, State.DELIVERED, who=Who.SYSTEM, by=SYSTEM, reason=_("Khách không báo gì"), at=now)
    return True
