"""Every write about reviews: what a buyer says, what the shop answers, what is reported, kept and hidden.

The stars of a product (`rating_sum`, `rating_count`) change in the same transaction as the review they come from, and
count the reviews shown alone.
"""

from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from catalog.services import rate, touch
from common import audit
from common.actors import GUEST, Actor
from common.folding import nfc
from common.messaging import send_text
from orders import locks
from orders.errors import NotDelivered, ReviewClosed, ReviewHidden, ReviewNotYours
from orders.models import Order, Review
from orders.states import State
from sellers.access import Do, can
from sellers.models import Picture
from sellers.services import add_picture

STRANGER = "Khách"


@dataclass(frozen=True)
class Said:
    """What a buyer says about one product. `stars` are 1 to 5; without a `photo` the one there stays,
    unless `no_photo` takes it away."""

    stars: int
    text: str = ""
    photo: BinaryIO | None = None
    no_photo: bool = False


# --- the buyer ------------------------------------------------------------------------------------------------------


def write_review(order: Order, product_id: int, said: Said, *, by: User | None = None) -> Review:
    """Keep what the buyer says about a product of an order; a second sending changes the first one.

    Whoever holds the order's address is its buyer; `by` is their account, if they have one. Raises NotDelivered,
    ReviewClosed 30 days after the first writing, PictureRefused. The shop is told of a new review, not of a changed one.
    """
    review_to_write(
        order, product_id
    )  # refuse before a photo is taken in, and clean the photo outside the lock
    picture = _photo(order, product_id, said.photo, by) if said.photo else None
    actor = Actor.of(by) if by else GUEST
    with transaction.atomic():
        locked = locks.order(order.pk)
        review = review_to_write(locked, product_id)
        if review is None:
            return _first(locked, product_id, said, picture, actor)
        return _again(review, said, picture, actor)


def review_to_write(order: Order, product_id: int) -> Review | None:
    """The review that a writing would change, None if it would be the first. 1 query. Raises as `write_review`."""
    review = Review.objects.filter(order=order, product_id=product_id).select_related("picture").first()
    if review is None and order.state != State.DELIVERED:
        raise NotDelivered
    if review is not None and not review.can_be_changed:
        raise ReviewClosed
    return review


def _photo(order: Order, product_id: int, photo: BinaryIO, by: User | None) -> Picture:
    title = order.lines.filter(product_id=product_id).order_by("pk").values_list("title", flat=True)[0]
    return add_picture(photo, purpose=Picture.Purpose.REVIEW, title=title, by=by, shop=order.shop)


def _first(order: Order, product_id: int, said: Said, picture: Picture | None, actor: Actor) -> Review:
    review = Review.objects.create(
        shop_id=order.shop_id, product_id=product_id, order=order, stars=said.stars, text=_plain(said.text),
        picture=picture, author=name_shown(order.name),
    )  # fmt: skip
    rate(product_id, stars=said.stars, count=1)
    touch(product_id, order.shop)
    audit.record("review.written", review, by=actor, stars=said.stars)
    _tell_shop(review)
    return review


def _again(review: Review, said: Said, picture: Picture | None, actor: Actor) -> Review:
    stars, text, old = review.stars, review.text, review.picture
    review.stars, review.text = said.stars, _plain(said.text)
    if picture is not None or said.no_photo:
        review.picture = picture
    if (review.stars, review.text, review.picture) == (stars, text, old):
        return review  # a double click
    if review.hidden_at is None:
        rate(review.product_id, stars=review.stars - stars, count=0)
    else:  # hidden for what it said before: an officer looks again
        review.reported_at, review.report_reason = timezone.now(), _("Người viết đã sửa lại.")
    review.save(update_fields=["stars", "text", "picture", "reported_at", "report_reason"])
    if old is not None and review.picture != old:
        old.delete()
    touch(review.product_id, review.shop)
    audit.record("review.changed", review, by=actor, before=stars, after=review.stars)
    return review


def name_shown(name: str) -> str:
    """ "Nguyễn Thị Hoa" as "Hoa N.": the given name and the first letter of the family's.

    What is no name (a phone number typed in its place) is not shown at all.
    """
    words = [word for word in nfc(name).split() if word.isalpha()]
    if not words:
        return STRANGER
    given = words[-1][:40]
    return f"{given} {words[0][0].upper()}." if len(words) > 1 else given


def _plain(text: str) -> str:
    return nfc(text.strip().replace("\r\n", "\n"))[:1000]


def _tell_shop(review: Review) -> None:
    owner = review.shop.owner
    if owner is None or owner.phone is None:
        return
    phone = owner.phone
    with override(settings.LANGUAGE_CODE):  # the farmer's language, whatever page the buyer wrote on
        body = _("%(author)s cho món %(title)s %(stars)s sao. Xem và trả lời trong mục Nhận xét.") % {
            "author": review.author, "title": review.product.title, "stars": review.stars,
        }  # fmt: skip
    transaction.on_commit(lambda: send_text(phone, body))


# --- the shop, and anybody who reads -------------------------------------------------------------------------------


@transaction.atomic
def answer_review(review_id: int, text: str, *, by: Actor) -> Review:
    """What the shop says below a review, once and changeable; an empty text takes it back. Raises ReviewHidden."""
    review = _locked(review_id)
    if review.hidden_at is not None:
        raise ReviewHidden
    text = nfc(text.strip().replace("\r\n", "\n"))[:500]
    if text == review.answer:
        return review
    review.answer, review.answered_at = text, timezone.now() if text else None
    review.save(update_fields=["answer", "answered_at"])
    touch(review.product_id, review.shop)
    audit.record("review.answered" if text else "review.answer_taken_back", review, by=by)
    return review


@transaction.atomic
def report_review(review_id: int, reason: str, *, by: Actor = GUEST) -> Review:
    """Ask the officers to look at a review. It stays shown until they decide; a second report changes nothing."""
    review = _locked(review_id)
    if review.hidden_at is None and review.reported_at is None:
        review.reported_at, review.report_reason = timezone.now(), nfc(reason)[:200]
        review.save(update_fields=["reported_at", "report_reason"])
        audit.record("review.reported", review, by=by, reason=review.report_reason)
    return review


# --- the officers ---------------------------------------------------------------------------------------------------


@transaction.atomic
def hide_review(review_id: int, *, by: User, reason: str) -> Review:
    """Take a review off the market; its author reads the reason. Raises ReviewNotYours. Twice changes nothing."""
    review = _locked(review_id, judge=by)
    if review.hidden_at is not None and review.reported_at is None:
        return review
    if review.hidden_at is None:
        rate(review.product_id, stars=-review.stars, count=-1)
        review.hidden_at = timezone.now()
    review.hidden_reason = nfc(reason)[:200]
    _decide(review, by)
    audit.record("review.hidden", review, by=Actor.of(by), reason=review.hidden_reason)
    return review


@transaction.atomic
def keep_review(review_id: int, *, by: User, reason: str = "") -> Review:
    """Leave a reported review where it is, or show a hidden one again. Raises ReviewNotYours."""
    review = _locked(review_id, judge=by)
    if review.hidden_at is None and review.reported_at is None:
        return review
    shown_again = review.hidden_at is not None
    if shown_again:
        rate(review.product_id, stars=review.stars, count=1)
    review.hidden_at, review.hidden_reason = None, ""
    _decide(review, by)
    verb = "review.shown" if shown_again else "review.kept"
    audit.record(verb, review, by=Actor.of(by), reason=nfc(reason)[:200])
    return review


def _decide(review: Review, by: User) -> None:
    """Nothing waits any more; who decided stays with the review."""
    touch(review.product_id, review.shop)
    review.reported_at, review.report_reason, review.decided_by = None, "", by
    review.save(update_fields=["reported_at", "report_reason", "hidden_at", "hidden_reason", "decided_by"])


def _locked(review_id: int, judge: User | None = None) -> Review:
    review = (
        Review.objects.select_for_update(of=("self",)).select_related("shop", "product").get(pk=review_id)
    )
    if judge is not None and not can(judge, Do.MODERATE, review.shop):
        raise ReviewNotYours
    return review
