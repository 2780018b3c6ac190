"""Money follows the order: whatever changes what a buyer owes is settled here, in the transaction that changed it.

After it, for every order: what is expected plus what came minus what goes back is what the order costs now (nothing,
once it is stopped), and the seller is credited with exactly the price of an order that is paid in full.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.dispatch import receiver

from common.inserting import insert
from orders.models import Order
from orders.signals import sum_changed
from orders.states import State
from payments import ledger
from payments.errors import NoAccount
from payments.models import Method, Payment, PaymentAccount, Receipt, Refund
from payments.order_codes import new_code

SHORT_WORDS = frozenset(
    {"unpaid", "weighed", "overpaid", "late", "short", "complaint"}
)  # codes, not sentences


@receiver(sum_changed, sender=Order, dispatch_uid="settle_up")
def _settle_when_changed(sender: Any, order: Order, reason: str, **_rest: Any) -> None:
    if order.stopped:
        word = "unpaid" if reason == "unpaid" else str(order.state)
    else:
        word = reason if reason in SHORT_WORDS else "short"
    settle_up(order, reason=word)


def settle_up(order: Order, *, reason: str, receipt: Receipt | None = None) -> None:
    """Bring payments, refunds and the ledger in line with an order. The order is locked; safe to call again.

    `reason` names new refunds; `receipt` is the money that made them necessary, if one did.
    """
    _propose_refunds(order, reason=reason, receipt=receipt)
    _expect_rest(order, expired=reason == "unpaid")
    ledger.allocate(order)


def _propose_refunds(order: Order, *, reason: str, receipt: Receipt | None) -> None:
    """What was paid too much becomes a proposal; what is owed after all takes proposals back, newest first."""
    due = order.paid if order.stopped else max(order.paid - order.total, 0)
    more = due - refunded(order)
    if more > 0:
        Refund.objects.create(order=order, receipt=receipt, amount=more, reason=reason)
        return
    for refund in order.refunds.filter(state=Refund.State.PROPOSED).order_by("-pk"):
        if not more:
            return
        less = min(-more, refund.amount)
        more += less
        if less == refund.amount:
            refund.state = Refund.State.WITHDRAWN
        else:
            refund.amount -= less
        refund.save(update_fields=["state", "amount"])


def refunded(order: Order) -> int:
    """đồng that went back to the buyer or are to go back. 1 query."""
    live = order.refunds.exclude(state=Refund.State.WITHDRAWN)
    return live.aggregate(sum=Sum("amount"))["sum"] or 0


def _expect_rest(order: Order, *, expired: bool) -> None:
    """Expect what is still owed, once; a payment that asks for another sum is taken back (it can still receive)."""
    waiting = list(order.payments.select_for_update().filter(state=Payment.State.WAITING).order_by("pk"))
    if order.stopped:
        ended = Payment.State.EXPIRED if expired else Payment.State.CANCELLED
        Payment.objects.filter(pk__in=[payment.pk for payment in waiting]).update(state=ended)
        return
    if order.pay_on_delivery:
        for payment in waiting:
            if payment.amount != order.total and order.total:
                payment.amount = order.total
                payment.save(update_fields=["amount"])
        return
    owed = order.total - order.paid + refunded(order)
    if any(payment.rest == owed for payment in waiting) and owed > 0:
        return
    Payment.objects.filter(pk__in=[payment.pk for payment in waiting]).update(state=Payment.State.CANCELLED)
    if owed > 0:
        try:
            expect_payment(order, owed)
        except NoAccount:
            return  # the household takes no transfers any more; they agree on the rest by phone


def expect_payment(order: Order, amount: int | None = None) -> Payment:
    """A payment for an order, or for what is still missing of it. Call inside a transaction. Raises NoAccount."""
    payment = _payment(order, order.total - order.paid if amount is None else amount, _accounts([order]))
    payment.save()
    return payment


def expect_payments(orders: Sequence[Order]) -> None:
    """A payment for each of some new orders, in two statements. Call inside a transaction. Raises NoAccount."""
    accounts = _accounts(orders)
    insert(_payment(order, order.total, accounts) for order in orders)


def _payment(order: Order, amount: int, accounts: Mapping[int, PaymentAccount]) -> Payment:
    facts = {"order": order, "shop_id": order.shop_id, "amount": amount, "created_at": order.created_at}
    if order.pay_on_delivery:
        return Payment(method=Method.COD, **facts)
    account = accounts.get(order.shop_id)
    if account is None:
        raise NoAccount
    return Payment(
        method=Method.VIETQR, account=account, code=new_code(settings.PAYMENT_CODE_PREFIX),
        expires_at=order.held_until if order.state == State.NEW else None, **facts,
    )  # fmt: skip


def _accounts(orders: Sequence[Order]) -> dict[int, PaymentAccount]:
    """The accounts of prepaid orders' shops, by shop; without the number, which need not be decrypted. 1 query."""
    shops = [order.shop_id for order in orders if not order.pay_on_delivery]
    if not shops:
        return {}
    rows = PaymentAccount.objects.filter(shop__in=shops, closed_at__isnull=True).defer("number", "holder")
    return {account.shop_id: account for account in rows}


def account_of(shop_id: int) -> PaymentAccount | None:
    """The account that a shop's buyers transfer to now."""
    return PaymentAccount.objects.filter(shop_id=shop_id, closed_at__isnull=True).first()
