"""An order that was given up for want of money, and whose money comes after all, stands again where that is possible."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.errors import OutOfStock
from catalog.services import take_from_locked
from common.actors import SYSTEM
from orders import locks
from orders.models import Order, OrderLine, StockMove
from orders.services import announce, move
from orders.states import LineState, State, Who

UNPAID = "unpaid"  # the reason under which orders without money are given up


def reopen(order: Order, *, at: datetime | None = None) -> bool:
    """Take an order up again whose whole price has come late. The order is locked; call inside a transaction.

    Only what was given up for want of money stands again, within ORDER_REOPEN_HOURS, if its goods are still there and may
    still be ordered, and the shop is not away. Answers whether it does; if not, nothing has changed and the money goes back.
    Source: payments reference, section 6, "late money".
    """
    at = at or timezone.now()
    if order.state != State.CANCELLED or not order.is_paid or not _given_up_lately(order, at):
        return False
    lines = list(
        order.lines.exclude(state=LineState.DROPPED).select_related("product__shop").order_by("product_id")
    )
    if any(line.product.shop.is_away or line.product.preorders_closed for line in lines):
        return False
    try:
        with transaction.atomic():
            _take_again(lines, at)
    except OutOfStock:
        return False
    move(order, State.NEW, who=Who.SYSTEM, by=SYSTEM, reason="paid late", at=at)
    order.held_until, order.ready_at = None, at
    order.save(update_fields=["held_until", "ready_at"])
    announce(order)
    return True


def _given_up_lately(order: Order, at: datetime) -> bool:
    last = order.steps.last()
    if last is None or last.reason != UNPAID or order.steps.filter(after=State.CANCELLED).count() > 1:
        return False
    return at <= last.at + timedelta(hours=settings.ORDER_REOPEN_HOURS)


def _take_again(lines: list[OrderLine], at: datetime) -> None:
    """Off the shelves once more. Raises OutOfStock."""
    locked = locks.products(line.product_id for line in lines)
    wanted: list[tuple] = [(locked[line.product_id], Decimal(line.given)) for line in lines]
    take_from_locked(wanted)
    StockMove.objects.bulk_create(
        StockMove(
            product_id=line.product_id, shop_id=line.shop_id, line=line, kind=StockMove.Kind.AGAIN, quantity=-line.given, at=at
        )
        for line in lines
    )  # fmt: skip
