"""Sums of orders and movements of stock."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from catalog.models import Product
from common.self_check import self_check
from orders.models import Order, OrderLine, Purchase, held_by_line
from orders.states import STOPPED, LineState


@self_check("the sums of lines, orders and purchases agree")
def sums() -> Iterator[str]:
    """Lines add up to their order's goods, orders to their purchase's total."""
    for order in Order.objects.annotate(sum=Sum("lines__amount")).exclude(sum=F("goods")):
        yield f"order {order.public_code}: goods {order.goods}, lines {order.sum}"
    for purchase in Purchase.objects.annotate(sum=Sum("orders__total")).exclude(sum=F("total")):
        yield f"purchase {purchase.public_code}: total {purchase.total}, orders {purchase.sum}"


@self_check("every line holds the stock that was taken for it")
def stock() -> Iterator[str]:
    """A line of a standing order holds what is paid for (or what the scales said), any other holds nothing."""
    rows = OrderLine.objects.annotate(held=held_by_line()).select_related("order")
    for line in rows.iterator():
        stands = line.order.state not in STOPPED and line.state != LineState.DROPPED
        expected = (line.packed_quantity or line.given) if stands else Decimal(0)
        loose = (
            line.is_weighed and line.packed_quantity is not None
        )  # the shelf's count may have been too low
        if line.held != expected and not (loose and 0 <= line.held <= expected):
            yield f"order {line.order.public_code}, {line.title}: holds {line.held} instead of {expected}"


@self_check("every state of an order has its history")
def history() -> Iterator[str]:
    """The last step of an order's history is the state it is in."""
    for order in Order.objects.prefetch_related("steps").iterator(chunk_size=1000):
        steps = list(order.steps.all())
        if not steps or steps[-1].after != order.state:
            yield f"order {order.public_code}: in {order.state}, history ends at {steps[-1].after if steps else 'nothing'}"


@self_check("the stars of products are those of the reviews shown")
def stars() -> Iterator[str]:
    """Sum and number of stars on a product are those of its reviews that nobody has hidden."""
    shown = Q(reviews__hidden_at__isnull=True)
    rows = Product.objects.annotate(
        stars_shown=Coalesce(Sum("reviews__stars", filter=shown), 0),
        reviews_shown=Count("reviews", filter=shown),
    )
    for product in rows.exclude(rating_sum=F("stars_shown"), rating_count=F("reviews_shown")):
        yield (
            f"product {product.public_code}: {product.rating_sum} stars of {product.rating_count}, "
            f"reviews {product.stars_shown} of {product.reviews_shown}"
        )
