"""Payments that a provider takes the buyer through: begun, asked about, believed only when the provider itself says so.

Nothing here acts on what a webhook or a returning buyer claims; both only make us ask. Source: payments reference, section 4.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.actors import SYSTEM
from payments import ledger
from payments.confirming import confirm
from payments.errors import GatewayAway, GatewayRefused, WrongStep
from payments.models import Payment, Receipt, WebhookEvent
from payments.providers import provider
from payments.providers.base import Ask, Begun, Event, Outcome, Refused, Standing, Unreachable

log = logging.getLogger("cho_ban.payments")
LIFE = timedelta(hours=2)  # a provider's page without an order that is held, such as for a rest
AGAIN = timedelta(minutes=10)  # then a silent provider is asked


def begin(payment_id: int, *, return_url: str, notify_url: str, language: str = "vi") -> str:
    """Prepare a payment at its provider and say where to send the buyer. Never inside a transaction.

    Asking again gives the same address; the key is known before the call, so that a lost answer costs nothing.
    Raises WrongStep for a payment that is over, GatewayAway, GatewayRefused.
    """
    payment = Payment.objects.select_related("order__shop").get(pk=payment_id)
    if payment.redirect_url and payment.is_open:
        return payment.redirect_url
    if payment.state != Payment.State.CREATED or not payment.code:
        raise WrongStep
    asked = payment.rest
    ask = Ask(
        key=f"{payment.key}-{asked}", amount=asked, code=payment.code, about=_about(payment), return_url=return_url,
        notify_url=notify_url, expires_at=payment.expires_at or timezone.now() + LIFE, language=language,
    )  # fmt: skip
    try:
        begun = provider(payment.provider).begin(ask)
    except Unreachable as away:
        raise GatewayAway from away
    except Refused as refused:
        log.warning("payment refused", extra={"payment": payment.pk, "why": refused.code})
        _end(payment.pk, Payment.State.FAILED, refused.code)
        raise GatewayRefused from refused
    return _keep_begun(payment.pk, begun, asked)


def _about(payment: Payment) -> str:
    if payment.order:
        return _("Đơn hàng của %(shop)s") % {"shop": payment.order.shop.name}
    return _("Đơn hàng Chợ Bản")


@transaction.atomic
def _keep_begun(payment_id: int, begun: Begun, asked: int) -> str:
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.state == Payment.State.CREATED:
        payment.provider_ref, payment.redirect_url = begun.ref, begun.redirect_url
        payment.state = Payment.State.WAITING
        payment.save(update_fields=["provider_ref", "redirect_url", "state"])
        payment.parts.filter(state=Payment.State.CREATED).update(state=Payment.State.WAITING)
    return payment.redirect_url or begun.redirect_url


def check(payment_id: int, now: datetime | None = None) -> Payment:
    """Ask the provider where a payment is, and act on its answer. Never inside a transaction.

    The return page, webhooks and the timer all call this; whoever is first counts, the others change nothing.
    Raises GatewayAway, GatewayRefused.
    """
    payment = Payment.objects.get(pk=payment_id)
    if not payment.provider_ref:
        return payment
    Payment.objects.filter(pk=payment_id).update(checked_at=now or timezone.now())
    try:
        standing = provider(payment.provider).fetch(payment.provider_ref)
    except Unreachable as away:
        raise GatewayAway from away
    except Refused as refused:
        raise GatewayRefused from refused
    return take_standing(payment_id, standing)


@transaction.atomic
def take_standing(payment_id: int, standing: Standing) -> Payment:
    """What a provider says of a payment, believed once. A sum or a currency that we did not ask for goes to a person."""
    payment = Payment.objects.get(pk=payment_id)
    if standing.outcome == Outcome.PAID:
        return _take_paid(payment, standing)
    if standing.outcome in (Outcome.FAILED, Outcome.EXPIRED):
        return _end(payment_id, Payment.State[standing.outcome.name])
    if standing.outcome == Outcome.PROCESSING:
        Payment.objects.filter(pk=payment_id, state=Payment.State.WAITING).update(
            state=Payment.State.PROCESSING
        )
    payment.refresh_from_db()
    return payment


def _take_paid(payment: Payment, standing: Standing) -> Payment:
    in_dong = standing.currency == "vnd"
    receipt, _new = Receipt.objects.get_or_create(
        provider=payment.provider, provider_id=standing.charge or standing.ref, account=None,
        defaults={
            "source": Receipt.Source.PROVIDER, "state": Receipt.State.UNMATCHED, "booked_at": timezone.now(),
            "amount": standing.amount if in_dong else 0, "fee": standing.fee, "memo": payment.code or "",
            "settled_amount": standing.settled_amount if in_dong else standing.amount,
            "settled_currency": standing.settled_currency if in_dong else standing.currency,
            "settled_rate": standing.settled_rate,
        },
    )  # fmt: skip
    if not in_dong or standing.amount != payment.amount - _received_elsewhere(payment, receipt):
        fault = "other_amount" if in_dong else "other_currency"
        Payment.objects.filter(pk=payment.pk).update(fault=fault)
        ledger.book_unmatched(receipt)
        audit.record("payment.mismatch", payment, by=SYSTEM, fault=fault)
    else:
        payment = confirm(payment, receipt)
    ledger.book_fee(receipt)
    payment.refresh_from_db()
    return payment


def _received_elsewhere(payment: Payment, receipt: Receipt) -> int:
    """đồng of a payment that did not come by this receipt."""
    mine = sum(row.amount for row in receipt.allocations.all())
    return payment.received - mine


@transaction.atomic
def _end(payment_id: int, state: Payment.State, fault: str = "") -> Payment:
    """A payment that came to nothing; its order still stands, and may be paid another way."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.is_open:
        payment.state, payment.fault = state, fault[:60]
        payment.save(update_fields=["state", "fault"])
        payment.parts.filter(state__in=Payment.OPEN).update(state=state)
    return payment


# --- what providers tell ----------------------------------------------------------------------------------------------

Handler = Callable[[str, Event], None]
HANDLERS: dict[str, Handler] = {}  # by what an event is about


def handles(about: str) -> Callable[[Handler], Handler]:
    """Register what is done when a provider tells of that kind of thing: called with its name and the event."""

    def register(handler: Handler) -> Handler:
        HANDLERS[about] = handler
        return handler

    return register


def take_events(name: str, headers: Mapping[str, str], body: bytes, now: datetime | None = None) -> int:
    """A provider's webhook: proved, kept raw, then worked on. Returns how many events are new.

    Raises Forged and Malformed. What is kept never turns into an error for the provider: an event that fails stays for
    `work_left`. Never inside a transaction.
    """
    new = 0
    for event in provider(name).events(headers, body, now or timezone.now()):
        row, _made = WebhookEvent.objects.get_or_create(
            provider=name, event_id=event.id[:255], feed=None, defaults={"body": body}
        )
        if row.processed_at is None:
            new += work(row, event)
    return new


def work(row: WebhookEvent, event: Event) -> bool:
    """Do what an event asks for. Whether it is done; safe to run twice and beside itself."""
    handler = HANDLERS.get(event.about)
    try:
        if handler is not None:
            handler(row.provider, event)
    except (GatewayAway, GatewayRefused) as trouble:
        log.warning("event left for later", extra={"event": row.pk, "why": trouble.code})
        WebhookEvent.objects.filter(pk=row.pk).update(fault=trouble.code)
        return False
    except Exception:
        log.exception("event kept but not processed", extra={"event": row.pk})
        return False
    WebhookEvent.objects.filter(pk=row.pk).update(processed_at=timezone.now(), fault="")
    return True


@handles("payment")
def _payment_changed(name: str, event: Event) -> None:
    payment = Payment.objects.filter(provider=name, provider_ref=event.ref).first()
    if payment is not None:  # else another installation's
        check(payment.pk)


def check_open(now: datetime | None = None) -> dict[str, int]:
    """Ask about every payment that a provider has been silent on. Returns how many were asked, came and were out of reach."""
    now, done = now or timezone.now(), {"asked": 0, "paid": 0, "away": 0}
    due = Payment.objects.filter(
        state__in=(Payment.State.WAITING, Payment.State.PROCESSING), created_at__lte=now - AGAIN
    )
    due = due.exclude(provider_ref="").exclude(checked_at__gt=now - AGAIN)
    for payment_id in list(due.order_by("checked_at", "pk").values_list("pk", flat=True)[:500]):
        done["asked"] += 1
        try:
            done["paid"] += check(payment_id, now).state == Payment.State.CONFIRMED
        except (GatewayAway, GatewayRefused):
            done["away"] += 1
    return done
