"""Which payment some money is for: by the code in its memo, and by nothing else.

An amount never matches by itself; it only ranks what a person is shown. Source: payments reference, section 2.
"""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Q, QuerySet

from common.compiled import compiled
from common.inserting import insert
from payments.confirming import count
from payments.models import Method, Payment, Receipt
from payments.order_codes import find_codes
from payments.plates import take_plate_receipt


def match(receipt: Receipt) -> None:
    """Keep some money that has just become known, counted for the one payment of this account whose code stands in the
    memo; several are left to a person. Money that names no payment but a stall's plate is a sale of that stall.

    Call inside a transaction, with a receipt that is not saved yet. Money that went out, and money that is not ours, is
    only kept.
    """
    codes = find_codes(receipt.memo, settings.PAYMENT_CODE_PREFIX)
    if receipt.state != Receipt.State.UNMATCHED:
        insert([receipt])
    elif len(codes) == 1 and (payment := _locked_with_order(receipt, codes[0])) is not None:
        count(payment, receipt, held=True)
    else:
        _among_several(receipt, codes)


def _among_several(receipt: Receipt, codes: Sequence[str]) -> None:
    rows = Payment.objects.filter(account_id=receipt.account_id, code__in=codes).order_by("pk")
    hits = list(rows) if codes else []
    if len(hits) == 1:
        count(hits[0], receipt)
        return
    if hits:
        receipt.state = Receipt.State.AMBIGUOUS
    insert([receipt])
    if codes and not hits:
        take_plate_receipt(receipt)
        receipt.refresh_from_db(fields=["state"])


def _locked_with_order(receipt: Receipt, code: str) -> Payment | None:
    """An order's payment and its order by one statement, which locks the order first. 1 query."""
    if receipt.account_id is None:
        return None
    return next(iter(_named(receipt.account_id, code)), None)


@compiled
def _named(account_id: int, code: str) -> QuerySet[Payment]:
    rows = Payment.objects.select_for_update(of=("order", "self")).select_related("order")
    # by a column of the order, so that the order is joined for certain: a row that may be missing cannot be locked
    return rows.filter(account_id=account_id, code=code, order__key__gt="")


def assignable(receipt: Receipt) -> QuerySet[Payment]:
    """Payments that a receipt's money can be for: of the seller whose account it came to, of the operator's accounts, or of
    the provider that sent it. Parts of a shared payment are paid through it.
    """
    rows = Payment.objects.filter(shared__isnull=True)
    if receipt.account is None:
        return rows.filter(provider=receipt.provider) if receipt.provider else rows.none()
    if receipt.account.is_operators:
        return rows.filter(account__shop__isnull=True, account__isnull=False)
    own = Q(account__shop_id=receipt.account.shop_id) | Q(shop_id=receipt.account.shop_id, method=Method.COD)
    return rows.filter(own).exclude(purpose=Payment.Purpose.DEBT)
