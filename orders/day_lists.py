"""The day's work: what to pick (sums by product) and what to pack (by order), of a shop or of a whole village."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from orders.delivery_models import DeliveryMethod
from orders.models import Order, OrderLine
from orders.states import LineState, State
from places.models import Place
from sellers.models import Shop

MOST = 300  # orders on one list; a day with more is two days' work


@dataclass(frozen=True)
class Pick:
    """How much of one product is needed, in its unit, for how many orders."""

    title: str
    unit: str
    quantity: Decimal
    orders: int


@dataclass(frozen=True)
class DayList:
    """What to pick and what to pack. For a village `by_shop` splits both, and each of `together` is one buyer's orders
    of several households that go as one parcel."""

    picks: list[Pick] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    by_shop: list[tuple[Shop, list[Pick], list[Order]]] = field(default_factory=list)
    together: list[list[Order]] = field(default_factory=list)


def of_shop(shop: Shop, day: date) -> DayList:
    """A shop's list. 2 queries."""
    orders = _due(Order.objects.filter(shop=shop), day)
    return DayList(_picks(orders), orders)


def of_village(village: Place, day: date) -> DayList:
    """A village's list, shop by shop, for the head who sees the parcels off. 2 queries."""
    orders = _due(Order.objects.filter(village_id=village.pk), day)
    shops = {order.shop_id: order.shop for order in orders}
    parts = [
        (shop, _picks(own), own)
        for pk, shop in sorted(shops.items(), key=lambda item: item[1].name)
        if (own := [order for order in orders if order.shop_id == pk])
    ]
    return DayList(_picks(orders), orders, parts, _together(orders))


def _together(orders: Iterable[Order]) -> list[list[Order]]:
    """The village's common parcels, the oldest purchase first; each with the orders that are packed into it."""
    parcels: dict[int, list[Order]] = {}
    for order in orders:
        if order.delivery_kind == DeliveryMethod.Kind.VILLAGE:
            parcels.setdefault(order.purchase_id, []).append(order)
    return [parcels[purchase] for purchase in sorted(parcels)]


def _due(orders: QuerySet[Order], day: date) -> list[Order]:
    """Orders that were accepted and are not sent; those whose harvest is still to come wait for their day."""
    due = orders.filter(state__in=(State.CONFIRMED, State.PACKED))
    rows = due.select_related("shop").prefetch_related("lines").order_by("shop_id", "created_at", "pk")[:MOST]
    return [order for order in rows if any(_is_due(line, day) for line in order.lines.all())]


def _is_due(line: OrderLine, day: date) -> bool:
    return line.state != LineState.DROPPED and (line.harvest_on is None or line.harvest_on <= day)


def _picks(orders: Iterable[Order]) -> list[Pick]:
    """What is not packed yet, by product and unit, the most wanted first."""
    sums: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for order in orders:
        for line in order.lines.all():
            if order.state == State.CONFIRMED and line.state != LineState.DROPPED:
                key = (line.title, str(line.get_unit_display()))
                quantity, count = sums.get(key, (Decimal(0), 0))
                sums[key] = (quantity + line.given, count + 1)
    picks = [Pick(title, unit, quantity, count) for (title, unit), (quantity, count) in sums.items()]
    return sorted(picks, key=lambda pick: (-pick.orders, pick.title))
