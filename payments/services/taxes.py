"""Dated rates and what is known of sellers' taxes: added by those who run the money, with a trace, never rewritten."""

from datetime import date

from django.db import transaction

from accounts.models import User
from catalog.models import Category
from common import audit
from common.actors import Actor
from common.days import local_day
from common.folding import nfc
from payments.errors import RateBegun, StaffOnly
from payments.models import Rate, SellerTax
from sellers.models import Shop


def _check_staff(by: User) -> None:
    if not by.has_perm("payments.run_money"):
        raise StaffOnly


@transaction.atomic
def add_rate(
    *, kind: str, rate: int, valid_from: date, by: User, seller_kind: str = "", category: Category | None = None,
    valid_until: date | None = None, source: str = "",
) -> Rate:  # fmt: skip
    """Keep a rate (hundredths of a per cent of goods) from today or a later day on: what was sold before keeps its own.

    Raises StaffOnly, RateBegun for a day that is over.
    """
    _check_staff(by)
    if valid_from < local_day():
        raise RateBegun
    row = Rate.objects.create(
        kind=kind, rate=rate, valid_from=valid_from, valid_until=valid_until, seller_kind=seller_kind, category=category,
        source=nfc(source),
    )  # fmt: skip
    audit.record("rate.added", row, by=Actor.of(by), kind=kind, rate=rate, valid_from=f"{valid_from}")
    return row


@transaction.atomic
def end_rate(rate_id: int, last: date, *, by: User) -> Rate:
    """Let a rate hold until the end of a day, today or later; one that has not begun by then is taken out.

    Raises StaffOnly, RateBegun.
    """
    _check_staff(by)
    row = Rate.objects.select_for_update().get(pk=rate_id)
    if last < local_day():
        raise RateBegun
    audit.record("rate.ended", row, by=Actor.of(by), last=f"{last}", before=f"{row.valid_until or ''}")
    if row.valid_from > last:
        row.delete()
        return row
    row.valid_until = last
    row.save(update_fields=["valid_until"])
    return row


@transaction.atomic
def set_seller_tax(
    shop: Shop, *, withheld: bool, self_produced_unprocessed: bool, note: str, by: User
) -> SellerTax:
    """Say what is known of a seller's taxes; counts for what is sold from now on. Raises StaffOnly."""
    _check_staff(by)
    facts = {"withheld": withheld, "self_produced_unprocessed": self_produced_unprocessed, "note": nfc(note)}
    row, _new = SellerTax.objects.update_or_create(shop=shop, defaults=facts)
    audit.record(
        "seller.tax", shop, by=Actor.of(by), withheld=withheld, self_produced=self_produced_unprocessed
    )
    return row
