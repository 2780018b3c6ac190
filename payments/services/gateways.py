"""Payments that a provider takes the buyer through: begun, asked about, believed only when the provider itself says so.

Nothing here acts on what a webhook or a returning buyer claims; both only make us ask. Source: payments reference, section 4.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.actors import SYSTEM
from payments import ledger
from payments.confirming import confirm
from payments.errors import GatewayAway, GatewayRefused, WrongStep
from payments.models import Payment, Receipt
from payments.providers import provider
from payments.providers.base import Ask, Begun, Event, Outcome, Refused, Standing, Unreachable
from payments.services.events import asking, handles

log = logging.getLogger("cho_ban.payments")
LIFE = timedelta(hours=2)  # a provider's page without an order that is held, such as for a rest
AGAIN = timedelta(minutes=10)  # then a silent provider is asked
OTHER_AMOUNT, OTHER_CURRENCY = "other_amount", "other_currency"
NOT_OURS = ("no_session", "resource_missing")  # a provider's words for what it knows nothing of


def begin(payment_id: int, *, return_url: str, notify_url: str, language: str = "vi") -> str:
    """Prepare a payment at its provider and say where to send the buyer. Never inside a transaction.

    Asking again gives the same address; the key is known before the call, so that a lost answer costs nothing.
    Raises WrongStep for a payment that is over, also one that ended while the provider was asked; GatewayAway,
    GatewayRefused.
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
    payment = _keep_begun(payment.pk, begun)
    if not payment.is_open:  # the page is known now, and will be closed (`services.closing`)
        raise WrongStep
    return payment.redirect_url


def _about(payment: Payment) -> str:
    if payment.order:
        return _("Đơn hàng của %(shop)s") % {"shop": payment.order.shop.name}
    return _("Đơn hàng Chợ Bản")


@transaction.atomic
def _keep_begun(payment_id: int, begun: Begun) -> Payment:
    """What the provider has prepared, kept also for a payment that ended meanwhile: somebody may still pay there."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.provider_ref:
        return payment
    payment.provider_ref, payment.redirect_url = begun.ref, begun.redirect_url
    if payment.state == Payment.State.CREATED:
        payment.state = Payment.State.WAITING
        payment.parts.filter(state=Payment.State.CREATED).update(state=Payment.State.WAITING)
    payment.save(update_fields=["provider_ref", "redirect_url", "state"])
    return payment


def check(payment_id: int, now: datetime | None = None) -> Payment:
    """Ask the provider where a payment is, and act on its answer. Never inside a transaction.

    The return page, webhooks and the timer all call this; whoever is first counts, the others change nothing.
    Raises GatewayAway, GatewayRefused.
    """
    payment = Payment.objects.get(pk=payment_id)
    if not payment.provider_ref:
        return payment
    Payment.objects.filter(pk=payment_id).update(checked_at=now or timezone.now())
    with asking():
        standing = provider(payment.provider).fetch(payment.provider_ref)
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
    receipt = _receipt(payment, standing)
    if not receipt.allocations.exists():  # else it is counted already, by us or by a person
        fault = _mismatch(payment, standing)
        if fault:
            _leave_to_a_person(payment, receipt, fault)
        else:
            confirm(payment, receipt)
    _keep_fee(receipt, standing)
    payment.refresh_from_db()
    return payment


def _receipt(payment: Payment, standing: Standing) -> Receipt:
    in_dong = standing.currency == "vnd"
    receipt, _new = Receipt.objects.get_or_create(
        provider=payment.provider, provider_id=standing.charge or standing.ref, account=None,
        defaults={
            "source": Receipt.Source.PROVIDER, "state": Receipt.State.UNMATCHED, "booked_at": timezone.now(),
            "amount": standing.amount if in_dong else 0, "memo": payment.code or "",
            "settled_amount": None if in_dong else standing.amount,
            "settled_currency": "" if in_dong else standing.currency,
        },
    )  # fmt: skip
    return receipt


def _mismatch(payment: Payment, standing: Standing) -> str:
    """Why money that came is not the money we asked for, in a word; nothing if it is."""
    if standing.currency != "vnd":
        return OTHER_CURRENCY
    return OTHER_AMOUNT if standing.amount != payment.amount - payment.received else ""


def _leave_to_a_person(payment: Payment, receipt: Receipt, fault: str) -> None:
    if payment.fault != fault:
        Payment.objects.filter(pk=payment.pk).update(fault=fault)
        audit.record("payment.mismatch", payment, by=SYSTEM, fault=fault)
    ledger.book_unmatched(receipt)


def _keep_fee(receipt: Receipt, standing: Standing) -> None:
    """What the provider keeps, and in what it will pay the rest out: once, which may be later than the money."""
    if standing.fee or standing.settled_currency:
        Receipt.objects.filter(pk=receipt.pk, fee=0, settled_currency="").update(
            fee=standing.fee, settled_amount=standing.settled_amount, settled_currency=standing.settled_currency,
            settled_rate=standing.settled_rate,
        )  # fmt: skip
    receipt.refresh_from_db()
    ledger.book_fee(receipt)


def receipt_of(name: str, charge: str) -> Receipt | None:
    """The money that a provider names so; if we do not have it yet, the payment it belongs to is asked about first. None
    if it is none of ours. Never inside a transaction. Raises GatewayAway, GatewayRefused."""
    known = Receipt.objects.filter(provider=name, provider_id=charge, account=None)
    if not known.exists():
        payment = _payment_named(name, charge)
        if payment is None:
            return None
        check(payment.pk)
    return known.first()


@transaction.atomic
def _end(payment_id: int, state: Payment.State, fault: str = "") -> Payment:
    """A payment that came to nothing; its order still stands, and may be paid another way."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.is_open:
        payment.state, payment.fault, payment.redirect_url = state, fault[:60], ""
        payment.save(update_fields=["state", "fault", "redirect_url"])
        payment.parts.filter(state__in=Payment.OPEN).update(state=state)
    return payment


@handles("payment")
def _payment_changed(name: str, event: Event) -> None:
    payment = _payment_named(name, event.ref)
    if payment is not None:  # else another installation's
        check(payment.pk)


def _payment_named(name: str, ref: str) -> Payment | None:
    """The payment that a provider means, which may name a part of it instead. Raises GatewayAway, GatewayRefused."""
    known = Payment.objects.filter(provider=name).exclude(provider_ref="")
    payment = known.filter(provider_ref=ref).first()
    if payment is not None:
        return payment
    try:
        with asking():
            return known.filter(provider_ref=provider(name).payment_ref(ref)).first()
    except GatewayRefused as refused:
        if refused.reason in NOT_OURS:
            return None
        raise


def check_open(now: datetime | None = None) -> dict[str, int]:
    """Ask about every payment that a provider has been silent on. Returns how many were asked, came and were out of reach."""
    now, done = now or timezone.now(), {"asked": 0, "paid": 0, "away": 0}
    due = Payment.objects.filter(
        state__in=(Payment.State.WAITING, Payment.State.PROCESSING), created_at__lte=now - AGAIN
    )
    due = due.exclude(provider_ref="").exclude(checked_at__gt=now - AGAIN)
    due = due.exclude(fault__in=(OTHER_AMOUNT, OTHER_CURRENCY))  # a person's to decide
    for payment_id in list(due.order_by("checked_at", "pk").values_list("pk", flat=True)[:500]):
        done["asked"] += 1
        try:
            done["paid"] += check(payment_id, now).state == Payment.State.CONFIRMED
        except (GatewayAway, GatewayRefused):
            done["away"] += 1
    return done
