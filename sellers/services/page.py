"""The shop's page: every change a revision, then the village head's yes or no."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Workflow, WorkflowContentType, WorkflowTask

from accounts.models import User
from common import audit
from common.actors import Actor
from common.folding import nfc
from common.messaging import send_text
from common.public_pages import purge
from sellers.access import Do, actor_in, can
from sellers.blocks import COUNTS, LEAD, MOST_BLOCKS
from sellers.errors import ConsentMissing, OwnWork, PageFull, PageUnfinished, ShopNotAllowed, WrongShopStatus
from sellers.models import Consent, Picture, Shop, ShopFront, VillageHeadTask

SITTING = timedelta(hours=1)  # changes of one person within it are one version


@transaction.atomic
def change_front(shop: Shop, change: Callable[[ShopFront], None], *, by: User, what: str) -> Any:
    """Let `change` alter the latest version of the shop's page and keep the result as a draft. Returns the revision.

    Buyers go on seeing the published page. The row is locked while `change` works, so that two people's changes add
    up. What one person changes within an hour is one version, unless that version is published or being reviewed.
    """
    if not can(by, Do.EDIT_PAGE, shop):
        raise ShopNotAllowed
    row = ShopFront.objects.select_for_update().get(shop=shop)
    front = row.get_latest_revision_as_object()
    change(front)
    front.full_clean(exclude=["shop"])
    revision = front.save_revision(user=by, overwrite_revision=_own_sitting(row, by))
    audit.record("shop.page_saved", shop, by=actor_in(shop, by), revision=revision.pk, what=what)
    return revision


def _own_sitting(front: ShopFront, by: User) -> Any:
    """The person's own latest version, if it is young and nobody has seen it yet."""
    last = front.latest_revision
    if (
        last is None
        or last.user_id != by.pk
        or last.pk == front.live_revision_id
        or front.workflow_in_progress
    ):
        return None
    return last if timezone.now() - last.created_at < SITTING else None


def save_front(shop: Shop, *, by: User, tagline: str, body: Any, cover: Picture | None = None) -> Any:
    """Keep a new version of the page with this sentence and these blocks (the StreamField's value or its raw list).

    `cover` None keeps the one that is there. Returns the revision.
    """

    def change(front: ShopFront) -> None:
        front.tagline, front.body = nfc(tagline), body
        front.cover = cover or front.cover

    return change_front(shop, change, by=by, what="all")


def put_part(shop: Shop, kind: str, value: Any, *, by: User, part: str = "") -> None:
    """Set the value of a block, or add a block of this kind at the end (a lead block in front).

    `value` is the block's own database value. A `part` that somebody took away meanwhile is added anew, so that
    nothing typed is lost. Raises PageFull.
    """

    def change(front: ShopFront) -> None:
        raw = [dict(block) for block in front.body.raw_data]
        for block in raw:
            if block.get("id") == part and block["type"] == kind:
                block["value"] = value
                front.body = raw
                return
        if len(raw) >= MOST_BLOCKS or [block["type"] for block in raw].count(kind) >= COUNTS[kind]["max_num"]:
            raise PageFull
        new = {"type": kind, "value": value, "id": str(uuid4())}
        front.body = [new, *raw] if kind in LEAD else [*raw, new]

    change_front(shop, change, by=by, what=kind)


def move_part(shop: Shop, part: str, *, up: bool, by: User) -> None:
    """Let a block change places with the one above or below it. Nothing happens at the ends."""

    def change(front: ShopFront) -> None:
        raw = list(front.body.raw_data)
        at = next((n for n, block in enumerate(raw) if block.get("id") == part), None)
        other = None if at is None else at + (-1 if up else 1)
        if at is not None and other is not None and 0 <= other < len(raw):
            raw[at], raw[other] = raw[other], raw[at]
        front.body = raw

    change_front(shop, change, by=by, what="order")


def drop_part(shop: Shop, part: str, *, by: User) -> dict[str, Any] | None:
    """Take a block off the page. Returns it with its place, to be put back; None if it was gone already."""
    dropped: dict[str, Any] = {}

    def change(front: ShopFront) -> None:
        raw = list(front.body.raw_data)
        for n, block in enumerate(raw):
            if block.get("id") == part:
                dropped.update({"block": dict(block), "at": n})
        front.body = [block for block in raw if block.get("id") != part]

    change_front(shop, change, by=by, what="drop")
    return dropped or None


def put_back_part(shop: Shop, dropped: dict[str, Any], *, by: User) -> None:
    """Undo `drop_part`. Doing it twice changes nothing."""

    def change(front: ShopFront) -> None:
        raw = list(front.body.raw_data)
        block = dropped["block"]
        if block["type"] in COUNTS and all(row.get("id") != block["id"] for row in raw):
            raw.insert(dropped["at"], block)
        front.body = raw

    change_front(shop, change, by=by, what="undo")


def review_workflow() -> Workflow:
    """The workflow every shop page goes through, made on first use."""
    workflow, new = Workflow.objects.get_or_create(name="Duyệt gian hàng", defaults={"active": True})
    if new:
        task = VillageHeadTask.objects.create(name="Trưởng thôn duyệt")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        front_type = ContentType.objects.get_for_model(ShopFront, for_concrete_model=False)
        WorkflowContentType.objects.get_or_create(content_type=front_type, defaults={"workflow": workflow})
    return workflow


@transaction.atomic
def hand_in(shop: Shop, *, by: User) -> None:
    """Send the latest draft of the shop's page to the village head. A shop that sells goes on selling meanwhile.

    Raises ConsentMissing while the farmer has not agreed to an agent's work; WrongShopStatus if it is being reviewed.
    """
    shop = Shop.objects.select_for_update(of=("self",)).select_related("front").get(pk=shop.pk)
    if not can(by, Do.EDIT_PAGE, shop):
        raise ShopNotAllowed
    if shop.owner_id != by.pk and not Consent.objects.in_force().filter(shop=shop, agent=by).exists():
        raise ConsentMissing
    front = shop.front
    if shop.status == Shop.Status.CLOSED or front.workflow_in_progress:
        raise WrongShopStatus
    if front.latest_revision is None:
        front.save_revision(user=by)
    _check_finished(front)
    review_workflow().start(front, by)
    if shop.status == Shop.Status.DRAFT:
        Shop.objects.filter(pk=shop.pk).update(status=Shop.Status.REVIEW)
    audit.record("shop.handed_in", shop, by=actor_in(shop, by))


def _check_finished(front: ShopFront) -> None:
    """Refuse a page with a block that lacks what it needs, such as a cover without its photo."""
    body = front.get_latest_revision_as_object().body
    try:
        body.stream_block.clean(body)
    except ValidationError as bad:
        for n, block in enumerate(body):
            if n in getattr(bad, "block_errors", {}):
                raise PageUnfinished(block.block.label) from bad
        raise PageUnfinished(_("Trang gian hàng")) from bad


def version_of(front: ShopFront) -> str:
    """What names the exact words of the latest version: an editor's autosave keeps a revision's number."""
    last = front.latest_revision
    return f"{last.pk}-{last.created_at:%Y%m%d%H%M%S%f}" if last else ""


def may_publish(shop: Shop, user: User) -> bool:
    """Whether the person needs nobody else's yes: a farmer who is also the head of the village."""
    return shop.owner_id == user.pk and VillageHeadTask().may_decide(shop.front, user)


def _task_state(shop: Shop, by: User) -> Any:
    state = shop.front.current_workflow_task_state
    if state is None:
        raise WrongShopStatus
    revision = shop.front.latest_revision
    if revision is not None and revision.user_id == by.pk != shop.owner_id:
        raise OwnWork
    if not by.is_superuser and not state.task.specific.may_decide(shop.front, by):
        raise ShopNotAllowed
    return state


@transaction.atomic
def approve_shop(shop: Shop, *, by: User, seen: str | None = None) -> None:
    """Publish the version that waits, and open the shop if it was not open yet. Source: architecture, 7.4.

    `seen` is `version_of` the page the approver looked at: Wagtail publishes the latest one, which must be the same.
    Raises OwnWork if the approver wrote it, ShopNotAllowed, WrongShopStatus if nothing waits or it changed since.
    """
    shop = Shop.objects.select_for_update(of=("self",)).select_related("front").get(pk=shop.pk)
    state = _task_state(shop, by)
    if seen is not None and version_of(shop.front) != seen:
        raise WrongShopStatus
    state.task.specific.on_action(state, by, "approve")
    first = shop.verified_at is None
    Shop.objects.filter(pk=shop.pk).update(
        status=Shop.Status.LIVE if shop.status in (Shop.Status.DRAFT, Shop.Status.REVIEW) else shop.status,
        verified_at=timezone.now() if first else shop.verified_at,
        updated_at=timezone.now(),
    )
    audit.record("shop.approved", shop, by=Actor.of(by), first=first)
    purge(shop.page_tag)
    if first and shop.owner and shop.owner.phone:
        phone, body = (
            shop.owner.phone,
            _("Gian hàng %(shop)s đã được duyệt và lên chợ.") % {"shop": shop.name},
        )
        transaction.on_commit(lambda: send_text(phone, body))


@transaction.atomic
def return_shop(shop: Shop, *, by: User, reason: str) -> None:
    """Send the version that waits back with a reason. A shop that never opened is a draft again."""
    shop = Shop.objects.select_for_update(of=("self",)).select_related("front").get(pk=shop.pk)
    state = _task_state(shop, by)
    state.task.specific.on_action(state, by, "reject", comment=nfc(reason))
    if shop.status == Shop.Status.REVIEW:
        Shop.objects.filter(pk=shop.pk).update(status=Shop.Status.DRAFT)
    audit.record("shop.returned", shop, by=Actor.of(by), reason=reason)
