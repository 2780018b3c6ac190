"""Every write about carts and orders. One promise, one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Product
from catalog.queries import fits
from catalog.services import put_back, take_stock
from common import audit
from common.actors import GUEST, SYSTEM, Actor
from common.days import local_day
from common.folding import nfc
from common.quantity import show_quantity
from orders import locks
from orders.delivery import Choice, Offer, settle
from orders.errors import BadQuantityForProduct, CartChanged, NotPaidYet, ShopResting, WrongState
from orders.models import (
    Cart,
    CartLine,
    Order,
    OrderEvent,
    OrderLine,
    OrderStep,
    Purchase,
    StockMove,
    line_amount,
)
from orders.states import GIVES_STOCK_BACK, NEXT, State
from places.models import Place
from sellers.models import Shop

# --- cart -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def put_in_cart(cart: Cart, product: Product, quantity: Decimal) -> CartLine:
    """Add a quantity of a product to a cart, on top of what is there. Raises BadQuantityForProduct."""
    line = CartLine.objects.select_for_update().filter(cart=cart, product=product).first()
    total = quantity + (line.quantity if line else 0)
    return set_in_cart(cart, product, total)


@transaction.atomic
def set_in_cart(cart: Cart, product: Product, quantity: Decimal) -> CartLine:
    """Make the cart hold exactly this much of a product, at the price of now.

    Raises ShopResting while the household takes no orders, BadQuantityForProduct.
    """
    if product.shop.is_away:
        raise ShopResting(product.shop.name)
    if not fits(product, quantity):
        raise BadQuantityForProduct(
            show_quantity(product.minimum), show_quantity(product.step), product.get_unit_display()
        )
    line, _new = CartLine.objects.update_or_create(
        cart=cart, product=product, defaults={"quantity": quantity, "price_seen": product.price}
    )
    Cart.objects.filter(pk=cart.pk).update(updated_at=timezone.now())
    return line


def take_out(cart: Cart, product_id: int) -> None:
    """Take a product out of a cart. Nothing happens if it is not there."""
    CartLine.objects.filter(cart=cart, product_id=product_id).delete()


@transaction.atomic
def accept_prices(cart: Cart) -> None:
    """The buyer has seen today's prices; from now on they count as seen."""
    for line in cart.lines.select_related("product").order_by("product_id"):
        if line.price_seen != line.product.price:
            CartLine.objects.filter(pk=line.pk).update(price_seen=line.product.price)


# --- purchase -------------------------------------------------------------------------------------------------------


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
) -> tuple[Purchase, bool]:
    """Turn a cart into one purchase with one order per shop, and take its goods out of stock. All or nothing.

    `delivery` is what the buyer chose for each shop, by its id; shops that never said how they deliver need none.
    Safe to call twice: the same buyer and `key` get the purchase made the first time, and False beside it.
    Raises CartEmpty, ShopResting, OutOfStock, what `delivery.settle` raises, and CartChanged when a price is no longer
    the one the buyer saw. Source: architecture, 7.1.
    """
    at = at or timezone.now()
    purchase, new = Purchase.objects.get_or_create(
        buyer_key=buyer.key, idempotency_key=key, defaults=buyer.as_given() | {"created_at": at}
    )
    if not new:
        return purchase, False
    lines = locks.cart_lines(cart)
    resting = next((line.product.shop for line in lines if line.product.shop.is_away), None)
    if resting is not None:
        raise ShopResting(resting.name)
    for line in lines:
        take_stock(line.product_id, line.quantity)
    prices = dict(
        Product.objects.filter(pk__in=[line.product_id for line in lines]).values_list("pk", "price")
    )
    if any(line.price_seen != prices[line.product_id] for line in lines):
        raise CartChanged
    parts = by_shop(lines)
    offers = settle(parts, buyer.commune, delivery or {}, cash=buyer.pay_on_delivery)
    for shop, of_shop in parts.items():
        purchase.total += _open_order(purchase, buyer, of_shop, offers[shop.pk], at).total
    purchase.save(update_fields=["total"])
    cart.lines.all().delete()
    audit.record("purchase.placed", purchase, by=buyer.actor, total=purchase.total)
    return purchase, True


def by_shop(lines: Iterable[CartLine]) -> dict[Shop, list[CartLine]]:
    """Cart lines by the shop that sells them, in the order of the shops' ids."""
    parts: dict[Shop, list[CartLine]] = {}
    for line in sorted(lines, key=lambda line: line.product.shop_id):
        parts.setdefault(line.product.shop, []).append(line)
    return parts


def _open_order(
    purchase: Purchase, buyer: BuyerFacts, lines: list[CartLine], offer: Offer, at: datetime
) -> Order:
    shop = lines[0].product.shop
    goods = sum(line_amount(line.price_seen, line.quantity) for line in lines)
    order = Order.objects.create(
        purchase=purchase, shop=shop, buyer=buyer.user, name=purchase.name, phone=purchase.phone,
        address=buyer.full_address, note=purchase.note, pay_on_delivery=purchase.pay_on_delivery,
        goods=goods, delivery=offer.fee, total=goods + offer.fee, **offer.as_agreed(local_day(at)),
        held_until=None if purchase.pay_on_delivery else at + timedelta(minutes=settings.PAYMENT_HOLD_MINUTES),
        province_id=shop.province_id, commune_id=shop.commune_id, village_id=shop.village_id,
        created_at=at, day=local_day(at),
    )  # fmt: skip
    sold = OrderLine.objects.bulk_create(
        OrderLine(
            order=order, shop_id=shop.pk, product_id=line.product_id, title=line.product.title, unit=line.product.unit,
            price=line.price_seen, quantity=line.quantity, amount=line_amount(line.price_seen, line.quantity),
            harvest_on=line.product.harvest_on if line.product.is_preorder else None,
        )
        for line in lines
    )  # fmt: skip
    StockMove.objects.bulk_create(
        StockMove(
            product_id=line.product_id,
            shop_id=shop.pk,
            line=line,
            kind=StockMove.Kind.SOLD,
            quantity=-line.quantity,
            at=at,
        )
        for line in sold
    )
    OrderStep.objects.create(
        order=order, shop_id=shop.pk, after=State.NEW, at=at, actor_id=buyer.actor.user_id
    )
    return order


# --- steps ----------------------------------------------------------------------------------------------------------


def move(order: Order, to: State, *, by: Actor, reason: str = "", at: datetime | None = None) -> None:
    """Take an order one step on, once, even if two people press together. Call inside a transaction.

    Raises WrongState if the table forbids the step or somebody was faster. Goods of a cancelled or returned order go
    back on the shelf; a delivery and a return leave an event for the roll-ups.
    """
    before, at = State(order.state), at or timezone.now()
    changes: dict[str, Any] = {"state": to}
    if to == State.DELIVERED:
        changes["delivered_at"] = at
    if to not in NEXT.get(before, ()) or not Order.objects.filter(pk=order.pk, state=before).update(
        **changes
    ):
        raise WrongState(order, to)
    for column, value in changes.items():
        setattr(order, column, value)
    OrderStep.objects.create(
        order=order, shop_id=order.shop_id, before=before, after=to, at=at, actor_id=by.user_id,
        on_behalf_of=by.on_behalf_of, reason=reason,
    )  # fmt: skip
    if to in GIVES_STOCK_BACK:
        _give_back(order, at)
    _tell_rollups(order, before, to, at)
    audit.record("order.moved", order, by=by, before=before, after=to, reason=reason)


def _give_back(order: Order, at: datetime) -> None:
    for line in order.lines.order_by("product_id"):
        put_back(line.product_id, line.quantity)
        StockMove.objects.create(
            product_id=line.product_id,
            shop_id=order.shop_id,
            line=line,
            kind=StockMove.Kind.BACK,
            quantity=line.quantity,
            at=at,
        )


def _tell_rollups(order: Order, before: State, to: State, at: datetime) -> None:
    """Sales count when delivered, dated by delivery; a return takes them back on that same day's account.

    Source: domain facts, section 9: revenue is goods delivered and not refunded, without shipping.
    """
    if to == State.DELIVERED:
        kind, sign, day = OrderEvent.Kind.DELIVERED, 1, local_day(at)
    elif to == State.RETURNED and before == State.DELIVERED:
        kind, sign, day = OrderEvent.Kind.RETURNED, -1, local_day(order.delivered_at)
    else:
        return
    goods = order.goods - order.discount
    OrderEvent.objects.create(
        order=order, shop_id=order.shop_id, kind=kind, orders=sign, amount=sign * goods,
        cashless=0 if order.pay_on_delivery else sign * goods, day=day, at=at,
        province_id=order.province_id, commune_id=order.commune_id, village_id=order.village_id,
    )  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """With whom goods travel: a carrier or a bus and its plate, a phone (E.164) to ask, a number to follow."""

    carried_by: str = ""
    carrier_phone: str = ""
    tracking: str = ""


@transaction.atomic
def farmer_step(
    order_id: int,
    to: State,
    *,
    by: Actor,
    reason: str = "",
    sent: Sent | None = None,
    at: datetime | None = None,
) -> Order:
    """Confirm, pack, hand over or cancel, as the farmer or somebody with the farmer's leave.

    `sent` is kept when the goods are handed over, for the buyer to read.
    Raises NotPaidYet for a prepaid order whose money has not come, WrongState.
    """
    order = locks.order(order_id)
    if to == State.CONFIRMED and order.waits_for_money:
        raise NotPaidYet
    if to in (State.DELIVERED, State.NEW):
        raise WrongState(order, to)
    move(order, to, by=by, reason=reason, at=at)
    if to == State.HANDED_OVER and sent is not None:
        order.carried_by, order.carrier_phone = nfc(sent.carried_by), sent.carrier_phone
        order.tracking = sent.tracking
        order.save(update_fields=["carried_by", "carrier_phone", "tracking"])
    return order


@transaction.atomic
def confirm_receipt(order_id: int, *, by: Actor = GUEST, at: datetime | None = None) -> Order:
    """The buyer has the goods. Pressing twice changes nothing. Raises WrongState before the goods were sent."""
    order = locks.order(order_id)
    if order.state != State.DELIVERED:
        move(order, State.DELIVERED, by=by, at=at)
    return order


@transaction.atomic
def record_paid(order_id: int, amount: int) -> Order:
    """Money (đồng) has been matched to an order: remember how much has come in all. Called by payments alone."""
    order = locks.order(order_id)
    order.paid += amount
    if order.paid >= order.total:
        order.held_until = None
    order.save(update_fields=["paid", "held_until"])
    return order


def expire_unpaid(now: datetime | None = None) -> Iterable[Order]:
    """Cancel prepaid orders whose money did not come in time; their goods go back once. One transaction an order."""
    now = now or timezone.now()
    due = (
        Order.objects.filter(state=State.NEW, held_until__lte=now).order_by("pk").values_list("pk", flat=True)
    )
    for order_id in list(due):
        with transaction.atomic():
            order = locks.order(order_id)
            if order.held_until and order.held_until <= now and order.waits_for_money:
                move(order, State.CANCELLED, by=SYSTEM, reason="unpaid", at=now)
                yield order
