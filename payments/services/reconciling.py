"""Days on which an account is compared with the books: who looks into a difference, what they found, when it is closed."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common import audit
from common.actors import Actor
from payments.errors import NeedsReason, StaffOnly
from payments.models import PaymentAccount, Reconciliation
from payments.reconcile_queries import day_of


@transaction.atomic
def reconcile(
    account: PaymentAccount, day: date, *, owner: User | None, note: str, bank_balance: int | None, close: bool, by: User
) -> Reconciliation:  # fmt: skip
    """Keep the figures of a day as they are now, with who looks into them; `close` says that nothing is open any more.

    Closing twice keeps the first time; saving without `close` opens the day again. Raises StaffOnly, NeedsReason when a
    difference would be closed without a word.
    """
    if not by.has_perm("payments.run_money"):
        raise StaffOnly
    figures = day_of(account, day)
    if close and figures.difference and not note.strip():
        raise NeedsReason
    kept = Reconciliation.objects.select_for_update().filter(account=account, day=day).first()
    kept = kept or Reconciliation(account=account, day=day)
    kept.expected, kept.found, kept.difference = figures.expected, figures.found, figures.difference
    kept.owner, kept.note, kept.bank_balance, kept.saved_at = (
        owner,
        note.strip(),
        bank_balance,
        timezone.now(),
    )
    if close and kept.closed_at is None:
        kept.closed_at, kept.closed_by = kept.saved_at, by
    elif not close:
        kept.closed_at = kept.closed_by = None
    kept.save()
    audit.record(
        "day.closed" if close else "day.noted", kept, by=Actor.of(by), day=f"{day}", difference=kept.difference,
        owner=owner.pk if owner else None,
    )  # fmt: skip
    return kept
