"""What providers tell: proved, kept raw, then worked on by whoever registered for that kind of thing.

Nothing acts on what an event says; it only makes us ask about what it names, so that neither order nor repetition matters.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from payments.errors import GatewayAway, GatewayRefused
from payments.models import ProviderPoll, WebhookEvent
from payments.providers import checkout_providers, provider
from payments.providers.base import Event, Offer, ProviderError, Refused, Unreachable

log = logging.getLogger("cho_ban.payments")
Handler = Callable[[str, Event], None]
HANDLERS: dict[str, Handler] = {}  # by what an event is about
POLL_AGAIN = timedelta(hours=1)
OVERLAP = timedelta(hours=1)  # what happened while the list was read
FIRST_POLL = timedelta(days=7)
LEFT_ALONE = timedelta(minutes=1)  # a webhook's own request may still be working on it


def handles(about: str) -> Callable[[Handler], Handler]:
    """Register what is done when a provider tells of that kind of thing: called with its name and the event."""

    def register(handler: Handler) -> Handler:
        HANDLERS[about] = handler
        return handler

    return register


@contextmanager
def asking() -> Iterator[None]:
    """A provider's errors as refusals of ours: GatewayAway, or GatewayRefused with its word as `reason`."""
    try:
        yield
    except Unreachable as away:
        raise GatewayAway from away
    except Refused as refused:
        raise GatewayRefused(refused.code) from refused


def take_events(name: str, headers: Mapping[str, str], body: bytes, now: datetime | None = None) -> int:
    """A provider's webhook: proved, kept raw, then worked on. Returns how many events are new.

    Raises Forged and Malformed. What is kept never turns into an error for the provider: an event that fails stays for
    `work_left`. Never inside a transaction.
    """
    events = provider(name).events(headers, body, now or timezone.now())
    return sum(_take(name, event, body) for event in events)


def _take(name: str, event: Event, body: bytes) -> bool:
    """Whether an event is new and done."""
    row, _made = WebhookEvent.objects.get_or_create(
        provider=name, event_id=event.id[:255], feed=None, defaults={"body": body}
    )
    return row.processed_at is None and work(row, event)


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


def work_left(now: datetime | None = None) -> int:
    """Work again on events that were kept but not done, such as while a provider was away. Returns how many are done."""
    now, done = now or timezone.now(), 0
    names = [each.name for each in checkout_providers()]
    left = WebhookEvent.objects.filter(
        processed_at__isnull=True, feed__isnull=True, provider__in=names, at__lte=now - LEFT_ALONE
    )
    for row in left.order_by("pk")[:1000]:
        try:
            events = provider(row.provider).events_in(bytes(row.body))
        except ProviderError as bad:
            WebhookEvent.objects.filter(pk=row.pk).update(processed_at=now, fault=bad.code[:40])
            continue
        done += any(work(row, event) for event in events if event.id[:255] == row.event_id)
    return done


def read_events(now: datetime | None = None) -> dict[str, int]:
    """Ask providers that list their events for what their webhooks lost, hourly. Returns how many were asked, new and out
    of reach."""
    now, done = now or timezone.now(), {"asked": 0, "new": 0, "away": 0}
    for each in checkout_providers():
        poll = ProviderPoll.objects.filter(provider=each.name).first()
        if Offer.EVENTS not in each.offers or (poll and poll.polled_at > now - POLL_AGAIN):
            continue
        done["asked"] += 1
        try:
            listed = each.list_events(poll.polled_at - OVERLAP if poll else now - FIRST_POLL)
        except ProviderError as trouble:
            log.warning("events not read", extra={"provider": each.name, "why": trouble.code})
            done["away"] += 1
            continue
        done["new"] += sum(_take(each.name, event, body) for event, body in listed)
        ProviderPoll.objects.update_or_create(provider=each.name, defaults={"polled_at": now})
    return done
