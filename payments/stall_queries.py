"""Every read of a stall's sales that a page shows."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.money import share
from common.paging import PAGE_SIZE, Page, cut, read_key
from payments.models import (
    Allocation,
    MarketSession,
    PaidBy,
    Payment,
    PaymentAccount,
    Receipt,
    Refund,
    StallPlate,
    StallSale,
)
from payments.sales import money_of
from payments.stall_models import StallSaleQuerySet
from sellers.models import Shop


@dataclass(frozen=True)
class Takings:
    """What sales brought in, in đồng, and how many: the bank said so, the trader alone says so, cash.

    What went back to buyers is off these already; `returned` says how much that was.
    """

    came: int = 0
    came_count: int = 0
    said: int = 0
    said_count: int = 0
    cash: int = 0
    cash_count: int = 0
    returned: int = 0
    returned_count: int = 0

    @property
    def total(self) -> int:
        return self.came + self.said + self.cash

    @property
    def count(self) -> int:
        return self.came_count + self.said_count + self.cash_count


WORDS = {PaidBy.MACHINE: "came", PaidBy.DECLARED: "said", PaidBy.CASH: "cash"}


def _takings(sales: QuerySet[StallSale]) -> Takings:
    """What was counted for some sales and did not go back. 2 queries, 1 more where something went back."""
    cash = Q(receipt__source=Receipt.Source.CASH)
    said = Q(receipt__source=Receipt.Source.SELLER, receipt__confirmed_by__isnull=True)
    ways = {"cash": cash, "said": said, "came": ~cash & ~said}
    sums = Allocation.objects.filter(payment__stall_sale__in=sales.values("pk")).aggregate(
        **{name: Sum("amount", filter=which, default=0) for name, which in ways.items()},
        **{f"{name}_count": Count("payment", filter=which, distinct=True) for name, which in ways.items()},
    )
    back = dict(sales.filter(returned__gt=0).values_list("payment", "returned"))
    for name, less in _taken_off(back).items():
        sums[name] -= less
    return Takings(**sums, returned=sum(back.values()), returned_count=len(back))


def _taken_off(back: dict[int, int]) -> Counter[str]:
    """What went back (đồng by payment) off the ways in which it had come; a sale of which nothing is left is off their
    number, too. 1 query, or none."""
    off = Counter[str]()
    came = money_of(payments=list(back)) if back else {}
    for payment_id, amount in back.items():
        sums = Counter[str]()
        for money in came[payment_id]:
            sums[WORDS[PaidBy(money.paid_by)]] += money.amount
        for name, part in zip(sums, share(amount, list(sums.values())), strict=True):
            off[name] += part
            off[f"{name}_count"] += amount == sums.total()
    return off


def _sold_on(shop: Shop, day: date) -> StallSaleQuerySet:
    """Sales of a day in Vietnam."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    return StallSale.objects.filter(shop=shop, sold_at__gte=start, sold_at__lt=start + timedelta(days=1))


def day_of(shop: Shop, day: date) -> Takings:
    """What was sold on a day in Vietnam, whenever its money came, less what went back. As `_takings`."""
    return _takings(_sold_on(shop, day))


def takings_of(session: MarketSession) -> Takings:
    """What a market day brought in. As `_takings`."""
    return _takings(StallSale.objects.filter(session=session))


def sales_of_day(shop: Shop, day: date, after: str = "") -> Page[StallSale]:
    """24 sales of a day, latest first. 1 query."""
    rows = _sold_on(shop, day).with_money().order_by("-sold_at", "-id")
    key = read_key(after, 2)
    if key:
        at, pk = key
        rows = rows.filter(sold_at__lte=at).exclude(sold_at=at, id__gte=pk)
    return cut(list(rows[: PAGE_SIZE + 1]), lambda sale: (sale.sold_at.isoformat(), sale.pk))


def sale_by_key(shop: Shop, key: str) -> StallSale | None:
    """One of the shop's own sales. 1 query."""
    return StallSale.objects.with_money().filter(shop=shop, key=key).first()


def returns_of(sale: StallSale) -> list[Refund]:
    """What went back of a sale, or is to go back, oldest first. 1 query."""
    return list(sale.refunds.exclude(state=Refund.State.WITHDRAWN).order_by("pk"))


def waiting_sale(shop: Shop) -> StallSale | None:
    """The sale whose code was shown last and is still waited for: a till that was left finds it again. 1 query."""
    rows = StallSale.objects.with_money().filter(
        shop=shop, method=StallSale.Method.QR, cancelled_at=None, payment__state=Payment.State.WAITING,
        payment__expires_at__gt=timezone.now(),
    )  # fmt: skip
    return rows.order_by("-sold_at", "-id").first()


def _heard(shop: Shop) -> QuerySet[Receipt]:
    """Bank lines that were counted for the shop's stall."""
    paid, confirmed = "allocations__payment", "confirms__allocations__payment"
    mine = Q(**{f"{paid}__purpose": Payment.Purpose.STALL}) | Q(
        **{f"{confirmed}__purpose": Payment.Purpose.STALL}
    )
    return Receipt.objects.filter(mine, account__shop=shop, source__in=Receipt.BY_MACHINE)


def heard_until(shop: Shop) -> int:
    """The number of the last bank line that was counted for the stall; 0 before the first. 1 query."""
    return _heard(shop).aggregate(last=Max("pk"))["last"] or 0


@dataclass(frozen=True)
class Heard:
    """A bank line that was counted for the stall: its number, đồng, and the key of its sale."""

    number: int
    amount: int
    sale: str


def heard_since(shop: Shop, number: int) -> list[Heard]:
    """Bank lines that were counted for the stall since that one, oldest first; 12 at most. 1 query."""
    sale = Coalesce(
        "allocations__payment__stall_sale__key", "confirms__allocations__payment__stall_sale__key"
    )
    rows = _heard(shop).filter(pk__gt=number).order_by("pk").values_list("pk", "amount", sale)
    return [Heard(*row) for row in rows[:12]]


def open_session_of(shop: Shop) -> MarketSession | None:
    """The market the shop is at now. 1 query."""
    return MarketSession.objects.filter(shop=shop, closed_at__isnull=True).first()


def sessions_of(shop: Shop, after: str = "") -> Page[MarketSession]:
    """24 market days with their sums as `taken` (đồng), latest first. 1 query."""
    rows = MarketSession.objects.filter(shop=shop).annotate(
        taken=Sum(F("sales__payment__received") - F("sales__returned"), default=0)
    ).order_by("-opened_at", "-id")  # fmt: skip
    key = read_key(after, 2)
    if key:
        at, pk = key
        rows = rows.filter(opened_at__lte=at).exclude(opened_at=at, id__gte=pk)
    return cut(list(rows[: PAGE_SIZE + 1]), lambda session: (session.opened_at.isoformat(), session.pk))


def plate_of(shop: Shop) -> StallPlate | None:
    """The plate for the account that buyers transfer to now. 1 query."""
    used = PaymentAccount.objects.in_use().filter(shop=shop)
    return StallPlate.objects.select_related("account").filter(account__in=used).order_by("pk").first()
