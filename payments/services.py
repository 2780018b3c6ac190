"""Every write about money: checkout, notices, the one confirm function, accounts."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import outbox
from accounts.models import User
from common import audit
from common.actors import SYSTEM, Actor
from common.folding import nfc
from common.messaging import send_text
from common.money import show_dong
from orders import locks
from orders import services as orders
from orders.delivery import Choice
from orders.models import Cart, Order, Purchase
from orders.placing import BuyerFacts, place_in_transaction
from orders.signals import moved
from orders.states import Carriage, State
from payments import ledger
from payments.errors import OwnerOnly
from payments.models import BankFeed, Method, Payment, PaymentAccount, Receipt, Refund, WebhookEvent
from payments.order_codes import find_codes
from payments.providers import provider
from payments.providers.base import Forged, Malformed, Notice
from payments.settling import expect_payment, expect_payments, settle_up
from sellers.access import Do, can
from sellers.models import Shop

log = logging.getLogger("cho_ban.payments")
NEVER_LEFT = (Carriage.REFUSED, Carriage.CANCELLED, Carriage.CAME_BACK)


# --- accounts -------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_account(shop: Shop, *, bank_bin: str, number: str, holder: str, by: User) -> PaymentAccount:
    """Say where a shop's money goes. The account before it is closed but still receives what is under way.

    Raises OwnerOnly for everybody but the shop's owner; consent never covers this.
    """
    if not can(by, Do.SET_ACCOUNT, shop):
        raise OwnerOnly
    PaymentAccount.objects.filter(shop=shop, closed_at__isnull=True).update(closed_at=timezone.now())
    account = PaymentAccount.objects.create(
        shop=shop, bank_bin=bank_bin, number=number, number_end=number[-4:], holder=nfc(holder), set_by=by
    )
    BankFeed.objects.create(account=account)
    audit.record("account.set", account, by=Actor.of(by), bank=bank_bin)
    if shop.owner and shop.owner.phone:
        phone, text = (
            shop.owner.phone,
            _("Tài khoản nhận tiền của %(shop)s vừa được đổi. Nếu không phải bạn, hãy gọi ngay."),
        )
        transaction.on_commit(lambda: send_text(phone, text % {"shop": shop.name}))
    return account


# --- checkout -------------------------------------------------------------------------------------------------------


@transaction.atomic
def checkout(
    cart: Cart,
    buyer: BuyerFacts,
    *,
    key: str,
    delivery: Mapping[int, Choice] | None = None,
    at: datetime | None = None,
) -> Purchase:
    """Place the purchase and expect its money, in one transaction. The same `key` gives the same purchase.

    Raises what place_purchase raises, and NoAccount when a shop of a prepaid purchase takes no transfers.
    """
    purchase, placed = place_in_transaction(cart, buyer, key=key, delivery=delivery, at=at)
    expect_payments(placed)
    return purchase


# --- money that came ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """What became of a delivery: the event it was kept as, and how many receipts it held."""

    event: WebhookEvent | None
    receipts: int
    duplicate: bool = False


def take_notices(
    feed: BankFeed, headers: Mapping[str, str], body: bytes, *, now: datetime | None = None
) -> Taken:
    """A provider's delivery: check its signature, keep it raw, then work on it. The same event twice is taken once.

    Raises Forged (nothing is kept but a count). What is kept never turns into an error for the provider: a fault while
    matching leaves the event unprocessed for a later run. Source: payments reference, section 3.
    """
    now = now or timezone.now()
    try:
        notices = provider(feed.provider).read(feed.secrets, headers, body, now)
    except Forged:
        BankFeed.objects.filter(pk=feed.pk).update(refused=F("refused") + 1)
        raise
    except Malformed as bad:  # genuine, but not to be read: kept for a person to look at
        event, _new = WebhookEvent.objects.get_or_create(
            feed=feed, event_id=f"sha256:{hashlib.sha256(body).hexdigest()[:56]}",
            defaults={"provider": feed.provider, "body": body, "fault": bad.code[:40]},
        )  # fmt: skip
        return Taken(event, 0)
    event_id = ",".join(notice.provider_id for notice in notices)[:80]
    event, new = WebhookEvent.objects.get_or_create(
        feed=feed, event_id=event_id, defaults={"provider": feed.provider, "body": body}
    )
    if not new and event.processed_at:
        return Taken(event, 0, duplicate=True)
    try:
        return Taken(event, process_event(event, notices))
    except Exception:  # the money is kept raw; telling the provider "error" would only bring it again
        log.exception("notice kept but not processed", extra={"event": event.pk})
        return Taken(event, 0)


@transaction.atomic
def process_event(event: WebhookEvent, notices: list[Notice]) -> int:
    """Turn a kept delivery into receipts and match them. Does nothing if somebody was faster. Returns the receipts."""
    event = (
        WebhookEvent.objects.select_for_update(of=("self",)).select_related("feed__account").get(pk=event.pk)
    )
    if event.processed_at:
        return 0
    taken = [receipt for notice in notices if (receipt := _keep(event, notice))]
    for receipt in taken:
        if receipt.state != Receipt.State.IGNORED:
            _match(receipt)
    WebhookEvent.objects.filter(pk=event.pk).update(processed_at=timezone.now())
    return len(taken)


def _keep(event: WebhookEvent, notice: Notice) -> Receipt | None:
    """The notice as a receipt; None if the same transfer is known already, from here or from a statement."""
    account = event.feed.account
    ours = notice.account_number == account.number and notice.is_income
    facts = {
        "account": account,
        "direction": notice.direction,
        "amount": notice.amount,
        "booked_at": notice.booked_at,
    }
    same_line = Q(provider=event.provider, account=account, provider_id=notice.provider_id)
    if notice.bank_reference:
        same_line |= Q(bank_reference=notice.bank_reference, **facts)
    if Receipt.objects.filter(same_line).exists():
        return None
    return Receipt.objects.create(
        source=Receipt.Source.BANK, provider=event.provider, provider_id=notice.provider_id, event=event,
        state=Receipt.State.UNMATCHED if ours else Receipt.State.IGNORED, bank_reference=notice.bank_reference,
        memo=notice.memo, **facts,
    )  # fmt: skip


def _match(receipt: Receipt) -> None:
    """Find the one payment of this account whose code stands in the memo; several are left to a person."""
    codes = find_codes(receipt.memo, settings.PAYMENT_CODE_PREFIX)
    hits = list(Payment.objects.filter(account_id=receipt.account_id, code__in=codes).order_by("pk"))
    if len(hits) == 1:
        confirm(hits[0], receipt)
    elif len(hits) > 1:
        Receipt.objects.filter(pk=receipt.pk).update(state=Receipt.State.AMBIGUOUS)


@transaction.atomic
def confirm(payment: Payment, receipt: Receipt, *, by: Actor = SYSTEM) -> Payment:
    """The one way money is counted: link the receipt, add it to the payment and its order, book it, tell people.

    Safe to call again with the same receipt. Money for a cancelled order, or more than was asked for, becomes a
    refund proposal. Messages leave after the commit.
    """
    order = locks.order(payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    receipt = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if receipt.payment_id is not None:
        return payment
    receipt.payment, receipt.state = payment, Receipt.State.MATCHED
    receipt.save(update_fields=["payment", "state"])
    by_machine = receipt.source == Receipt.Source.BANK
    declared = _declared_before(payment, receipt) if by_machine else None
    if (
        declared is not None
    ):  # the seller said so first; the bank's word makes it certain, the money is the same
        Receipt.objects.filter(pk=receipt.pk).update(confirms=declared)
        Payment.objects.filter(pk=payment.pk).update(by_machine=True)
        return payment
    payment.received += receipt.amount
    if payment.received >= payment.amount and payment.state != Payment.State.CONFIRMED:
        payment.state, payment.confirmed_at, payment.by_machine = (
            Payment.State.CONFIRMED,
            timezone.now(),
            by_machine,
        )
    payment.save(update_fields=["received", "state", "confirmed_at", "by_machine"])
    was_paid = order.is_paid
    order = orders.record_paid(order.pk, receipt.amount)
    if receipt.source == Receipt.Source.CARRIER:
        ledger.book_carried_cash(order, receipt.amount, f"receipt:{receipt.pk}")
    else:
        ledger.book_direct_sale(order, receipt.amount, f"receipt:{receipt.pk}", by.user_id)
    settle_up(order, reason="late" if order.stopped else "overpaid", receipt=receipt)
    if order.is_paid and not was_paid:
        _tell_paid(order)
    audit.record("payment.received", payment, by=by, amount=receipt.amount, state=payment.state)
    return payment


def _declared_before(payment: Payment, receipt: Receipt) -> Receipt | None:
    """A seller's own word for the same money, not yet confirmed by the bank."""
    return payment.receipts.filter(
        source=Receipt.Source.SELLER, amount=receipt.amount, confirmed_by__isnull=True
    ).first()


def _tell_paid(order: Order) -> None:
    """The buyer hears that their money came; the seller too, unless the new order itself has just told them."""
    amount, code = show_dong(order.total), order.public_code
    text = _("Chợ Bản: đã nhận %(amount)s cho đơn %(code)s. Người bán sẽ gói hàng.")
    key = f"paid:{order.pk}:{order.paid}"
    outbox.post(
        text % {"amount": amount, "code": code}, phone=order.phone, key=key, kind="order_paid", urgent=True
    )
    if order.shop.owner and order.state != State.NEW:
        text = _("Chợ Bản: khách đã trả %(amount)s cho đơn %(code)s.")
        outbox.post(
            text % {"amount": amount, "code": code},
            to=order.shop.owner,
            key=f"{key}:seller",
            kind="order_paid",
        )


@transaction.atomic
def declare_received(payment: Payment, *, by: Actor, at: datetime | None = None) -> Payment:
    """The seller saw the money on their own phone. Counts as seller-declared until the bank's notice says the same."""
    order = locks.order(payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if payment.state == Payment.State.CONFIRMED or order.is_paid:
        return payment
    at = at or timezone.now()
    receipt = Receipt.objects.create(
        account=payment.account, source=Receipt.Source.SELLER, state=Receipt.State.UNMATCHED, amount=payment.rest,
        booked_at=at, received_at=at,
    )  # fmt: skip
    return confirm(payment, receipt, by=by)


@receiver(moved, sender=Order, dispatch_uid="count_cash")
def count_cash(sender: Any, order: Order, by: Actor, at: datetime, **_rest: Any) -> None:
    """An order paid on delivery has been delivered: the cash is counted in the same transaction.

    A carrier that was to collect it has it, whoever says that the goods came.
    """
    if order.state != State.DELIVERED or not order.pay_on_delivery or order.is_paid:
        return
    payment = order.payments.get(method=Method.COD)
    collecting = order.shipments.filter(cod__gt=0).exclude(state__in=NEVER_LEFT)
    source = Receipt.Source.CARRIER if collecting.exists() else Receipt.Source.CASH
    receipt = Receipt.objects.create(
        source=source, state=Receipt.State.UNMATCHED, amount=payment.rest, booked_at=at, received_at=at
    )
    confirm(payment, receipt, by=by)
    order.refresh_from_db(fields=["paid"])


@transaction.atomic
def cancel_order(order_id: int, *, by: Actor, reason: str = "", at: datetime | None = None) -> Order:
    """Give an order up: its goods go back on the shelf, what was paid becomes a refund proposal, nothing is expected
    any more. Raises WrongState once the goods are on their way."""
    return orders.farmer_step(order_id, State.CANCELLED, by=by, reason=reason, at=at)


@transaction.atomic
def refund_sent(refund_id: int, *, by: Actor) -> Refund:
    """The seller has sent money back from their own account or hand. A second call changes nothing.

    Does nothing to a proposal that was withdrawn meanwhile.
    """
    order = locks.order(Refund.objects.values_list("order_id", flat=True).get(pk=refund_id))
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    if refund.state == Refund.State.PROPOSED:
        refund.state = Refund.State.SENT
        refund.save(update_fields=["state"])
        ledger.book_direct_refund(order, refund.amount, f"refund:{refund.pk}", by.user_id)
        audit.record("refund.sent", refund, by=by, shop_id=order.shop_id, amount=refund.amount)
    return refund


@transaction.atomic
def ask_for_rest(order_id: int) -> Payment | None:
    """A second payment for what is missing of an order that was paid in part. None if nothing is missing or possible."""
    order = locks.order(order_id)
    if order.pay_on_delivery or order.is_paid or order.stopped:
        return None
    waiting = order.payments.select_for_update().filter(state=Payment.State.WAITING, received=0).last()
    return waiting or expect_payment(order)
