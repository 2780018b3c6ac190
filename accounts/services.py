"""Writes about people, and about partners' systems."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.errors import PartnerExists
from accounts.models import Partner, User
from accounts.tokens import hash_of, new_token
from common import audit
from common.actors import Actor
from common.days import local_day
from common.folding import nfc


@transaction.atomic
def person_with_phone(phone: str, name: str = "") -> User:
    """The person with this phone (E.164), made if there is none yet. A name already known is kept."""
    user, new = User.objects.get_or_create(phone=phone, defaults={"name": nfc(name).strip()})
    if new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    elif name and not user.name:
        user.name = nfc(name).strip()
        user.save(update_fields=["name"])
    return user


def mark_phone_verified(user: User, phone: str) -> None:
    """The person has typed a code that only this phone received."""
    User.objects.filter(pk=user.pk).update(phone=phone, phone_verified_at=timezone.now())
    user.phone, user.phone_verified_at = phone, timezone.now()


@transaction.atomic
def create_partner(name: str, contact: str = "", *, by: Actor) -> tuple[Partner, str]:
    """Let somebody's system read the market through the API. Returns the partner and its token.

    The token is shown this once; only its hash is kept. Raises PartnerExists.
    """
    token = new_token()
    partner = Partner(
        name=nfc(name).strip(), contact=contact, token_hash=hash_of(token), token_end=token[-4:]
    )
    try:
        with transaction.atomic():
            partner.save(force_insert=True)
    except IntegrityError as taken:
        raise PartnerExists from taken
    audit.record("partner.added", partner, by=by, name=partner.name)
    return partner, token


@transaction.atomic
def set_partner_active(partner: Partner, active: bool, *, by: Actor) -> None:
    """Let a partner in again, or shut it out at once. A second call changes nothing."""
    if Partner.objects.filter(pk=partner.pk).exclude(active=active).update(active=active):
        audit.record("partner.let_in" if active else "partner.revoked", partner, by=by)
    partner.active = active


def note_use(partner: Partner) -> None:
    """Remember the day a partner last came. Writes once a day."""
    today = local_day()
    if partner.last_used_on != today:
        Partner.objects.filter(pk=partner.pk).update(last_used_on=today)
        partner.last_used_on = today
