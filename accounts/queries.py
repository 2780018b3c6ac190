"""Every read of partners."""

from accounts.models import Partner
from accounts.tokens import hash_of


def partner_of_token(token: str) -> Partner | None:
    """The active partner who holds this token. 1 query, by the index of the hashes.

    What is compared is a hash of 256 random bits, so the time it takes tells nothing about any token.
    """
    return Partner.objects.filter(token_hash=hash_of(token), active=True).first()


def partner_named(name: str) -> Partner | None:
    """The partner of this name, active or not. 1 query."""
    return Partner.objects.filter(name=name).first()


def partners() -> list[Partner]:
    """All partners, by name. 1 query."""
    return list(Partner.objects.order_by("name"))
