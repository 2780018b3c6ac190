"""Sellers with an account of their own at the provider: their part of a charge goes there, and comes back with a refund.

Only where PAYMENT_STRIPE_CONNECT is on, which is for operators abroad; sellers without such an account are paid by bank
transfer, from the same ledger. Source: payments reference, section 4 (Sellers).
"""

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Sum
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import task

from accounts.models import User
from common import audit
from common.actors import SYSTEM, Actor
from common.codes import public_code
from orders import locks
from orders.models import Order
from orders.signals import moved
from orders.states import State as OrderState
from payments import ledger
from payments.errors import GatewayAway, GatewayRefused, OwnerOnly
from payments.ledger import Line
from payments.models import (
    Account,
    Allocation,
    ConnectedAccount,
    Dispute,
    LedgerLine,
    Receipt,
    Reversal,
    SellerBalance,
    Transfer,
)
from payments.providers import provider
from payments.providers.base import Event
from payments.queries import transferring_of
from payments.services import charges
from payments.services.events import asking, handles
from sellers.access import Do, can
from sellers.models import Shop

log = logging.getLogger("cho_ban.payments")
PROVIDER = "stripe"
AGAIN = timedelta(hours=1)  # then a transfer that failed is tried again
SILENT = timedelta(minutes=10)  # and one without an answer
MOST_TRIES = 50
ACTIVE = (Transfer.State.PLANNED, Transfer.State.SENDING, Transfer.State.SENT, Transfer.State.REVERSED)
TRANSFER, REVERSAL = "transfer", "reversal"


def is_on() -> bool:
    """Whether sellers may have accounts of their own at the provider."""
    return settings.PAYMENT_STRIPE_CONNECT and PROVIDER in settings.PAYMENT_PROVIDERS


# --- a seller's account -------------------------------------------------------------------------------------------------


def onboard(shop: Shop, *, by: User, return_url: str, refresh_url: str) -> str:
    """Open a seller's account at the provider, once, and say where they tell the provider who they are.

    Never inside a transaction. Raises OwnerOnly, GatewayAway, GatewayRefused.
    """
    if not can(by, Do.SET_ACCOUNT, shop):
        raise OwnerOnly
    defaults = {"provider": PROVIDER, "key": f"account-{shop.pk}-{public_code()}"}
    account, new = ConnectedAccount.objects.get_or_create(shop=shop, defaults=defaults)
    if new:
        audit.record("connect.opened", account, by=Actor.of(by))
    at: Any = provider(PROVIDER)
    with asking():
        if not account.ref:
            account.ref = at.create_account(account.key, shop=shop.name)
            account.save(update_fields=["ref"])
        return at.account_link(account.ref, return_url=return_url, refresh_url=refresh_url)


def check_account(ref: str, now: datetime | None = None) -> ConnectedAccount | None:
    """Ask the provider what a seller's account may do. None if it is none of ours. Raises GatewayAway, GatewayRefused."""
    account = ConnectedAccount.objects.filter(provider=PROVIDER, ref=ref).exclude(ref="").first()
    if account is None:
        return None
    at: Any = provider(PROVIDER)
    with asking():
        said = at.account_standing(ref)
    before = account.can_be_paid
    account.can_be_paid, account.submitted = said.can_be_paid, said.submitted
    account.due, account.reason = list(said.due)[:50], said.reason[:100]
    account.checked_at = now or timezone.now()
    account.save()
    if before != account.can_be_paid:
        audit.record("connect.changed", account, by=SYSTEM, can_be_paid=account.can_be_paid)
    return account


@handles("account")
def _account_changed(name: str, event: Event) -> None:
    check_account(event.ref)


# --- giving ---------------------------------------------------------------------------------------------------------------


@receiver(moved, sender=Order, dispatch_uid="give_sellers_their_part")
def _when_delivered(sender: Any, order: Order, **_rest: Any) -> None:
    if order.state == OrderState.DELIVERED and is_on():
        plan(order)


def plan(order: Order) -> list[Transfer]:
    """Plan to give a seller what an order brought them, out of the charges that paid it. The order is locked.

    Never more than the order or the seller has coming, nor than is left of a charge; nothing of a disputed one.
    """
    account = ConnectedAccount.objects.filter(shop=order.shop_id, can_be_paid=True).first()
    if account is None:
        return []
    due = min(
        _due(order) - _given(order), -ledger.seller_balance(order.shop_id) - transferring_of(order.shop_id)
    )
    planned = []
    for receipt in charges.of_order(order):
        part = min(due, _left_to_give(receipt, order))
        if part <= 0 or receipt.provider != account.provider:
            continue
        facts = {"shop_id": order.shop_id, "account": account, "amount": part}
        row, new = Transfer.objects.get_or_create(order=order, receipt=receipt, defaults=facts)
        if new:
            due -= part
            planned.append(row)
            transaction.on_commit(partial(send_transfer.enqueue, row.pk))
    return planned


def _due(order: Order) -> int:
    """đồng that an order has brought its seller so far, whether they were given or not."""
    lines = LedgerLine.objects.filter(
        account=Account.SELLER, shop=order.shop_id, entry__order=order, entry__posted=True
    )
    lines = lines.exclude(Q(entry__kind__startswith=TRANSFER) | Q(entry__kind=REVERSAL))
    return -lines.aggregate(sum=Sum("amount", default=0))["sum"]


def _given(order: Order) -> int:
    rows = order.transfers.filter(state__in=ACTIVE)
    return rows.aggregate(sum=Sum(F("amount") - F("reversed"), default=0))["sum"]


def _left_to_give(receipt: Receipt, order: Order) -> int:
    if receipt.disputes.filter(state=Dispute.State.OPEN).exists():
        return 0
    given = receipt.transfers.filter(state__in=ACTIVE).aggregate(
        sum=Sum(F("amount") - F("reversed"), default=0)
    )["sum"]
    back = receipt.sent_back.aggregate(sum=Sum("amount", default=0))["sum"]
    return min(charges.left(receipt, order), receipt.amount - back - given)


@task()
def send_transfer(transfer_id: int) -> str:
    """Give a seller their part. Returns the transfer's state. Safe to run twice."""
    return give(transfer_id).state


def give(transfer_id: int, now: datetime | None = None) -> Transfer:
    """Ask the provider to make a transfer. Never inside a transaction. After silence the same key asks again."""
    transfer = _start(transfer_id, now or timezone.now())
    if transfer.state != Transfer.State.SENDING:
        return transfer
    at: Any = provider(transfer.account.provider)
    try:
        with asking():
            said = at.transfer(
                transfer.key, account=transfer.account.ref, amount=transfer.amount, charge=transfer.receipt.provider_id,
                group=_group(transfer.receipt),
            )  # fmt: skip
    except GatewayAway:
        log.warning("transfer without an answer", extra={"transfer": transfer_id})
    except GatewayRefused as refused:
        _refused(transfer_id, refused.reason)
        _look_again(transfer.account.ref)
    else:
        _given_away(transfer_id, said.ref)
    return Transfer.objects.get(pk=transfer_id)


def _group(receipt: Receipt) -> str:
    """The order code that the charge itself carries."""
    first = (
        Allocation.objects.filter(receipt=receipt).select_related("payment__shared").order_by("pk").first()
    )
    payment = first.payment.shared or first.payment if first else None
    return payment.code or "" if payment else ""


def _lock(transfer_id: int) -> tuple[Order, Transfer]:
    order = locks.order(Transfer.objects.values_list("order_id", flat=True).get(pk=transfer_id))
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("account", "receipt")
    return order, rows.get(pk=transfer_id)


@transaction.atomic
def _start(transfer_id: int, now: datetime) -> Transfer:
    order, transfer = _lock(transfer_id)
    if transfer.state not in (Transfer.State.PLANNED, Transfer.State.SENDING, Transfer.State.FAILED):
        return transfer
    transfer.tried_at = now
    if transfer.state != Transfer.State.SENDING:
        transfer.fault = _hindrance(order, transfer)
        if transfer.fault:
            transfer.state = Transfer.State.FAILED
        else:
            transfer.tries += 1
            transfer.state = Transfer.State.SENDING
            transfer.key = f"transfer-{transfer.pk}-{transfer.tries}-{public_code()}"
            lines = [
                Line(Account.SELLER, transfer.amount, transfer.shop_id),
                ledger.at_provider(transfer.account.provider, -transfer.amount),
            ]
            ledger.post(f"transfer:{transfer.pk}:{transfer.tries}", TRANSFER, lines, order=order)
    transfer.save()
    return transfer


def _hindrance(order: Order, transfer: Transfer) -> str:
    """Why a transfer cannot be made now, in a word; nothing if it can. What the seller got meanwhile is not given twice."""
    if not transfer.account.can_be_paid:
        return "account_closed"
    if transfer.receipt.disputes.filter(state=Dispute.State.OPEN).exists():
        return "disputed"
    kept = SellerBalance.objects.select_for_update().filter(shop=transfer.shop_id).first()
    others = (
        0 if transfer.state == Transfer.State.FAILED else transfer.amount
    )  # it counts itself while it is planned
    room = _due(order) - (_given(order) - others)
    return "" if kept and min(-kept.amount, room) >= transfer.amount else "not_owed"


@transaction.atomic
def _refused(transfer_id: int, fault: str) -> None:
    _order, transfer = _lock(transfer_id)
    if transfer.state == Transfer.State.SENDING:
        transfer.state, transfer.fault = Transfer.State.FAILED, fault[:60]
        transfer.save(update_fields=["state", "fault"])
        ledger.reverse(f"transfer:{transfer.pk}:{transfer.tries}")
        audit.record("transfer.failed", transfer, by=SYSTEM, amount=transfer.amount, fault=fault[:60])


def _look_again(ref: str) -> None:
    """A refusal may mean that the account was closed."""
    try:
        check_account(ref)
    except (GatewayAway, GatewayRefused) as trouble:
        log.warning("account not seen", extra={"why": trouble.code})


@transaction.atomic
def _given_away(transfer_id: int, ref: str) -> None:
    order, transfer = _lock(transfer_id)
    if transfer.state == Transfer.State.SENDING:
        transfer.state, transfer.ref, transfer.fault = Transfer.State.SENT, ref, ""
        transfer.save(update_fields=["state", "ref", "fault"])
        audit.record("transfer.sent", transfer, by=SYSTEM, amount=transfer.amount)
        take_back(order)  # what was refunded while it was on its way


# --- taking back ----------------------------------------------------------------------------------------------------------


def take_back(order: Order) -> list[Reversal]:
    """Plan to take back what a seller was given of an order and has no longer coming. The order is locked."""
    sent = order.transfers.filter(state=Transfer.State.SENT).order_by("-pk")
    rooms = [(row, row.amount - row.reversed - _being_taken(row)) for row in sent]
    more = sum(room for _row, room in rooms) - max(_due(order), 0)
    planned = []
    for row, room in rooms:
        part = min(more, room)
        if part > 0:
            planned.append(Reversal.objects.create(transfer=row, amount=part))
            transaction.on_commit(partial(send_reversal.enqueue, planned[-1].pk))
            more -= part
    return planned


def _being_taken(transfer: Transfer) -> int:
    rows = transfer.reversals.exclude(state=Reversal.State.SENT)
    return rows.aggregate(sum=Sum("amount", default=0))["sum"]


@task()
def send_reversal(reversal_id: int) -> str:
    """Take a part of a transfer back. Returns the reversal's state. Safe to run twice."""
    return reverse_one(reversal_id).state


def reverse_one(reversal_id: int, now: datetime | None = None) -> Reversal:
    """Ask the provider to take a part of a transfer back. Never inside a transaction. Until it does the seller owes it."""
    row = _start_reversal(reversal_id, now or timezone.now())
    if row.state == Reversal.State.SENT:
        return row
    at: Any = provider(row.transfer.account.provider)
    try:
        with asking():
            said = at.reverse_transfer(row.key, transfer=row.transfer.ref, amount=row.amount)
    except GatewayAway:
        log.warning("reversal without an answer", extra={"reversal": reversal_id})
    except GatewayRefused as refused:
        facts = {"state": Reversal.State.FAILED, "fault": refused.reason[:60]}
        Reversal.objects.filter(pk=reversal_id, state=Reversal.State.PLANNED).update(**facts)
    else:
        _taken_back(reversal_id, said.ref)
    return Reversal.objects.get(pk=reversal_id)


@transaction.atomic
def _start_reversal(reversal_id: int, now: datetime) -> Reversal:
    rows = Reversal.objects.select_for_update(of=("self",)).select_related("transfer__account")
    row = rows.get(pk=reversal_id)
    if row.state == Reversal.State.SENT:
        return row
    if row.state == Reversal.State.FAILED or not row.key:
        row.tries, row.state = row.tries + 1, Reversal.State.PLANNED
        row.key = f"reversal-{row.pk}-{row.tries}-{public_code()}"
    row.tried_at = now
    row.save(update_fields=["tries", "state", "key", "tried_at"])
    return row


@transaction.atomic
def _taken_back(reversal_id: int, ref: str) -> None:
    transfer_id = Reversal.objects.values_list("transfer_id", flat=True).get(pk=reversal_id)
    order, transfer = _lock(transfer_id)
    row = Reversal.objects.select_for_update(of=("self",)).get(pk=reversal_id)
    if row.state == Reversal.State.SENT:
        return
    row.state, row.ref, row.fault = Reversal.State.SENT, ref, ""
    row.save(update_fields=["state", "ref", "fault"])
    transfer.reversed += row.amount
    if transfer.reversed == transfer.amount:
        transfer.state = Transfer.State.REVERSED
    transfer.save(update_fields=["reversed", "state"])
    lines = [
        ledger.at_provider(transfer.account.provider, row.amount), Line(Account.SELLER, -row.amount, transfer.shop_id)
    ]  # fmt: skip
    ledger.post(f"reversal:{row.pk}", REVERSAL, lines, order=order)
    audit.record("transfer.reversed", transfer, by=SYSTEM, amount=row.amount)


def try_again(now: datetime | None = None) -> dict[str, int]:
    """Try transfers and reversals again that failed or had no answer. Returns how many were tried and are done."""
    now, done = now or timezone.now(), {"asked": 0, "done": 0}
    silent, failed = Q(tried_at__isnull=True) | Q(tried_at__lte=now - SILENT), Q(tried_at__lte=now - AGAIN)
    due = Transfer.objects.filter(
        Q(state__in=(Transfer.State.PLANNED, Transfer.State.SENDING)) & silent
        | Q(state=Transfer.State.FAILED, tries__lt=MOST_TRIES) & failed
    ).exclude(fault="not_owed")
    for pk in list(due.order_by("tried_at", "pk").values_list("pk", flat=True)[:200]):
        done["asked"] += 1
        done["done"] += give(pk, now).state == Transfer.State.SENT
    waiting = Reversal.objects.filter(
        Q(state=Reversal.State.PLANNED) & silent | Q(state=Reversal.State.FAILED) & failed
    )
    for pk in list(waiting.order_by("tried_at", "pk").values_list("pk", flat=True)[:200]):
        done["asked"] += 1
        done["done"] += reverse_one(pk, now).state == Reversal.State.SENT
    return done
