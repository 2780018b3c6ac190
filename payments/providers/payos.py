"""payOS: tells us of transfers to accounts that are linked to it.

Source: payOS's webhook documentation and its published sample; payments reference, section 3.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
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

SET_UP = {"orderCode": 123, "accountNumber": "12345678"}  # the sample that payOS sends to try an address
_DONE = ("", "00")


def sign(secret: str, data: Mapping[str, Any]) -> str:
    """payOS's signature of a webhook's `data`: hex HMAC-SHA256 over "key=value" in the order of the keys, joined by "&".

    Counts whatever fields were sent, known to us or not.
    """
    said = "&".join(f"{key}={_value(data[key])}" for key in sorted(data))
    return hmac.digest(secret.encode(), said.encode("utf-8", "replace"), "sha256").hex()


class PayOS(Provider):
    """Bank notices with a signature in the body. It holds no time: a delivery played again is the same notice again."""

    name = "payos"
    offers = frozenset({Offer.NOTICES})

    def authenticate(
        self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
    ) -> None:
        """Raises Forged (unsigned, wrong); what is no JSON object cannot be signed."""
        secrets = fields.usable(secrets)
        try:
            whole = fields.parse_object(body)
        except Malformed as error:
            raise Forged("unsigned") from error
        data, signature = whole.get("data"), whole.get("signature")
        if not isinstance(data, dict) or not isinstance(signature, str):
            raise Forged("unsigned")
        if not fields.any_same(signature.lower(), [sign(secret, data) for secret in secrets]):
            raise Forged("wrong")

    def parse(self, body: bytes) -> list[Notice]:
        """The one notice of a webhook, none for the call that tries the address. Its `description` is the memo that the
        buyer's bank sent; `orderCode` is payOS's own and decides nothing.

        Raises Malformed (bad_<field>), also for other currencies than đồng.
        """
        data = fields.inner(fields.parse_object(body), "data")
        if all(data.get(key) == value for key, value in SET_UP.items()):
            return []
        if fields.text(data, "code") not in _DONE:
            raise Malformed("bad_code")
        if fields.text(data, "currency").upper() not in ("", "VND"):
            raise Malformed("bad_currency")
        reference = fields.required(data, "reference", min(ID_LENGTH, REFERENCE_LENGTH))
        return [
            Notice(
                provider=self.name,
                provider_id=reference,  # the only name that payOS gives to a transfer; a link may get several
                account_number=fields.required(data, "accountNumber", ACCOUNT_LENGTH, kinds=(str,)),
                direction=Direction.IN,
                amount=fields.amount(data, "amount"),
                booked_at=fields.booked_at(data, "transactionDateTime"),
                bank_reference=reference,
                memo=fields.text(data, "description"),
                counterparty=fields.text(data, "counterAccountName"),
                raw=body.decode(),
            )
        ]


def _value(value: Any) -> str:
    """A value as JavaScript writes it into the signed text."""
    if value is None or value in ("null", "undefined"):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 3000.0 is the number 3000 there
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
