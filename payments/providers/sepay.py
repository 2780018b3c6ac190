"""SePay: tells us of every line on a bank account, seconds after the bank booked it, and lists them when asked.

Source: SePay's webhook documentation; payments reference, section 3. The list: developer.sepay.vn, "Transaction API"
(v1), which counts transactions as the webhooks do. Its v2 names them by UUID, so that the line of a webhook and the same
line in the list could not be told to be one.
"""

import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from common.http_json import HttpRefusal, ask_json
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
    Refused,
    Unreachable,
)

SIGNATURE, TIMESTAMP, KEY = "X-SePay-Signature", "X-SePay-Timestamp", "Authorization"
WINDOW = timedelta(minutes=5)
_SECONDS = re.compile(r"[0-9]{1,11}")

ADDRESS = "https://my.sepay.vn"
TIMEOUT = 10.0  # seconds
PAGE = 500  # lines; SePay gives 5,000 at most
PAUSE = 0.5  # seconds between two pages: SePay answers 429 above two or three calls a second
MOST_BYTES = 2 * 1024 * 1024
AHEAD = timedelta(hours=1)  # a bank's clock may be before ours
_SECOND = timedelta(seconds=1)


def sign(secret: str, timestamp: int | str, body: bytes) -> str:
    """SePay's signature of a body sent at `timestamp` (Unix seconds): hex, without the header's "sha256="."""
    return hmac.digest(secret.encode(), f"{timestamp}.".encode() + body, "sha256").hex()


def signed_headers(secret: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers with which SePay would send that body; for tests and the demonstration."""
    seconds = int(at.timestamp())
    return {SIGNATURE: f"sha256={sign(secret, seconds, body)}", TIMESTAMP: str(seconds)}


class SePay(Provider):
    """Bank notices, signed (HMAC) or with a key in the header. Unsigned notices are refused.

    `config` may name another `address`, `timeout`, `page` (lines) and `pause`; nothing of it is needed.
    """

    name = "sepay"
    offers = frozenset({Offer.NOTICES, Offer.LISTING})

    def authenticate(
        self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
    ) -> None:
        """Raises Forged (unsigned, stale, wrong)."""
        _authenticate(secrets, headers, body, now)

    def parse(self, body: bytes) -> list[Notice]:
        """The one notice of a webhook. Unknown fields are passed over, optional ones may be missing or null.

        Raises Malformed (bad_json, bad_<field>).
        """
        line = fields.parse_object(body)
        return [
            Notice(
                provider=self.name,
                provider_id=fields.required(line, "id", ID_LENGTH),
                account_number=fields.required(line, "accountNumber", ACCOUNT_LENGTH, kinds=(str,)),
                direction=_direction(line),
                amount=fields.amount(line, "transferAmount"),
                booked_at=fields.booked_at(line, "transactionDate"),
                bank_reference=fields.text(line, "referenceCode", REFERENCE_LENGTH),
                memo=fields.text(line, "content") or fields.text(line, "description"),
                raw=body.decode(),
            )
        ]

    def list_notices(self, key: str, account_number: str, since: datetime) -> list[Notice]:
        """Every line of an account booked at `since` (aware) or later, incoming and outgoing, each once.

        One call for up to a page of lines, the newest an hour ahead of our clock. Raises Unreachable, Refused, Malformed
        (with the notices that could be read).
        """
        rows = self._rows(key, account_number, since, timezone.now() + AHEAD)
        notices, bad = {}, None
        for row in rows:
            try:
                notice = self._listed(row)
                notices[notice.provider_id] = notice
            except Malformed as error:
                bad = error
        if bad:
            raise Malformed(bad.code, list(notices.values())) from bad
        return list(notices.values())

    def _rows(self, key: str, account_number: str, start: datetime, end: datetime) -> list[Any]:
        """The lines from `start` to `end`, both included. A full page hides the rest, and SePay does not publish in which
        order it lists; so the time is halved until every page has room left."""
        page = int(self.config.get("page", PAGE))
        rows = self._page(key, account_number, start, end, page)
        if len(rows) < page:
            return rows
        middle = start + timedelta(seconds=(end - start) // _SECOND // 2)
        if middle + _SECOND > end:
            raise Malformed("too_many")
        pause = self.config.get("pause", PAUSE)
        time.sleep(pause)
        first = self._rows(key, account_number, start, middle)
        time.sleep(pause)
        return first + self._rows(key, account_number, middle + _SECOND, end)

    def _page(self, key: str, account_number: str, start: datetime, end: datetime, page: int) -> list[Any]:
        asked = {
            "account_number": account_number,
            "transaction_date_min": _local(start),
            "transaction_date_max": _local(end),
            "limit": page,
        }
        address = self.config.get("address", ADDRESS).rstrip("/")
        try:
            said = ask_json(
                f"{address}/userapi/transactions/list?{urlencode(asked)}",
                headers={"Authorization": f"Bearer {key}"},
                timeout=self.config.get("timeout", TIMEOUT),
                most_bytes=MOST_BYTES,
            )
        except HttpRefusal as refusal:
            raise _refused(refusal.status) from refusal
        except OSError as error:
            raise Unreachable("no_answer") from error
        if not said:  # SePay's answer to a key that it does not know: 200 and nothing
            raise Refused("wrong_key")
        if said.get("status") != 200:
            raise _refused(said.get("status"))
        rows = said.get("transactions")
        if not isinstance(rows, list):
            raise Malformed("bad_transactions")
        return rows

    def _listed(self, row: Any) -> Notice:
        """A line of the list, under the id that its webhook has."""
        if not isinstance(row, dict):
            raise Malformed("bad_transactions")
        came, went = fields.whole_amount(row, "amount_in"), fields.whole_amount(row, "amount_out")
        if came and went:
            raise Malformed("bad_amount_in")
        return Notice(
            provider=self.name,
            provider_id=fields.required(row, "id", ID_LENGTH),
            account_number=fields.required(row, "account_number", ACCOUNT_LENGTH, kinds=(str,)),
            direction=Direction.OUT if went else Direction.IN,
            amount=went or came,
            booked_at=fields.booked_at(row, "transaction_date"),
            bank_reference=fields.text(row, "reference_number", REFERENCE_LENGTH),
            memo=fields.text(row, "transaction_content"),
            raw=fields.keepable(json.dumps(row, ensure_ascii=False)),
        )


def _authenticate(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    secrets = fields.usable(secrets)
    signature, key = fields.header(headers, SIGNATURE), fields.header(headers, KEY)
    if signature is not None:  # a bad signature is never saved by a good key
        seconds = fields.header(headers, TIMESTAMP) or ""
        if not _SECONDS.fullmatch(seconds):
            raise Forged("unsigned")
        valid = [f"sha256={sign(secret, seconds, body)}" for secret in secrets]
        genuine = fields.any_same(signature, valid)
        if abs(now.timestamp() - int(seconds)) > WINDOW.total_seconds():
            raise Forged("stale")
    elif key is not None:
        scheme, _, given = key.partition(" ")
        genuine = scheme.lower() == "apikey" and fields.any_same(given.strip(), secrets)
    else:
        raise Forged("unsigned")
    if not genuine:
        raise Forged("wrong")


def _direction(line: dict[str, Any]) -> Direction:
    try:
        return Direction(line.get("transferType", ""))
    except ValueError as error:
        raise Malformed("bad_transferType") from error


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(fields.LOCAL):%Y-%m-%d %H:%M:%S}"


def _refused(status: Any) -> Unreachable | Refused | Malformed:
    """What an answer other than 200 means, in the header or in the body."""
    if not isinstance(status, int):
        return Malformed("bad_status")
    if status in (408, 409, 429) or status >= 500:
        return Unreachable(f"answered_{status}")
    return Refused(f"answered_{status}")
