"""What banks tell us: kept raw, then worked on. Source: payments reference, section 3."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from common.compiled import compiled
from common.inserting import insert_new
from payments import ledger
from payments.matching import match
from payments.models import BankFeed, PaymentAccount, Receipt, WebhookEvent
from payments.order_codes import find_codes
from payments.providers import provider
from payments.providers.base import Direction, Forged, Malformed, Notice, Offer, Refused, Unreachable
from payments.services.outgoing import take_known_income, take_outgoing

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
        event, new = _keep_raw(feed, _digest(body), body, fault=bad.code[:40])
        return Taken(event, process_event(event, bad.notices), duplicate=not new)
    if not notices:  # a set-up call
        return Taken(None, 0)
    event_id = ",".join(notice.provider_id for notice in notices)
    event, new = _keep_raw(feed, event_id if len(event_id) <= 80 else _digest(body), body)
    if not new and event.processed_at:
        return Taken(event, 0, duplicate=True)
    return Taken(event, process_event(event, notices))


def _keep_raw(feed: BankFeed, event_id: str, body: bytes, fault: str = "") -> tuple[WebhookEvent, bool]:
    """The delivery as it is kept, and whether this is its first time. 1 query, 2 if it is not."""
    event = WebhookEvent(feed=feed, provider=feed.provider, event_id=event_id, body=body, fault=fault)
    if insert_new(event):
        return event, True
    return WebhookEvent.objects.select_related("feed__account").get(feed=feed, event_id=event_id), False


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()[:56]}"


def process_event(event: WebhookEvent, notices: Sequence[Notice]) -> int:
    """Turn a kept delivery into receipts and match them, each in a transaction of its own. Does nothing if somebody was
    faster. Returns how many receipts are new. One that fails leaves the event for later; the others are kept.
    """
    taken, failed = 0, False
    for number, notice in enumerate(notices, start=1):
        try:
            is_last = number == len(notices) and not failed
            taken += _process(event, notice, ends=is_last)
        except Exception:  # the money is kept raw; telling the provider "error" would only bring it again
            log.exception("notice kept but not processed", extra={"event": event.pk})
            failed = True
    if not notices:
        WebhookEvent.objects.filter(pk=event.pk).update(processed_at=timezone.now())
    return taken


@transaction.atomic
def _process(event: WebhookEvent, notice: Notice, *, ends: bool) -> int:
    """One notice of a delivery, under the delivery's lock; the last one, if all went well, ends it with the same
    transaction."""
    left = WebhookEvent.objects.filter(pk=event.pk, processed_at=None)
    mine = (
        left.update(processed_at=timezone.now()) if ends else len(left.select_for_update().values_list("pk"))
    )
    if not mine or event.feed is None:
        return 0
    return keep_and_match(event.feed.account, notice, event=event) is not None


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
    alike = _alike(account, notice, source)
    if any(_is_same(row, notice, source) for row in alike):
        return None
    ours = notice.account_number == account.number
    receipt = Receipt(
        account=account, source=source, provider=notice.provider, provider_id=notice.provider_id, event=event,
        state=Receipt.State.IGNORED, direction=notice.direction, amount=notice.amount, booked_at=notice.booked_at,
        memo=notice.memo, bank_reference=notice.bank_reference, counterparty=notice.counterparty[:80] or None,
    )  # fmt: skip
    if ours and notice.is_income:
        doubtful = any(
            looks_alike(notice.bank_reference, notice.memo, row.bank_reference, row.memo)
            for row in alike if _is_told_otherwise(row, source)
        )  # fmt: skip
        receipt.state = Receipt.State.AMBIGUOUS if doubtful else Receipt.State.UNMATCHED
    match(receipt)
    if notice.direction == Direction.OUT:
        if ours:
            take_outgoing(receipt)
    else:
        take_known_income(receipt)
    if receipt.state in (Receipt.State.UNMATCHED, Receipt.State.AMBIGUOUS):
        ledger.book_unmatched(receipt)
    return receipt


def known_transfer(account: PaymentAccount, notice: Notice, source: str) -> Receipt | None:
    """The receipt that already stands for the transfer a notice tells of. 1 query."""
    return next((row for row in _alike(account, notice, source) if _is_same(row, notice, source)), None)


def _alike(account: PaymentAccount, notice: Notice, source: str) -> list[Receipt]:
    """What was told before and may be the same transfer, oldest first: under the same id, with the same facts, or of the
    same day and sum and told otherwise. 1 query."""
    ask = _alike_to_line if source == Receipt.Source.STATEMENT else _alike_to_notice
    return ask(
        account.pk, str(notice.direction), notice.amount, *_day(notice.booked_at), notice.booked_at,
        notice.bank_reference, notice.provider, notice.provider_id,
    )  # fmt: skip


@compiled
def _alike_to_notice(*facts: Any) -> QuerySet[Receipt]:
    return _alike_rows(Q(source=Receipt.Source.STATEMENT), *facts)


@compiled
def _alike_to_line(*facts: Any) -> QuerySet[Receipt]:
    by_others = set(Receipt.BY_MACHINE) - {Receipt.Source.STATEMENT}
    return _alike_rows(Q(source__in=sorted(by_others)), *facts)


def _alike_rows(
    otherwise: Q, account: int, direction: str, amount: int, start: datetime, end: datetime, at: datetime,
    reference: str, provider: str, provider_id: str,
) -> QuerySet[Receipt]:  # fmt: skip
    like = Q(account=account, direction=direction, amount=amount)
    of_day = like & Q(booked_at__gte=start, booked_at__lt=end) & otherwise
    same_facts = like & Q(booked_at=at, bank_reference=reference) & ~Q(bank_reference="")
    same_id = Q(account=account, provider=provider, provider_id=provider_id) & ~Q(provider_id="")
    return Receipt.objects.filter(of_day | same_facts | same_id).order_by("pk")


def _is_same(row: Receipt, notice: Notice, source: str) -> bool:
    """Whether a row that is alike stands for the very transfer: the provider's own id says so, or the bank's reference.

    Statements often print the day without the time: between a statement and anything else a day's line with the same
    reference and amount is the same transfer.
    """
    if notice.provider_id and (row.provider, row.provider_id) == (notice.provider, notice.provider_id):
        return True
    if not notice.bank_reference or row.bank_reference != notice.bank_reference:
        return False
    return row.booked_at == notice.booked_at or _is_told_otherwise(row, source)


def looks_alike(reference: str, memo: str, other_reference: str, other_memo: str) -> bool:
    """Whether two lines of the same account, day, direction and sum may be one transfer: the same order code stands in
    both memos, or no reference and no code tells them apart."""
    codes = set(find_codes(memo, settings.PAYMENT_CODE_PREFIX))
    others = set(find_codes(other_memo, settings.PAYMENT_CODE_PREFIX))
    if codes and others:
        return bool(codes & others)
    return not reference or not other_reference


def on_day(at: datetime) -> Q:
    """Receipts booked on the same day in Vietnam."""
    start, end = _day(at)
    return Q(booked_at__gte=start, booked_at__lt=end)


def _day(at: datetime) -> tuple[datetime, datetime]:
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


def _is_told_otherwise(row: Receipt, source: str) -> bool:
    """Whether a statement told it; for a statement's line, whether another machine did."""
    from_statement = row.source == Receipt.Source.STATEMENT
    if source == Receipt.Source.STATEMENT:
        return row.by_machine and not from_statement
    return from_statement


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
