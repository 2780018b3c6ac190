"""Public codes: what people see, read out and print instead of database ids."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O 1 I L U: they are misread on paper
LENGTH = 10


def public_code() -> str:
    """Ten random signs (49 bits): unguessable enough for an address, short enough to read out."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def long_code() -> str:
    """Thirty-two hex digits (128 bits), for addresses that stand in for a sign-in."""
    return secrets.token_hex(16)
