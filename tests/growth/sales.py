"""Sales of the past, written straight into the tables: the ways an order takes are tested elsewhere."""

from datetime import date, datetime, time, timedelta
from itertools import count

from django.utils import timezone

from common.days import local_day
from orders.models import Order, OrderEvent, Purchase
from orders.states import State
from sellers.models import Shop

numbers = count(1)


def noon(day: date) -> datetime:
    """Twelve o'clock in Vietnam."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def days_ago(days: int) -> date:
    return local_day() - timedelta(days=days)


def sell(
    shop: Shop, amount: int, on: date, *, buyer: str | None = None, cash: bool = False, folded: bool = False
) -> Order:
    """One order delivered on that day by a buyer of its own (or the phone given), with the event it leaves."""
    number = next(numbers)
    phone = buyer or f"+8490{number:07d}"
    purchase = Purchase.objects.create(
        buyer_key=f"b{number}", idempotency_key=f"k{number}", name="Trần Minh", phone=phone,
        commune=shop.village.parent, address="12 Lê Lợi", total=amount, pay_on_delivery=cash,
    )  # fmt: skip
    order = Order.objects.create(
        purchase=purchase, shop=shop, name="Trần Minh", phone=phone, address="12 Lê Lợi", state=State.DELIVERED,
        pay_on_delivery=cash, goods=amount, total=amount, paid=0 if cash else amount, province_id=shop.province_id,
        commune_id=shop.commune_id, village_id=shop.village_id, day=on, created_at=noon(on), delivered_at=noon(on),
    )  # fmt: skip
    OrderEvent.objects.create(
        order=order, shop_id=shop.pk, kind=OrderEvent.Kind.DELIVERED, orders=1, amount=amount,
        cashless=0 if cash else amount, day=on, province_id=shop.province_id, commune_id=shop.commune_id,
        village_id=shop.village_id, folded_at=noon(on) if folded else None,
    )  # fmt: skip
    return order
