"""Pages at providers on which nobody should pay any more: the buyer chose another way, or the order was given up.

What was paid there before the page could be closed is money like any other. Source: payments reference, sections 4 and 6.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from payments.errors import GatewayAway, GatewayRefused
from payments.models import Payment
from payments.providers import checkout_providers, provider
from payments.providers.base import Offer, Outcome
from payments.services.events import asking
from payments.services.gateways import take_standing

log = logging.getLogger("cho_ban.payments")
LONGEST = timedelta(days=2)  # by then every provider's page has ended by itself
AGAIN = timedelta(minutes=1)
STILL_THERE = (Outcome.WAITING, Outcome.PROCESSING)


@task()
def close_pages(purchase_id: int) -> int:
    """Close what a purchase has open at providers and does not expect any more. Returns how many are closed now. Safe to
    run twice; what cannot be reached is left to the timer."""
    return _close(_left(timezone.now()).filter(purchase=purchase_id))["closed"]


def close_left(now: datetime | None = None) -> dict[str, int]:
    """Close every such page that is still left. Returns how many are closed now, and were out of reach."""
    now = now or timezone.now()
    return _close(_left(now).exclude(checked_at__gt=now - AGAIN))


def _left(now: datetime) -> QuerySet[Payment]:
    can_close = [each.name for each in checkout_providers() if Offer.CANCEL in each.offers]
    rows = Payment.objects.filter(state__in=(Payment.State.CANCELLED, Payment.State.EXPIRED))
    return rows.filter(created_at__gte=now - LONGEST, provider__in=can_close).exclude(redirect_url="")


def _close(rows: QuerySet[Payment]) -> dict[str, int]:
    done = {"closed": 0, "away": 0}
    for payment_id in list(rows.order_by("pk").values_list("pk", flat=True)[:500]):
        try:
            done["closed"] += close_page(payment_id)
        except (GatewayAway, GatewayRefused) as no:
            log.warning("page not closed", extra={"payment": payment_id, "why": no.code})
            done["away"] += 1
    return done


def close_page(payment_id: int, now: datetime | None = None) -> bool:
    """Let nobody pay at the provider's what is not expected any more; who was faster has paid, and it counts. Whether the
    page is closed for good. Never inside a transaction. Raises GatewayAway, GatewayRefused."""
    payment = Payment.objects.get(pk=payment_id)
    if payment.is_open or not payment.redirect_url:
        return False
    Payment.objects.filter(pk=payment_id).update(checked_at=now or timezone.now())
    at = provider(payment.provider)
    with asking():
        at.cancel(payment.provider_ref)
        standing = at.fetch(payment.provider_ref)
    take_standing(payment_id, standing)
    if standing.outcome in STILL_THERE:
        return False
    Payment.objects.filter(pk=payment_id).update(redirect_url="")
    return True
