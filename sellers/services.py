"""Every write about shops: opening, consent, page, approval, pictures."""

import hmac
import secrets
from datetime import timedelta
from typing import Any, BinaryIO

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from wagtail.models import Collection, Workflow, WorkflowContentType, WorkflowTask

from accounts.models import User
from accounts.services import person_with_phone
from common import audit
from common.actors import Actor
from common.folding import fold, nfc, slug
from common.messaging import send_text
from places.models import Place
from sellers import tasks
from sellers.access import Do, actor_in, can
from sellers.errors import (
    ConsentMissing,
    OwnWork,
    PictureRefused,
    ShopExists,
    ShopNotAllowed,
    TooManyTries,
    WrongCode,
    WrongShopStatus,
)
from sellers.models import (
    Consent,
    Picture,
    Scope,
    Shop,
    ShopFront,
    ShopMember,
    ShopSlug,
    VillageHeadTask,
    Visit,
)
from sellers.photos import BadPhoto, clean_photo

CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
ALL_SCOPES = [Scope.PAGE.value, Scope.PRODUCTS.value, Scope.ORDERS.value]


@transaction.atomic
def open_draft_shop(
    village: Place,
    *,
    name: str,
    farmer_phone: str,
    farmer_name: str,
    by: User,
    kind: str = Shop.Kind.HOUSEHOLD,
) -> Shop:
    """A new shop for a household, not visible to buyers yet. The farmer becomes its owner and only member.

    `farmer_phone` is E.164. Raises ShopNotAllowed unless `by` belongs to the village's team, ShopExists for a second
    shop of that name of the same household.
    """
    if not can(by, Do.OPEN_SHOP, village):
        raise ShopNotAllowed
    commune = village.parent
    if commune is None or commune.parent_id is None:
        raise ShopNotAllowed
    farmer = person_with_phone(farmer_phone, farmer_name)
    name = nfc(" ".join(name.split()))
    User.objects.select_for_update().get(
        pk=farmer.pk
    )  # a double tap waits here and finds the first one's shop
    if (
        Shop.objects.filter(owner=farmer, village=village, folded=fold(name))
        .exclude(status=Shop.Status.CLOSED)
        .exists()
    ):
        raise ShopExists
    shop = Shop.objects.create(
        name=name, folded=fold(name), slug=free_slug(name), kind=kind, village=village, commune_id=commune.pk,
        province_id=commune.parent_id, place_path=village.path, owner=farmer, opened_by=by,
    )  # fmt: skip
    ShopSlug.objects.create(shop=shop, slug=shop.slug)
    ShopMember.objects.create(shop=shop, user=farmer, role=ShopMember.Role.OWNER)
    ShopFront.objects.create(shop=shop, live=False)
    audit.record("shop.opened", shop, by=Actor.of(by), name=name)
    return shop


def free_slug(name: str) -> str:
    """An address for a new shop: its folded name, with a number behind it where another shop was first."""
    base = slug(name, 60) or "gian-hang"
    taken = set(ShopSlug.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{number}" for number in range(2, len(taken) + 3) if f"{base}-{number}" not in taken)


@transaction.atomic
def rename_shop(shop: Shop, name: str, *, by: Actor) -> None:
    """Give a shop another name and address. The old address keeps working."""
    before = shop.name
    shop.name = nfc(" ".join(name.split()))
    shop.folded = fold(shop.name)
    shop.slug = free_slug(shop.name)
    shop.save(update_fields=["name", "folded", "slug", "updated_at"])
    ShopSlug.objects.create(shop=shop, slug=shop.slug)
    audit.record("shop.renamed", shop, by=by, before=before, after=shop.name)


# --- consent --------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_consent(
    shop: Shop, agent: User, *, scopes: list[str] | None = None, request: HttpRequest | None = None
) -> Consent:
    """Send a code to the farmer's phone; typing it gives the agent leave to work in the shop.

    Asking again sends a new code. Raises ShopNotAllowed unless the agent belongs to the village's team.
    """
    if not can(agent, Do.OPEN_SHOP, shop.village) or shop.owner is None or shop.owner.phone is None:
        raise ShopNotAllowed
    code = f"{secrets.randbelow(10**6):06d}"
    consent, _new = Consent.objects.update_or_create(
        shop=shop,
        agent=agent,
        revoked_at=None,
        defaults={
            "farmer": shop.owner,
            "scopes": scopes or ALL_SCOPES,
            "code_hash": _code_hash(shop, agent, code),
            "code_sent_at": timezone.now(),
            "attempts": 0,
        },
    )
    text = _(
        "%(code)s là mã để cho %(agent)s làm giúp gian hàng %(shop)s trên Chợ Bản. Chỉ đọc mã nếu bạn đồng ý."
    )
    phone = shop.owner.phone
    body = text % {"code": code, "agent": agent.name, "shop": shop.name}
    transaction.on_commit(lambda: send_text(phone, body, request))
    return consent


def _code_hash(shop: Shop, agent: User, code: str) -> str:
    return salted_hmac("sellers.consent", f"{shop.pk}:{agent.pk}:{code}", algorithm="sha256").hexdigest()


def give_consent(consent: Consent, code: str) -> None:
    """The farmer read the code out. Raises WrongCode, TooManyTries; a wrong try is counted even so."""
    with transaction.atomic():
        consent = Consent.objects.select_for_update().select_related("shop", "agent").get(pk=consent.pk)
        if consent.is_in_force:
            return
        Consent.objects.filter(pk=consent.pk).update(attempts=F("attempts") + 1)
        fresh = consent.code_sent_at and timezone.now() - consent.code_sent_at < CODE_LIFE
        tries_left = consent.attempts < MOST_TRIES
        right = hmac.compare_digest(consent.code_hash, _code_hash(consent.shop, consent.agent, code.strip()))
        given = bool(fresh and tries_left and right and not consent.revoked_at)
        if given:
            now = timezone.now()
            Consent.objects.filter(pk=consent.pk).update(
                granted_at=now, expires_at=now + timedelta(days=365), code_hash="", method=Consent.Method.CODE
            )
            audit.record(
                "consent.given",
                consent,
                by=Actor(user_id=consent.farmer_id),
                agent=consent.agent_id,
                method="code",
            )
    if not given:  # raised outside, so that the count of tries is kept
        raise WrongCode if tries_left else TooManyTries
    consent.refresh_from_db()


@transaction.atomic
def record_paper_consent(
    shop: Shop, agent: User, photo: BinaryIO, *, scopes: list[str] | None = None
) -> Consent:
    """Keep a photo of the signed paper as private evidence. It counts once another official countersigns it."""
    if not can(agent, Do.OPEN_SHOP, shop.village) or shop.owner is None:
        raise ShopNotAllowed
    evidence = add_picture(
        photo, shop=shop, purpose=Picture.Purpose.EVIDENCE, title=_("Giấy đồng ý"), by=agent
    )
    consent, _new = Consent.objects.update_or_create(
        shop=shop, agent=agent, revoked_at=None,
        defaults={
            "farmer": shop.owner, "scopes": scopes or ALL_SCOPES, "method": Consent.Method.PAPER, "evidence": evidence,
        },
    )  # fmt: skip
    audit.record("consent.on_paper", consent, by=Actor.of(agent))
    return consent


@transaction.atomic
def countersign_consent(consent: Consent, *, by: User) -> None:
    """A second official has seen the paper. Raises OwnWork if it is the agent's own."""
    if by.pk == consent.agent_id:
        raise OwnWork
    if not can(by, Do.APPROVE_SHOP, consent.shop):
        raise ShopNotAllowed
    now = timezone.now()
    changed = Consent.objects.filter(
        pk=consent.pk, granted_at__isnull=True, revoked_at__isnull=True, method=Consent.Method.PAPER
    ).update(granted_at=now, expires_at=now + timedelta(days=365), countersigned_by=by)
    if changed:
        audit.record("consent.countersigned", consent, by=Actor.of(by), agent=consent.agent_id)


@transaction.atomic
def withdraw_consent(consent: Consent, *, by: User) -> None:
    """The farmer takes the leave back, at once. Only the farmer can."""
    if by.pk != consent.farmer_id:
        raise ShopNotAllowed
    if Consent.objects.filter(pk=consent.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        audit.record("consent.withdrawn", consent, by=Actor.of(by), agent=consent.agent_id)


# --- the page and its approval --------------------------------------------------------------------------------------


@transaction.atomic
def save_front(shop: Shop, *, by: User, tagline: str, body: Any, cover: Picture | None = None) -> Any:
    """Keep a new version of the shop's page as a draft; buyers go on seeing the published one.

    `body` is the StreamField's value or its raw list. `cover` None keeps the one that is there. Returns the revision.
    """
    if not can(by, Do.EDIT_PAGE, shop):
        raise ShopNotAllowed
    front = ShopFront.objects.select_for_update().get(shop=shop).get_latest_revision_as_object()
    front.tagline, front.body = nfc(tagline), body
    if cover is not None:
        front.cover = cover
    front.full_clean(exclude=["shop"])
    revision = front.save_revision(user=by)
    audit.record("shop.page_saved", shop, by=actor_in(shop, by), revision=revision.pk)
    return revision


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
    review_workflow().start(front, by)
    if shop.status == Shop.Status.DRAFT:
        Shop.objects.filter(pk=shop.pk).update(status=Shop.Status.REVIEW)
    audit.record("shop.handed_in", shop, by=actor_in(shop, by))


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
def approve_shop(shop: Shop, *, by: User, seen: int | None = None) -> None:
    """Publish the version that waits, and open the shop if it was not open yet. Source: architecture, 7.4.

    `seen` is the revision the approver looked at: Wagtail publishes the latest one, which must be the same.
    Raises OwnWork if the approver wrote it, ShopNotAllowed, WrongShopStatus if nothing waits or it changed since.
    """
    shop = Shop.objects.select_for_update(of=("self",)).select_related("front").get(pk=shop.pk)
    state = _task_state(shop, by)
    if seen is not None and shop.front.latest_revision_id != seen:
        raise WrongShopStatus
    state.task.specific.on_action(state, by, "approve")
    first = shop.verified_at is None
    Shop.objects.filter(pk=shop.pk).update(
        status=Shop.Status.LIVE if shop.status in (Shop.Status.DRAFT, Shop.Status.REVIEW) else shop.status,
        verified_at=timezone.now() if first else shop.verified_at,
        updated_at=timezone.now(),
    )
    audit.record("shop.approved", shop, by=Actor.of(by), first=first)
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


@transaction.atomic
def pause_shop(shop: Shop, *, by: User, reason: str) -> None:
    """Take a shop off the market for a reason that its owner is told."""
    if not can(by, Do.PAUSE_SHOP, shop):
        raise ShopNotAllowed
    if not Shop.objects.filter(pk=shop.pk, status=Shop.Status.LIVE).update(
        status=Shop.Status.PAUSED, pause_reason=nfc(reason), updated_at=timezone.now()
    ):
        raise WrongShopStatus
    audit.record("shop.paused", shop, by=Actor.of(by), reason=reason)


@transaction.atomic
def resume_shop(shop: Shop, *, by: User) -> None:
    """Put a paused shop back on the market."""
    if not can(by, Do.PAUSE_SHOP, shop):
        raise ShopNotAllowed
    if not Shop.objects.filter(pk=shop.pk, status=Shop.Status.PAUSED).update(
        status=Shop.Status.LIVE, pause_reason="", updated_at=timezone.now()
    ):
        raise WrongShopStatus
    audit.record("shop.resumed", shop, by=Actor.of(by))


# --- pictures and visits --------------------------------------------------------------------------------------------


def add_picture(
    file: BinaryIO, *, purpose: str, title: str, by: User | None, shop: Shop | None = None
) -> Picture:
    """Clean an uploaded photo and keep it; its sizes are made by a task after the commit.

    Raises PictureRefused with a sentence for the person. The upload itself is not kept.
    """
    try:
        clean = clean_photo(file)
    except BadPhoto as bad:
        raise PictureRefused(bad.code) from bad
    with transaction.atomic():
        picture = Picture(
            title=nfc(title)[:255], shop=shop, purpose=purpose, uploaded_by_user=by, collection=collection_for(purpose),
            width=clean.width, height=clean.height, file_size=len(clean.jpeg),
        )  # fmt: skip
        picture.file.save("photo.jpg", ContentFile(clean.jpeg, name="photo.jpg"), save=False)
        picture.save()
        if purpose != Picture.Purpose.EVIDENCE:
            transaction.on_commit(lambda: tasks.make_renditions.enqueue(picture.pk))
    return picture


def collection_for(purpose: str) -> Collection:
    """One of the four fixed collections. A collection per shop would make the admin's lists take seconds."""
    name = f"Chợ Bản: {Picture.Purpose(purpose).value}"
    found = Collection.objects.filter(name=name).first()
    return found or Collection.get_first_root_node().add_child(name=name)


def record_visit(
    village: Place, *, by: User, household: str, outcome: str, note: str = "", shop: Shop | None = None
) -> Visit:
    """Note one door-to-door visit. Raises ShopNotAllowed outside the person's own villages."""
    if not can(by, Do.OPEN_SHOP, village):
        raise ShopNotAllowed
    return Visit.objects.create(
        village=village, by=by, household=nfc(household), outcome=outcome, note=nfc(note), shop=shop
    )
