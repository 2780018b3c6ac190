"""Every read of carts and orders that a page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from itertools import groupby

from django.conf import settings
from django.db.models import Case, Count, Prefetch, Q, QuerySet, When, prefetch_related_objects

from accounts.models import User
from common.compiled import compiled
from common.paging import PAGE_SIZE, Page, cut, read_key
from common.quantity import show_quantity
from orders.models import (
    Cart,
    CartLine,
    Order,
    OrderLine,
    OrderQuerySet,
    Proposal,
    Purchase,
    Shipment,
    weighed_margin,
)
from orders.states import Carriage, State
from orders.terms import seen
from places.models import Place
from sellers.models import Shop


def margin_of(lines: Iterable[CartLine]) -> int:
    """What cart lines ask beforehand for goods sold by weight, in đồng; nothing unless ORDER_WEIGHED_MOST."""
    if not settings.ORDER_WEIGHED_MOST:
        return 0
    return sum(weighed_margin(line.price_seen, line.quantity, line.product.tolerance) for line in lines)


@dataclass(frozen=True)
class CartShop:
    """The part of a cart that one shop fills: it ships and is paid for by itself."""

    shop: Shop
    lines: list[CartLine]

    @property
    def goods(self) -> int:
        """đồng, at the prices of now."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True)
class CartView:
    """A cart as its page shows it, grouped by shop."""

    shops: list[CartShop]

    @property
    def total(self) -> int:
        return sum(part.goods for part in self.shops)

    @property
    def count(self) -> int:
        return sum(len(part.lines) for part in self.shops)

    @property
    def lines(self) -> list[CartLine]:
        return [line for part in self.shops for line in part.lines]

    @property
    def margin(self) -> int:
        """đồng that are asked beforehand for goods sold by weight, beside the total, of who pays by transfer."""
        return margin_of(self.lines)

    @property
    def changes(self) -> list["Change"]:
        """What is no longer as the visitor put it in: to be asked about, never taken silently."""
        found = (Change(line, left_of(line)) for line in self.lines)
        return [change for change in found if change.is_repriced or change.is_short]

    @property
    def as_shown(self) -> str:
        """A short mark of what a page tells beside prices: goods, quantities, units, scales and harvests.

        Who orders sends it back, so that nothing is ordered otherwise than it was shown.
        """
        told = [
            (
                line.product_id, show_quantity(line.quantity), line.product.unit, line.product.tolerance,
                line.product.harvest_on,
            )
            for line in self.lines
        ]  # fmt: skip
        return sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Change:
    """A cart's line that is no longer as it was: another price, or less than wanted. `left`: what can be had of it now."""

    line: CartLine
    left: Decimal

    @property
    def is_repriced(self) -> bool:
        return self.line.price_seen != self.line.product.price

    @property
    def is_short(self) -> bool:
        return self.left < self.line.quantity

    @property
    def as_shown(self) -> str:
        """What a page tells of it, to be sent back with the yes: a price that rose again meanwhile is asked about again."""
        return f"{self.line.product.price}:{show_quantity(self.left)}"


def left_of(line: CartLine) -> Decimal:
    """How much of a line can be ordered at this moment, in whole steps and never more than wanted; 0 for nothing."""
    product = line.product
    if not product.live or product.shop.is_away or product.preorders_closed:
        return Decimal(0)
    if not product.counted or product.stock >= line.quantity:
        return line.quantity
    if product.stock < product.minimum:
        return Decimal(0)
    return product.stock - (product.stock - product.minimum) % product.step


def cart_view(cart: Cart | None, *, pictures: bool = True) -> CartView:
    """A cart with products, shops and, if asked for, pictures, by shop. 2 queries, 1 without pictures, none for no cart."""
    if cart is None:
        return CartView([])
    lines = _lines_with_pictures(cart.pk) if pictures else _lines_shown(cart.pk)
    if pictures:
        prefetch_related_objects(lines, "product__picture__renditions")
    return CartView(
        [CartShop(shop, list(part)) for shop, part in groupby(lines, lambda line: line.product.shop)]
    )


@compiled
def _lines_shown(cart_id: int) -> QuerySet[CartLine]:
    rows = seen(CartLine.objects.filter(cart=cart_id).select_related("product__shop__village__parent"))
    return rows.order_by("product__shop_id", "added_at", "id")


@compiled
def _lines_with_pictures(cart_id: int) -> QuerySet[CartLine]:
    return _lines_shown.make(cart_id).select_related("product__picture")


def cart_count(cart: Cart | None) -> int:
    """How many lines a cart has. 1 query."""
    return cart.lines.count() if cart else 0


def pressed_before(cart: Cart, key: str) -> bool:
    """Whether this press of the checkout's button has made its purchase already. 1 query."""
    return Purchase.objects.filter(buyer_key=cart.key, idempotency_key=key).exists()


def purchase_by_key(key: str) -> Purchase | None:
    """A purchase by its unguessable key, with its orders and lines. 3 queries."""
    orders = (
        Order.objects.select_related("shop__owner", "shop__village__parent")
        .order_by("id")
        .prefetch_related("lines")
    )
    return Purchase.objects.filter(key=key).prefetch_related(Prefetch("orders", queryset=orders)).first()


def purchases_of_visitor(keys: list[str], user: User | None) -> list[Purchase]:
    """What was bought in this browser, by unguessable keys, and by the person; newest first, 24 at most.

    With orders and shops. 2 queries, none for a stranger without keys.
    """
    if not keys and user is None:
        return []
    whose = Q(key__in=keys) | Q(buyer=user) if user else Q(key__in=keys)
    orders = Order.objects.select_related("shop").order_by("id")
    return list(
        Purchase.objects.filter(whose)
        .prefetch_related(Prefetch("orders", queryset=orders))
        .order_by("-created_at")[:PAGE_SIZE]
    )


def order_by_key(key: str, *related: str) -> Order | None:
    """An order by its unguessable key, with lines and history; `related` names single rows of apps above that come with it.
    3 queries.
    """
    rows = Order.objects.filter(key=key).select_related(
        "shop__owner", "shop__village__parent", "purchase", *related
    )
    return rows.prefetch_related("lines", "steps").first()


def questions_to_buyer(order: Order) -> list[Proposal]:
    """What the buyer was asked and has not answered. 1 query."""
    waiting = order.proposals.filter(state=Proposal.State.WAITING)
    return list(waiting.select_related("line", "product"))


def order_by_code_and_phone(code: str, phone: str) -> Order | None:
    """What a buyer who lost the link types. `phone` is E.164."""
    return Order.objects.filter(public_code=code.strip().upper(), phone=phone).first()


def orders_of(shop: Shop) -> OrderQuerySet:
    """A shop's own orders; nobody else's exist for it."""
    return Order.objects.filter(shop=shop)


def board(shop: Shop, after: str = "", *, all_states: bool = True) -> Page[Order]:
    """24 orders of a shop with lines and questions, newest first. 3 queries.

    All of them, or those not yet with the buyer; of these the ones that wait for an answer stand before all others.
    """
    rows = orders_of(shop) if all_states else orders_of(shop).open()
    waiting = Q(state=State.NEW, ready_at__isnull=False) if not all_states else Q(pk__in=[])
    rows = rows.annotate(place=Case(When(waiting, then=0), default=1))
    key = read_key(after, 3)
    if key:
        place, at, pk = key
        rows = rows.filter(Q(place__gt=place) | Q(place=place, created_at__lte=at)).exclude(
            place=place, created_at=at, id__gte=pk
        )
    rows = rows.order_by("place", "-created_at", "-id").prefetch_related("lines", "proposals")
    return cut(list(rows[:25]), lambda order: (order.place, order.created_at.isoformat(), order.pk))


@dataclass(frozen=True)
class ShopFigures:
    """The three numbers on the farmer's first screen."""

    new: int
    to_pack: int
    to_send: int


def shop_figures(shop: Shop) -> ShopFigures:
    """How many orders wait for which step. 1 query."""
    counts = (
        orders_of(shop)
        .open()
        .aggregate(
            new=Count("id", filter=Q(state=State.NEW)),
            to_pack=Count("id", filter=Q(state=State.CONFIRMED)),
            to_send=Count("id", filter=Q(state=State.PACKED)),
        )
    )
    return ShopFigures(**counts)


def lines_of(order: Order) -> list[OrderLine]:
    """An order's lines in the order they were put in. 1 query."""
    return list(order.lines.order_by("id"))


def order_of(shop: Shop, code: str) -> Order | None:
    """One of a shop's own orders, with lines, history and questions to the buyer. 4 queries."""
    rows = orders_of(shop).filter(public_code=code).select_related("delivery_method")
    return rows.prefetch_related("lines__product", "steps", "proposals__line").first()


def parcel_of_order(order: Order) -> Shipment | None:
    """An order's parcel with a carrier, as long as it is under way or arrived; a refused or cancelled one is none.

    With its events; 2 queries.
    """
    gone = (Carriage.REFUSED, Carriage.CANCELLED)
    return order.shipments.exclude(state__in=gone).prefetch_related("events").order_by("-pk").first()


def on_desk(village: Place) -> list[Order]:
    """Orders of a village whose sellers are silent, oldest first, with shops, owners and lines. 2 queries, 50 at most."""
    rows = Order.objects.filter(village_id=village.pk, state=State.NEW, desk_at__isnull=False)
    return list(rows.select_related("shop__owner").prefetch_related("lines").order_by("ready_at", "pk")[:50])
