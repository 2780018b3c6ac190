"""Every read of money that a page shows."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, Q, QuerySet, Subquery, Sum, Value, When
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
    Dispute,
    Method,
    Payment,
    PaymentAccount,
    Payout,
    Receipt,
    Refund,
    SellerBalance,
    SellerYear,
    StallSale,
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
    """A shop's income by the day the money was booked, less what went back for goods that came back to its stall, by the
    day they were sold. 2 queries."""
    cash = Q(payment__method__in=NOT_CASHLESS)
    came = _by_time(_income(shop), "amount", "receipt__booked_at", cash)
    returned = StallSale.objects.filter(shop=shop, returned__gt=0)
    back = _by_time(returned, "returned", "sold_at", cash)
    return Income(**{name: amount - back[name] for name, amount in came.items()})


def _by_time(rows: QuerySet[Any], what: str, at: str, cash: Q) -> dict[str, int]:
    """The sums of an income. 1 query."""
    today = local_day()
    first, week = _start_of(month_start(today)), _start_of(today - timedelta(days=6))
    month = Q(**{f"{at}__gte": first})
    return rows.filter(**{f"{at}__gte": min(week, first)}).aggregate(
        today=Sum(what, filter=Q(**{f"{at}__gte": _start_of(today)}), default=0),
        week=Sum(what, filter=Q(**{f"{at}__gte": week}), default=0),
        month=Sum(what, filter=month, default=0),
        cash=Sum(what, filter=month & cash, default=0),
        transferred=Sum(what, filter=month & ~cash, default=0),
    )


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
class Overview:
    """What a shop's money comes to, in đồng. `owes` is the ledger's balance: plus, the seller owes the market; minus, the
    market owes them. `sold` are the sales of this year. Of orders that still stand, `transfer_*` and `cash_*` have not come
    yet, and `carrier_sum` carriers have collected and neither handed over nor were let off. The rest says whether there is
    more to read.
    """

    owes: int
    sold: int
    transfer_count: int
    cash_sum: int
    cash_count: int
    carrier_sum: int
    has_unclear: bool
    has_refunds: bool
    has_payouts: bool
    has_disputes: bool


def overview_of(shop: Shop) -> Overview:
    """The figures that a farmer's pages begin with. 1 query."""
    year = SellerYear.objects.filter(shop=shop, year=local_day().year)
    cash = _expected(shop).filter(method__in=NOT_CASHLESS)
    transfers = _expected(shop).exclude(method__in=NOT_CASHLESS)
    carried = Allocation.objects.filter(payment__shop_id=shop.pk, receipt__source=Receipt.Source.CARRIER)
    handed_over = CarrierSettlementLine.objects.filter(shop_id=shop.pk)
    let_off = CarrierWriteOffLine.objects.filter(shop_id=shop.pk, write_off__state=CarrierWriteOff.State.DONE)
    return Overview(**Shop.objects.filter(pk=shop.pk).order_by().values(
        owes=_one(SellerBalance.objects.filter(shop=shop).annotate(of=F("amount"))),
        sold=_one(year.annotate(of=F("amount"))),
        transfer_count=_one(_all(transfers).annotate(of=Count("pk"))),
        cash_sum=_one(_all(cash).annotate(of=Sum(F("amount") - F("received")))),
        cash_count=_one(_all(cash).annotate(of=Count("pk"))),
        carrier_sum=_sum(carried) - _sum(handed_over) - _sum(let_off),
        has_unclear=Exists(open_receipts_of(shop)),
        has_refunds=Exists(_back_to_buyers(shop)),
        has_payouts=Exists(_payouts_of(shop)), has_disputes=Exists(disputes_of(shop.pk)),
    ).get())  # fmt: skip


def _sum(rows: QuerySet[Any]) -> Coalesce:
    """The sum of their `amount`, in đồng."""
    return _one(_all(rows).annotate(of=Sum("amount")))


def _all(rows: QuerySet[Any]) -> QuerySet[Any]:
    """All rows as one group."""
    return rows.order_by().values(one=Value(1))


def _one(rows: QuerySet[Any]) -> Coalesce:
    """The number `of` of the only row there is at most; 0 if there is none."""
    return Coalesce(Subquery(rows.values("of")), 0)


def _expected(shop: Shop) -> QuerySet[Payment]:
    """Money expected for orders that still stand."""
    return Payment.objects.filter(order__shop=shop, order__state__in=OPEN, state__in=Payment.OPEN)


def transfers_waited_for(shop: Shop) -> list[Payment]:
    """The transfers to look for on the phone, oldest first, 24 at most. 1 query."""
    rows = _expected(shop).filter(method=Method.VIETQR).select_related("order")
    return list(rows.order_by("created_at", "pk")[:PAGE_SIZE])


def open_receipts_of(shop: Shop) -> QuerySet[Receipt]:
    """Transfers to the shop's accounts that named no order, or several, and wait for a person."""
    return Receipt.objects.filter(
        account__shop=shop, direction="in", state__in=(Receipt.State.UNMATCHED, Receipt.State.AMBIGUOUS)
    )


def disputes_of(shop_id: int) -> QuerySet[Dispute]:
    """Open disputes about money that a shop got some of; one may stand here several times."""
    return Dispute.objects.filter(state=Dispute.State.OPEN, receipt__allocations__payment__shop_id=shop_id)


def _back_to_buyers(shop: Shop) -> QuerySet[Refund]:
    return Refund.objects.of_shop(shop).filter(state=Refund.State.PROPOSED, way=Refund.Way.SELLER)


def to_give_back(shop: Shop) -> list[Refund]:
    """Money buyers should get back, of orders and of sales at a stall, oldest first. 1 query, 24 at most."""
    rows = _back_to_buyers(shop).select_related("order", "sale")
    return list(rows.order_by("created_at", "pk")[:PAGE_SIZE])


def debt_payment(shop: Shop) -> Payment | None:
    """The payment by which a seller is asked for what they owe the market; it may be for less or more than they owe by
    now. 1 query."""
    rows = Payment.objects.filter(shop_id=shop.pk, purpose=Payment.Purpose.DEBT, state__in=Payment.OPEN)
    return rows.select_related("account").first()


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
    return list(_payouts_of(shop).select_related("account").order_by("-pk")[:6])


def _payouts_of(shop: Shop) -> QuerySet[Payout]:
    return Payout.objects.filter(shop=shop).exclude(state__in=(Payout.State.DRAFT, Payout.State.CANCELLED))


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
