"""What a market keeps of a sale: commission and withheld tax. Dated tables, off by default, frozen on the line when sold.

Source: payments reference, section 7; domain facts, section 7.4 (decree 117/2025). No rate stands in code.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q

from common.money import share
from orders.models import Order, OrderLine
from payments.models import LineRates, Rate, SellerTax


@dataclass(frozen=True)
class Kept:
    """đồng that are kept of one order."""

    commission: int = 0
    vat: int = 0
    pit: int = 0

    @property
    def total(self) -> int:
        return self.commission + self.vat + self.pit


NOTHING = Kept()


def freeze(orders: Sequence[Order]) -> None:
    """Keep the rates of today beside each line of some new orders. Call inside the transaction that places them.

    No statement while nothing is kept (PAYMENT_RATES off); else 4.
    """
    if not settings.PAYMENT_RATES or not orders:
        return
    table = in_force(orders[0].day)
    lines = OrderLine.objects.filter(order__in=orders).select_related("product__category", "order__shop")
    shops = [order.shop_id for order in orders]
    untaxed = set(SellerTax.objects.untaxed().filter(shop__in=shops).values_list("shop", flat=True))
    rows = (_rates_of(line, table, untaxed) for line in lines)
    LineRates.objects.bulk_create(row for row in rows if row.commission or row.vat or row.pit)


def in_force(day: date) -> list[Rate]:
    """Every rate that holds on a day. 1 query."""
    until = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    return list(Rate.objects.filter(until, valid_from__lte=day).select_related("category").order_by("pk"))


def _rates_of(line: OrderLine, table: Iterable[Rate], untaxed: set[int]) -> LineRates:
    found = {kind: _closest(line, [rate for rate in table if rate.kind == kind]) for kind in Rate.Kind.values}
    if line.shop_id in untaxed:
        found[Rate.Kind.VAT] = found[Rate.Kind.PIT] = 0
    return LineRates(line=line, **found)


def _closest(line: OrderLine, rates: Iterable[Rate]) -> int:
    """The rate that says most exactly what it is for: the deepest category above the goods, then the kind of seller, then
    the newest day; 0 without any."""
    category = line.product.category
    fitting = [
        rate for rate in rates
        if rate.seller_kind in ("", line.order.shop.kind)
        and (rate.category is None or category.path.startswith(rate.category.path))
    ]  # fmt: skip
    best = max(
        fitting,
        key=lambda rate: (
            len(rate.category.path) if rate.category else 0,
            rate.seller_kind != "",
            rate.valid_from,
            rate.pk,
        ),
        default=None,
    )
    return best.rate if best else 0


def kept_of(order: Order) -> Kept:
    """What is kept of an order as it stands, in đồng; a price that was lowered afterwards lowers it too. 1 query or 2.

    What came off the price is shared over the lines by largest remainder; each share is rounded half up.
    """
    rows = {row.line_id: row for row in LineRates.objects.filter(line__order=order)}
    if not rows:
        return NOTHING
    lines = list(OrderLine.objects.filter(order=order).order_by("pk").values_list("pk", "amount"))
    net = share(max(order.goods - order.discount, 0), [amount for _pk, amount in lines])
    pairs = [(rows[pk], part) for (pk, _amount), part in zip(lines, net, strict=True) if pk in rows]
    return Kept(
        commission=sum(part_of(part, row.commission) for row, part in pairs),
        vat=sum(part_of(part, row.vat) for row, part in pairs), pit=sum(part_of(part, row.pit) for row, part in pairs),
    )  # fmt: skip


def part_of(amount: int, rate: int) -> int:
    """So many hundredths of a per cent of some đồng, halves rounded up."""
    return (amount * rate + 5000) // 10_000
