"""SePay: tells us of every line on a bank account, seconds after the bank booked it.

Source: SePay's webhook documentation; payments reference, section 3.
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from payments.providers.base import (
    ACCOUNT_LENGTH,
    ID_LENGTH,
    REFERENCE_LENGTH,
    Direction,
    Forged,
    Malformed,
    Notice,
    Offer,
    Provider,
)

SIGNATURE, TIMESTAMP, KEY = "X-SePay-Signature", "X-SePay-Timestamp", "Authorization"
WINDOW = timedelta(minutes=5)
_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_SECONDS = re.compile(r"[0-9]{1,11}")
_LARGEST = 10**15  # đồng; beyond any transfer, well inside a database's bigint


def sign(secret: str, timestamp: int | str, body: bytes) -> str:
    """SePay's signature of a body sent at `timestamp` (Unix seconds): hex, without the header's "sha256="."""
    return hmac.digest(secret.encode(), f"{timestamp}.".encode() + body, "sha256").hex()


def signed_headers(secret: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers with which SePay would send that body; for tests and the demonstration."""
    seconds = int(at.timestamp())
    return {SIGNATURE: f"sha256={sign(secret, seconds, body)}", TIMESTAMP: str(seconds)}


class SePay(Provider):
    """Bank notices, signed (HMAC) or with a key in the header. Unsigned notices are refused."""

    name = "sepay"
    offers = frozenset({Offer.NOTICES})

    def authenticate(
        self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
    ) -> None:
        """Raises Forged (unsigned, stale, wrong)."""
        _authenticate(secrets, headers, body, now)

    def parse(self, body: bytes) -> list[Notice]:
        """The one notice of a webhook. Unknown fields are passed over, optional ones may be missing or null.

        Raises Malformed (bad_json, bad_<field>).
        """
        line = _object(body)
        return [
            Notice(
                provider=self.name,
                provider_id=_required(line, "id", ID_LENGTH),
                account_number=_required(line, "accountNumber", ACCOUNT_LENGTH, kinds=(str,)),
                direction=_direction(line),
                amount=_amount(line),
                booked_at=_booked_at(line),
                bank_reference=_text(line, "referenceCode", REFERENCE_LENGTH),
                memo=_text(line, "content") or _text(line, "description"),
                raw=body.decode(),
            )
        ]


def _authenticate(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    if isinstance(secrets, str):
        raise TypeError("secrets is a list: a bare text would make each of its letters a valid secret")
    secrets = [secret for secret in secrets if secret]  # an account without a secret accepts nothing
    said = {name.lower(): value for name, value in headers.items()}
    signature, key = said.get(SIGNATURE.lower()), said.get(KEY.lower())
    if signature is not None:  # a bad signature is never saved by a good key
        seconds = said.get(TIMESTAMP.lower(), "")
        if not _SECONDS.fullmatch(seconds):
            raise Forged("unsigned")
        genuine = _any_same(signature, [f"sha256={sign(secret, seconds, body)}" for secret in secrets])
        if abs(now.timestamp() - int(seconds)) > WINDOW.total_seconds():
            raise Forged("stale")
    elif key is not None:
        scheme, _, given = key.partition(" ")
        genuine = scheme.lower() == "apikey" and _any_same(given.strip(), secrets)
    else:
        raise Forged("unsigned")
    if not genuine:
        raise Forged("wrong")


def _any_same(given: str, valid: Sequence[str]) -> bool:
    """Whether one of the valid texts was given; the time taken does not tell which or how much of it."""
    same = [hmac.compare_digest(given.encode("utf-8", "replace"), each.encode()) for each in valid]
    return any(same)


def _object(body: bytes) -> dict[str, Any]:
    try:
        line = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise Malformed("bad_json") from error
    if not isinstance(line, dict):
        raise Malformed("bad_json")
    return line


def _text(
    line: dict[str, Any], key: str, longest: int | None = None, kinds: tuple[type, ...] = (str, int)
) -> str:
    value = line.get(key)
    if value is None:
        return ""
    if type(value) not in kinds:
        raise Malformed(f"bad_{key}")
    # half a character pair and the zero sign are legal JSON, but no database text
    text = str(value).encode("utf-8", "replace").decode().replace("\0", " ").strip()
    if longest is not None and len(text) > longest:
        raise Malformed(f"bad_{key}")  # a shortened reference could make two transfers look like one
    return text


def _required(line: dict[str, Any], key: str, longest: int, kinds: tuple[type, ...] = (str, int)) -> str:
    text = _text(line, key, longest, kinds)
    if not text:
        raise Malformed(f"bad_{key}")
    return text


def _direction(line: dict[str, Any]) -> Direction:
    try:
        return Direction(line.get("transferType", ""))
    except ValueError as error:
        raise Malformed("bad_transferType") from error


def _amount(line: dict[str, Any]) -> int:
    """Exactly an int: a float may be a rounded sum, a text may hide a decimal point; we never guess."""
    amount = line.get("transferAmount")
    if type(amount) is not int or abs(amount) > _LARGEST:
        raise Malformed("bad_transferAmount")
    return amount


def _booked_at(line: dict[str, Any]) -> datetime:
    try:
        local = datetime.strptime(line["transactionDate"], "%Y-%m-%d %H:%M:%S")
        return local.replace(tzinfo=_LOCAL).astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Malformed("bad_transactionDate") from error
