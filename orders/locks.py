"""Which rows are locked, and in which order: by primary key, everywhere, so that nobody waits in a circle."""

from orders.errors import CartEmpty
from orders.models import Cart, CartLine, Order


def cart_lines(cart: Cart) -> list[CartLine]:
    """The cart's lines with their products, by product id. Raises CartEmpty."""
    Cart.objects.select_for_update().filter(pk=cart.pk).first()
    lines = list(cart.lines.select_related("product__shop__village__parent").order_by("product_id"))
    if not lines:
        raise CartEmpty
    return lines


def order(order_id: int) -> Order:
    """One order, locked until the transaction ends."""
    return Order.objects.select_for_update().get(pk=order_id)
