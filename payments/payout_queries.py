"""Payouts and batches as the desk sees them."""

from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from common.paging import PAGE_SIZE, Page, cut, read_key
from payments.desk_queries import start_of
from payments.models import Payout, PayoutBatch, SellerBalance

TO_DO = (Payout.State.DRAFT, Payout.State.APPROVED, Payout.State.SENT)


def payouts(state: str, since: date, until: date) -> QuerySet[Payout]:
    """Payouts in a state (those with something to do if none is named) drafted on these days, newest first."""
    rows = Payout.objects.filter(
        created_at__gte=start_of(since), created_at__lt=start_of(until + timedelta(days=1))
    )
    rows = rows.filter(state=state) if state else rows.filter(state__in=TO_DO)
    return rows.select_related("shop", "account", "drafted_by", "approved_by").order_by("-pk")


def payout_page(rows: QuerySet[Payout], after: str) -> Page[Payout]:
    """24 of them. 1 query."""
    key = read_key(after, 1)
    if key:
        rows = rows.filter(pk__lt=key[0])
    return cut(list(rows[: PAGE_SIZE + 1]), lambda payout: (payout.pk,))


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
