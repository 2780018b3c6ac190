"""Tokens of partners: long random words of which only a hash is kept."""

import hashlib
import secrets

PREFIX = "cb_"  # so that a token found in somebody's files is known for what it is


def new_token() -> str:
    """256 random bits. So long that a plain SHA-256 is enough: there is nothing to guess."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of a token: 64 hex digits."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
