"""Which rows are locked, and in which order: by primary key, everywhere, so that nobody waits in a circle."""

from collections.abc import Iterable

from django.db.models import QuerySet

from catalog.models import Product
from common.compiled import compiled
from orders.models import Cart, CartLine, Order
from orders.terms import seen

# What placing an order and its delivery look at; everything else stays where it is
ASKED_OF_GOODS = (
    "title", "unit", "price", "grams", "keeps", "net_quantity", "net_unit", "tolerance", "harvest_on", "variety", "grade",
    "making",
    "shop__name", "shop__village", "shop__commune_id", "shop__province_id", "shop__opening", "shop__away_from",
    "shop__away_until",
)  # fmt: skip


def cart_lines(cart: Cart) -> list[CartLine]:
    """The cart's lines, locked, with their products as they look now, by product id.

    What is put into the cart meanwhile stays in it. The cart itself is not locked: whoever edits it locks it before
    its lines, and would else wait in a circle with this.
    """
    return _lines_of(cart.pk)


@compiled
def _lines_of(cart_id: int) -> QuerySet[CartLine]:
    rows = seen(CartLine.objects.filter(cart=cart_id).select_related("product__shop"))
    rows = rows.only("quantity", "price_seen", "cart", *(f"product__{name}" for name in ASKED_OF_GOODS))
    return rows.select_for_update(of=("self",), no_key=True).order_by("product_id")


def products(ids: Iterable[int]) -> dict[int, Product]:
    """Products with what decides whether they can be had, locked in the order of their ids."""
    return {product.pk: product for product in _on_shelves(sorted(ids))}


@compiled
def _on_shelves(ids: list[int]) -> QuerySet[Product]:
    rows = Product.objects.filter(pk__in=ids).only("pk", "live", "counted", "stock", "price")
    return rows.select_for_update(no_key=True).order_by("pk")


def order(order_id: int) -> Order:
    """One order, locked until the transaction ends."""
    return Order.objects.select_for_update().get(pk=order_id)
