"""How a cart becomes a purchase with one order for each shop. One promise, one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from catalog.services import take_from_locked
from common import audit
from common.actors import GUEST, Actor
from common.compiled import compiled
from common.days import local_day
from common.folding import nfc
from common.inserting import insert
from orders import locks
from orders.delivery import Choice, Offer, ready_on, settle
from orders.errors import (
    CartChanged,
    CartEmpty,
    PreordersClosed,
    ShopResting,
)
from orders.models import (
    Cart,
    CartLine,
    Order,
    OrderLine,
    OrderStep,
    Purchase,
    StockMove,
    line_amount,
)
from orders.queries import margin_of
from orders.services import announce
from orders.states import State
from orders.terms import terms_of
from places.models import Place
from sellers.models import Shop


@dataclass(frozen=True)
class BuyerFacts:
    """What a buyer tells at checkout. `key` recognises the same visitor again; `phone` is E.164."""

    key: str
    name: str
    phone: str
    commune: Place
    address: str
    note: str = ""
    pay_on_delivery: bool = False
    user: User | None = None

    @property
    def actor(self) -> Actor:
        return Actor.of(self.user) if self.user else GUEST

    def as_given(self) -> dict[str, Any]:
        """The columns of a purchase."""
        return {
            "name": nfc(self.name), "phone": self.phone, "commune": self.commune, "address": nfc(self.address),
            "note": nfc(self.note), "pay_on_delivery": self.pay_on_delivery, "buyer": self.user,
        }  # fmt: skip

    @property
    def full_address(self) -> str:
        """Address line, commune and province as they were on the day."""
        parts = [
            nfc(self.address),
            self.commune.full_name,
            self.commune.parent.name if self.commune.parent else "",
        ]
        return ", ".join(part for part in parts if part)


@transaction.atomic
def place_purchase(
    cart: Cart,
    buyer: BuyerFacts,
    *,
    key: str,
    delivery: Mapping[int, Choice] | None = None,
    at: datetime | None = None,
) -> tuple[Purchase, list[Order]]:
    """Turn a cart into one purchase with one order per shop, and take its goods out of stock. All or nothing.

    As `place_in_transaction`, for those who have no transaction of their own.
    """
    return place_in_transaction(cart, buyer, key=key, delivery=delivery, at=at)


def place_in_transaction(
    cart: Cart,
    buyer: BuyerFacts,
    *,
    key: str,
    delivery: Mapping[int, Choice] | None = None,
    at: datetime | None = None,
) -> tuple[Purchase, list[Order]]:
    """What `place_purchase` does, inside the caller's transaction. Every refusal must roll it back.

    `delivery` is what the buyer chose for each shop, by its id; shops that never said how they deliver need none.
    Safe to call twice: the same buyer and `key` get the purchase made the first time, and no new orders beside it.
    Raises CartEmpty, ShopResting, PreordersClosed, OutOfStock, what `delivery.settle` raises, and CartChanged when a
    price is no longer the one the buyer saw. Source: architecture, 7.1.
    """
    at = at or timezone.now()
    purchase = _made_before(buyer, key)
    if purchase is not None:
        return purchase, []
    lines = locks.cart_lines(cart)
    if not lines:  # nothing was in it, or the other of two presses has just emptied it
        purchase = _made_before(buyer, key)
        if purchase is None:
            raise CartEmpty
        return purchase, []
    _check_open(lines)
    parts = by_shop(lines)
    offers = settle(parts, buyer.commune, delivery or {}, cash=buyer.pay_on_delivery)
    total = sum(line_amount(line.price_seen, line.quantity) for line in lines)
    total += sum(offers[shop.pk].fee for shop in parts)
    total += 0 if buyer.pay_on_delivery else margin_of(lines)
    facts = buyer.as_given()
    (purchase,) = insert(
        [Purchase(buyer_key=buyer.key, idempotency_key=key, created_at=at, total=total, **facts)]
    )
    orders = _open_orders(purchase, buyer, parts, offers, at)
    CartLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    audit.record("purchase.placed", purchase, by=buyer.actor, total=total)
    _take_goods(lines)  # last, because everybody else who wants the same goods waits from here on
    for order in orders:
        if order.ready_at:
            announce(order)
    return purchase, orders


def _made_before(buyer: BuyerFacts, key: str) -> Purchase | None:
    """What the same press of the button has made already; there is one at most, so nothing needs sorting."""
    return next(iter(_made(buyer.key, key)), None)


@compiled
def _made(buyer_key: str, key: str) -> QuerySet[Purchase]:
    return Purchase.objects.filter(buyer_key=buyer_key, idempotency_key=key)


def _check_open(lines: list[CartLine]) -> None:
    for line in lines:
        if line.product.shop.is_away:
            raise ShopResting(line.product.shop.name)
        if line.product.preorders_closed:
            raise PreordersClosed(line.product.title)


def _take_goods(lines: list[CartLine]) -> None:
    """Take everything off the shelves, at the prices the buyer saw."""
    locked = locks.products(line.product_id for line in lines)
    take_from_locked([(locked[line.product_id], line.quantity) for line in lines])
    if any(line.price_seen != locked[line.product_id].price for line in lines):
        raise CartChanged


def by_shop(lines: Iterable[CartLine]) -> dict[Shop, list[CartLine]]:
    """Cart lines by the shop that sells them, in the order of the shops' ids."""
    parts: dict[Shop, list[CartLine]] = {}
    for line in sorted(lines, key=lambda line: line.product.shop_id):
        parts.setdefault(line.product.shop, []).append(line)
    return parts


def _open_orders(
    purchase: Purchase,
    buyer: BuyerFacts,
    parts: dict[Shop, list[CartLine]],
    offers: Mapping[int, Offer],
    at: datetime,
) -> list[Order]:
    """One order for each shop with its lines, stock moves and first step; one statement for each kind of row."""
    today, address, terms = local_day(at), buyer.full_address, terms_of(parts)
    cash = purchase.pay_on_delivery
    orders = []
    for shop, lines in parts.items():
        goods, fee = sum(line_amount(line.price_seen, line.quantity) for line in lines), offers[shop.pk].fee
        margin = 0 if cash else margin_of(lines)
        orders.append(
            Order(
                purchase=purchase, shop=shop, buyer=buyer.user, name=purchase.name, phone=purchase.phone,
                address=address, note=purchase.note, pay_on_delivery=cash,
                goods=goods, delivery=fee, margin=margin, total=goods + fee + margin,
                **offers[shop.pk].as_agreed(ready_on(lines, today)),
                ready_at=at if cash else None,
                held_until=None if cash else at + timedelta(minutes=settings.PAYMENT_HOLD_MINUTES),
                province_id=shop.province_id, commune_id=shop.commune_id, village_id=shop.village_id,
                created_at=at, day=today, terms=terms[shop.pk],
            )
        )  # fmt: skip
    insert(orders)
    sold = insert(
        OrderLine(
            order=order, shop_id=shop.pk, product_id=line.product_id, title=line.product.title, unit=line.product.unit,
            price=line.price_seen, quantity=line.quantity, given=line.quantity, tolerance=line.product.tolerance,
            amount=line_amount(line.price_seen, line.quantity),
            harvest_on=line.product.harvest_on if line.product.is_preorder else None,
        )
        for order, (shop, lines) in zip(orders, parts.items(), strict=True)
        for line in lines
    )  # fmt: skip
    insert(
        StockMove(
            product_id=line.product_id, shop_id=line.shop_id, line=line, kind=StockMove.Kind.SOLD, quantity=-line.quantity,
            at=at,
        )
        for line in sold
    )  # fmt: skip
    insert(
        OrderStep(order=order, shop_id=order.shop_id, after=State.NEW, at=at, actor_id=buyer.actor.user_id)
        for order in orders
    )
    return orders
