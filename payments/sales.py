"""Which sales are paid, and how: what the share of cashless payments is made of.

A sale counts once its price is paid in full and as long as it stands; a refunded one leaves both sides of the share, one
that became cheaper counts with what is left. Cash is what a seller or a carrier took; everything else is cashless, by a
machine's word (a bank, a statement, a provider) or by the seller's alone. Source: payments reference, section 5.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from common.days import local_day
from common.inserting import insert
from common.money import share
from orders import locks
from orders.models import Order
from payments.models import Allocation, PaidBy, Payment, Receipt, SaleEvent, SellerYear
from payments.sale_models import STALL
from sellers.models import Shop

CASH_SOURCES = (Receipt.Source.CASH, Receipt.Source.CARRIER)


class Part(NamedTuple):
    """One cell of the figures: the day in Vietnam, and how it was paid."""

    day: date
    paid_by: str


Sums = tuple[int, int]  # sales, đồng of goods
Told = dict[Part, Sums]


class Came(NamedTuple):
    """Some money that came for a sale, in đồng."""

    amount: int
    day: date
    paid_by: str


def tell_order(order: Order, *, came: Allocation | None = None, anew: bool = False) -> int:
    """Add to the sale events what an order's money changed since the last time. Call under the order's lock; safe to call
    again. 2 queries, 2 more when there is something new; one less where `came` is all its money, or there was no event
    before (`anew`). Returns the number of new events."""
    money = money_of(orders=[order.pk]).get(order.pk, []) if came is None else [_came(came)]
    return _tell({"order": order}, wanted_of_order(order, money), _places_of(order), order.channel, anew=anew)


def tell_stall(payment: Payment) -> None:
    """The same for a sale at a stall, under its payment's lock. 3 queries, 2 more when there is something new."""
    came = money_of(payments=[payment.pk]).get(payment.pk, [])
    assert payment.shop_id is not None  # a sale at a stall is its shop's
    shop = Shop.objects.only("province_id", "commune_id", "village_id").get(pk=payment.shop_id)
    _tell({"payment": payment}, wanted_of_stall(payment, came), _places_of(shop), STALL)


def tell_new(orders: Sequence[Order]) -> None:
    """Tell of many orders nobody has told of before, such as a made-up past. 2 queries, and 3 for each seller and year."""
    came = money_of(orders=[order.pk for order in orders])
    events = [
        event
        for order in orders
        for event in _events(
            {"order": order}, wanted_of_order(order, came.get(order.pk, [])), {}, _places_of(order), order.channel
        )
    ]  # fmt: skip
    SaleEvent.objects.bulk_create(events)
    for shop_id in sorted({event.shop_id for event in events}):
        _add_to_years(shop_id, (event for event in events if event.shop_id == shop_id))


def tell_again(orders: QuerySet[Order]) -> int:
    """Tell of many orders, such as those from before there were sale events. Returns how many events were new.

    Locks each order alone; safe to stop and to run again.
    """
    told = 0
    for pk in orders.filter(paid__gt=0).order_by("pk").values_list("pk", flat=True).iterator():
        with transaction.atomic():
            told += tell_order(locks.order(pk))
    return told


# --- what a sale is -----------------------------------------------------------------------------------------------------


def money_of(*, orders: Sequence[int] = (), payments: Sequence[int] = ()) -> dict[int, list[Came]]:
    """What came for some orders, or for some sales at stalls, in the order in which it was booked. 1 query."""
    key = "payment__order" if orders else "payment"
    rows = Allocation.objects.filter(**{f"{key}__in": orders or payments}).order_by(
        "receipt__booked_at", "pk"
    )
    found: dict[int, list[Came]] = defaultdict(list)
    columns = ("amount", "receipt__booked_at", "receipt__source", "receipt__confirmed_by")
    for sale, amount, at, source, upgraded in rows.values_list(key, *columns):
        found[sale].append(Came(amount, local_day(at), _paid_by(source, upgraded is not None)))
    return found


def _came(first: Allocation) -> Came:
    """The same of money that has just been counted: nothing has confirmed it once more yet."""
    receipt = first.receipt
    return Came(first.amount, local_day(receipt.booked_at), _paid_by(receipt.source, upgraded=False))


def _paid_by(source: str, upgraded: bool) -> str:
    if source in CASH_SOURCES:
        return PaidBy.CASH
    return PaidBy.MACHINE if upgraded or source in Receipt.BY_MACHINE else PaidBy.DECLARED


def wanted_of_order(order: Order, came: Sequence[Came]) -> Told:
    """What an order counts for: its goods, once it is paid in full. `came` in the order of booking. No query."""
    stands = order.is_paid and order.total > 0 and not order.stopped
    return _parts(max(order.goods - order.discount, 0) if stands else 0, order.total, came)


def wanted_of_stall(payment: Payment, came: Sequence[Came]) -> Told:
    """What a sale at a stall counts for: all of it, once it is paid."""
    stands = payment.state == Payment.State.CONFIRMED
    return _parts(payment.amount if stands else 0, payment.amount, came)


def _parts(value: int, price: int, came: Sequence[Came]) -> Told:
    """The value of a sale over the ways in which its money came; the sale itself is counted for the largest part, cash
    before the seller's word before a machine's where they are equal."""
    if not value or not came:
        return {}
    day, sums = came[-1].day, Counter[str]()
    for money in came:
        sums[money.paid_by] += money.amount
        if sum(sums.values()) >= price:
            day = money.day
            break
    ways = [way for way in (PaidBy.CASH, PaidBy.DECLARED, PaidBy.MACHINE) if sums[way]]
    amounts = share(value, [sums[way] for way in ways])
    most = max(ways, key=lambda way: sums[way])
    return {
        Part(day, way): (int(way == most), amount)
        for way, amount in zip(ways, amounts, strict=True)
        if amount or way == most
    }


# --- telling ------------------------------------------------------------------------------------------------------------


def _places_of(sold_from: Order | Shop) -> dict[str, Any]:
    return {name: getattr(sold_from, name) for name in ("province_id", "commune_id", "village_id")}


def _tell(
    sale: dict[str, Any], wanted: Told, places: dict[str, Any], channel: str, *, anew: bool = False
) -> int:
    events = [] if anew else list(SaleEvent.objects.filter(**sale).order_by("pk"))
    if events:  # a shop that moved takes its old sales back where they were counted
        places = _places_of(events[0])  # type: ignore[arg-type]  # an event has the same three columns
    told: dict[Part, list[int]] = defaultdict(lambda: [0, 0])
    for event in events:
        sums = told[Part(event.day, event.paid_by)]
        sums[0] += event.sales
        sums[1] += event.amount
    new = _events(sale, wanted, told, places, channel)
    insert(new)
    if new:
        _add_to_years(new[0].shop_id, new)
    return len(new)


def _events(
    sale: dict[str, Any],
    wanted: Told,
    told: Mapping[Part, Sequence[int]],
    places: dict[str, Any],
    channel: str,
) -> list[SaleEvent]:
    """What is wanted less what was told, one event for each part that differs."""
    thing = sale.get("order") or sale["payment"]
    new = []
    for part in sorted(told.keys() | wanted.keys()):
        pairs = zip(wanted.get(part, (0, 0)), told.get(part, (0, 0)), strict=True)
        sales, amount = (now - before for now, before in pairs)
        if sales or amount:
            new.append(
                SaleEvent(
                    **sale, **part._asdict(), **places, shop_id=thing.shop_id, channel=channel, sales=sales,
                    amount=amount,
                )
            )  # fmt: skip
    return new


def _add_to_years(shop_id: int, events: Iterable[SaleEvent]) -> None:
    years: Counter[int] = Counter()
    for event in events:
        years[event.day.year] += event.amount
    for year, amount in sorted(years.items()):
        if not amount:
            continue
        rows = SellerYear.objects.filter(shop=shop_id, year=year)
        if not rows.update(amount=F("amount") + amount):
            SellerYear.objects.get_or_create(shop_id=shop_id, year=year)
            rows.update(amount=F("amount") + amount)


# --- reading ------------------------------------------------------------------------------------------------------------


class Share(NamedTuple):
    """Sales of which the money is confirmed, by how they were paid: numbers, and đồng of goods."""

    machine: int = 0
    declared: int = 0
    cash: int = 0
    machine_sales: int = 0
    declared_sales: int = 0
    cash_sales: int = 0

    @property
    def amount(self) -> int:
        return self.machine + self.declared + self.cash

    @property
    def sales(self) -> int:
        return self.machine_sales + self.declared_sales + self.cash_sales

    def percent(self, *ways: str) -> int | None:
        """The share of some ways by value, in whole per cent; None while nothing was sold."""
        return round(100 * sum(getattr(self, way) for way in ways) / self.amount) if self.amount > 0 else None

    def percent_of_sales(self, *ways: str) -> int | None:
        """The same by number."""
        part = sum(getattr(self, f"{way}_sales") for way in ways)
        return round(100 * part / self.sales) if self.sales > 0 else None

    @property
    def cashless_percent(self) -> int | None:
        return self.percent("machine", "declared")

    @property
    def machine_percent(self) -> int | None:
        return self.percent("machine")

    @property
    def declared_percent(self) -> int | None:
        return self.percent("declared")

    @property
    def cash_percent(self) -> int | None:
        return self.percent("cash")

    @property
    def cashless_percent_of_sales(self) -> int | None:
        return self.percent_of_sales("machine", "declared")


def share_of_shop(shop_id: int, first: date, last: date) -> Share:
    """How a shop was paid for what it sold on these days, both included. 1 query, on the shop's own rows."""
    rows = SaleEvent.objects.filter(shop_id=shop_id, day__gte=first, day__lte=last)
    sums: dict[str, Any] = {}
    for way in PaidBy.values:
        of_way = Q(paid_by=way)
        sums[way] = Sum("amount", filter=of_way, default=0)
        sums[f"{way}_sales"] = Sum("sales", filter=of_way, default=0)
    return Share(**rows.aggregate(**sums))
