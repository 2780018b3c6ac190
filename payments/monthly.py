"""A seller's month: what the market owed at its beginning, every line that changed it, and what it owes at its end.

All figures come from the seller's lines of the ledger, so that the opening balance and the lines are the closing balance.
Signs are the seller's: plus, the market owes them more; minus, less. Source: payments reference, section 7.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import groupby

from django.db import models
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.days import months_back
from common.money import share
from payments import sales
from payments.models import Account, LedgerEntry, LedgerLine
from sellers.models import Shop

SALE_KEY = "sale:"  # keys of bookings of sales at stalls: sale:<payment>:<what came>


class Kind(models.TextChoices):
    """What a line of a statement is. The order in which they are summed up."""

    SALE = "sale", _("Bán hàng")
    UNDONE = "undone", _("Hàng trả lại, bớt giá")
    COMMISSION = "commission", _("Phí sàn")
    VAT = "vat", _("Thuế GTGT giữ lại")
    PIT = "pit", _("Thuế TNCN giữ lại")
    FEE = "fee", _("Phí ngân hàng, cổng, hãng")
    IN_HAND = "in_hand", _("Khách đã trả thẳng cho bạn")
    GIVEN_BACK = "given_back", _("Bạn đã trả lại khách")
    PAYOUT = "payout", _("Sàn đã chuyển cho bạn")
    DEBT_PAID = "debt_paid", _("Bạn đã trả phí cho sàn")
    DISPUTE = "dispute", _("Thẻ bị đòi lại tiền")
    OTHER = "other", _("Khác")


KEPT = {Account.COMMISSION: Kind.COMMISSION, Account.VAT_WITHHELD: Kind.VAT, Account.PIT_WITHHELD: Kind.PIT}
BEGINS = {
    "direct": Kind.IN_HAND, "refund": Kind.GIVEN_BACK, "payout": Kind.PAYOUT, "transfer": Kind.PAYOUT,
    "received": Kind.DEBT_PAID, "debt": Kind.DEBT_PAID, "fee": Kind.FEE, "carrier": Kind.FEE,
    "reversal": Kind.PAYOUT, "dispute": Kind.DISPUTE,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line: đồng that the market owes more (plus) or less (minus), when, for which order, by which booking."""

    at: datetime
    kind: str
    amount: int
    entry: str
    order_id: int | None = None
    code: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)


@dataclass(frozen=True)
class Statement:
    """A shop's month. `ways` are the sales by who says that they were paid (`payments.sales`), in đồng."""

    shop: Shop
    first: date
    opening: int
    rows: list[Row] = field(default_factory=list)
    ways: Mapping[str, int] = field(default_factory=dict)

    @property
    def closing(self) -> int:
        """What the market owes at the month's end; minus, the seller owes it."""
        return self.opening + sum(row.amount for row in self.rows)

    @property
    def totals(self) -> list[tuple[Kind, int]]:
        """The sum of each kind that occurs."""
        sums: Counter[str] = Counter()
        for row in self.rows:
            sums[row.kind] += row.amount
        return [(kind, sums[kind]) for kind in Kind if kind in sums]

    @property
    def sold(self) -> int:
        """All sales of the month with their delivery, before anything is kept or goes back."""
        return sum(row.amount for row in self.rows if row.kind == Kind.SALE)


def statement_of(shop: Shop, month: date) -> Statement:
    """The month that contains a day, in Vietnam. 5 queries at most, whatever was sold."""
    first, after = months_back(month, 0), months_back(month, -1)
    lines = LedgerLine.objects.filter(account=Account.SELLER, shop=shop, entry__posted=True)
    before = lines.filter(entry__at__lt=_midnight(first)).aggregate(sum=Sum("amount", default=0))["sum"]
    inside = lines.filter(entry__at__gte=_midnight(first), entry__at__lt=_midnight(after))
    rows = [row for entry, parts in _entries(inside) for row in rows_of(entry, parts)]
    return Statement(shop, first, -before, rows, _ways(rows))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _entries(lines: QuerySet[LedgerLine]) -> Iterator[tuple[LedgerEntry, list[LedgerLine]]]:
    """The bookings of some of a seller's lines with all that belongs to them, oldest first. Never another seller's lines."""
    entries = LedgerEntry.objects.filter(pk__in=lines.values("entry"))
    others = LedgerLine.objects.filter(
        Q(pk__in=lines.values("pk")) | ~Q(account=Account.SELLER), entry__in=entries
    )
    rows = others.select_related("entry__order").order_by("entry__at", "entry", "pk")
    for _pk, parts in groupby(rows, key=lambda line: line.entry_id):
        found = list(parts)
        yield found[0].entry, found


def rows_of(entry: LedgerEntry, lines: Iterable[LedgerLine]) -> list[Row]:
    """A booking as lines of a statement, which sum to what it changes of the seller's balance. No query."""
    sums: Counter[str] = Counter()
    for line in lines:
        sums[line.account] += line.amount
    left = -sums[Account.SELLER]
    kind = _kind(entry, sums)
    found: list[tuple[str, int]] = []
    if kind in (Kind.SALE, Kind.OTHER):
        gross = sums[Account.BUYER_FUNDS] if kind == Kind.SALE else 0
        found = [(Kind.SALE if gross > 0 else Kind.UNDONE, gross)]
        found += [(of, sums[account]) for account, of in KEPT.items()]
        left -= sum(amount for _of, amount in found)
    found.append((Kind.OTHER if kind == Kind.SALE else kind, left))
    code = entry.order.public_code if entry.order else ""
    return [
        Row(entry.at, of, amount, entry.key, entry.order_id, code, entry.note)
        for of, amount in found
        if amount
    ]


def _kind(entry: LedgerEntry, sums: Mapping[str, int]) -> str:
    if entry.kind in ("allocate", "sale"):
        return Kind.SALE
    if Account.PAYOUTS_OUT in sums:
        return Kind.PAYOUT
    return next((kind for word, kind in BEGINS.items() if entry.kind.startswith(word)), Kind.OTHER)


def _ways(rows: Iterable[Row]) -> dict[str, int]:
    """The sales by who says that they were paid; each sale is shared as its money came. 2 queries at most."""
    sold = [row for row in rows if row.kind == Kind.SALE]
    by_order = {row.order_id for row in sold if row.order_id}
    by_payment = {_payment_of(row) for row in sold if row.entry.startswith(SALE_KEY)}
    of_orders = sales.money_of(orders=sorted(by_order)) if by_order else {}
    of_stalls = sales.money_of(payments=sorted(by_payment)) if by_payment else {}
    ways: Counter[str] = Counter()
    for row in sold:
        came = of_orders.get(row.order_id, []) if row.order_id else of_stalls.get(_payment_of(row), [])
        sums: Counter[str] = Counter()
        for money in came:
            sums[money.paid_by] += money.amount
        parts = sorted(sums)
        for way, amount in zip(parts, share(row.amount, [sums[way] for way in parts]), strict=True):
            ways[way] += amount
    return dict(ways)


def _payment_of(row: Row) -> int:
    return int(row.entry.split(":")[1]) if row.entry.startswith(SALE_KEY) else 0


def months_with_money(shop: Shop, today: date, count: int = 12) -> list[date]:
    """The first days of the last months to choose from, newest first, none before the shop's first booking. 1 query."""
    earliest = (
        LedgerLine.objects.filter(account=Account.SELLER, shop=shop)
        .order_by("pk")
        .values_list("entry__at")
        .first()
    )
    if earliest is None:
        return [months_back(today, 0)]
    began = months_back(timezone.localtime(earliest[0]).date(), 0)
    return [first for first in (months_back(today, back) for back in range(count)) if first >= began] or [
        months_back(today, 0)
    ]
