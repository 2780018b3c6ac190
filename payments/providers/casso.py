"""Casso: tells us of every line on a bank account. Version 2 signs one line, version 1 sends lists with a token.

Source: Casso's webhook documentation and its published sample; payments reference, section 3.
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from payments.providers import fields
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

SIGNATURE, TOKEN = "X-Casso-Signature", "Secure-Token"
TEST_ID = 0  # of the line that Casso sends to try an address
# Casso does not publish whether a repeat is signed anew. One played again within a day is the same notice again and
# changes nothing; refusing one that only came late would lose money that Casso lists nowhere else.
OLDEST, AHEAD = timedelta(days=1), timedelta(minutes=5)
_SIGNED = re.compile(r"t=([0-9]{1,15}),\s*v1=([0-9A-Fa-f]{128})")


def sign(secret: str, milliseconds: int | str, whole: Mapping[str, Any]) -> str:
    """Casso's signature (V2) of a JSON object sent at that Unix time: hex HMAC-SHA512 of the object with its keys sorted
    at all levels, without gaps."""
    said = json.dumps(_as_javascript(whole), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    message = f"{milliseconds}.{said}".encode("utf-8", "replace")
    return hmac.digest(secret.encode(), message, "sha512").hex()


def signed_headers(secret: str, at: datetime, body: bytes) -> dict[str, str]:
    """The header with which Casso (V2) would send that body; for tests."""
    milliseconds = int(at.timestamp() * 1000)
    return {SIGNATURE: f"t={milliseconds},v1={sign(secret, milliseconds, json.loads(body))}"}


class Casso(Provider):
    """Bank notices of Webhook V2: one signed line each."""

    name = "casso"
    offers = frozenset({Offer.NOTICES})

    def authenticate(
        self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
    ) -> None:
        """Raises Forged (unsigned, wrong, stale); what is no JSON object cannot be signed."""
        secrets = fields.usable(secrets)
        match = _SIGNED.fullmatch((fields.header(headers, SIGNATURE) or "").strip())
        if not match:
            raise Forged("unsigned")
        milliseconds, signature = match.groups()
        try:
            whole = fields.parse_object(body)
        except Malformed as error:
            raise Forged("wrong") from error
        if not fields.any_same(signature.lower(), [sign(secret, milliseconds, whole) for secret in secrets]):
            raise Forged("wrong")
        age = now.timestamp() - int(milliseconds) / 1000
        if not -AHEAD.total_seconds() <= age <= OLDEST.total_seconds():
            raise Forged("stale")

    def parse(self, body: bytes) -> list[Notice]:
        """The one notice of a webhook, none for a test call. A negative amount is money that went out.

        Raises Malformed (bad_<field>).
        """
        line = fields.inner(_fine(fields.parse_object(body)), "data")
        if line.get("id") == TEST_ID and type(line["id"]) is int:
            return []
        direction, amount = _amount(line)
        return [
            Notice(
                provider=self.name,
                provider_id=fields.required(line, "id", ID_LENGTH),
                account_number=fields.required(line, "accountNumber", ACCOUNT_LENGTH, kinds=(str,)),
                direction=direction,
                amount=amount,
                booked_at=fields.booked_at(line, "transactionDateTime"),
                bank_reference=fields.text(line, "reference", REFERENCE_LENGTH),
                memo=fields.text(line, "description"),
                counterparty=fields.text(line, "counterAccountName"),
                raw=body.decode(),
            )
        ]


class CassoV1(Provider):
    """Bank notices of the older webhook: lists, with a token in the header that Casso promises to keep to itself."""

    name = "casso1"
    offers = frozenset({Offer.NOTICES})

    def authenticate(
        self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
    ) -> None:
        """Raises Forged (unsigned, wrong)."""
        token = fields.header(headers, TOKEN)
        secrets = fields.usable(secrets)
        if token is None:
            raise Forged("unsigned")
        if not fields.any_same(token, secrets):
            raise Forged("wrong")

    def parse(self, body: bytes) -> list[Notice]:
        """The notices of a webhook, each line read on its own; test lines are left out.

        Raises Malformed (bad_json, bad_<field> of the last bad line) with the notices that could be read.
        """
        lines = _fine(fields.parse_object(body)).get("data")
        if not isinstance(lines, list):
            raise Malformed("bad_data")
        notices: list[Notice] = []
        bad: Malformed | None = None
        for line in lines:
            try:
                notices += self._of_line(line)
            except Malformed as error:
                bad = error
        if bad:
            raise Malformed(bad.code, notices) from bad
        return notices

    def _of_line(self, line: Any) -> list[Notice]:
        if not isinstance(line, dict):
            raise Malformed("bad_data")
        if line.get("id") == TEST_ID and type(line["id"]) is int:
            return []
        direction, amount = _amount(line)
        account = fields.text(line, "bank_sub_acc_id", ACCOUNT_LENGTH, kinds=(str,))
        return [
            Notice(
                provider=self.name,
                provider_id=fields.required(line, "id", ID_LENGTH),
                account_number=account or fields.required(line, "subAccId", ACCOUNT_LENGTH, kinds=(str,)),
                direction=direction,
                amount=amount,
                booked_at=fields.booked_at(line, "when"),
                bank_reference=fields.text(line, "tid", REFERENCE_LENGTH),
                memo=fields.text(line, "description"),
                counterparty=fields.text(line, "corresponsiveName"),
                raw=fields.keepable(json.dumps(line, ensure_ascii=False)),
            )
        ]


def _fine(whole: dict[str, Any]) -> dict[str, Any]:
    if whole.get("error") not in (None, 0):
        raise Malformed("bad_error")
    return whole


def _amount(line: Mapping[str, Any]) -> tuple[Direction, int]:
    amount = fields.amount(line, "amount")
    return (Direction.OUT, -amount) if amount < 0 else (Direction.IN, amount)


def _as_javascript(value: Any) -> Any:
    """The same value with numbers as JavaScript writes them: 3000.0 is 3000 there."""
    if isinstance(value, dict):
        return {key: _as_javascript(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_javascript(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
