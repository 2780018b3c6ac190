"""Public codes: what people see, read out and print instead of database ids."""

import secrets

from django.utils.crypto import salted_hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O 1 I L U: they are misread on paper
LENGTH = 10


def public_code() -> str:
    """Ten random signs (49 bits): unguessable enough for an address, short enough to read out."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def long_code() -> str:
    """Thirty-two hex digits (128 bits), for addresses that stand in for a sign-in."""
    return secrets.token_hex(16)


def code_from(*parts: object) -> str:
    """The public code that belongs to these parts, always the same one, guessed by nobody.

    A form that carries a key gets its row's code from it: pressing the button twice then names the same row.
    """
    digest = salted_hmac("common.codes", "\x1f".join(map(str, parts)), algorithm="sha256").digest()
    number = int.from_bytes(digest, "big")
    return "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(LENGTH))
