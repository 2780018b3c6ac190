"""Texts to people that nobody waits for: written with the change they tell of, sent afterwards, tried again on trouble.

`post` writes a row in the caller's transaction; a task sends it after the commit; `manage.py send_messages` sends what
was left, such as at night or while the gateway was away. A crash between handing over and noting it sends again:
twice is better than never, and the gateway gets the same id.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task

from accounts.models import Channel, Message, User
from common.daytime import next_day_time
from common.inserting import insert_new
from common.messaging import Text, backend_of
from common.tasks import enqueue

log = logging.getLogger("cho_ban.messages")
WAITS = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
]
STUCK = timedelta(minutes=10)  # a message handed over this long ago without an end was lost in a crash
KEPT = timedelta(days=90)
State = Message.State


def post(
    body: str, *, key: str, kind: str, to: User | None = None, phone: str = "", urgent: bool = False,
    at: datetime | None = None,
) -> Message | None:  # fmt: skip
    """Tell somebody something, once for each `key`. Call inside the transaction that makes it true.

    `to` a person, who is told by the channel they chose, or a guest's `phone` (E.164). None where there is nobody.
    """
    phone = phone or (to.phone or "" if to else "")
    if not phone and not (to and to.email):
        return None
    at = at or timezone.now()
    message = Message(
        key=key[:80], kind=kind, user=to, phone=phone, body=body[:500], urgent=urgent, created_at=at, next_at=at,
    )  # fmt: skip
    if not insert_new(message):
        return Message.objects.get(key=message.key)
    enqueue(send_message, message.pk)
    return message


@task()
def send_message(message_id: int) -> str:
    """Send one message now, or leave it for later. Returns its state. Safe to run twice."""
    return deliver(message_id)


def deliver(message_id: int, now: datetime | None = None) -> str:
    """Hand one message to its gateway, if it is due and nobody else does so. Returns its state afterwards."""
    now = now or timezone.now()
    message = _claim(message_id, now)
    if message is None:
        return Message.objects.values_list("state", flat=True).filter(pk=message_id).first() or ""
    channel = message.user.reached_by if message.user else Channel.SMS
    text = Text(
        message.phone, message.body, kind=message.kind, key=message.key,
        email=(message.user.email or "") if message.user else "", user_id=message.user_id,
    )  # fmt: skip
    try:
        if channel != Channel.NONE:
            backend_of(channel).send(text)
        fields = {
            "state": State.UNWANTED if channel == Channel.NONE else State.SENT,
            "sent_at": now,
            "fault": "",
        }
    except OSError as trouble:
        log.warning("message not sent", extra={"message_id": message.pk, "kind": message.kind})
        again = message.tries < len(WAITS)
        fields = {
            "state": State.QUEUED if again else State.FAILED, "fault": type(trouble).__name__,
            "next_at": now + WAITS[min(message.tries, len(WAITS) - 1)],
        }  # fmt: skip
    Message.objects.filter(pk=message.pk).update(tries=F("tries") + 1, **fields)
    return str(fields["state"])


@transaction.atomic
def _claim(message_id: int, now: datetime) -> Message | None:
    """Mark a due message as being sent; None if it is not due, done, or in other hands. At night it is put off."""
    due = Q(state=State.QUEUED, next_at__lte=now) | Q(state=State.SENDING, next_at__lte=now - STUCK)
    rows = Message.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    message = rows.filter(due, pk=message_id).first()
    if message is None:
        return None
    morning = now if message.urgent else next_day_time(now)
    if morning > now:
        Message.objects.filter(pk=message.pk).update(next_at=morning)
        return None
    Message.objects.filter(pk=message.pk).update(state=State.SENDING, next_at=now)
    return message


def told(user: User, most: int = 30) -> list[Message]:
    """What a person was told of late, newest first, however it went. 1 query."""
    return list(Message.objects.filter(user=user).order_by("-pk")[:most])


def send_due(now: datetime | None = None) -> dict[str, int]:
    """Send everything that is due, oldest first, and forget what is old. Returns how many ended in which state."""
    now = now or timezone.now()
    due = Q(state=State.QUEUED, next_at__lte=now) | Q(state=State.SENDING, next_at__lte=now - STUCK)
    ended: dict[str, int] = {}
    for message_id in (
        Message.objects.filter(due).order_by("next_at", "pk").values_list("pk", flat=True)[:5000]
    ):
        state = deliver(message_id, now)
        ended[state] = ended.get(state, 0) + 1
    Message.objects.filter(created_at__lt=now - KEPT).delete()
    return ended
