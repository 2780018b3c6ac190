"""Tells the shelf what orders have promised of it."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.dispatch import receiver

from catalog.models import Product
from catalog.promises import Promised, promises_asked
from orders.models import OrderLine
from orders.states import LineState, State

NOT_PACKED = (State.NEW, State.CONFIRMED)


@receiver(promises_asked, sender=Product, dispatch_uid="promised")
def promised(sender: Any, product: Product, **_rest: Any) -> Promised:
    """Goods of orders that are neither packed nor cancelled; an unpaid order holds its goods as well. 1 query."""
    lines = OrderLine.objects.filter(product=product, order__state__in=NOT_PACKED).exclude(
        state=LineState.DROPPED
    )
    sums = lines.aggregate(quantity=Sum("given"), orders=Count("order", distinct=True))
    return Promised(sums["quantity"] or Decimal(0), sums["orders"])
