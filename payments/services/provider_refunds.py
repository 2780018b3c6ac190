"""Refunds on their way through a provider, and those that somebody made in the provider's own pages.

What a provider says of a refund is asked for, never taken from an event. Source: payments reference, section 4.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from common import audit
from common.actors import SYSTEM
from common.money import share
from orders import locks
from orders.models import Order
from orders.services import take_off
from payments import ledger
from payments.errors import GatewayAway, GatewayRefused
from payments.models import Receipt, Refund
from payments.providers import provider
from payments.providers.base import Event, RefundAsk, Refunded, RefundOutcome
from payments.services import charges, connect
from payments.services.events import asking, handles
from payments.services.gateways import OTHER_AMOUNT, receipt_of
from payments.services.refunds import confirm_refund, fail_refund
from payments.settling import refunded, settle_up

log = logging.getLogger("cho_ban.payments")
State, Way = Refund.State, Refund.Way
AGAIN = timedelta(minutes=10)  # then a refund without an answer is asked about
BY_HAND = "by_hand"


@task()
def send_through(refund_id: int) -> str:
    """Ask the provider to send a refund that has set out. Returns its state. Safe to run twice."""
    return ask_for_refund(refund_id).state


def ask_for_refund(refund_id: int, now: datetime | None = None) -> Refund:
    """Let the provider send a refund, or ask it what became of it. Never inside a transaction.

    After silence the same key asks again; a refusal leaves it failed, and another try has another key.
    """
    refund = Refund.objects.select_related("back_to").get(pk=refund_id)
    if refund.state != State.SENDING or refund.back_to is None:
        return refund
    ask = RefundAsk(
        key=refund.key,
        ref=refund.back_to.provider_id,
        charge=refund.back_to.provider_id,
        amount=refund.amount,
    )
    Refund.objects.filter(pk=refund_id).update(checked_at=now or timezone.now())
    at = provider(refund.provider)
    try:
        with asking():
            said = at.fetch_refund(refund.provider_ref) if refund.provider_ref else at.refund(ask)
    except GatewayAway:
        log.warning("refund without an answer", extra={"refund": refund_id})
        Refund.objects.filter(pk=refund_id, state=State.SENDING).update(fault="no_answer")
    except GatewayRefused as refused:
        if refund.provider_ref:  # it is there, and cannot be looked at: nothing is known
            log.warning("refund not to be seen", extra={"refund": refund_id, "why": refused.reason})
        else:
            fail_refund(refund_id, refused.reason)
    else:
        _take([refund_id], said)
    return Refund.objects.get(pk=refund_id)


@transaction.atomic
def _take(ids: Iterable[int], said: Refunded) -> None:
    """What a provider says of a refund of ours, which may be parts of several orders. Another sum goes to a person."""
    rows = list(Refund.objects.filter(pk__in=ids).order_by("order_id", "pk"))
    if said.currency != "vnd" or said.amount != sum(row.amount for row in rows):
        for row in rows:
            if row.fault != OTHER_AMOUNT:
                Refund.objects.filter(pk=row.pk).update(fault=OTHER_AMOUNT, provider_ref=said.ref)
                audit.record("refund.mismatch", row, by=SYSTEM, amount=row.amount)
        return
    for row in rows:
        if said.outcome == RefundOutcome.DONE:
            confirm_refund(row.pk, provider_ref=said.ref)
            if row.order_id:
                connect.take_back(locks.order(row.order_id))
            continue
        Refund.objects.filter(pk=row.pk).update(provider_ref=said.ref)
        if said.outcome == RefundOutcome.FAILED:
            fail_refund(row.pk, said.fault or "failed")


# --- what providers tell ------------------------------------------------------------------------------------------------


@handles("refund")
def _refund_changed(name: str, event: Event) -> None:
    with asking():
        said = provider(name).fetch_refund(event.ref)
    take_refund(name, said)


def take_refund(name: str, said: Refunded) -> None:
    """What a provider says of a refund: one of ours, or one that somebody made in its own pages. Never inside a transaction."""
    known = Refund.objects.filter(provider=name).filter(
        Q(provider_ref=said.ref) | (Q(key=said.key) if said.key else Q(pk__in=[]))
    )
    ids = list(known.values_list("pk", flat=True))
    if ids:
        _take(ids, said)
    elif (
        not said.key and said.outcome != RefundOutcome.FAILED
    ):  # else an earlier try of ours, or nothing has happened
        receipt = receipt_of(name, said.charge)
        if receipt is not None:
            _book_by_hand(receipt.pk, said)


@transaction.atomic
def _book_by_hand(receipt_id: int, said: Refunded) -> None:
    """Somebody has sent money back in the provider's pages: it has gone, and the books follow.

    An approved refund of the same sum was meant; else it is divided over the orders of the charge by what is left of each.
    """
    ids = set(Receipt.objects.filter(pk=receipt_id).values_list("allocations__payment__order", flat=True))
    orders = [locks.order(pk) for pk in sorted(pk for pk in ids if pk)]
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt_id)
    if Refund.objects.filter(provider=receipt.provider, provider_ref=said.ref).exists():
        return
    meant = receipt.sent_back.filter(state__in=(State.APPROVED, State.FAILED), amount=said.amount).first()
    rows = [_adopt(meant, said)] if meant else _divide(receipt, orders, said)
    for row in rows:
        audit.record("refund.by_hand", row, by=SYSTEM, amount=row.amount)
    _take([row.pk for row in rows], said)
    for order in orders:
        _lower_price(locks.order(order.pk))
        connect.take_back(locks.order(order.pk))  # by the price as it is now


def _adopt(refund: Refund, said: Refunded) -> Refund:
    refund.state, refund.key, refund.provider_ref, refund.tries = (
        State.SENDING,
        "",
        said.ref,
        refund.tries + 1,
    )
    refund.save(update_fields=["state", "key", "provider_ref", "tries"])
    return refund


def _divide(receipt: Receipt, orders: list[Order], said: Refunded) -> list[Refund]:
    room = [max(charges.left(receipt, order, charges.GONE), 0) for order in orders]
    unplaced = max(said.amount - sum(room), receipt.rest, 0)
    parts = share(said.amount, [*room, unplaced])
    rows = []
    for order, amount in zip([*orders, None], parts, strict=True):
        if amount:
            row = Refund.objects.create(
                order=order, receipt=None if order else receipt, amount=amount, reason=BY_HAND, way=Way.PROVIDER,
                provider=receipt.provider, provider_ref=said.ref, back_to=receipt, state=State.SENDING, tries=1,
            )  # fmt: skip
            ledger.book_refund(row)
            rows.append(row)
    return rows


def _lower_price(order: Order) -> None:
    """What went back without a reason in the order takes proposals back, then lowers the price: goods that are not paid for
    are not sold."""
    settle_up(order, reason=BY_HAND)
    due = order.paid if order.stopped else max(order.paid - order.total, 0)
    more = refunded(order) - due
    if more > 0 and order.is_paid and not order.stopped:
        take_off(order, min(more, order.total), reason=BY_HAND)


def check_refunds(now: datetime | None = None) -> dict[str, int]:
    """Ask about every refund that is on its way and that a provider has been silent on. Returns how many were asked and
    are done."""
    now, done = now or timezone.now(), {"asked": 0, "done": 0}
    due = Refund.objects.filter(state=State.SENDING, way=Way.PROVIDER).exclude(fault=OTHER_AMOUNT)
    due = due.exclude(checked_at__gt=now - AGAIN)
    for refund_id in list(due.order_by("pk").values_list("pk", flat=True)[:500]):
        done["asked"] += 1
        done["done"] += ask_for_refund(refund_id, now).state != State.SENDING
    return done
