"""Money that names a stall's plate, and what it and the trader's own entry have to do with each other.

The plate's code stands for ever, so a bank line says only how much and when. One line and one entry of the same account
and amount, not far apart, are one sale, whichever of the two was first; two equal sales need two lines.
Source: payments reference, sections 2 and 5, cases 4 and 24.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.dispatch import receiver

from common.actors import SYSTEM, Actor
from payments import ledger
from payments.confirming import confirm, counted
from payments.models import MarketSession, Payment, PaymentAccount, Receipt, StallPlate, StallSale
from payments.order_codes import find_codes


def take_plate_receipt(receipt: Receipt) -> None:
    """Count a bank line whose memo holds a plate's code of its account: it makes a declared sale certain, or a new one.

    A memo that also names somebody's payment is left to the rules of order codes. Call inside a transaction.
    """
    codes = find_codes(receipt.memo, settings.PAYMENT_CODE_PREFIX)
    plates = StallPlate.objects.filter(account=receipt.account_id, code__in=codes) if codes else None
    plate = plates.select_related("account").order_by("pk").first() if plates is not None else None
    if plate is None or Payment.objects.filter(code__in=codes).exists():
        return
    lock_plates(plate.account_id)
    sale = _declared(plate.account_id, receipt.amount, receipt.booked_at)
    if sale is None:
        sale = new_sale(
            plate.shop_id, receipt.amount, StallSale.Method.PLATE, account=plate.account, at=receipt.booked_at
        )
    confirm(sale.payment, receipt)


def lock_plates(account_id: int) -> None:
    """Let a bank line and an entry for one account come one after the other."""
    list(StallPlate.objects.select_for_update().filter(account=account_id).order_by("pk").values_list("pk"))


def _declared(account_id: int, amount: int, at: datetime) -> StallSale | None:
    """The sale of about that time that the trader has entered and no bank line has confirmed yet."""
    entered = StallSale.objects.filter(
        client_uuid__isnull=False, payment__by_machine=False, payment__state=Payment.State.CONFIRMED
    )
    return _closest(entered, account_id, amount, at)


def told_by_bank(account_id: int, amount: int, at: datetime) -> StallSale | None:
    """The sale of about that time that only the bank has told us of."""
    unentered = StallSale.objects.filter(client_uuid__isnull=True, payment__by_machine=True)
    return _closest(unentered, account_id, amount, at)


def _closest(sales: QuerySet[StallSale], account_id: int, amount: int, at: datetime) -> StallSale | None:
    span = timedelta(minutes=settings.STALL_TIE_MINUTES)
    found: Iterable[StallSale] = sales.filter(
        method=StallSale.Method.PLATE, payment__account=account_id, amount=amount,
        sold_at__range=(at - span, at + span),
    ).select_related("payment").order_by("sold_at", "pk")  # fmt: skip
    return min(found, key=lambda sale: abs(sale.sold_at - at), default=None)


def new_sale(
    shop_id: int,
    amount: int,
    method: str,
    *,
    account: PaymentAccount | None = None,
    at: datetime,
    by: Actor = SYSTEM,
    client_uuid: UUID | None = None,
    note: str = "",
    **payment: Any,
) -> StallSale:
    """A sale with the payment it expects, in the market session of its time. Call inside a transaction."""
    expected = Payment.objects.create(
        purpose=Payment.Purpose.STALL, shop_id=shop_id, account=account, method=method, amount=amount,
        created_at=at, **payment,
    )  # fmt: skip
    return StallSale.objects.create(
        shop_id=shop_id, session=_session_at(shop_id, at), payment=expected, method=method, amount=amount, note=note,
        client_uuid=client_uuid, sold_at=at, entered_by_id=by.user_id,
    )  # fmt: skip


def _session_at(shop_id: int, at: datetime) -> MarketSession | None:
    """The market that the shop was at then."""
    begun = (
        MarketSession.objects.filter(shop=shop_id, opened_at__lte=at).order_by("-opened_at", "-pk").first()
    )
    return begun if begun and (begun.closed_at is None or begun.closed_at >= at) else None


@receiver(counted, sender=Payment, dispatch_uid="complete_sale")
def _complete(sender: Any, payment: Payment, by: Actor, **_rest: Any) -> None:
    """A sale is over when its money is there. One that was called off stands after all once it is paid."""
    if payment.purpose != Payment.Purpose.STALL or payment.state != Payment.State.CONFIRMED:
        return
    ledger.complete_sale(payment, by.user_id)
    StallSale.objects.filter(payment=payment, cancelled_at__isnull=False).update(cancelled_at=None)
