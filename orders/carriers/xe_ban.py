"""Xe Bản, a carrier that exists only on this machine (`manage.py fake_carrier`), for the demo and for tests.

It speaks as careful carriers do: bearer token, a key that makes a repeated booking one, signed webhooks with a time.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from common.http_json import HttpRefusal, ask_json
from orders.carriers.base import (
    Booking,
    Carrier,
    CarrierFault,
    CarrierRefused,
    Consignment,
    End,
    ForgedUpdate,
    UnreadableUpdate,
    Update,
)
from orders.states import Carriage

STATUSES = {
    "waiting": Carriage.BOOKED, "collected": Carriage.PICKED_UP, "moving": Carriage.ON_ITS_WAY,
    "out": Carriage.AT_THE_DOOR, "failed": Carriage.NOT_DELIVERED, "handed": Carriage.DELIVERED,
    "turning": Carriage.COMING_BACK, "back": Carriage.CAME_BACK, "cancelled": Carriage.CANCELLED, "lost": Carriage.LOST,
}  # fmt: skip
MOST_AGE = timedelta(minutes=5)  # an older webhook is somebody's recording


def signature(secret: str, sent: str, body: bytes) -> str:
    """What Xe Bản signs: the time it sent the webhook (seconds since 1970 UTC), a point, the body; HMAC-SHA256 in hex."""
    return hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()


class XeBan(Carrier):
    """CARRIERS: {"xe-ban": {"class": …, "address", "token", "secret", "timeout"}}."""

    name = "Xe Bản"
    most_grams = 30_000
    most_cod = 20_000_000

    def __init__(self, code: str, address: str, token: str, secret: str, timeout: float = 8) -> None:
        super().__init__(code)
        self._address, self._timeout = address.rstrip("/") + "/v1/", timeout
        self._headers, self._secret = {"Authorization": f"Bearer {token}"}, secret

    def quote(self, sender: End, receiver: End, grams: int) -> int:
        answer = self._ask("quote", {"from": _end(sender), "to": _end(receiver), "grams": grams})
        try:
            return int(answer["fee"])
        except (KeyError, TypeError, ValueError) as bad:
            raise CarrierFault("no fee") from bad

    def create(self, parcel: Consignment, *, again: bool = False) -> Booking:
        said = {
            "from": _end(parcel.sender), "to": _end(parcel.receiver), "grams": parcel.grams, "value": parcel.value,
            "cod": parcel.cod, "content": parcel.content, "note": parcel.note,
        }  # fmt: skip
        answer = self._ask("shipments", said, {"Idempotency-Key": parcel.key})
        try:
            return Booking(str(answer["code"]), int(answer["fee"]), parse_datetime(answer["expected"]))
        except (KeyError, TypeError, ValueError) as bad:
            raise CarrierFault("no number in the booking") from bad

    def cancel(self, code: str) -> None:
        self._ask(f"shipments/{code}/cancel", {})

    def track(self, code: str) -> list[Update]:
        try:
            return [_update(code, row) for row in self._ask(f"shipments/{code}")["events"]]
        except (KeyError, TypeError, ValueError) as bad:
            raise CarrierFault("no events") from bad

    def read_webhook(
        self, secret: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Sequence[Update]:
        sent = headers.get("X-Xeban-Time", "")
        if not hmac.compare_digest(
            signature(self._secret, sent, body).encode(), headers.get("X-Xeban-Signature", "").encode()
        ):
            raise ForgedUpdate("signature")
        if (
            not sent.isascii()
            or not sent.isdigit()
            or abs(now.timestamp() - int(sent)) > MOST_AGE.total_seconds()
        ):
            raise ForgedUpdate("time")
        try:
            said = json.loads(body)
            return [_update(str(said["code"]), row) for row in said["events"]]
        except (ValueError, KeyError, AttributeError, TypeError) as bad:
            raise UnreadableUpdate from bad

    def page(self, code: str) -> str:
        return self._address.removesuffix("v1/") + f"?ma={code}"

    def _ask(
        self, what: str, said: dict[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        try:
            return ask_json(
                self._address + what, said, headers=self._headers | dict(headers or {}), timeout=self._timeout
            )
        except HttpRefusal as refused:
            if 400 <= refused.status < 500 and refused.status not in (401, 403, 429):
                raise CarrierRefused(str(refused.said.get("error") or "")) from refused
            raise CarrierFault(f"http {refused.status}") from refused
        except OSError as trouble:
            raise CarrierFault(type(trouble).__name__) from trouble


def _end(end: End) -> dict[str, str]:
    return {
        "name": end.name, "phone": end.phone, "street": end.street, "commune": end.commune, "province": end.province
    }  # fmt: skip


def _update(code: str, row: Mapping[str, Any]) -> Update:
    at = parse_datetime(str(row["at"]))
    if at is None or not at.tzinfo:
        raise ValueError("no time")
    raw = str(row["status"])
    return Update(code, STATUSES.get(raw), raw, at, str(row.get("note") or "")[:200])
