"""Money that goes back, step by step: proposed, approved, sending, sent, confirmed; failed ones are tried again.

What is proposed follows from orders (`payments.settling`). Whoever sends it from their own hand (the seller of an order that
was paid directly) does so in one step; what the operator sends needs leave, of two people above a limit.
Source: payments reference, sections 6 and 7.
"""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import outbox
from accounts.models import User
from common import audit
from common.actors import SYSTEM, Actor
from common.codes import public_code
from common.folding import nfc
from common.money import show_dong
from orders import locks
from orders.models import Order
from payments import ledger, sales
from payments.errors import NotYourself, StaffOnly, TooMuch, WrongStep
from payments.models import Payment, Receipt, Refund
from payments.order_codes import new_code
from payments.services import charges
from payments.settling import operators_account

State, Way = Refund.State, Refund.Way
NEXT = {
    State.PROPOSED: {State.APPROVED, State.WITHDRAWN},
    State.APPROVED: {
        State.SENDING,
        State.SENT,
        State.CONFIRMED,
    },  # the bank's line may be faster than the button
    State.SENDING: {State.SENT, State.CONFIRMED, State.FAILED},
    State.SENT: {State.CONFIRMED, State.FAILED},
    State.CONFIRMED: {State.FAILED},  # a card's bank may send it back days later
    State.FAILED: {State.SENDING, State.SENT},
}  # a state without a line is final


def _lock(refund_id: int) -> tuple[Order | None, Refund]:
    """A refund with its order or with its sale's payment, which are locked first."""
    order_id, payment_id = Refund.objects.values_list("order_id", "sale__payment").get(pk=refund_id)
    order = locks.order(order_id) if order_id else None
    if payment_id:
        Payment.objects.select_for_update().get(pk=payment_id)
    rows = Refund.objects.select_for_update(of=("self",)).select_related(
        "account", "receipt", "sale__payment"
    )
    return order, rows.get(pk=refund_id)


def _step(refund: Refund, to: Refund.State, by: Actor, **changes: object) -> None:
    """One step of the table. Raises WrongStep."""
    before = State(refund.state)
    if to not in NEXT.get(before, ()):
        raise WrongStep
    refund.state = to
    for column, value in changes.items():
        setattr(refund, column, value)
    refund.save(update_fields=["state", *changes])
    audit.record(f"refund.{to}", refund, by=by, shop_id=refund.shop_id, amount=refund.amount, before=before)


def _promise(refund: Refund, by: Actor, **changes: object) -> None:
    """The buyer gets it back for certain: the books and, of a sale at a stall, the figures follow. Raises WrongStep."""
    _step(refund, State.APPROVED, by, **changes)
    if refund.sale is not None:
        refund.sale.returned += refund.amount
        refund.sale.save(update_fields=["returned"])
        ledger.complete_sale(refund.sale.payment, by.user_id)
        sales.tell_stall(refund.sale.payment)
    ledger.book_refund(refund, by.user_id)


def _check_covered(order: Order | None, refund: Refund) -> None:
    """Refunds never exceed what came; checked under the lock of the order or of the sale's payment. Raises TooMuch."""
    if refund.sale is not None and refund.amount > refund.sale.kept:
        raise TooMuch
    if order is not None:
        promised = order.refunds.filter(state__in=Refund.PROMISED).exclude(pk=refund.pk)
        if (promised.aggregate(sum=Sum("amount"))["sum"] or 0) + refund.amount > order.paid:
            raise TooMuch


@transaction.atomic
def refund_sent(refund_id: int, *, by: Actor, at: datetime | None = None) -> Refund:
    """The seller has sent money back from their own account or hand. A second call changes nothing.

    Does nothing to a proposal that was withdrawn meanwhile. Raises WrongStep for money that is not the seller's to send.
    """
    order, refund = _lock(refund_id)
    if refund.state in (State.SENT, State.CONFIRMED, State.WITHDRAWN):
        return refund
    if refund.way != Way.SELLER:
        raise WrongStep
    _check_covered(order, refund)
    if refund.state == State.PROPOSED:
        _promise(refund, by)
    _step(refund, State.SENT, by, sent_at=at or timezone.now())
    ledger.book_refund_sent(refund, by.user_id)
    return refund


@transaction.atomic
def refund_to(refund_id: int, *, bank_bin: str, number: str, holder: str, by: Actor) -> Refund:
    """Say which account of the buyer's a refund goes to, as scanned from their VietQR. Raises WrongStep once it is sent."""
    _order, refund = _lock(refund_id)
    if refund.way != Way.BANK or refund.state not in (State.PROPOSED, State.APPROVED, State.FAILED):
        raise WrongStep
    refund.to_bank_bin, refund.to_number, refund.to_end = bank_bin, number, number[-4:]
    refund.to_holder = nfc(holder)
    refund.save(update_fields=["to_bank_bin", "to_number", "to_end", "to_holder"])
    audit.record("refund.addressed", refund, by=by, shop_id=refund.shop_id)
    return refund


@transaction.atomic
def approve_refund(refund_id: int, *, by: User) -> Refund:
    """Give leave for money of the operator's to go back. A second call changes nothing.

    Raises StaffOnly, TooMuch if more would go back than came, WrongStep for a withdrawn one.
    """
    if not by.has_perm("payments.run_money"):
        raise StaffOnly
    order, refund = _lock(refund_id)
    if refund.state in Refund.PROMISED:
        return refund
    _check_covered(order, refund)
    if refund.way == Way.PROVIDER:
        charges.assign(order, refund)
    changes: dict[str, object] = {"approved_by": by}
    if refund.way == Way.BANK:
        changes |= {"code": new_code(settings.PAYMENT_CODE_PREFIX[:4] + "R"), "account": operators_account()}
    for each in [refund, *charges.pieces(refund)]:
        _promise(each, Actor.of(by), **changes)
    return refund


@transaction.atomic
def send_refund(refund_id: int, *, by: User, at: datetime | None = None) -> Refund:
    """Staff have made the transfer, or it starts on its way through the provider. A second call changes nothing.

    Above REFUND_TWO_PEOPLE (đồng) the one who sends is not the one who approved. Money that a provider sends is booked when
    the provider says so. Raises StaffOnly, NotYourself, WrongStep.
    """
    if not by.has_perm("payments.run_money"):
        raise StaffOnly
    _order, refund = _lock(refund_id)
    if refund.state in (State.SENT, State.SENDING, State.CONFIRMED):
        return refund
    if charges.whole(refund) > settings.REFUND_TWO_PEOPLE and refund.approved_by_id == by.pk:
        raise NotYourself
    if refund.way == Way.BANK and not refund.to_number:
        raise WrongStep
    if refund.way == Way.PROVIDER:
        return _start(refund, by)
    _step(refund, State.SENT, Actor.of(by), sent_by=by, sent_at=at or timezone.now(), tries=refund.tries + 1)
    ledger.book_refund_sent(refund, by.pk)
    return refund


def _start(refund: Refund, by: User) -> Refund:
    """A refund sets out through its provider once this is committed; its key is kept before the provider is asked."""
    from payments.services.provider_refunds import send_through  # it goes on with the steps of this module

    if refund.back_to_id is None:
        raise WrongStep
    tries = refund.tries + 1
    key = f"refund-{refund.pk}-{tries}-{public_code()}"
    _step(refund, State.SENDING, Actor.of(by), tries=tries, key=key, provider_ref="", sent_by=by, fault="")
    transaction.on_commit(partial(send_through.enqueue, refund.pk))
    return refund


@transaction.atomic
def confirm_refund(
    refund_id: int, *, by: Actor = SYSTEM, provider_ref: str = "", at: datetime | None = None
) -> Refund:
    """The outgoing bank line or the provider shows that the money has gone. A second call changes nothing.

    Raises WrongStep for a refund that nobody has sent.
    """
    order, refund = _lock(refund_id)
    if refund.state == State.CONFIRMED:
        return refund
    at, was_booked = at or timezone.now(), refund.state == State.SENT
    changes = {"confirmed_at": at, "sent_at": refund.sent_at or at, "fault": ""}
    if provider_ref:
        changes["provider_ref"] = provider_ref
    _step(refund, State.CONFIRMED, by, **changes)
    if not was_booked:
        ledger.book_refund_sent(refund, by.user_id)
    if order is not None:
        text = _("Chợ Bản: đã trả lại bạn %(amount)s của đơn %(code)s.")
        outbox.post(
            text % {"amount": show_dong(refund.amount), "code": order.public_code}, phone=order.phone,
            key=f"refund:{refund.pk}", kind="refunded",
        )  # fmt: skip
    return refund


@transaction.atomic
def fail_refund(refund_id: int, fault: str, *, by: Actor = SYSTEM) -> Refund:
    """The bank sent it back, even after it had taken it, or the provider refused: it waits for another try, still promised
    to the buyer. A second call changes nothing. Raises WrongStep for one that was not on its way.
    """
    _order, refund = _lock(refund_id)
    if refund.state == State.FAILED:
        return refund
    was_booked = refund.state in (State.SENT, State.CONFIRMED)
    _step(refund, State.FAILED, by, fault=fault[:60], confirmed_at=None)
    if was_booked:
        ledger.reverse(f"refund:{refund.pk}:sent:{refund.tries}", actor_id=by.user_id)
    return refund


@transaction.atomic
def drop_return(refund_id: int, *, by: Actor) -> Refund:
    """The buyer at a stall keeps the goods after all: nothing goes back. A second call changes nothing.

    Raises WrongStep once it was sent, and for what is not of a sale at a stall.
    """
    _order, refund = _lock(refund_id)
    if refund.sale is None:
        raise WrongStep
    if refund.state != State.WITHDRAWN:
        _step(refund, State.WITHDRAWN, by)
    return refund


@transaction.atomic
def propose_return(receipt_id: int, *, by: User) -> Refund:
    """Money that nobody can place goes back to who sent it: the rest of a receipt on the operator's own account or at a
    provider.

    A second call gives the same refund. Raises StaffOnly, WrongStep when nothing of it is left or it is not ours to send.
    """
    if not by.has_perm("payments.run_money"):
        raise StaffOnly
    receipt = Receipt.objects.select_for_update(of=("self",)).select_related("account").get(pk=receipt_id)
    before = receipt.refunds.filter(reason="unmatched", order=None).exclude(state=State.WITHDRAWN).first()
    if before is not None:
        return before
    by_provider = receipt.source == Receipt.Source.PROVIDER
    ours = by_provider or (receipt.account is not None and receipt.account.is_operators)
    if not ours or receipt.rest <= 0 or receipt.state == Receipt.State.IGNORED:
        raise WrongStep
    way = {"way": Way.PROVIDER, "provider": receipt.provider} if by_provider else {"way": Way.BANK}
    refund = Refund.objects.create(receipt=receipt, amount=receipt.rest, reason="unmatched", **way)
    receipt.state = Receipt.State.RETURNING
    receipt.save(update_fields=["state"])
    audit.record("receipt.to_return", receipt, by=Actor.of(by), amount=refund.amount)
    return refund


def withdraw_return(receipt: Receipt, *, by: User) -> None:
    """Money that was to go back stays after all. Call inside a transaction. Raises WrongStep once the return is approved."""
    refund = receipt.refunds.select_for_update().filter(reason="unmatched", order=None).exclude(
        state=State.WITHDRAWN
    ).first()  # fmt: skip
    if refund is not None:
        _step(refund, State.WITHDRAWN, Actor.of(by))
