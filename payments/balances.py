"""What of a seller's balance can be paid out now, and what of it is a debt. Reads only; the balance itself is the ledger's.

An order's money is the seller's to have once the goods are delivered, nobody disputes them, and the money really is with
the operator. Until then its credit is held. Source: payments reference, section 6 (Payout).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from orders.models import Complaint, Order
from orders.states import OPEN
from payments import carrier_queries, dispute_queries, ledger, queries
from payments.models import (
    Account,
    LedgerLine,
    PaymentAccount,
    Payout,
    Refund,
)

OPEN_COMPLAINT = (Complaint.State.OPEN, Complaint.State.ANSWERED, Complaint.State.ESCALATED)


@dataclass(frozen=True)
class Available:
    """A seller's money at the operator's, in đồng: what is owed, and what of it stays for now, by reason."""

    owed: int  # minus: the seller owes the operator
    undelivered: int = 0
    disputed: int = 0  # complaints, refunds not approved yet, disputes with a card's bank
    in_transit: int = 0  # carriers collected it and have not handed it over
    transferring: int = 0  # on its way to the seller's account at a provider
    drafted: int = 0  # payouts that wait for leave; those that have it are off the balance already

    @property
    def free(self) -> int:
        """What may be paid out now."""
        held = self.undelivered + self.disputed + self.in_transit + self.transferring + self.drafted
        return max(self.owed - held, 0)


def available(shop_id: int, *, without: Payout | None = None) -> Available:
    """What a seller may be paid now; `without` leaves one draft out of account. 11 queries at most, 1 if nothing is owed.

    Whoever acts on it holds the lock of the seller's balance.
    """
    owed = -ledger.seller_balance(shop_id)
    if owed <= 0:
        return Available(owed)
    drafts = Payout.objects.filter(shop=shop_id, state=Payout.State.DRAFT)
    if without is not None:
        drafts = drafts.exclude(pk=without.pk)
    reasons = _held(shop_id)
    return Available(
        owed=owed,
        transferring=queries.transferring_of(shop_id),
        drafted=drafts.aggregate(sum=Sum("amount", default=0))["sum"],
        **reasons,
    )


def _held(shop_id: int) -> dict[str, int]:
    """đồng held for each reason; each order's credit once, for the reason that holds most of it."""
    undelivered = Order.objects.filter(shop=shop_id, state__in=OPEN)
    complained = Order.objects.filter(shop=shop_id, complaints__state__in=OPEN_COMPLAINT)
    disputed = _disputed(shop_id)
    in_transit = carrier_holds(shop_id)
    some = Order.objects.filter(pk__in={*disputed, *in_transit})
    held = Counter(dict.fromkeys(("undelivered", "disputed", "in_transit"), 0))
    for order_id, state, is_complained, credit in _credits(shop_id, undelivered, complained, some):
        reasons = {
            "undelivered": credit if state in OPEN else 0,
            "disputed": credit if is_complained else min(disputed[order_id], credit),
            "in_transit": min(in_transit[order_id], credit),
        }
        most = max(reasons, key=lambda name: reasons[name])
        held[most] += reasons[most]
    return dict(held)


def _credits(shop_id: int, *of: QuerySet[Order]) -> list[tuple[int, str, bool, int]]:
    """Orders for which the seller has a credit: id, state, whether somebody complains, and how much (above 0)."""
    orders: dict[int, tuple[str, bool]] = {}
    for number, rows in enumerate(of):
        for pk, state in rows.values_list("pk", "state"):
            orders[pk] = (state, number == 1 or (pk in orders and orders[pk][1]))
    return [
        (pk, *orders[pk], -amount)
        for pk, amount in _sums(LedgerLine.objects.filter(account=Account.SELLER, shop=shop_id), orders)
        if amount < 0
    ]


def _sums(lines: QuerySet[LedgerLine], orders: Iterable[int]) -> list[tuple[int, int]]:
    """(order, sum) of posted lines."""
    rows = lines.filter(entry__posted=True, entry__order__in=orders).order_by()
    return list(rows.values_list("entry__order").annotate(sum=Sum("amount")))


def _disputed(shop_id: int) -> Counter[int]:
    """đồng by order that may still go back: refunds nobody approved yet, and what a card's bank holds."""
    refunds = Refund.objects.filter(order__shop=shop_id, state=Refund.State.PROPOSED).order_by()
    found = Counter(dict(refunds.values_list("order").annotate(sum=Sum("amount"))))
    return found + dispute_queries.disputed_by_order(shop_id)


def carrier_holds(shop_id: int) -> Counter[int]:
    """đồng by order that carriers collected for a shop, and neither handed over nor were let off. 3 queries."""
    found: Counter[int] = Counter()
    for (_carrier, order), amount in carrier_queries.rests(shop_id=shop_id).items():
        found[order] += amount
    return found


def payable_account(shop_id: int, at: datetime | None = None) -> PaymentAccount | None:
    """The account that a seller's money may go to: in use, and older than the cool-off. 1 query."""
    at = at or timezone.now()
    old = at - timedelta(hours=settings.PAYOUT_ACCOUNT_HOURS)
    return PaymentAccount.objects.in_use(at).filter(shop=shop_id, created_at__lte=old).first()


# --- the other way round ----------------------------------------------------------------------------------------------


def held_for_buyers(shop_id: int) -> int:
    """đồng of buyers in a seller's hands that no finished order has earned: part payments, stopped orders. 2 queries."""
    lines = LedgerLine.objects.filter(account=Account.BUYER_FUNDS, entry__order__shop=shop_id)
    rows = lines.filter(entry__posted=True).order_by().values_list("entry__order").annotate(sum=Sum("amount"))
    waiting = {pk: -amount for pk, amount in rows.filter(sum__lt=0)}
    if not waiting:
        return 0
    mine = _sums(LedgerLine.objects.filter(account=Account.SELLER, shop=shop_id), waiting)
    return sum(min(waiting[pk], amount) for pk, amount in mine if amount > 0)


def debt_of(shop_id: int) -> int:
    """đồng of commission and fees that a seller owes the operator: the balance less what is the buyers'. 3 queries."""
    balance = ledger.seller_balance(shop_id)
    return max(balance - held_for_buyers(shop_id), 0) if balance > 0 else 0


def carriers_hold() -> dict[str, int]:
    """đồng that each carrier has collected and not handed over, as the ledger says. 1 query."""
    rows = LedgerLine.objects.filter(account=Account.CASH_IN_TRANSIT, entry__posted=True).order_by()
    return dict(
        rows.values_list("party").annotate(sum=Sum("amount")).exclude(sum=0).order_by(F("sum").desc())
    )
