"""Every read of money that a page shows."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from common.days import local_day, month_start
from common.paging import PAGE_SIZE, Page, cut, read_key
from orders.states import OPEN
from payments.models import (
    NOT_CASHLESS,
    AccountChange,
    Allocation,
    CarrierSettlementLine,
    CarrierWriteOff,
    CarrierWriteOffLine,
    ConnectedAccount,
    Method,
    Payment,
    PaymentAccount,
    Payout,
    Receipt,
    Refund,
    SellerBalance,
    SellerYear,
    Transfer,
)
from sellers.models import Shop


def open_account(shop: Shop) -> PaymentAccount | None:
    """Where a shop's buyers transfer to now. 1 query."""
    return PaymentAccount.objects.in_use().filter(shop=shop).first()


def _income(shop: Shop) -> QuerySet[Allocation]:
    """Money that came to the seller, each đồng once: what a carrier has collected it still holds."""
    rows = Allocation.objects.filter(payment__shop_id=shop.pk).exclude(payment__purpose=Payment.Purpose.DEBT)
    return rows.exclude(receipt__source=Receipt.Source.CARRIER)


@dataclass(frozen=True)
class Income:
    """What came in, in đồng, by days in Vietnam: today, the last 7 days with today, this month.

    `transferred` and `cash` split the month's sum.
    """

    today: int
    week: int
    month: int
    transferred: int
    cash: int

    @property
    def cashless_percent(self) -> int | None:
        """The share of the month that came by transfer, in whole per cent; None while nothing came."""
        return round(100 * self.transferred / self.month) if self.month else None


def income_of(shop: Shop) -> Income:
    """A shop's income by the day the money was booked. 1 query."""
    today = local_day()
    month = Q(receipt__booked_at__gte=_start_of(month_start(today)))
    cash = Q(payment__method__in=NOT_CASHLESS)
    week = today - timedelta(days=6)
    sums = _income(shop).filter(receipt__booked_at__gte=_start_of(min(week, month_start(today)))).aggregate(
        today=Sum("amount", filter=Q(receipt__booked_at__gte=_start_of(today)), default=0),
        week=Sum("amount", filter=Q(receipt__booked_at__gte=_start_of(week)), default=0),
        month=Sum("amount", filter=month, default=0),
        cash=Sum("amount", filter=month & cash, default=0),
        transferred=Sum("amount", filter=month & ~cash, default=0),
    )  # fmt: skip
    return Income(**sums)


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def came_in(shop: Shop, after: str = "") -> Page[Allocation]:
    """24 sums that came with what they paid, latest first. 1 query."""
    rows = (
        _income(shop)
        .select_related("payment__order", "payment__stall_sale", "receipt")
        .order_by("-receipt__booked_at", "-id")
    )
    key = read_key(after, 2)
    if key:
        at, pk = key
        rows = rows.filter(receipt__booked_at__lte=at).exclude(receipt__booked_at=at, id__gte=pk)
    return cut(list(rows[: PAGE_SIZE + 1]), lambda row: (row.receipt.booked_at.isoformat(), row.pk))


@dataclass(frozen=True)
class Waiting:
    """What has not come yet, in đồng. `by_transfer` are the payments to look for on the phone, oldest first."""

    by_transfer: list[Payment] = field(default_factory=list)
    transfer_sum: int = 0
    transfer_count: int = 0
    cash_sum: int = 0
    cash_count: int = 0
    carrier_sum: int = 0  # collected at the door, not handed over yet


def waiting_for(shop: Shop) -> Waiting:
    """Money expected for orders that still stand: transfers one by one (24 at most), cash as a sum. 3 queries."""
    rows = Payment.objects.filter(order__shop=shop, order__state__in=OPEN, state__in=Payment.OPEN)
    cash = Q(method__in=NOT_CASHLESS)
    transfer = ~cash
    sums = rows.aggregate(
        transfer_sum=Sum("amount", filter=transfer, default=0) - Sum("received", filter=transfer, default=0),
        transfer_count=Count("pk", filter=transfer),
        cash_sum=Sum("amount", filter=cash, default=0) - Sum("received", filter=cash, default=0),
        cash_count=Count("pk", filter=cash),
    )  # fmt: skip
    listed = (
        rows.filter(method=Method.VIETQR).select_related("order").order_by("created_at", "pk")[:PAGE_SIZE]
    )
    return Waiting(by_transfer=list(listed), carrier_sum=_carriers_have(shop), **sums)


def _carriers_have(shop: Shop) -> int:
    """đồng that carriers collected for a shop, and neither handed over nor were let off. 1 query."""
    came = Allocation.objects.filter(payment__shop_id=OuterRef("pk"), receipt__source=Receipt.Source.CARRIER)
    paid = CarrierSettlementLine.objects.filter(shop_id=OuterRef("pk"))
    lost = CarrierWriteOffLine.objects.filter(
        shop_id=OuterRef("pk"), write_off__state=CarrierWriteOff.State.DONE
    )
    sums = [Coalesce(_sum_of(rows), 0) for rows in (came, paid, lost)]
    of_shop = Shop.objects.filter(pk=shop.pk).annotate(left=sums[0] - sums[1] - sums[2])
    return of_shop.values_list("left", flat=True).get()


def _sum_of(rows: QuerySet) -> Subquery:
    """The sum of `amount` over all rows of a subquery."""
    grouped = rows.order_by().annotate(one=Value(1)).values("one")
    return Subquery(grouped.annotate(sum=Sum("amount")).values("sum"))


def to_give_back(shop: Shop) -> list[Refund]:
    """Money buyers should get back, oldest first. 1 query, 24 at most."""
    rows = Refund.objects.filter(order__shop=shop, state=Refund.State.PROPOSED, way=Refund.Way.SELLER)
    rows = rows.select_related("order")
    return list(rows.order_by("created_at", "pk")[:PAGE_SIZE])


def balance_and_year(shop: Shop) -> tuple[int, int]:
    """What a seller's ledger lines sum to (minus, the market owes them), and their sales of this year, in đồng. 1 query."""
    year = SellerYear.objects.filter(shop=shop, year=local_day().year).values("amount")
    rows = SellerBalance.objects.filter(shop=shop).values_list("amount", Coalesce(Subquery(year), 0))
    return rows.first() or (0, 0)  # who has no ledger line has not sold


def waiting_payment(shop: Shop, order_code: str) -> Payment | None:
    """The transfer expected for one of the shop's own orders, the one still waiting first. None for a stranger's
    order and for one paid on delivery. 1 query."""
    rows = Payment.objects.filter(order__shop=shop, order__public_code=order_code, method=Method.VIETQR)
    waiting_first = Case(When(state=Payment.State.WAITING, then=0), default=1)
    return rows.select_related("order").order_by(waiting_first, "-pk").first()


# --- providers ----------------------------------------------------------------------------------------------


def connected_account(shop: Shop) -> ConnectedAccount | None:
    """A shop's own account at a provider. 1 query."""
    return ConnectedAccount.objects.filter(shop=shop).first()


def transferring_of(shop_id: int) -> int:
    """đồng of a seller's that are to go to their account at a provider and are not booked yet. 1 query."""
    rows = Transfer.objects.filter(shop=shop_id, state=Transfer.State.PLANNED)
    return rows.aggregate(sum=Sum("amount", default=0))["sum"]


# --- payouts and accounts -------------------------------------------------------------------------------------------------


def payouts_of(shop: Shop) -> list[Payout]:
    """The last 6 payouts to a shop that people gave leave for, latest first. 1 query."""
    rows = Payout.objects.filter(shop=shop).exclude(state__in=(Payout.State.DRAFT, Payout.State.CANCELLED))
    return list(rows.select_related("account").order_by("-pk")[:6])


def account_change(shop: Shop) -> AccountChange | None:
    """What its owner typed and has not proved yet, for a day. 1 query."""
    day_ago = timezone.now() - timedelta(days=1)
    return AccountChange.objects.filter(shop=shop, code_sent_at__gte=day_ago).exclude(code_hash="").first()


def cooling_account(shop: Shop) -> PaymentAccount | None:
    """The account that will count soon and can still be called off. 1 query."""
    return PaymentAccount.objects.filter(shop=shop, closed_at=None, usable_from__gt=timezone.now()).first()


def money_people() -> list[User]:
    """Those who run the market's money, to be told of trouble; administrators where nobody has that duty. 1 or 2 queries."""
    named = Q(user_permissions__codename="run_money") | Q(groups__permissions__codename="run_money")
    people = User.objects.filter(is_active=True)
    return list(people.filter(named).distinct().order_by("pk")) or list(people.filter(is_superuser=True))
