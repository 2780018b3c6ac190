"""The complaint desk: report, answer, agree or ask an officer, decide. What is awarded is taken off the order's price,
from which the refund, the ledger and the figures follow. One promise, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import audit
from common.actors import GUEST, SYSTEM, Actor
from common.daytime import after_day_hours
from common.folding import nfc
from orders import locks, notices
from orders.errors import BadAnswer, ComplaintClosed, NoComplaint
from orders.models import Complaint, ComplaintPhoto, Order, OrderLine
from orders.services import take_off
from orders.states import State
from sellers import queries as shops
from sellers.models import Picture, Shop
from sellers.services import add_picture

MOST_PHOTOS = 3
CState = Complaint.State


@dataclass(frozen=True)
class Report:
    """What a buyer says went wrong: of one line or the whole order, with photos."""

    kind: str
    text: str
    line: OrderLine | None = None
    photos: Sequence[BinaryIO] = field(default_factory=tuple)


def can_complain(order: Order, now: datetime | None = None) -> bool:
    """Whether a buyer may report something now: after the goods were sent, until some days after they came."""
    now = now or timezone.now()
    if order.state == State.HANDED_OVER:
        return True
    last = timedelta(days=settings.ORDER_COMPLAINT_DAYS)
    return (
        order.state == State.DELIVERED and order.delivered_at is not None and now <= order.delivered_at + last
    )


def report(order: Order, said: Report, *, by: Actor = GUEST, at: datetime | None = None) -> Complaint:
    """Open a complaint; the seller is told and has a deadline.

    Raises NoComplaint when it is too early, too late, or one is open; PictureRefused for a photo that is none.
    """
    at = at or timezone.now()
    if not can_complain(order, at):
        raise NoComplaint
    pictures = [
        add_picture(
            photo, purpose=Picture.Purpose.EVIDENCE, title=order.public_code, by=None, shop=order.shop
        )
        for photo in said.photos[:MOST_PHOTOS]
    ]
    try:
        with transaction.atomic():
            order = locks.order(order.pk)
            if not can_complain(order, at):
                raise NoComplaint
            complaint = Complaint.objects.create(
                order=order, line=said.line, shop_id=order.shop_id, kind=said.kind, text=nfc(said.text.strip()), created_at=at,
                answer_by=after_day_hours(at, settings.ORDER_COMPLAINT_HOURS),
            )  # fmt: skip
            ComplaintPhoto.objects.bulk_create(
                ComplaintPhoto(complaint=complaint, picture=picture) for picture in pictures
            )
            audit.record("complaint.opened", complaint, by=by, kind=said.kind)
            notices.tell_seller_complaint(complaint, at)
    except IntegrityError as twice:  # one is open already
        raise NoComplaint from twice
    return complaint


@transaction.atomic
def answer(complaint_id: int, *, offered: int, text: str, by: Actor, at: datetime | None = None) -> Complaint:
    """The seller's answer: words, and how much (đồng) goes back; 0 for nothing. Raises ComplaintClosed, BadAnswer."""
    complaint, order = _lock(complaint_id, CState.OPEN)
    _check_amount(order, offered)
    complaint.answer, complaint.offered = nfc(text.strip()), offered
    complaint.answered_at, complaint.state = at or timezone.now(), CState.ANSWERED
    complaint.save()
    audit.record("complaint.answered", complaint, by=by, offered=offered)
    notices.tell_buyer_complaint(complaint, at)
    return complaint


@transaction.atomic
def accept(complaint_id: int, *, by: Actor = GUEST, at: datetime | None = None) -> Complaint:
    """The buyer agrees with the seller's answer; what was offered goes back. Raises ComplaintClosed."""
    complaint, order = _lock(complaint_id, CState.ANSWERED)
    return _end(complaint, order, CState.SETTLED, complaint.offered or 0, by=by, at=at)


@transaction.atomic
def escalate(complaint_id: int, *, by: Actor = GUEST, at: datetime | None = None) -> Complaint:
    """The buyer does not agree, or the seller was silent: an officer decides. Raises ComplaintClosed."""
    complaint, _order = _lock(complaint_id, CState.OPEN, CState.ANSWERED)
    if complaint.state == CState.OPEN and (at or timezone.now()) < complaint.answer_by:
        raise ComplaintClosed
    complaint.state = CState.ESCALATED
    complaint.save(update_fields=["state"])
    audit.record("complaint.escalated", complaint, by=by)
    return complaint


@transaction.atomic
def decide(complaint_id: int, *, awarded: int, text: str, by: User, at: datetime | None = None) -> Complaint:
    """An officer's word: how much (đồng) goes back, and why. Raises ComplaintClosed, BadAnswer.

    Whether this person may decide is asked by `judged_by`.
    """
    complaint, order = _lock(complaint_id, CState.ESCALATED)
    _check_amount(order, awarded)
    complaint.decision, complaint.decided_by = nfc(text.strip()), by
    return _end(complaint, order, CState.DECIDED, awarded, by=Actor.of(by), at=at)


def _end(
    complaint: Complaint, order: Order, state: Complaint.State, amount: int, *, by: Actor, at: datetime | None
) -> Complaint:
    complaint.state, complaint.awarded, complaint.decided_at = state, amount, at or timezone.now()
    complaint.save()
    if amount:
        take_off(order, amount, reason="complaint", at=at)
    audit.record(f"complaint.{state}", complaint, by=by, awarded=amount)
    notices.tell_end_of_complaint(complaint, at)
    return complaint


def _lock(complaint_id: int, *states: Complaint.State) -> tuple[Complaint, Order]:
    """A complaint and its order, locked, the order first. Raises ComplaintClosed in any other state."""
    order = locks.order(Complaint.objects.values_list("order_id", flat=True).get(pk=complaint_id))
    complaint = Complaint.objects.select_for_update().get(pk=complaint_id)
    if complaint.state not in states:
        raise ComplaintClosed
    return complaint, order


def _check_amount(order: Order, amount: int) -> None:
    if not 0 <= amount <= order.total:
        raise BadAnswer(_("Số tiền trả lại từ 0 đến số tiền của đơn."), "amount")


def escalate_unanswered(now: datetime | None = None) -> int:
    """Hand complaints whose sellers let the deadline pass to the officers. Returns how many."""
    now, count = now or timezone.now(), 0
    due = Complaint.objects.filter(state=CState.OPEN, answer_by__lte=now).order_by("order_id")
    for complaint_id in list(due.values_list("pk", flat=True)):
        try:
            escalate(complaint_id, by=SYSTEM, at=now)
        except ComplaintClosed:
            continue  # answered in this very moment
        count += 1
    return count


# --- reads ------------------------------------------------------------------------------------------------------------


def of_order(order: Order) -> list[Complaint]:
    """An order's complaints, newest first, with photos. 2 queries."""
    return list(order.complaints.prefetch_related("photos").select_related("line").order_by("-pk"))


def of_shop(shop: Shop) -> list[Complaint]:
    """A shop's complaints, open ones first, 50 at most. 2 queries."""
    rows = Complaint.objects.filter(shop=shop).select_related("order", "line").prefetch_related("photos")
    return sorted(rows.order_by("-created_at", "-pk")[:50], key=lambda complaint: not complaint.is_open)


def judged_by(user: User) -> QuerySet[Complaint]:
    """Complaints that a person may decide on: of shops in their places, never of one they work in."""
    rows = Complaint.objects.select_related("order", "line", "shop__village__parent").prefetch_related(
        "photos"
    )
    return shops.judged_by(user, rows)
