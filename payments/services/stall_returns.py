"""Goods that come back to a stall: the buyer's money goes back from the trader's hand or account.

Each return is a refund like those of orders, by the seller's own way. What it takes off the sale's day, the figures and the
books follows once the money has gone. Source: payments reference, section 7 (refund by the seller's own hand).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from common import audit
from common.actors import Actor
from payments.errors import OtherReturn, TooMuch, WrongStep
from payments.models import Payment, Refund, StallSale
from payments.services.refunds import refund_sent

State = Refund.State
REASON = "returned"


@transaction.atomic
def return_sale(
    sale: StallSale, amount: int, *, key: UUID, by_hand: bool, by: Actor, at: datetime | None = None
) -> Refund:
    """The buyer of a counted sale brings goods back and gets `amount` (đồng) of what they paid.

    Money given back `by_hand` has gone at once; a transfer is proposed until the trader says that it was made
    (`refund_sent`). The same `key` is the same return. Raises WrongStep for a sale that is not paid or too long ago,
    TooMuch, OtherReturn.
    """
    Payment.objects.select_for_update().get(pk=sale.payment_id)
    sale = StallSale.objects.with_money().get(pk=sale.pk)
    name = f"sale-{sale.pk}-{key.hex}"
    known = Refund.objects.filter(key=name).first()
    if known is not None:
        if known.amount != amount:
            raise OtherReturn
        return known
    if not sale.can_be_returned:
        raise WrongStep
    if not 0 < amount <= left_to_return(sale):
        raise TooMuch
    refund = Refund.objects.create(sale=sale, amount=amount, reason=REASON, way=Refund.Way.SELLER, key=name)
    audit.record("refund.proposed", refund, by=by, shop_id=sale.shop_id, amount=amount)
    return refund_sent(refund.pk, by=by, at=at) if by_hand else refund


def left_to_return(sale: StallSale) -> int:
    """đồng of a sale that nobody has given back or is about to. 1 query."""
    proposed = sale.refunds.filter(state=State.PROPOSED).aggregate(sum=Sum("amount", default=0))
    return sale.kept - proposed["sum"]
