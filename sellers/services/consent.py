"""The farmer's leave for somebody else to work in the shop: asked for, given, countersigned, taken back."""

import hmac
import secrets
from datetime import timedelta
from typing import BinaryIO

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from common import audit
from common.actors import Actor
from common.messaging import send_text
from sellers.access import Do, can
from sellers.errors import OwnWork, ShopNotAllowed, TooManyTries, WrongCode
from sellers.models import Consent, Picture, Scope, Shop
from sellers.services.pictures import add_picture

CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
ALL_SCOPES = [Scope.PAGE.value, Scope.PRODUCTS.value, Scope.ORDERS.value]


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
