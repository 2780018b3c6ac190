"""What a licensed provider needs to issue electronic invoices, as JSON or CSV; its numbers are kept by `keep_invoice`.

We issue no invoice ourselves. Source: domain facts, section 7.4 (decree 70/2025); docs/invoices.md has every field.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from common.cells import write_csv
from orders.models import Order, OrderLine
from orders.states import State
from payments.models import SellerTax

FORMAT = "cho-ban-invoices-1"
MOST_ORDERS = 5000  # in one file
HEAD = (
    "order", "delivered_on", "seller_code", "seller_name", "seller_kind", "seller_tax_number", "seller_place",
    "self_produced_unprocessed", "buyer_name", "buyer_phone", "buyer_address", "line", "title", "unit", "quantity", "price",
    "amount", "vat_percent", "delivery", "discount", "total",
)  # fmt: skip


def delivered(first: date, last: date) -> QuerySet[Order]:
    """Orders that were delivered on these days in Vietnam, both included, oldest first, whatever became of their invoice."""
    begin, end = (
        timezone.make_aware(datetime.combine(day, time.min)) for day in (first, last + timedelta(days=1))
    )
    rows = Order.objects.filter(state=State.DELIVERED, delivered_at__gte=begin, delivered_at__lt=end)
    return rows.order_by("delivered_at", "pk")


def without_invoice(first: date, last: date) -> QuerySet[Order]:
    """Those that still have none."""
    return delivered(first, last).filter(invoice__isnull=True)


def facts_of(orders: QuerySet[Order]) -> list[dict[str, Any]]:
    """Each order as an invoice needs it: seller, buyer as given, lines; money in whole đồng, VAT in per cent or None.

    4 queries; 5,000 orders at most.
    """
    rows = list(orders.select_related("shop__village__parent__parent")[:MOST_ORDERS])
    lines: dict[int, list[OrderLine]] = {order.pk: [] for order in rows}
    for line in (
        OrderLine.objects.filter(order__in=lines, amount__gt=0).select_related("rates").order_by("pk")
    ):
        lines[line.order_id].append(line)
    taxes = SellerTax.objects.in_bulk({order.shop_id for order in rows})
    return [_facts(order, lines[order.pk], taxes.get(order.shop_id)) for order in rows]


def _facts(order: Order, lines: Sequence[OrderLine], tax: SellerTax | None) -> dict[str, Any]:
    shop = order.shop
    return {
        "order": order.public_code,
        "delivered_on": f"{timezone.localtime(order.delivered_at):%Y-%m-%d}",
        "seller": {
            "code": shop.public_code, "name": shop.name, "kind": shop.kind, "tax_number": shop.tax_number,
            "place": _place(order), "self_produced_unprocessed": bool(tax and tax.self_produced_unprocessed),
        },
        "buyer": {"name": order.name, "phone": order.phone, "address": order.address},
        "lines": [_line(line) for line in lines],
        "delivery": order.delivery, "discount": order.discount, "total": order.total, "currency": "VND",
    }  # fmt: skip


def _place(order: Order) -> str:
    village = order.shop.village
    places = [village, village.parent, village.parent.parent if village.parent else None]
    return ", ".join(place.full_name for place in places if place)


def _line(line: OrderLine) -> dict[str, Any]:
    rates = getattr(line, "rates", None)
    return {
        "title": line.title, "unit": str(line.get_unit_display()), "quantity": f"{line.given.normalize():f}",
        "price": line.price, "amount": line.amount, "vat_percent": rates.vat / 100 if rates and rates.vat else None,
    }  # fmt: skip


def invoices_json(facts: Iterable[dict[str, Any]]) -> str:
    """The orders as one JSON document."""
    return json.dumps({"format": FORMAT, "orders": list(facts)}, ensure_ascii=False, indent=1)


def invoices_csv(facts: Iterable[dict[str, Any]]) -> str:
    """The orders as CSV, a row for each line of goods; what belongs to the order is repeated on each."""
    return write_csv([list(HEAD), *(row for fact in facts for row in _rows(fact))])


def _rows(fact: dict[str, Any]) -> Iterator[list[Any]]:
    seller, buyer = fact["seller"], fact["buyer"]
    before = [
        fact["order"], fact["delivered_on"], seller["code"], seller["name"], seller["kind"], seller["tax_number"],
        seller["place"], "1" if seller["self_produced_unprocessed"] else "0", buyer["name"], buyer["phone"], buyer["address"],
    ]  # fmt: skip
    for number, line in enumerate(fact["lines"], start=1):
        percent = "" if line["vat_percent"] is None else f"{line['vat_percent']:g}"
        goods = [line["title"], line["unit"], line["quantity"], line["price"], line["amount"], percent]
        yield [*before, number, *goods, fact["delivery"], fact["discount"], fact["total"]]
