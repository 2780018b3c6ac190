"""Payouts, batches and carriers' cash as the desk sees them."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from common.paging import PAGE_SIZE, Page, cut, read_key
from orders.carriers import carrier
from orders.models import Order
from payments import balances
from payments.models import (
    Allocation,
    CarrierSettlement,
    CarrierSettlementLine,
    PaymentAccount,
    Payout,
    PayoutBatch,
    Receipt,
    SellerBalance,
)

TO_DO = (Payout.State.DRAFT, Payout.State.APPROVED, Payout.State.SENT)


def payout_page(state: str, after: str) -> Page[Payout]:
    """24 payouts in a state, or of those with something to do, newest first. 1 query."""
    rows = Payout.objects.select_related("shop", "account")
    rows = rows.filter(state=state) if state in Payout.State.values else rows.filter(state__in=TO_DO)
    key = read_key(after, 1)
    if key:
        rows = rows.filter(pk__lt=key[0])
    return cut(list(rows.order_by("-pk")[: PAGE_SIZE + 1]), lambda payout: (payout.pk,))


def payouts_by_state() -> list[tuple[str, str, int, int]]:
    """For each state that has any: value, words, how many, đồng. 1 query."""
    rows = Payout.objects.order_by().values_list("state").annotate(count=Count("pk"), sum=Sum("amount"))
    found = {state: (count, total) for state, count, total in rows}
    return [(state.value, str(state.label), *found[state]) for state in Payout.State if state in found]


def to_batch() -> list[Payout]:
    """Approved payouts that no file has taken yet, 200 at most. 1 query."""
    rows = Payout.objects.filter(state=Payout.State.APPROVED, batch=None)
    return list(rows.select_related("shop", "account").order_by("pk")[:200])


def last_batches() -> list[PayoutBatch]:
    """The last 10 batches with how many payouts and đồng. 1 query."""
    rows = PayoutBatch.objects.select_related("account", "made_by")
    rows = rows.annotate(count=Count("payouts"), sum=Sum("payouts__amount", default=0))
    return list(rows.order_by("-pk")[:10])


def batch_by_id(batch_id: int) -> PayoutBatch | None:
    """A batch with its payouts. 2 queries."""
    rows = PayoutBatch.objects.select_related("account", "made_by")
    return rows.prefetch_related("payouts__shop", "payouts__account").filter(pk=batch_id).first()


def payout_by_id(payout_id: int) -> Payout | None:
    """One payout with who had a hand in it. 1 query."""
    rows = Payout.objects.select_related(
        "shop__owner", "account", "batch", "drafted_by", "approved_by", "line", "return_line"
    )
    return rows.filter(pk=payout_id).first()


def sellers_owed() -> list[SellerBalance]:
    """Sellers to whom enough for a payout is owed and none waits for leave, most first, 24 at most. 1 query."""
    drafted = Payout.objects.filter(state=Payout.State.DRAFT).values("shop")
    rows = SellerBalance.objects.filter(amount__lte=-max(settings.PAYOUT_LEAST, 1)).exclude(shop__in=drafted)
    return list(rows.select_related("shop").order_by("amount", "pk")[:PAGE_SIZE])


# --- carriers ---------------------------------------------------------------------------------------------------------


def carrier_name(code: str) -> str:
    """How people call a carrier; its code where the installation has it no more."""
    known = carrier(code)
    return known.name if known else code


@dataclass(frozen=True)
class Held:
    """What a carrier has collected for one order and not handed over, in đồng."""

    order: Order
    amount: int


def held_by(code: str) -> list[Held]:
    """Orders whose cash a carrier still has, oldest first, 500 at most. 3 queries."""
    came = dict(_by_order(Allocation.objects.filter(
        receipt__source=Receipt.Source.CARRIER, receipt__provider=code, payment__order__isnull=False
    ), "payment__order"))  # fmt: skip
    gone = dict(_by_order(CarrierSettlementLine.objects.filter(settlement__carrier=code), "order"))
    rests = {pk: amount - gone.get(pk, 0) for pk, amount in came.items() if amount > gone.get(pk, 0)}
    rows = Order.objects.filter(pk__in=rests).select_related("shop").order_by("delivered_at", "pk")[:500]
    return [Held(order, rests[order.pk]) for order in rows]


def _by_order(rows: QuerySet, column: str) -> list[tuple[int, int]]:
    return list(rows.order_by().values_list(column).annotate(sum=Sum("amount")))


def settlements(code: str) -> list[CarrierSettlement]:
    """The last 12 settlements of a carrier. 1 query."""
    rows = CarrierSettlement.objects.filter(carrier=code).select_related("account", "made_by", "receipt")
    return list(rows.annotate(count=Count("lines")).order_by("-pk")[:12])


def unplaced(account: PaymentAccount | None) -> QuerySet[Receipt]:
    """Money on the operator's account that nobody could place: may be a carrier's. Latest first."""
    rows = Receipt.objects.filter(account=account, state=Receipt.State.UNMATCHED, direction="in")
    return rows.filter(allocations=None).order_by("-pk")


def carriers_owing() -> list[tuple[str, str, int]]:
    """Carriers that hold cash: code, name, đồng. 1 query."""
    return [(code, carrier_name(code), amount) for code, amount in balances.carriers_hold().items()]
