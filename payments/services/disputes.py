"""Charges that a buyer's bank takes back: held, then won or lost. Source: payments reference, section 7."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common import audit
from common.actors import SYSTEM, Actor
from orders import locks
from payments import ledger
from payments.dispute_queries import shares_of
from payments.errors import StaffOnly
from payments.ledger import Line
from payments.models import Account, Dispute, LedgerEntry, Receipt
from payments.providers import provider
from payments.providers.base import Event
from payments.providers.connect import Dispute as Said
from payments.providers.connect import DisputeOutcome
from payments.services import connect
from payments.services.dispute_notices import tell_lost, tell_opened, tell_won
from payments.services.events import asking, handles
from payments.services.gateways import receipt_of

State = Dispute.State
SAID = (
    "respond_by",
    "held",
    "fee",
    "state",
    "closed_at",
)  # what a provider may tell; notes of people are not touched


@handles("dispute")
def _dispute_changed(name: str, event: Event) -> None:
    at: Any = provider(name)
    with asking():
        said = at.fetch_dispute(event.ref)
    receipt = receipt_of(name, said.charge)
    if receipt is not None:  # else another installation's
        take_dispute(receipt.pk, said)


@transaction.atomic
def take_dispute(receipt_id: int, said: Said) -> Dispute:
    """What a provider says of a dispute, booked once however often and in whichever order it is told.

    Sellers hear of it when it opens and when it is decided. Orders are locked first, then the receipt.
    """
    ids = set(Receipt.objects.filter(pk=receipt_id).values_list("allocations__payment__order", flat=True))
    for order_id in sorted(pk for pk in ids if pk):
        locks.order(order_id)
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt_id)
    dispute, new = Dispute.objects.get_or_create(
        provider=receipt.provider, ref=said.ref,
        defaults={"receipt": receipt, "amount": said.amount, "reason": said.reason[:60]},
    )  # fmt: skip
    if new:
        audit.record("dispute.opened", dispute, by=SYSTEM, amount=dispute.amount)
        if said.outcome == DisputeOutcome.OPEN:  # one that is over already is told as such
            tell_opened(dispute)
    dispute.respond_by = said.respond_by
    if said.held and not dispute.held and dispute.state == State.OPEN:
        _hold(dispute)
    _book_fee(dispute, said.fee)
    if said.outcome != DisputeOutcome.OPEN and dispute.state == State.OPEN:
        _close(dispute, won=said.outcome == DisputeOutcome.WON)
    dispute.save(update_fields=SAID)
    return dispute


@transaction.atomic
def note_dispute(dispute_id: int, *, owner: User | None, note: str, by: User) -> Dispute:
    """Who looks after a dispute, and what staff know of it. Its outcome is the provider's alone to tell. Raises StaffOnly."""
    if not by.has_perm("payments.run_money"):
        raise StaffOnly
    dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute_id)
    dispute.owner, dispute.note = owner, note.strip()[:500]
    dispute.save(update_fields=["owner", "note"])
    audit.record(
        "dispute.noted", dispute, by=Actor.of(by), owner=owner.pk if owner else None, words=len(dispute.note)
    )
    return dispute


def _hold(dispute: Dispute) -> None:
    lines = [
        Line(Account.DISPUTES_HELD, dispute.amount),
        ledger.at_provider(dispute.provider, -dispute.amount),
    ]
    ledger.post(f"dispute:{dispute.pk}", "dispute", lines)
    dispute.held = True


def _book_fee(dispute: Dispute, fee: int) -> None:
    """What the provider takes for a dispute, or gives back of it."""
    more = fee - dispute.fee
    if more:
        number = LedgerEntry.objects.filter(key__startswith=f"dispute:{dispute.pk}:fee:").count()
        lines = [Line(Account.FEES, more), ledger.at_provider(dispute.provider, -more)]
        ledger.post(f"dispute:{dispute.pk}:fee:{number}", "fee", lines)
        dispute.fee = fee


def _close(dispute: Dispute, *, won: bool) -> None:
    dispute.state, dispute.closed_at = State.WON if won else State.LOST, timezone.now()
    if won:
        ledger.reverse(f"dispute:{dispute.pk}")
        tell_won(dispute)
    elif dispute.held:
        _lose(dispute)
    audit.record(f"dispute.{dispute.state}", dispute, by=SYSTEM, amount=dispute.amount)


def _lose(dispute: Dispute) -> None:
    """The sellers bear what the buyer's bank took, each their part; the market does where the seller has been paid already
    and DISPUTE_GOODWILL is on."""
    for number, part in enumerate(shares_of(dispute)):
        if part.order is None:
            bears = Line(Account.UNMATCHED, part.amount)
        elif settings.DISPUTE_GOODWILL and ledger.seller_balance(part.order.shop_id) + part.amount > 0:
            bears = Line(Account.GOODWILL, part.amount)
        else:
            bears = Line(Account.SELLER, part.amount, part.order.shop_id)
        lines = [bears, Line(Account.DISPUTES_HELD, -part.amount)]
        ledger.post(f"dispute:{dispute.pk}:lost:{number}", "dispute_lost", lines, order=part.order)
        if part.order is None:
            continue
        tell_lost(dispute, part.order, part.amount, bears.account)
        if bears.account == Account.SELLER:
            connect.take_back(part.order)
