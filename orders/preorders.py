"""Goods sold before they are picked: another harvest date, and a harvest that is smaller than what was promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db import transaction
from django.db.models import Min, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.services import promise_harvest, sell_out
from common.actors import Actor
from common.days import local_day
from orders.errors import BadAnswer
from orders.fulfilment import MOST_LATER, ask_later, finish, shorten
from orders.models import Order, OrderLine
from orders.states import LineState, State, Who
from sellers.models import Shop

STILL_TO_COME = (State.NEW, State.CONFIRMED)


class Rule(StrEnum):
    """How a harvest that is too small is shared."""

    FIRST_COME = "first_come"  # who ordered first gets everything first
    EQUAL = "equal"  # everybody gets the same, nobody more than they asked for


@dataclass(frozen=True)
class Promise:
    """What was promised of one product: how much (its unit) to how many buyers, the first day named to them."""

    product: Product
    quantity: Decimal
    buyers: int
    day: date


def promised_lines(product: Product) -> list[OrderLine]:
    """Lines of a pre-order that nobody has packed, first come first. 1 query."""
    rows = OrderLine.objects.filter(
        product=product, harvest_on__isnull=False, order__state__in=STILL_TO_COME,
        state__in=(LineState.ASKED, LineState.KEPT, LineState.SHORT),
    )  # fmt: skip
    return list(rows.select_related("order").order_by("pk"))


def promises(shop: Shop) -> list[Promise]:
    """Everything a shop has promised and not packed, by product. 2 queries."""
    rows = (
        OrderLine.objects.filter(
            order__shop=shop, harvest_on__isnull=False, order__state__in=STILL_TO_COME, given__gt=0
        )
        .values("product")
        .annotate(quantity=Sum("given"), first=Min("harvest_on"), buyers=Sum(1))
        .order_by("first")
    )
    sums = {row["product"]: row for row in rows}
    products = Product.objects.filter(pk__in=sums).select_related("picture")
    return [
        Promise(product, sums[product.pk]["quantity"], sums[product.pk]["buyers"], sums[product.pk]["first"])
        for product in sorted(products, key=lambda product: sums[product.pk]["first"])
    ]


def _lock(product: Product) -> tuple[dict[int, Order], list[OrderLine]]:
    """The orders of a product's promised lines, locked by their ids, and the lines as they are then."""
    ids = sorted({line.order_id for line in promised_lines(product)})
    orders = {
        order.pk: order for order in Order.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    }
    return orders, [line for line in promised_lines(product) if line.order_id in orders]


@transaction.atomic
def change_harvest(product: Product, day: date, *, by: Actor, at: datetime | None = None) -> int:
    """Promise another harvest date. Whoever has ordered is asked: the new day, or their money back.

    Returns how many buyers were asked; a day they were told already, or an earlier one, needs no question.
    Raises BadAnswer for a day that is not ahead.
    """
    at = at or timezone.now()
    if not local_day(at) < day <= local_day(at) + MOST_LATER:
        raise BadAnswer(_("Hãy chọn một ngày sắp tới."), "day")
    orders, lines = _lock(product)
    promise_harvest(product, day, by=by)
    asked = 0
    for line in lines:
        if line.harvest_on is None or day <= line.harvest_on:
            OrderLine.objects.filter(pk=line.pk).update(harvest_on=day)
        elif orders[line.order_id].waits_for_money:
            OrderLine.objects.filter(pk=line.pk).update(harvest_on=day)  # seen again before it is paid for
        else:
            ask_later(line, day, by=by, at=at)
            asked += 1
    return asked


@transaction.atomic
def share_harvest(
    product: Product, available: Decimal, rule: Rule, *, by: Actor, at: datetime | None = None
) -> list[tuple[OrderLine, Decimal]]:
    """Give out a harvest that is smaller than what was promised; what is missing is paid back.

    `available` is in the product's unit. Nothing more is sold of it. Returns each line that got less, with what it got.
    Raises BadAnswer when there is enough for everybody.
    """
    at = at or timezone.now()
    orders, lines = _lock(product)
    shares = shares_of([line.given for line in lines], available, rule, product.step)
    cut = [(line, share) for line, share in zip(lines, shares, strict=True) if share < line.given]
    if not cut:
        raise BadAnswer(_("Từng này đủ cho mọi khách."), "available")
    reason = _("Thu hoạch được ít hơn")
    for line, share in cut:
        line.order = orders[line.order_id]
        shorten(line, share, by=by, reason=reason, there=False, at=at)
    sell_out(product.pk, by=by)
    for order_id in sorted({line.order_id for line, _share in cut}):
        finish(orders[order_id], by=by, who=Who.FARMER, reason=reason, at=at)
    return cut


def shares_of(asked: Sequence[Decimal], available: Decimal, rule: Rule, step: Decimal) -> list[Decimal]:
    """What each gets, in whole steps and never more than asked; `asked` is first come first.

    Equal shares go round step by step, so that they differ by one step at most except for those who asked for less;
    the steps that do not go round are first come.
    """
    shares, left = [Decimal(0)] * len(asked), available - available % step
    if rule == Rule.FIRST_COME:
        for place, wanted in enumerate(asked):
            shares[place] = min(wanted, left)
            left -= shares[place]
        return shares
    open_places = list(range(len(asked)))
    while left >= step and open_places:
        each = max(left // len(open_places) // step * step, step)
        for place in list(open_places):
            part = min(each, asked[place] - shares[place], left)
            part = part if part == asked[place] - shares[place] else part - part % step
            shares[place] += part
            left -= part
            if shares[place] == asked[place]:
                open_places.remove(place)
            if left < step:
                break
    return shares
