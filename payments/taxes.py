"""What was withheld of each seller in a month, and who comes near the yearly sales that are free of tax.

We withhold and list; declaring and paying is the operator's. Source: domain facts, section 7.4 (decrees 117/2025, 141/2026).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.cells import write_csv
from common.days import months_back
from common.money import share
from common.workbooks import Sheet, write_workbook
from orders.models import Order, OrderLine
from payments.models import Account, LedgerLine, LineRates, SellerYear
from sellers.models import Shop

WARN_AT = 80  # per cent of what is free of tax
MOST_NEAR = 200
BLOCK = 500


@dataclass(frozen=True)
class NearTax:
    """A seller's sales of the year, and the yearly sales from which on taxes are owed, in đồng."""

    sold: int
    limit: int


def near_tax_free(sold: int) -> NearTax | None:
    """What a seller sold in a year (đồng), once it has reached 80 % of what is free of tax."""
    limit = settings.TAX_FREE_YEARLY
    return NearTax(sold, limit) if sold * 100 >= limit * WARN_AT else None


def sold_in(shop: Shop, year: int) -> int:
    """A seller's sales of a year in đồng. 1 query."""
    return SellerYear.objects.filter(shop=shop, year=year).values_list("amount", flat=True).first() or 0


def sellers_near_tax(year: int) -> list[SellerYear]:
    """Sellers who have reached 80 % of what is free of tax in a year, most sold first, 200 at most. 1 query."""
    rows = SellerYear.objects.filter(year=year, amount__gte=settings.TAX_FREE_YEARLY * WARN_AT // 100)
    return list(rows.select_related("shop").order_by("-amount")[:MOST_NEAR])


# --- the month ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TaxRow:
    """One seller's month in đồng. `gross` is what was sold with delivery; `base` the goods that a tax was taken of, at
    `rates`; what went back stands apart as `reversed_*`, so that gross less reversed is what remains."""

    shop: Shop
    gross: int
    base: int
    rates: str
    vat: int
    pit: int
    reversed_gross: int
    reversed_base: int
    reversed_vat: int
    reversed_pit: int


@dataclass(frozen=True)
class _Booking:
    """What one booking gave a seller for an order: đồng of price and of taxes, minus where it was taken back."""

    order_id: int
    in_month: bool
    gross: int
    vat: int
    pit: int


def month_taxes(month: date) -> list[TaxRow]:
    """Every seller with sales through the market in the month, by shop code. Taxes are what the ledger withheld.

    The base is the goods of each order's price at each booking, shared over its lines as the rates are (`payments.rates`).
    6 queries, and 2 more for each 500 orders. For the operator's export, never for a page that people open often.
    """
    bookings = _bookings(months_back(month, 0), months_back(month, -1))
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    rates: dict[int, set[tuple[int, int]]] = defaultdict(set)
    orders = sorted(bookings)
    for start in range(0, len(orders), BLOCK):
        for order, lines in _orders(orders[start : start + BLOCK]):
            _add_order(sums[order.shop_id], rates[order.shop_id], order, lines, bookings[order.pk])
    shops = Shop.objects.in_bulk(
        [shop_id for shop_id, row in sums.items() if row["gross"] or row["reversed_gross"]]
    )
    rows = [
        TaxRow(shop=shop, rates=_words(rates[shop.pk]), **{name: sums[shop.pk][name] for name in _COLUMNS})
        for shop in shops.values()
    ]
    return sorted(rows, key=lambda row: row.shop.public_code)


_COLUMNS = ("gross", "base", "vat", "pit", "reversed_gross", "reversed_base", "reversed_vat", "reversed_pit")
_OF = {Account.BUYER_FUNDS: "gross", Account.VAT_WITHHELD: "vat", Account.PIT_WITHHELD: "pit"}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _bookings(first: date, after: date) -> dict[int, list[_Booking]]:
    """By order: every booking of its price until the end of the month, of orders that have one within it, oldest first."""
    lines = LedgerLine.objects.filter(entry__kind="allocate", entry__posted=True, account__in=list(_OF))
    inside = Q(entry__at__gte=_midnight(first), entry__at__lt=_midnight(after))
    changed = lines.filter(inside).order_by().values("entry__order").distinct()
    rows = lines.filter(entry__order__in=changed, entry__at__lt=_midnight(after)).order_by(
        "entry__at", "entry"
    )
    entries: dict[int, Counter[str]] = defaultdict(Counter)
    where: dict[int, tuple[int, bool]] = {}
    for entry, order, at, account, amount in rows.values_list(
        "entry", "entry__order", "entry__at", "account", "amount"
    ):
        sign = 1 if account == Account.BUYER_FUNDS else -1
        entries[entry][_OF[Account(account)]] += sign * amount
        where[entry] = (order, at >= _midnight(first))
    found: dict[int, list[_Booking]] = defaultdict(list)
    for entry, (order, in_month) in where.items():
        booked = entries[entry]
        found[order].append(_Booking(order, in_month, booked["gross"], booked["vat"], booked["pit"]))
    return found


def _orders(ids: Sequence[int]) -> list[tuple[Order, list[tuple[int, tuple[int, int]]]]]:
    """Orders with their lines: what each cost, and which taxes (hundredths of a per cent) stand on it."""
    rates = {row.line_id: (row.vat, row.pit) for row in LineRates.objects.filter(line__order__in=ids)}
    lines: dict[int, list[tuple[int, tuple[int, int]]]] = defaultdict(list)
    for pk, order_id, amount in (
        OrderLine.objects.filter(order__in=ids).order_by("pk").values_list("pk", "order_id", "amount")
    ):
        lines[order_id].append((amount, rates.get(pk, (0, 0))))
    orders = Order.objects.filter(pk__in=ids).only("pk", "shop_id", "delivery")
    return [(order, lines[order.pk]) for order in orders]


def _add_order(
    sums: Counter[str],
    rates: set[tuple[int, int]],
    order: Order,
    lines: Sequence[tuple[int, Any]],
    booked: Iterable[_Booking],
) -> None:
    """Add an order's bookings of the month to its seller's sums. Goods are what the price leaves beside the delivery."""
    price = base = 0
    for booking in booked:
        price += booking.gross
        parts = share(max(price - order.delivery, 0), [amount for amount, _rates in lines])
        taxed = sum(part for part, (_amount, of) in zip(parts, lines, strict=True) if any(of))
        more, base = taxed - base, taxed
        if not booking.in_month:
            continue
        back = "reversed_" if booking.gross < 0 else ""
        sign = -1 if back else 1
        amounts = {"gross": booking.gross, "base": more, "vat": booking.vat, "pit": booking.pit}
        sums.update({f"{back}{name}": sign * amount for name, amount in amounts.items()})
        rates.update(of for _amount, of in lines if any(of))


def _words(rates: set[tuple[int, int]]) -> str:
    """ "1 % + 0.5 %" for VAT and PIT; several apart by a semicolon."""
    return "; ".join(f"{vat / 100:g} % + {pit / 100:g} %" for vat, pit in sorted(rates))


# --- files --------------------------------------------------------------------------------------------------------------


def _table(rows: Iterable[TaxRow]) -> tuple[list[str], list[list[Any]]]:
    head = [
        _("Mã gian hàng"), _("Mã số thuế"), _("Tên"), _("Doanh thu"), _("Tiền tính thuế"), _("Thuế suất GTGT + TNCN"),
        _("Thuế GTGT giữ lại"), _("Thuế TNCN giữ lại"), _("Doanh thu trả lại"), _("Tiền tính thuế trả lại"),
        _("Thuế GTGT hoàn lại"), _("Thuế TNCN hoàn lại"),
    ]  # fmt: skip
    lines = [
        [
            row.shop.public_code, row.shop.tax_number, row.shop.name, row.gross, row.base, row.rates, row.vat, row.pit,
            row.reversed_gross, row.reversed_base, row.reversed_vat, row.reversed_pit,
        ]
        for row in rows
    ]  # fmt: skip
    return head, lines


def taxes_csv(rows: Iterable[TaxRow]) -> str:
    """The month as CSV, one line for each seller, whole đồng."""
    head, lines = _table(rows)
    return write_csv([head, *lines])


def taxes_xlsx(month: date, rows: Iterable[TaxRow]) -> bytes:
    """The month as a workbook."""
    head, lines = _table(rows)
    return write_workbook([Sheet(f"{month:%m-%Y}", head, lines, [14, 16, 30, 16, 16, 18])])
