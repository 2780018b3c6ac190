"""Refunds as the desk sees them, and what staff transfer for one."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.paging import PAGE_SIZE, Page, cut, read_key
from payments import qr, vietqr
from payments.banks import Bank, bank
from payments.desk_queries import start_of
from payments.models import Refund

WITH = ("order__shop", "sale__shop", "receipt__account", "account", "approved_by", "sent_by")
TO_DO = (Refund.State.PROPOSED, Refund.State.APPROVED, Refund.State.SENDING, Refund.State.FAILED)


def refunds(state: str, way: str, since: date, until: date) -> QuerySet[Refund]:
    """Refunds in a state (those with something to do if none is named), oldest first."""
    rows = Refund.objects.filter(
        created_at__gte=start_of(since), created_at__lt=start_of(until + timedelta(days=1))
    )
    rows = rows.filter(state=state) if state else rows.filter(state__in=TO_DO)
    if way:
        rows = rows.filter(way=way)
    return rows.select_related(*WITH).order_by("pk")


def refund_page(rows: QuerySet[Refund], after: str) -> Page[Refund]:
    """24 of them. 1 query."""
    key = read_key(after, 1)
    if key:
        rows = rows.filter(pk__gt=key[0])
    return cut(list(rows[: PAGE_SIZE + 1]), lambda refund: (refund.pk,))


def refund_by_id(refund_id: int) -> Refund | None:
    """One refund with who had a hand in it. 1 query."""
    return Refund.objects.select_related(*WITH).filter(pk=refund_id).first()


@dataclass(frozen=True)
class ToPay:
    """The transfer that staff make for a refund: where to, how much, and the memo that finds it again."""

    refund: Refund

    @property
    def bank(self) -> Bank | None:
        return bank(self.refund.to_bank_bin)

    @property
    def svg(self) -> SafeString:
        """The QR that a bank's app pays, drawn for the page."""
        code = vietqr.VietQR(
            bank_bin=self.refund.to_bank_bin, account=self.refund.to_number or "", amount=self.refund.amount,
            memo=self.refund.code or "",
        )  # fmt: skip
        return qr.svg(vietqr.encode(code), label=_("Mã VietQR để hoàn %(code)s") % {"code": self.refund.code})


def to_pay(refund: Refund) -> ToPay | None:
    """What to transfer, once it is approved and addressed; None before and after."""
    due = refund.way == Refund.Way.BANK and refund.state in (Refund.State.APPROVED, Refund.State.FAILED)
    return ToPay(refund) if due and refund.to_number and refund.code else None
