"""Which payment some money is for: by the code in its memo, and by nothing else.

An amount never matches by itself; it only ranks what a person is shown. Source: payments reference, section 2.
"""

from django.conf import settings

from payments.confirming import confirm
from payments.models import Payment, Receipt
from payments.order_codes import find_codes
from payments.plates import take_plate_receipt


def match(receipt: Receipt) -> None:
    """Find the one payment of this account whose code stands in the memo; several are left to a person. Money that names
    no payment but a stall's plate is a sale of that stall.

    Call inside a transaction. Money that went out, and money that is not ours, is left as it is.
    """
    if receipt.state != Receipt.State.UNMATCHED:
        return
    hits = payments_named(receipt)
    if not hits:
        take_plate_receipt(receipt)
    elif len(hits) == 1:
        confirm(hits[0], receipt)
    else:
        receipt.state = Receipt.State.AMBIGUOUS
        receipt.save(update_fields=["state"])


def payments_named(receipt: Receipt) -> list[Payment]:
    """The payments of the receiving account whose codes stand in a memo. 1 query, or none without a code."""
    codes = find_codes(receipt.memo, settings.PAYMENT_CODE_PREFIX)
    if not codes:
        return []
    return list(Payment.objects.filter(account_id=receipt.account_id, code__in=codes).order_by("pk"))
