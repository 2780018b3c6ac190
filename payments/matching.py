"""Which payment some money is for: by the code in its memo, and by nothing else.

An amount never matches by itself; it only ranks what a person is shown. Source: payments reference, section 2.
"""

from django.conf import settings
from django.db.models import Q, QuerySet

from payments.confirming import count
from payments.models import Method, Payment, Receipt
from payments.order_codes import find_codes
from payments.plates import take_plate_receipt


def match(receipt: Receipt, *, fresh: bool = False) -> None:
    """Find the one payment of this account whose code stands in the memo; several are left to a person. Money that names
    no payment but a stall's plate is a sale of that stall.

    Call inside a transaction; `fresh` if the receipt was kept in it. Money that went out, and money that is not ours, is
    left as it is.
    """
    if receipt.state != Receipt.State.UNMATCHED:
        return
    hits = payments_named(receipt)
    if not hits:
        take_plate_receipt(receipt)
        receipt.refresh_from_db(fields=["state"])
    elif len(hits) == 1:
        count(hits[0], receipt, fresh=fresh)
    else:
        receipt.state = Receipt.State.AMBIGUOUS
        receipt.save(update_fields=["state"])


def payments_named(receipt: Receipt) -> list[Payment]:
    """The payments of the receiving account whose codes stand in a memo. 1 query, or none without a code."""
    codes = find_codes(receipt.memo, settings.PAYMENT_CODE_PREFIX)
    if not codes:
        return []
    return list(Payment.objects.filter(account_id=receipt.account_id, code__in=codes).order_by("pk"))


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
