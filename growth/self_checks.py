"""Roll-ups against their events, and events against the orders and the money they speak of."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from common.self_check import self_check
from growth.models import PaidDay, PlaceDay, PlaceMonth
from growth.paid_sales import Key, sums_of_sales
from growth.services import sums_of
from orders.models import Order, OrderEvent
from payments import sales
from payments.models import PaidBy, Payment, SaleEvent, SellerYear

BLOCK = 1000


@self_check("roll-ups equal the sum of their events")
def rollups() -> Iterator[str]:
    """Every day and month row equals what its folded events add up to, and none is missing."""
    events = OrderEvent.objects.filter(folded_at__isnull=False).order_by("pk").iterator(chunk_size=5000)
    days, months = sums_of(events)
    for model, column, expected in ((PlaceDay, "day", days), (PlaceMonth, "month", months)):
        kept = {
            (row.level, row.place_id, getattr(row, column)): [row.orders, row.amount, row.cashless]
            for row in model.objects.iterator(chunk_size=5000)
        }
        for key in sorted(kept.keys() | expected.keys()):
            if kept.get(key, [0, 0, 0]) != expected.get(key, [0, 0, 0]):
                yield f"{model.__name__} {key}: kept {kept.get(key)}, events say {expected.get(key)}"


@self_check("the levels of a day agree")
def levels() -> Iterator[str]:
    """Country, provinces and communes show the same orders and amount for each day."""
    by_day: dict = {}
    for row in PlaceDay.objects.values("day", "level").annotate(o=Sum("orders"), a=Sum("amount")):
        by_day.setdefault(row["day"], set()).add((row["o"], row["a"]))
    for day, sums in sorted(by_day.items()):
        if len(sums) > 1:
            yield f"{day}: {sorted(sums)}"


@self_check("the roll-up of paid sales equals the sum of its events")
def paid_rollup() -> Iterator[str]:
    """Every row, from the country to the shop, equals what its folded events add up to, and none is missing."""
    columns = (*PaidBy.values, *(f"{way}_sales" for way in PaidBy.values))
    events = SaleEvent.objects.filter(folded_at__isnull=False).order_by("pk").iterator(chunk_size=5000)
    expected = {key: [sums[column] for column in columns] for key, sums in sums_of_sales(events).items()}
    kept = {
        Key(row.level, row.place_id, row.channel, row.day): [getattr(row, column) for column in columns]
        for row in PaidDay.objects.iterator(chunk_size=5000)
    }
    nothing = [0] * len(columns)
    for key in sorted(kept.keys() | expected.keys()):
        if kept.get(key, nothing) != expected.get(key, nothing):
            yield f"PaidDay {key}: kept {kept.get(key)}, events say {expected.get(key)}"


@self_check("sale events say what orders and sales at stalls were paid by")
def paid_sales() -> Iterator[str]:
    """The events of every sale sum to what its order and the money that came for it say now."""
    orders = Order.objects.filter(paid__gt=0).order_by("pk").iterator(chunk_size=BLOCK)
    while block := list(islice(orders, BLOCK)):
        came = sales.money_of(orders=[order.pk for order in block])
        told = _told(order__in=block)
        for order in block:
            if told[order.pk] != _plain(sales.wanted_of_order(order, came.get(order.pk, []))):
                yield f"order {order.public_code}: told {dict(told[order.pk])}"
    stalls = Payment.objects.filter(purpose=Payment.Purpose.STALL, received__gt=0).order_by("pk")
    payments = stalls.annotate(returned=Coalesce(F("stall_sale__returned"), 0)).iterator(chunk_size=BLOCK)
    while some := list(islice(payments, BLOCK)):
        came = sales.money_of(payments=[payment.pk for payment in some])
        told = _told(payment__in=some)
        for payment in some:
            money, returned = came.get(payment.pk, []), payment.returned
            if told[payment.pk] != _plain(sales.wanted_of_stall(payment, money, returned)):
                yield f"sale at a stall {payment.pk}: told {dict(told[payment.pk])}"


def _plain(wanted: sales.Told) -> Counter:
    """Sums by what they are of, without zeros."""
    found: Counter = Counter()
    for (day, way), (number, amount) in wanted.items():
        found[day, way, "sales"], found[day, way, "amount"] = number, amount
    return Counter({key: value for key, value in found.items() if value})


def _told(**of: object) -> dict[int, Counter]:
    key = next(iter(of)).removesuffix("__in")
    rows = SaleEvent.objects.filter(**of).order_by().values(key, "day", "paid_by")
    found: dict[int, Counter] = defaultdict(Counter)
    for row in rows.annotate(n=Sum("sales"), sum=Sum("amount")):
        for what, value in (("sales", row["n"]), ("amount", row["sum"])):
            if value:
                found[row[key]][row["day"], row["paid_by"], what] = value
    return found


@self_check("what sellers sold in a year is the sum of their sale events")
def years() -> Iterator[str]:
    """`SellerYear` equals the events of that year."""
    rows = SaleEvent.objects.order_by().values("shop_id", "day__year").annotate(sum=Sum("amount"))
    expected = {(row["shop_id"], row["day__year"]): row["sum"] for row in rows if row["sum"]}
    kept = {(row.shop_id, row.year): row.amount for row in SellerYear.objects.exclude(amount=0)}
    for shop_id, year in sorted(kept.keys() | expected.keys()):
        if kept.get((shop_id, year)) != expected.get((shop_id, year)):
            yield f"shop {shop_id} in {year}: kept {kept.get((shop_id, year))}, sold {expected.get((shop_id, year))}"
