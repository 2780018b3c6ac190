"""Every write about carts: what a visitor means to buy."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Product
from catalog.queries import fits
from common.compiled import compiled
from common.inserting import insert, save_column
from common.quantity import show_quantity
from orders.errors import (
    BadQuantityForProduct,
    PreordersClosed,
    ShopResting,
)
from orders.models import (
    Cart,
    CartLine,
    Order,
    OrderLine,
)
from orders.queries import Change, left_of


@transaction.atomic
def put_in_cart(
    cart: Cart, product: Product, quantity: Decimal, *, price_seen: int | None = None
) -> CartLine:
    """Add a quantity of a product to a cart, on top of what is there. Raises as `set_in_cart`.

    `price_seen` is what stood on the page (đồng for one unit); without it the price of now.
    """
    held = _touch_and_find(cart, product)
    return _set_line(cart, product, quantity + (held.quantity if held else 0), held, price_seen)


@transaction.atomic
def set_in_cart(cart: Cart, product: Product, quantity: Decimal) -> CartLine:
    """Make the cart hold exactly this much of a product. What lay there already keeps the price that was seen.

    Raises ShopResting while the household takes no orders, PreordersClosed shortly before a harvest,
    BadQuantityForProduct.
    """
    return _set_line(cart, product, quantity, _touch_and_find(cart, product))


def _touch(cart: Cart) -> None:
    """Lock the cart against another tab; it is no longer an old one."""
    cart.updated_at = timezone.now()
    save_column([cart], "updated_at")


def _touch_and_find(cart: Cart, product: Product) -> CartLine | None:
    """The same, and what of a product lies in it; nobody else puts it there meanwhile."""
    _touch(cart)
    return next(iter(_held(cart.pk, product.pk)), None)


@compiled
def _held(cart_id: int, product_id: int) -> QuerySet[CartLine]:
    return CartLine.objects.filter(cart=cart_id, product=product_id).only("quantity")


def _set_line(
    cart: Cart, product: Product, quantity: Decimal, held: CartLine | None, price_seen: int | None = None
) -> CartLine:
    if product.shop.is_away:
        raise ShopResting(product.shop.name)
    if product.preorders_closed:
        raise PreordersClosed(product.title)
    if not fits(product, quantity):
        raise BadQuantityForProduct(
            show_quantity(product.minimum), show_quantity(product.step), product.get_unit_display()
        )
    if held is None:
        line = CartLine(cart=cart, product=product, quantity=quantity, price_seen=price_seen or product.price)
        return insert([line])[0]
    held.cart, held.product, held.quantity = cart, product, quantity
    save_column([held], "quantity")  # another price is agreed to by `accept_changes` alone
    return held


def take_out(cart: Cart, product_id: int) -> None:
    """Take a product out of a cart. Nothing happens if it is not there."""
    CartLine.objects.filter(cart=cart, product_id=product_id).delete()


@transaction.atomic
def accept_changes(cart: Cart, shown: Mapping[int, str]) -> None:
    """The buyer says yes to what changed: today's price is seen, less is wanted, what is gone is taken out.

    `shown` is what the page told of each product, by its id (`Change.as_shown`). What has changed again since then
    stays as it was, to be asked about again.
    """
    _touch(cart)
    for line in cart.lines.select_related("product__shop").order_by("product_id"):
        change = Change(line, left_of(line))
        if shown.get(line.product_id) != change.as_shown:
            continue
        if change.left:
            CartLine.objects.filter(pk=line.pk).update(quantity=change.left, price_seen=line.product.price)
        else:
            line.delete()


@transaction.atomic
def merge_carts(into: Cart, other: Cart) -> None:
    """Put another cart's goods into one and let the other go. What is in both stays once, at the larger quantity."""
    Cart.objects.select_for_update().filter(pk__in=[into.pk, other.pk]).order_by("pk").first()
    held = {line.product_id: line for line in into.lines.all()}
    for line in other.lines.order_by("product_id"):
        same = held.get(line.product_id)
        if same is None:
            CartLine.objects.filter(pk=line.pk).update(cart=into)
        elif same.quantity < line.quantity:
            CartLine.objects.filter(pk=same.pk).update(quantity=line.quantity, price_seen=line.price_seen)
    other.delete()


def buy_again(cart: Cart, order: Order) -> list[str]:
    """Put what an order had into a cart, at the prices of now. Returns the names of what cannot be had any more."""
    bought: dict[int, list[OrderLine]] = {}
    for line in order.lines.select_related("product__shop").order_by("pk"):
        bought.setdefault(line.product_id, []).append(line)
    missing = []
    for lines in bought.values():
        product, quantity = lines[0].product, sum((line.quantity for line in lines), Decimal(0))
        least = max(product.minimum, quantity - (quantity - product.minimum) % product.step)
        if not product.live or (product.counted and product.stock < least):
            missing.append(lines[0].title)
            continue
        try:
            set_in_cart(cart, product, least)
        except (ShopResting, PreordersClosed, BadQuantityForProduct):
            missing.append(lines[0].title)
    return missing
