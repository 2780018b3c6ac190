"""What banks tell us: kept raw, then worked on. Source: payments reference, section 3."""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from payments import ledger
from payments.matching import match
from payments.models import BankFeed, PaymentAccount, Receipt, WebhookEvent
from payments.order_codes import find_codes
from payments.providers import provider
from payments.providers.base import Forged, Malformed, Notice, Offer, Refused, Unreachable

log = logging.getLogger("cho_ban.payments")
OVERLAP = timedelta(hours=24)  # banks book late: what was polled is asked for again for a day
FIRST_POLL = timedelta(days=7)


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
    matching leaves the event unprocessed for `process_left`.
    """
    now = now or timezone.now()
    try:
        notices = provider(feed.provider).read(feed.secrets, headers, body, now)
    except Forged:
        BankFeed.objects.filter(pk=feed.pk).update(refused=F("refused") + 1)
        raise
    except (
        Malformed
    ) as bad:  # genuine, but not all to be read: kept for a person, what could be read is worked on
        event, new = WebhookEvent.objects.get_or_create(
            feed=feed, event_id=_digest(body),
            defaults={"provider": feed.provider, "body": body, "fault": bad.code[:40]},
        )  # fmt: skip
        return Taken(event, process_event(event, bad.notices), duplicate=not new)
    if not notices:  # a set-up call
        return Taken(None, 0)
    event_id = ",".join(notice.provider_id for notice in notices)
    event, new = WebhookEvent.objects.get_or_create(
        feed=feed, event_id=event_id if len(event_id) <= 80 else _digest(body),
        defaults={"provider": feed.provider, "body": body},
    )  # fmt: skip
    if not new and event.processed_at:
        return Taken(event, 0, duplicate=True)
    return Taken(event, process_event(event, notices))


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()[:56]}"


@transaction.atomic
def process_event(event: WebhookEvent, notices: Iterable[Notice]) -> int:
    """Turn a kept delivery into receipts and match them, each alone. Does nothing if somebody was faster.

    Returns how many receipts are new. One that fails leaves the event for later; the others are kept.
    """
    event = (
        WebhookEvent.objects.select_for_update(of=("self",)).select_related("feed__account").get(pk=event.pk)
    )
    if event.processed_at or event.feed is None:
        return 0
    taken, failed = 0, False
    for notice in notices:
        try:
            with transaction.atomic():
                taken += keep_and_match(event.feed.account, notice, event=event) is not None
        except Exception:  # the money is kept raw; telling the provider "error" would only bring it again
            log.exception("notice kept but not processed", extra={"event": event.pk})
            failed = True
    if not failed:
        WebhookEvent.objects.filter(pk=event.pk).update(processed_at=timezone.now())
    return taken


def keep_and_match(
    account: PaymentAccount,
    notice: Notice,
    *,
    source: str = Receipt.Source.BANK,
    event: WebhookEvent | None = None,
) -> Receipt | None:
    """One line of a bank account, from wherever it reached us: kept once, and matched. Call inside a transaction.

    None if the same transfer is known already, from another notice, a list or a statement. One that may be known, but that
    no bank reference ties to the other, is left to a person.
    """
    if known_transfer(account, notice, source) is not None:
        return None
    receipt = _keep(account, notice, source, event)
    match(receipt)
    if receipt.state != Receipt.State.IGNORED:
        ledger.book_unmatched(receipt)
    return receipt


def known_transfer(account: PaymentAccount, notice: Notice, source: str) -> Receipt | None:
    """The receipt that already stands for the transfer a notice tells of. 1 query.

    Statements often print the day without the time: between a statement and anything else a day's line with the same
    reference and amount is the same transfer.
    """
    same = Q(pk__in=[])
    if notice.provider_id:
        same |= Q(provider=notice.provider, account=account, provider_id=notice.provider_id)
    if notice.bank_reference:
        facts = Q(bank_reference=notice.bank_reference) & _like(account, notice)
        same |= facts & Q(booked_at=notice.booked_at)
        same |= facts & on_day(notice.booked_at) & _told_otherwise(source)
    return Receipt.objects.filter(same).order_by("pk").first()


def may_be_known(account: PaymentAccount, notice: Notice, source: str) -> bool:
    """Whether a transfer looks like one told by a statement (or, for a statement's line, by anything else) though no
    reference says so. 1 query."""
    rows = Receipt.objects.filter(_like(account, notice), on_day(notice.booked_at), _told_otherwise(source))
    told = rows.values_list("bank_reference", "memo")[:50]
    return any(looks_alike(notice.bank_reference, notice.memo, *other) for other in told)


def looks_alike(reference: str, memo: str, other_reference: str, other_memo: str) -> bool:
    """Whether two lines of the same account, day, direction and sum may be one transfer: the same order code stands in
    both memos, or no reference and no code tells them apart."""
    codes = set(find_codes(memo, settings.PAYMENT_CODE_PREFIX))
    others = set(find_codes(other_memo, settings.PAYMENT_CODE_PREFIX))
    if codes and others:
        return bool(codes & others)
    return not reference or not other_reference


def _like(account: PaymentAccount, notice: Notice) -> Q:
    return Q(account=account, direction=notice.direction, amount=notice.amount)


def on_day(at: datetime) -> Q:
    """Receipts booked on the same day in Vietnam."""
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return Q(booked_at__gte=start, booked_at__lt=start + timedelta(days=1))


def _told_otherwise(source: str) -> Q:
    of_statement = Q(source=Receipt.Source.STATEMENT)
    if source == Receipt.Source.STATEMENT:
        return ~of_statement & Q(source__in=Receipt.BY_MACHINE)
    return of_statement


def _keep(account: PaymentAccount, notice: Notice, source: str, event: WebhookEvent | None) -> Receipt:
    state = Receipt.State.IGNORED
    if notice.account_number == account.number and notice.is_income:
        doubtful = may_be_known(account, notice, source)
        state = Receipt.State.AMBIGUOUS if doubtful else Receipt.State.UNMATCHED
    return Receipt.objects.create(
        account=account, source=source, provider=notice.provider, provider_id=notice.provider_id, event=event, state=state,
        direction=notice.direction, amount=notice.amount, booked_at=notice.booked_at, memo=notice.memo,
        bank_reference=notice.bank_reference, counterparty=notice.counterparty[:80] or None,
    )  # fmt: skip


def process_left(now: datetime | None = None) -> int:
    """Work again on deliveries that were kept but not processed, such as after a crash. Returns how many are done."""
    now, done = now or timezone.now(), 0
    left = WebhookEvent.objects.filter(
        processed_at__isnull=True, feed__isnull=False, at__lte=now - timedelta(minutes=1)
    )
    for event in left.order_by("pk")[:1000]:
        try:
            notices = provider(event.provider).parse(bytes(event.body))
        except Malformed as bad:
            notices = list(bad.notices)
        process_event(event, notices)
        done += WebhookEvent.objects.filter(pk=event.pk, processed_at__isnull=False).exists()
    return done


def poll(feed: BankFeed, now: datetime | None = None) -> int:
    """Ask a provider for everything since the last time, for what its webhooks lost. Returns how many are new.

    Raises Unreachable, Refused (such as a wrong key). Nothing is forgotten then: the next time asks for the same days again.
    """
    now = now or timezone.now()
    since = (feed.polled_at - OVERLAP) if feed.polled_at else now - FIRST_POLL
    new = 0
    try:
        notices = provider(feed.provider).list_notices(feed.api_key or "", feed.account.number, since)
    except Malformed as bad:
        log.warning("bank list not wholly read", extra={"feed": feed.pk, "why": bad.code})
        notices = list(bad.notices)
    for notice in notices:
        with transaction.atomic():
            new += keep_and_match(feed.account, notice) is not None
    BankFeed.objects.filter(pk=feed.pk).update(polled_at=now)
    return new


def poll_all(now: datetime | None = None) -> dict[str, int]:
    """Poll every account whose provider lists what came. Returns how many were asked, new and out of reach."""
    done = {"asked": 0, "new": 0, "away": 0}
    feeds = BankFeed.objects.filter(active=True).exclude(api_key=None).select_related("account")
    for feed in feeds.order_by("pk"):
        if Offer.LISTING not in provider(feed.provider).offers:
            continue
        done["asked"] += 1
        try:
            done["new"] += poll(feed, now)
        except (Unreachable, Refused) as trouble:
            log.warning("bank list not read", extra={"feed": feed.pk, "why": trouble.code})
            done["away"] += 1
    return done
