"""Cash that carriers collected and have not handed over: how much, for which orders, since when. Money in đồng."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from common.days import local_day
from orders.carriers import carrier
from orders.models import Order
from payments.models import (
    Allocation,
    CarrierSettlement,
    CarrierSettlementLine,
    CarrierWriteOff,
    CarrierWriteOffLine,
    PaymentAccount,
    Receipt,
)

MOST_LISTED = 500
USUAL_DAYS, LONG_DAYS = 7, 30  # carriers hand over each week; after a month somebody has to act
Key = tuple[str, int]  # a carrier's code, an order's id


def carrier_name(code: str) -> str:
    """How people call a carrier; its code where the installation has it no more."""
    known = carrier(code)
    return known.name if known else code


def rests(
    *, of_carrier: str = "", shop_id: int | None = None, orders: Iterable[int] | None = None
) -> Counter[Key]:
    """đồng that carriers collected and neither handed over nor were let off, by carrier and order; above zero only.

    Of one carrier, one shop or some orders, if named. 3 queries.
    """
    came = Allocation.objects.filter(receipt__source=Receipt.Source.CARRIER, payment__order__isnull=False)
    paid = CarrierSettlementLine.objects.all()
    lost = CarrierWriteOffLine.objects.filter(write_off__state=CarrierWriteOff.State.DONE)
    if of_carrier:
        came = came.filter(receipt__provider=of_carrier)
        paid, lost = paid.filter(settlement__carrier=of_carrier), lost.filter(write_off__carrier=of_carrier)
    if shop_id is not None:
        came, paid, lost = (
            came.filter(payment__shop_id=shop_id),
            paid.filter(shop_id=shop_id),
            lost.filter(shop_id=shop_id),
        )
    if orders is not None:
        ids = list(orders)
        came, paid, lost = (
            came.filter(payment__order__in=ids),
            paid.filter(order__in=ids),
            lost.filter(order__in=ids),
        )
    left = _sums(came, "receipt__provider", "payment__order")
    left.subtract(_sums(paid, "settlement__carrier", "order"))
    left.subtract(_sums(lost, "write_off__carrier", "order"))
    return +left


def _sums(rows: QuerySet, carrier_column: str, order_column: str) -> Counter[Key]:
    found = rows.order_by().values_list(carrier_column, order_column).annotate(sum=Sum("amount"))
    return Counter({(code, order): amount for code, order, amount in found})


def held_for(code: str, order: Order) -> int:
    """đồng that a carrier collected for one order and still has. 3 queries."""
    return rests(of_carrier=code, orders=[order.pk])[code, order.pk]


def _age(since: datetime | None) -> int:
    """Whole days in Vietnam since then."""
    return (local_day() - timezone.localtime(since).date()).days if since else 0


@dataclass(frozen=True)
class Held:
    """What a carrier has collected for one order and not handed over, in đồng. `asked` waits to be written off."""

    order: Order
    amount: int
    asked: bool = False

    @property
    def days(self) -> int:
        """How long the carrier has had it."""
        return _age(self.order.delivered_at)

    @property
    def is_late(self) -> bool:
        return self.days > USUAL_DAYS


def held_by(code: str) -> list[Held]:
    """Orders whose cash a carrier still has, oldest first, 500 at most. 5 queries."""
    found = {order: amount for (_code, order), amount in rests(of_carrier=code).items()}
    rows = (
        Order.objects.filter(pk__in=found).select_related("shop").order_by("delivered_at", "pk")[:MOST_LISTED]
    )
    waiting = CarrierWriteOffLine.objects.filter(
        write_off__carrier=code, write_off__state=CarrierWriteOff.State.WAITING
    )
    asked = set(waiting.values_list("order", flat=True))
    return [Held(order, found[order.pk], order.pk in asked) for order in rows]


@dataclass
class Owing:
    """What one carrier holds, in đồng, by how long it has had it: a week, a month, longer."""

    code: str
    ages: list[int] = field(default_factory=lambda: [0, 0, 0])
    oldest: int = 0  # days
    count: int = 0

    @property
    def name(self) -> str:
        return carrier_name(self.code)

    @property
    def amount(self) -> int:
        return sum(self.ages)

    @property
    def late(self) -> int:
        """đồng that should be here by now."""
        return sum(self.ages[1:])


def carriers_owing() -> list[Owing]:
    """Carriers that hold cash, most first. 4 queries."""
    left = rests()
    delivered = dict(
        Order.objects.filter(pk__in={order for _code, order in left}).values_list("pk", "delivered_at")
    )
    found: dict[str, Owing] = {}
    for (code, order), amount in left.items():
        owing = found.setdefault(code, Owing(code))
        days = _age(delivered[order])
        owing.ages[(days > USUAL_DAYS) + (days > LONG_DAYS)] += amount
        owing.oldest, owing.count = max(owing.oldest, days), owing.count + 1
    return sorted(found.values(), key=lambda owing: (-owing.amount, owing.code))


def is_known(code: str) -> bool:
    """Whether a carrier ever settled here, or was let off. 2 queries at most."""
    return (
        CarrierSettlement.objects.filter(carrier=code).exists()
        or CarrierWriteOff.objects.filter(carrier=code).exists()
    )


def settlements(code: str) -> list[CarrierSettlement]:
    """The last 12 settlements of a carrier. 1 query."""
    rows = CarrierSettlement.objects.filter(carrier=code).select_related("account", "made_by", "receipt")
    return list(rows.annotate(count=Count("lines")).order_by("-pk")[:12])


def write_offs(code: str) -> list[CarrierWriteOff]:
    """What was, or is to be, written off of a carrier's debt, with its orders: the last 12, waiting ones first. 3 queries."""
    rows = CarrierWriteOff.objects.filter(carrier=code).select_related("made_by", "decided_by")
    found = list(rows.prefetch_related("lines__order").order_by("-pk")[:12])
    return sorted(found, key=lambda each: each.state != CarrierWriteOff.State.WAITING)


def lost_by_carrier() -> dict[str, int]:
    """đồng written off for good, by carrier. 1 query."""
    rows = CarrierWriteOff.objects.filter(state=CarrierWriteOff.State.DONE).order_by().values_list("carrier")
    return dict(rows.annotate(sum=Sum("amount")))


def unplaced(account: PaymentAccount | None) -> QuerySet[Receipt]:
    """Money on the operator's account that nobody could place: may be a carrier's. Latest first."""
    rows = Receipt.objects.filter(account=account, state=Receipt.State.UNMATCHED, direction="in")
    return rows.filter(allocations=None).order_by("-pk")


def in_books() -> dict[str, int]:
    """đồng by carrier as settlements, write-offs and doors say it, to be compared with the ledger. 3 queries."""
    sums: dict[str, int] = defaultdict(int)
    for (code, _order), amount in rests().items():
        sums[code] += amount
    return dict(sums)
