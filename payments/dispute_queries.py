"""Charges that buyers' banks take back, with the orders they concern; money between us and providers that waits for a person.

Amounts in đồng.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum, prefetch_related_objects
from django.utils import timezone

from common.money import share
from common.paging import PAGE_SIZE, Page, cut, read_key
from orders.models import Order
from payments.desk_queries import start_of
from payments.models import (
    Allocation,
    Dispute,
    LedgerEntry,
    LedgerLine,
    ProviderPayout,
    Reversal,
)

State = Dispute.State
MOST_OPEN = 100
SOON = timedelta(days=3)


# --- of which orders ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """đồng of a charge that concern one order; no order where a part of it pays nothing."""

    order: Order | None
    amount: int


def shares_of(dispute: Dispute) -> list[Share]:
    """A disputed sum over the orders that its charge pays, by largest remainder. 2 queries."""
    return _shares(dispute, _allocations([dispute.receipt_id])[dispute.receipt_id])


def _allocations(receipts: Iterable[int]) -> dict[int, list[Allocation]]:
    """What some receipts pay, in the order in which a disputed sum is divided. 1 query."""
    found: dict[int, list[Allocation]] = defaultdict(list)
    rows = Allocation.objects.filter(receipt__in=list(receipts)).select_related("payment__order__shop__owner")
    for row in rows.order_by("payment__order_id", "pk"):
        found[row.receipt_id].append(row)
    return found


def _shares(dispute: Dispute, allocations: list[Allocation]) -> list[Share]:
    unplaced = dispute.receipt.amount - sum(row.amount for row in allocations)
    amounts = share(dispute.amount, [*(row.amount for row in allocations), max(unplaced, 0)])
    orders = [*(row.payment.order for row in allocations), None]
    return [Share(order, amount) for order, amount in zip(orders, amounts, strict=True) if amount]


def disputed_by_order(shop_id: int) -> Counter[int]:
    """đồng that buyers' banks dispute now, by a shop's orders. 1 query, 2 if there are any."""
    found: Counter[int] = Counter()
    for case in open_of_shop(shop_id):
        found[case.order.pk] += case.amount
    return found


def disputed_of(shop_id: int) -> int:
    """đồng of a shop's orders that a buyer's bank disputes now. As `disputed_by_order`."""
    return disputed_by_order(shop_id).total()


@dataclass(frozen=True)
class OfOrder:
    """A dispute as the seller of one of its orders sees it: đồng of that order."""

    dispute: Dispute
    order: Order
    amount: int


def open_of_shop(shop_id: int) -> list[OfOrder]:
    """Orders of a shop whose money a buyer's bank disputes now, oldest first. 1 query, 2 if there are any."""
    rows = Dispute.objects.filter(state=State.OPEN, receipt__allocations__payment__shop_id=shop_id)
    open_ones = list(rows.select_related("receipt").distinct().order_by("pk"))
    if not open_ones:
        return []
    allocations = _allocations({row.receipt_id for row in open_ones})
    return [
        OfOrder(row, part.order, part.amount)
        for row in open_ones
        for part in _shares(row, allocations[row.receipt_id])
        if part.order and part.order.shop_id == shop_id
    ]


# --- the desk's list ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A dispute with the orders it concerns."""

    dispute: Dispute
    shares: list[Share]

    @property
    def orders(self) -> list[Order]:
        return [part.order for part in self.shares if part.order]

    @property
    def is_urgent(self) -> bool:
        """Whether proof must be at the provider within three days, or is late already."""
        due = self.dispute.respond_by
        return self.dispute.state == State.OPEN and due is not None and due < timezone.now() + SOON


def disputes(
    state: str = State.OPEN, since: date | None = None, until: date | None = None
) -> QuerySet[Dispute]:
    """Disputes in a state ("" for all that are decided), opened on these days in Vietnam: open ones by when they must be
    answered, decided ones latest first."""
    rows = Dispute.objects.filter(state=state) if state else Dispute.objects.exclude(state=State.OPEN)
    if since:
        rows = rows.filter(opened_at__gte=start_of(since))
    if until:
        rows = rows.filter(opened_at__lt=start_of(until + timedelta(days=1)))
    rows = rows.select_related("receipt", "owner")
    if state == State.OPEN:
        return rows.order_by(F("respond_by").asc(nulls_last=True), "pk")
    return rows.order_by("-opened_at", "-pk")


def cases(rows: Iterable[Dispute]) -> list[Case]:
    """Disputes with their orders. 1 query beside the rows' own."""
    found = list(rows)
    allocations = _allocations({row.receipt_id for row in found}) if found else {}
    return [Case(row, _shares(row, allocations.get(row.receipt_id, []))) for row in found]


def decided_page(rows: QuerySet[Dispute], after: str) -> Page[Case]:
    """24 decided disputes with their orders. 2 queries."""
    key = read_key(after, 2)
    if key:
        at, pk = key
        rows = rows.filter(opened_at__lte=at).exclude(opened_at=at, pk__gte=pk)
    page = cut(list(rows[: PAGE_SIZE + 1]), lambda row: (row.opened_at.isoformat(), row.pk))
    return Page(cases(page.rows), page.next)


def disputes_by_state() -> dict[str, tuple[int, int]]:
    """How many disputes are in each state, and their sum. 1 query."""
    rows = Dispute.objects.order_by().values_list("state").annotate(sum=Sum("amount"), n=Count("pk"))
    return {state: (count, total) for state, total, count in rows}


def open_disputes() -> int:
    """How many disputes wait for a bank's word. 1 query."""
    return Dispute.objects.filter(state=State.OPEN).count()


# --- one dispute ----------------------------------------------------------------------------------------------------------


def dispute_by_id(dispute_id: int) -> Case | None:
    """One dispute with its orders, their shops and parcels. 3 queries."""
    rows = Dispute.objects.select_related("receipt", "owner").filter(pk=dispute_id)
    for found in cases(rows):
        prefetch_related_objects(found.orders, "shipments")
        return found
    return None


def entries_of(dispute: Dispute) -> list[LedgerEntry]:
    """What the ledger booked for a dispute, oldest first, each with its lines. 2 queries."""
    key = f"dispute:{dispute.pk}"
    rows = LedgerEntry.objects.filter(Q(key=key) | Q(key__startswith=f"{key}:"), posted=True)
    lines = Prefetch("lines", LedgerLine.objects.select_related("shop").order_by("-amount", "pk"))
    return list(rows.select_related("order").prefetch_related(lines).order_by("at", "pk"))


# --- money between us and providers -----------------------------------------------------------------------------------------


def reversals_open() -> list[Reversal]:
    """Parts of transfers that could not be taken back yet: what sellers owe, oldest first, 100 at most. 1 query."""
    rows = Reversal.objects.exclude(state=Reversal.State.SENT).select_related(
        "transfer__shop", "transfer__order"
    )
    return list(rows.order_by("pk")[:100])


def payouts_to_book() -> list[ProviderPayout]:
    """Money that a provider says has reached our bank, of which nobody has said how much arrived. 1 query."""
    return list(_to_book().order_by("pk")[:100])


def payout_to_book(payout_id: int) -> ProviderPayout | None:
    """One of them. 1 query."""
    return _to_book().filter(pk=payout_id).first()


def _to_book() -> QuerySet[ProviderPayout]:
    return ProviderPayout.objects.filter(state=ProviderPayout.State.PAID, arrived__isnull=True)
