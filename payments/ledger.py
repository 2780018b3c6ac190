"""Double entry: every booking's lines sum to zero, and what is posted stays. Source: payments reference, section 7.

What each account means stands in docs/payments.md. Money that came pays `buyer_funds`; an order that is paid in full takes
its price from there (`allocate`); what must go back leaves it for `refunds_out` once a refund is approved.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from common.inserting import insert
from orders.models import Order
from payments import rates
from payments.errors import Unbalanced
from payments.models import (
    Account,
    Allocation,
    LedgerEntry,
    LedgerLine,
    Payment,
    PaymentAccount,
    Receipt,
    Refund,
    SellerBalance,
)
from sellers.models import Shop


class Line(NamedTuple):
    """One side of a booking: đồng (+ debit, − credit), of which seller, with which party."""

    account: str
    amount: int
    shop_id: int | None = None
    party: str = ""


class Booking(NamedTuple):
    """What is to be booked once, under `key`."""

    key: str
    kind: str
    lines: list[Line]
    order: Order | None = None
    actor_id: int | None = None
    note: str = ""
    at: datetime | None = None


def post(
    key: str,
    kind: str,
    lines: list[Line],
    *,
    order: Order | None = None,
    actor_id: int | None = None,
    note: str = "",
    at: datetime | None = None,
) -> LedgerEntry:
    """Book once under `key`; a second call with the same key changes nothing and returns the first entry.

    Lines of zero đồng are left out. 4 queries, 1 if it was booked before. Raises Unbalanced.
    """
    booking = _balanced(Booking(key, kind, lines, order, actor_id, note, at))
    entry = LedgerEntry.objects.filter(key=key).first()
    return entry or post_new([booking])[0]


def post_new(bookings: Sequence[Booking]) -> list[LedgerEntry]:
    """Book under keys that nobody can have used: whoever else might holds back at the order's or the receipt's lock, and
    the caller has it. 3 queries, however many there are. Raises Unbalanced."""
    bookings = [_balanced(booking) for booking in bookings]
    if not bookings:
        return []
    with transaction.atomic(savepoint=False):
        now = timezone.now()
        entries = insert(
            LedgerEntry(
                key=each.key, kind=each.kind, order=each.order, actor_id=each.actor_id, note=each.note, at=each.at or now
            )
            for each in bookings
        )  # fmt: skip
        insert(
            LedgerLine(entry=entry, **line._asdict())
            for entry, booking in zip(entries, bookings, strict=True) for line in booking.lines
        )  # fmt: skip
        LedgerEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(posted=True)
    for entry in entries:
        entry.posted = True
    return entries


def _balanced(booking: Booking) -> Booking:
    lines = [line for line in booking.lines if line.amount]
    if sum(line.amount for line in lines) or len(lines) < 2:
        raise Unbalanced(booking.key)
    return booking._replace(lines=lines)


@transaction.atomic
def reverse(key: str, *, actor_id: int | None = None, note: str = "") -> LedgerEntry | None:
    """Take a booking back by one with the opposite signs, once. None if it was never made."""
    entry = LedgerEntry.objects.filter(key=key).first()
    if entry is None:
        return None
    lines = [
        Line(line.account, -line.amount, line.shop_id, line.party) for line in entry.lines.order_by("pk")
    ]
    return post(
        f"{key}:back", f"{entry.kind}_back"[:20], lines, order=entry.order, actor_id=actor_id, note=note
    )


def balance(account: str, shop: Shop | int | None = None, party: str | None = None) -> int:
    """The sum of an account in đồng, of one seller or party if given. Minus on `seller`: we owe them."""
    lines = LedgerLine.objects.filter(account=account, entry__posted=True)
    if shop is not None:
        lines = lines.filter(shop=shop)
    if party is not None:
        lines = lines.filter(party=party)
    return lines.aggregate(sum=Sum("amount"))["sum"] or 0


def seller_balance(shop_id: int) -> int:
    """What a seller's lines sum to, from the kept balance: minus, we owe them. 1 query."""
    return SellerBalance.objects.filter(shop=shop_id).values_list("amount", flat=True).first() or 0


# --- money that came --------------------------------------------------------------------------------------------------


def held_at(receipt: Receipt, shop_id: int | None, amount: int) -> Line:
    """Where a receipt's money lies now, as the line that takes it in."""
    if receipt.source == Receipt.Source.CARRIER:
        return Line(Account.CASH_IN_TRANSIT, amount, party=receipt.provider)
    if receipt.source == Receipt.Source.PROVIDER:
        return at_provider(receipt.provider, amount)
    if receipt.account is not None and receipt.account.is_operators:
        return at_bank(receipt.account, amount)
    return Line(Account.SELLER, amount, shop_id)  # the seller's own account or hand


def at_bank(account: PaymentAccount, amount: int) -> Line:
    """A line of one of the operator's bank accounts."""
    return Line(Account.BANK, amount, party=account.party)


def at_provider(name: str, amount: int) -> Line:
    """A line of what a provider holds for us."""
    return Line(Account.STRIPE, amount) if name == "stripe" else Line(Account.GATEWAY, amount, party=name)


def book_unmatched(receipt: Receipt) -> None:
    """Money that the operator holds and nobody can place yet. A seller's own account is no business of ours."""
    rest, came = receipt.rest, held_at(receipt, None, receipt.rest)
    if came.account == Account.SELLER or not rest:
        return
    lines = [came, Line(Account.UNMATCHED, -rest)]
    post(f"receipt:{receipt.pk}:unmatched", "unmatched", lines, at=receipt.received_at)


def book_ignored(receipt: Receipt, actor_id: int | None = None, *, back: bool = False) -> None:
    """The rest of some money is none of ours after all: it leaves the books, or comes `back` into them. Money that never
    entered them as unmatched is left alone. Call under the receipt's lock, once for each change of mind."""
    if not LedgerEntry.objects.filter(key=f"receipt:{receipt.pk}:unmatched").exists():
        return
    number = LedgerEntry.objects.filter(key__startswith=f"receipt:{receipt.pk}:ignored:").count()
    amount = -receipt.rest if back else receipt.rest
    lines = [Line(Account.UNMATCHED, amount), held_at(receipt, None, -amount)]
    kind = "ignored_back" if back else "ignored"
    post(f"receipt:{receipt.pk}:ignored:{number + 1}", kind, lines, actor_id=actor_id)


def of_allocation(allocation: Allocation, actor_id: int | None = None, *, fresh: bool = False) -> Booking:
    """Some money counts for a payment: for an order or a sale it is the buyer's until the price is paid in full; a debt
    that a seller pays is the seller's at once. `fresh` money cannot have waited as unmatched before; else 1 query."""
    receipt, payment, amount = allocation.receipt, allocation.payment, allocation.amount
    waited = not fresh and LedgerEntry.objects.filter(key=f"receipt:{receipt.pk}:unmatched").exists()
    came = Line(Account.UNMATCHED, amount) if waited else held_at(receipt, payment.shop_id, amount)
    if payment.purpose == Payment.Purpose.DEBT:
        goes = Line(Account.SELLER, -amount, payment.shop_id)
    else:
        goes = Line(Account.BUYER_FUNDS, -amount)
    kind = "direct" if came.account == Account.SELLER else "received"
    key = f"receipt:{receipt.pk}:{payment.pk}"
    return Booking(key, kind, [came, goes], order=payment.order, actor_id=actor_id)


def book_fee(receipt: Receipt) -> None:
    """What a provider keeps of a receipt for itself."""
    if receipt.fee:
        lines = [Line(Account.FEES, receipt.fee), at_provider(receipt.provider, -receipt.fee)]
        post(f"receipt:{receipt.pk}:fee", "fee", lines)


def of_price(order: Order, *, anew: bool = False, with_rates: bool = True) -> list[Booking]:
    """The price of an order that is paid in full belongs to the seller, less what the market keeps; of one that is stopped
    or not paid, nothing does. The difference to what was booked before, so that it may be asked after any change; the order
    is locked. 2 queries; one less where nothing of it was booked before (`anew`), or nothing is kept of its lines.
    """
    booked: Counter[str] = Counter()
    entries = set()
    if not anew:
        before = LedgerLine.objects.filter(entry__kind="allocate", entry__order=order)
        for entry_id, account, amount in before.values_list("entry_id", "account", "amount"):
            booked[account] += amount
            entries.add(entry_id)
    due = order.total if order.is_paid and not order.stopped else 0
    kept = rates.kept_of(order) if due and with_rates else rates.NOTHING
    wanted = [
        Line(Account.BUYER_FUNDS, due), Line(Account.SELLER, kept.total - due, order.shop_id),
        Line(Account.COMMISSION, -kept.commission), Line(Account.VAT_WITHHELD, -kept.vat),
        Line(Account.PIT_WITHHELD, -kept.pit),
    ]  # fmt: skip
    lines = [line._replace(amount=line.amount - booked[line.account]) for line in wanted]
    if not any(line.amount for line in lines):
        return []
    number, key = len(entries), f"allocate:order:{order.pk}"
    return [Booking(f"{key}:{number}" if number else key, "allocate", lines, order=order)]


def complete_sale(payment: Payment, actor_id: int | None = None) -> None:
    """A sale at a stall is over when it is paid: all that came for it is the seller's. Nothing is kept of it.

    Books what came since the last time, so that it may be called again when more comes.
    """
    key = f"sale:{payment.pk}:"
    booked = LedgerLine.objects.filter(entry__key__startswith=key, account=Account.BUYER_FUNDS)
    more = payment.received - (booked.aggregate(sum=Sum("amount"))["sum"] or 0)
    if more and payment.state == Payment.State.CONFIRMED:
        lines = [Line(Account.BUYER_FUNDS, more), Line(Account.SELLER, -more, payment.shop_id)]
        post(f"{key}{payment.received}", "sale", lines, actor_id=actor_id)


# --- money that goes back ---------------------------------------------------------------------------------------------


def book_refund(refund: Refund, actor_id: int | None = None) -> None:
    """A refund is approved: its money is on the way out, whoever sends it."""
    source = Account.BUYER_FUNDS if refund.order_id else Account.UNMATCHED
    lines = [Line(source, refund.amount), Line(Account.REFUNDS_OUT, -refund.amount)]
    post(f"refund:{refund.pk}", "refund", lines, order=refund.order, actor_id=actor_id)


def book_refund_sent(refund: Refund, actor_id: int | None = None) -> None:
    """A refund has left where its money lay: the seller's hand, a bank account, a provider."""
    if refund.way == Refund.Way.PROVIDER:
        left = at_provider(refund.provider, -refund.amount)
    elif refund.way == Refund.Way.BANK and refund.account is not None:
        left = at_bank(refund.account, -refund.amount)
    else:
        assert refund.order is not None
        left = Line(Account.SELLER, -refund.amount, refund.order.shop_id)
    lines = [Line(Account.REFUNDS_OUT, refund.amount), left]
    post(
        f"refund:{refund.pk}:sent:{refund.tries}", "refund_sent", lines, order=refund.order, actor_id=actor_id
    )
