"""Bank lines that are no buyer's payment: money that left by a code of ours, came back, or only tests an account.

Found by the code in the memo, and only with the very amount; everything else is left to a person.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from payments.errors import WrongStep
from payments.models import Payout, Receipt, Refund
from payments.order_codes import find_codes
from payments.services.accounts import take_test
from payments.services.payouts import return_payout, settle_payout
from payments.services.refunds import confirm_refund


def take_outgoing(receipt: Receipt) -> bool:
    """Money left the account: the payout or the refund whose code it carries has gone. Whether there was one.

    Call inside a transaction.
    """
    if receipt.account is None or not receipt.account.is_operators:
        return False
    found = [*_payouts(receipt).filter(line=None), *_refunds(receipt)]
    if len(found) != 1:
        return False
    try:
        with transaction.atomic():
            if isinstance(found[0], Payout):
                settle_payout(found[0].pk, line=receipt, at=receipt.booked_at)
            else:
                confirm_refund(found[0].pk, at=receipt.booked_at)
    except WrongStep:
        return False  # such as one that is marked as returned already
    return True


def take_known_income(receipt: Receipt) -> bool:
    """Money came that is no buyer's: an account's test, or a payout that the bank sent back. Whether it was that.

    Such a line pays nothing and waits for nobody. Call inside a transaction.
    """
    if receipt.state != Receipt.State.UNMATCHED or not (take_test(receipt) or _take_return(receipt)):
        return False
    receipt.state = Receipt.State.IGNORED
    receipt.save(update_fields=["state"])
    return True


def _take_return(receipt: Receipt) -> bool:
    if receipt.account is None or not receipt.account.is_operators:
        return False
    payout = _payouts(receipt).filter(return_line=None).first()
    if payout is None:
        return False
    if (
        payout.state == Payout.State.RETURNED
    ):  # staff were faster: out and back, the bank's account is as it was
        Payout.objects.filter(pk=payout.pk).update(return_line=receipt)
        return True
    try:
        with transaction.atomic():
            return_payout(payout.pk, "bank", line=receipt, at=receipt.booked_at)
    except WrongStep:
        return False
    return True


def _payouts(receipt: Receipt) -> QuerySet[Payout]:
    codes = ["P" + code for code in find_codes(receipt.memo, settings.PAYMENT_CODE_PREFIX)]
    return Payout.objects.filter(code__in=codes, amount=receipt.amount)


def _refunds(receipt: Receipt) -> QuerySet[Refund]:
    codes = find_codes(receipt.memo, settings.PAYMENT_CODE_PREFIX[:4] + "R")
    rows = Refund.objects.filter(code__in=codes, amount=receipt.amount, account=receipt.account)
    return rows.exclude(state=Refund.State.CONFIRMED)
