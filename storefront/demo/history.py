"""A year of orders, written in bulk in the very shape that the services write them.

Going through the services one order at a time takes minutes on SQLite; `manage.py self_check` proves that the rows
agree with one another as if it had been so.
"""

import math
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from tqdm import tqdm

from catalog.models import Product
from catalog.seasons import ALL_YEAR, in_season
from catalog.units import Unit
from common.days import local_day
from orders.models import Order, OrderEvent, OrderLine, OrderStep, Purchase, StockMove, line_amount
from orders.placing import BuyerFacts
from orders.states import STEPS, LineState, State
from payments.models import (
    Account,
    Allocation,
    LedgerEntry,
    LedgerLine,
    Method,
    Payment,
    PaymentAccount,
    Receipt,
    Refund,
)
from payments.order_codes import new_code
from payments.sales import tell_new
from places.models import Place
from storefront.demo.people import BUYERS, STREETS

BEFORE_TET = range(20, 46)  # days of the year: late January and early February, when everybody buys
PAST = (State.DELIVERED, State.CANCELLED, State.RETURNED)


@dataclass(frozen=True)
class Sale:
    """One past order, before it is written: a shop's products with quantities, a moment, and how it ended."""

    shop_id: int
    lines: list[tuple[Product, Decimal]]
    at: datetime
    end: State
    cash: bool
    by_bank: bool


def plan(
    products: list[Product],
    chance: random.Random,
    *,
    orders: int,
    opened: dict[int, datetime],
    quiet: set[int],
) -> list[Sale]:
    """Some `orders` past orders: in season, more before Tết, growing with the months a shop has been open."""
    now = timezone.now()
    slots = []
    for back in range(3, 365):
        day = now - timedelta(days=back)
        tet = 2.2 if day.timetuple().tm_yday in BEFORE_TET else 1.0
        growing = 0.5 + 1.5 * (1 - back / 365)
        weekend = 1.3 if day.weekday() >= 5 else 1.0
        for number, product in enumerate(products):
            if opened[product.shop_id] > day or (product.shop_id in quiet and back < 62):
                continue
            if not in_season(product.season_mask, local_day(day)):
                continue
            wanted = (
                (1.6 if product.season_mask != ALL_YEAR else 0.7)
                * tet
                * growing
                * weekend
                * (0.5 + number % 7 / 6)
            )
            slots.append((wanted, back, product))
    chosen = chance.choices(slots, weights=[slot[0] for slot in slots], k=orders) if slots else []
    by_shop: dict[int, list[Product]] = {}
    for product in products:
        by_shop.setdefault(product.shop_id, []).append(product)
    sales = []
    for _wanted, back, product in sorted(chosen, key=lambda slot: -slot[1]):
        at = (now - timedelta(days=back)).replace(
            hour=chance.randint(0, 13), minute=chance.randint(0, 59), second=0, microsecond=0
        )
        lines = [(product, _quantity(product, chance))]
        others = [
            other
            for other in by_shop[product.shop_id]
            if other != product and in_season(other.season_mask, local_day(at))
        ]
        if others and chance.random() < 0.25:
            other = chance.choice(others)
            lines.append((other, _quantity(other, chance)))
        end = chance.choices(PAST, weights=(94, 4, 2))[0]
        cash = chance.random() < 0.2
        sales.append(Sale(product.shop_id, lines, at, end, cash, chance.random() < 0.8))
    return sales


def _quantity(product: Product, chance: random.Random) -> Decimal:
    most = 5 if product.unit == Unit.KG else 2
    return product.minimum + product.step * chance.randint(0, math.ceil(most / float(product.step)) - 1)


def write(
    sales: list[Sale], communes: list[Place], chance: random.Random, *, quiet_bar: bool = False
) -> list[Order]:
    """Write past orders with everything that belongs to them. Returns them, oldest first."""
    shops = {product.shop_id: product.shop for sale in sales for product, _q in sale.lines}
    accounts = {
        account.shop_id: account
        for account in PaymentAccount.objects.filter(shop__in=shops.values(), closed_at=None)
    }
    buyers = [
        BuyerFacts(
            key=f"demo-{n}", name=name, phone=f"+8498{n:07d}", commune=chance.choice(communes),
            address=f"{chance.randint(1, 180)} {chance.choice(STREETS)}",
        )
        for n, name in enumerate(BUYERS * 6)
    ]  # fmt: skip
    written: list[Order] = []
    with tqdm(total=len(sales), unit="orders", desc="  past orders", disable=quiet_bar) as bar:
        for first in range(0, len(sales), 400):
            block = sales[first : first + 400]
            written += _write_block(block, shops, accounts, buyers, chance)
            bar.update(len(block))
    return written


def _write_block(
    block: list[Sale], shops: dict, accounts: dict, buyers: list[BuyerFacts], chance: random.Random
) -> list[Order]:
    who = [chance.choice(buyers) for _ in block]
    purchases = Purchase.objects.bulk_create(
        Purchase(
            buyer_key=buyer.key, idempotency_key=f"{sale.at:%Y%m%d%H%M}-{chance.getrandbits(48):x}", pay_on_delivery=sale.cash,
            created_at=sale.at, **{key: value for key, value in buyer.as_given().items() if key != "pay_on_delivery"},
            total=sum(line_amount(product.price, quantity) for product, quantity in sale.lines),
        )
        for sale, buyer in zip(block, who, strict=True)
    )  # fmt: skip
    orders = Order.objects.bulk_create(
        _order(sale, shops[sale.shop_id], purchase, buyer)
        for sale, purchase, buyer in zip(block, purchases, who, strict=True)
    )
    lines = OrderLine.objects.bulk_create(
        OrderLine(
            order=order, shop_id=sale.shop_id, product=product, title=product.title, unit=product.unit, price=product.price,
            quantity=quantity, given=quantity, amount=line_amount(product.price, quantity), state=_line_state(sale),
        )
        for sale, order in zip(block, orders, strict=True)
        for product, quantity in sale.lines
    )  # fmt: skip
    ends = {order.pk: sale for sale, order in zip(block, orders, strict=True)}
    StockMove.objects.bulk_create(
        StockMove(
            product_id=line.product_id,
            shop_id=line.shop_id,
            line=line,
            kind=kind,
            quantity=sign * line.quantity,
            at=ends[line.order_id].at
            if kind == StockMove.Kind.SOLD
            else _when(ends[line.order_id], ends[line.order_id].end),
        )
        for line in lines
        for kind, sign in ((StockMove.Kind.SOLD, -1), (StockMove.Kind.BACK, 1))
        if kind == StockMove.Kind.SOLD or ends[line.order_id].end != State.DELIVERED
    )
    OrderStep.objects.bulk_create(step for order in orders for step in _steps(order, ends[order.pk]))
    OrderEvent.objects.bulk_create(event for order in orders for event in _events(order, ends[order.pk]))
    _money([(order, ends[order.pk]) for order in orders], accounts)
    tell_new(orders)
    return orders


def _line_state(sale: Sale) -> LineState:
    """Lines go as far as their order went; one that was given up before had not been looked at."""
    return LineState.ASKED if sale.end == State.CANCELLED else LineState.PACKED


def _order(sale: Sale, shop, purchase: Purchase, buyer: BuyerFacts) -> Order:
    arrived = sale.end in (State.DELIVERED, State.RETURNED)
    return Order(
        purchase=purchase, shop=shop, name=buyer.name, phone=buyer.phone, address=buyer.full_address, state=sale.end,
        pay_on_delivery=sale.cash, goods=purchase.total, total=purchase.total, paid=purchase.total if _paid(sale) else 0,
        province_id=shop.province_id, commune_id=shop.commune_id, village_id=shop.village_id, created_at=sale.at,
        day=local_day(sale.at), delivered_at=_when(sale, State.DELIVERED) if arrived else None,
    )  # fmt: skip


def _paid(sale: Sale) -> bool:
    return sale.end in (State.DELIVERED, State.RETURNED)


def _when(sale: Sale, state: State) -> datetime:
    hours = {
        State.NEW: 0,
        State.CONFIRMED: 2,
        State.PACKED: 9,
        State.HANDED_OVER: 12,
        State.DELIVERED: 40,
        State.RETURNED: 90,
        State.CANCELLED: 24,
    }
    return min(sale.at + timedelta(hours=hours[state]), timezone.now())


def _steps(order: Order, sale: Sale) -> list[OrderStep]:
    road = (
        [State.NEW, State.CANCELLED]
        if sale.end == State.CANCELLED
        else [*STEPS, *([State.RETURNED] if sale.end == State.RETURNED else [])]
    )
    owner = order.shop.owner_id
    by_farmer = (State.CONFIRMED, State.PACKED, State.HANDED_OVER, State.RETURNED)
    return [
        OrderStep(
            order=order, shop_id=order.shop_id, before=before, after=after, at=_when(sale, after),
            actor_id=owner if after in by_farmer else None, reason="unpaid" if after == State.CANCELLED else "",
        )
        for before, after in zip(["", *road], road, strict=False)
    ]  # fmt: skip


def _events(order: Order, sale: Sale) -> list[OrderEvent]:
    if sale.end == State.CANCELLED:
        return []
    kinds = [
        (OrderEvent.Kind.DELIVERED, 1),
        *([(OrderEvent.Kind.RETURNED, -1)] if sale.end == State.RETURNED else []),
    ]
    return [
        OrderEvent(
            order=order, shop_id=order.shop_id, kind=kind, orders=sign, amount=sign * order.goods,
            cashless=0 if sale.cash else sign * order.goods, day=local_day(order.delivered_at), at=_when(sale, State.DELIVERED if sign > 0 else State.RETURNED),
            province_id=order.province_id, commune_id=order.commune_id, village_id=order.village_id,
        )
        for kind, sign in kinds
    ]  # fmt: skip


def _money(pairs: list[tuple[Order, Sale]], accounts: dict[int, PaymentAccount]) -> None:
    payments = Payment.objects.bulk_create(
        Payment(
            order=order, shop_id=order.shop_id, account=None if sale.cash else accounts[order.shop_id], amount=order.total,
            method=Method.COD if sale.cash else Method.VIETQR, code=None if sale.cash else new_code(settings.PAYMENT_CODE_PREFIX),
            received=order.paid, state=_payment_state(sale), created_at=sale.at, by_machine=_paid(sale) and sale.by_bank and not sale.cash,
            confirmed_at=_paid_at(sale) if _paid(sale) else None, expires_at=None if sale.cash else sale.at + timedelta(days=1),
        )
        for order, sale in pairs
    )  # fmt: skip
    paid = [
        (payment, order, sale) for payment, (order, sale) in zip(payments, pairs, strict=True) if _paid(sale)
    ]
    receipts = Receipt.objects.bulk_create(
        Receipt(
            account=payment.account, state=Receipt.State.MATCHED, amount=order.total, booked_at=_paid_at(sale),
            received_at=_paid_at(sale), source=_source(sale), provider="sepay" if sale.by_bank and not sale.cash else "",
            provider_id=f"demo-{payment.pk}" if sale.by_bank and not sale.cash else "", memo=payment.code or "",
        )
        for payment, order, sale in paid
    )  # fmt: skip
    Allocation.objects.bulk_create(
        Allocation(receipt=receipt, payment=payment, amount=receipt.amount, at=receipt.received_at)
        for (payment, _order, _sale), receipt in zip(paid, receipts, strict=True)
    )
    entries, lines = [], []
    for (_payment, order, sale), receipt in zip(paid, receipts, strict=True):
        bookings = [(f"receipt:{receipt.pk}", "direct", 1), (f"allocate:order:{order.pk}", "allocate", -1)]
        if sale.end == State.RETURNED:  # the price is the buyer's again, and the seller has sent it back
            bookings += [
                (f"allocate:order:{order.pk}:1", "allocate", 1),
                (f"refund:order:{order.pk}", "refund", -1),
            ]
        for key, kind, sign in bookings:
            entry = LedgerEntry(key=key, kind=kind, order=order, at=_paid_at(sale))
            entries.append(entry)
            lines += [
                LedgerLine(
                    entry=entry, account=Account.SELLER, amount=sign * order.total, shop_id=order.shop_id
                ),
                LedgerLine(entry=entry, account=Account.BUYER_FUNDS, amount=-sign * order.total),
            ]
    Refund.objects.bulk_create(
        Refund(
            order=order, amount=order.total, reason="returned", state=Refund.State.SENT, created_at=_when(sale, State.RETURNED)
        )
        for _payment, order, sale in paid
        if sale.end == State.RETURNED
    )  # fmt: skip
    LedgerEntry.objects.bulk_create(entries)
    LedgerLine.objects.bulk_create(lines)
    LedgerEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(posted=True)


def _payment_state(sale: Sale) -> str:
    if _paid(sale):
        return Payment.State.CONFIRMED
    return Payment.State.CANCELLED if sale.cash else Payment.State.EXPIRED


def _paid_at(sale: Sale) -> datetime:
    return _when(sale, State.DELIVERED) if sale.cash else min(sale.at + timedelta(minutes=12), timezone.now())


def _source(sale: Sale) -> str:
    if sale.cash:
        return Receipt.Source.CASH
    return Receipt.Source.BANK if sale.by_bank else Receipt.Source.SELLER
