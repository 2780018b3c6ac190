"""Writes about people."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
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
