"""MoMo, the wallet most people here have on their phone: the buyer is sent to MoMo's page and comes back.

Sources: developers.momo.vn/v3/docs/payment, the pages api/wallet/onetime (create), api/payment-api/query,
api/payment-api/refund (refund and refund/query), api/result-handling/notification (IPN, redirect),
api/result-handling/resultcode and api/result-handling/idempotency; payments reference, sections 3 and 6.

MoMo signs what it sends to us (IPN, redirect), but neither its answers nor whole bodies: an IPN is therefore only a
reason to ask, and an answer counts only where it names the order and the partner we asked about.
"""

import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.http_json import HttpRefusal, ask_json
from payments.providers.base import (
    Ask,
    Begun,
    Event,
    Forged,
    Malformed,
    Method,
    Offer,
    Outcome,
    Provider,
    RefundAsk,
    Refunded,
    RefundOutcome,
    Refused,
    Standing,
    Unreachable,
)

CREATE, QUERY, REFUND, REFUND_QUERY = "create", "query", "refund", "refund/query"
_CREATED = (
    "accessKey", "amount", "extraData", "ipnUrl", "orderId", "orderInfo", "partnerCode", "redirectUrl", "requestId",
    "requestType",
)  # fmt: skip
_ASKED = ("accessKey", "orderId", "partnerCode", "requestId")
SIGNED = {
    CREATE: _CREATED, QUERY: _ASKED, REFUND_QUERY: _ASKED,
    REFUND: ("accessKey", "amount", "description", "orderId", "partnerCode", "requestId", "transId"),
}  # fmt: skip
TOLD = (
    "accessKey", "amount", "extraData", "message", "orderId", "orderInfo", "orderType", "partnerCode", "payType",
    "requestId", "responseTime", "resultCode", "transId",
)  # fmt: skip

LEAST, MOST = 1_000, 50_000_000  # đồng, of a payment and of a refund
TIMEOUT = 30.0  # seconds; MoMo asks its partners to wait at least so long
MOST_WORDS = 200  # letters of orderInfo and description
REPEATED_REQUEST, REPEATED_ORDER, NO_ORDER = 40, 41, 42
EXPIRED, REFUND_FAILED = 1005, 1080
_WAITING, _PROCESSING = {1000, 8000}, {7000, 7002, 9000}  # 9000: authorised, the money follows
# maintenance, another call on the same order, "try later", "unknown": nothing is said of the money
_AGAIN = {10, 43, 98, 99}
_ORDER_ID = re.compile(r"[0-9a-zA-Z]([-_.]*[0-9a-zA-Z]+)*")
_LONGEST_ID = 50


def sign(secret: str, fields: Mapping[str, Any], order: Sequence[str]) -> str:
    """MoMo's signature: hex HMAC-SHA256 over name=value pairs in its fixed order, values as they stand."""
    text = "&".join(f"{name}={fields.get(name, '')}" for name in order)
    return hmac.digest(secret.encode(), text.encode("utf-8", "replace"), "sha256").hex()


class MoMo(Provider):
    """MoMo's wallet by its gateway, version 2. A payment's `ref` is our orderId, its `charge` MoMo's transId.

    Config: `partner`, `access_key`, `secret`, `address` (https://payment.momo.vn), `timeout` in seconds.
    """

    name = "momo"
    offers = frozenset({Offer.CHECKOUT, Offer.REFUNDS})
    method = Method(
        code="momo", label=_("Ví MoMo"), hint=_("Mở ứng dụng MoMo để trả tiền."), icon="wallet", least=LEAST, most=MOST
    )  # fmt: skip

    def begin(self, ask: Ask) -> Begun:
        """MoMo's page for this payment. The order's and the request's id come from `ask.key`, so that a repeat gets
        MoMo's first answer. Where MoMo only says that it knows the order, see `_known`.

        How long the page lives (a quarter of an hour to 100 minutes) is agreed with MoMo and not asked for here."""
        ref = order_id(ask.code, ask.key)
        facts = {
            "amount": ask.amount, "orderId": ref, "orderInfo": f"{ask.code} {ask.about}"[:MOST_WORDS],
            "redirectUrl": ask.return_url, "ipnUrl": ask.notify_url, "extraData": "", "requestType": "captureWallet",
            "autoCapture": True, "lang": _language(ask.language),
        }  # fmt: skip
        answer = self._call(CREATE, facts, request=ref)
        if answer["resultCode"] == REPEATED_REQUEST:
            # the first call came to nothing (maintenance) and used its id up; the order's id still keeps it to one
            answer = self._call(CREATE, facts)
        if answer["resultCode"] == REPEATED_ORDER:
            return self._known(ask, ref)
        if answer["resultCode"] != 0:
            raise _no(answer)
        _same_amount(answer, ask.amount)
        return Begun(ref=ref, redirect_url=_address(answer))

    def _known(self, ask: Ask, ref: str) -> Begun:
        """What to do with a buyer whose order MoMo has, but whose page it does not tell again: once they are done
        there, our own page says how it went. Raises Refused while nobody paid: that takes a new order, a new key."""
        standing = self.fetch(ref)
        if standing.outcome in (Outcome.PAID, Outcome.PROCESSING) and standing.amount == ask.amount:
            return Begun(ref=ref, redirect_url=ask.return_url)
        raise Refused(str(REPEATED_ORDER))

    def fetch(self, ref: str) -> Standing:
        answer = self._call(QUERY, {"orderId": ref})
        outcome = _outcome(answer)
        return Standing(
            ref=ref,
            outcome=outcome,
            amount=_whole(answer, "amount"),
            charge=_charge(answer) if outcome is Outcome.PAID else "",
            refunded=sum(_whole(row, "amount") for row in _refunds(answer) if row.get("resultCode") == 0),
        )

    def events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Event]:
        """The one payment of an IPN. MoMo signs the fields, not the body, and not in the headers.

        Raises Forged (no JSON object or no plain values: nothing to prove; wrong; another partner's), Malformed.
        """
        told = self._genuine(body)
        ref, code = str(told.get("orderId", "")), str(told.get("resultCode", ""))
        if len(ref) > _LONGEST_ID or not _ORDER_ID.fullmatch(ref):
            raise Malformed("bad_orderId")
        told_once = hashlib.sha256(f"{ref} {told.get('transId')} {code}".encode()).hexdigest()[:40]
        return [Event(id=told_once, kind=f"result.{code}"[:40], about="payment", ref=ref)]

    def events_in(self, body: bytes) -> list[Event]:
        """The same: what MoMo signs stands in the body, so that it can be proved at any time."""
        return self.events({}, body, datetime.now(UTC))

    def _genuine(self, body: bytes) -> dict[str, Any]:
        """The fields of an IPN that MoMo signed for us."""
        try:
            told = json.loads(body.decode())
        except (ValueError, RecursionError) as error:
            raise Forged("unsigned") from error
        if not isinstance(told, dict) or any(type(told.get(name, "")) not in (str, int) for name in TOLD):
            raise Forged("unsigned")
        given = told.get("signature")
        if not isinstance(given, str) or not given:
            raise Forged("unsigned")
        own = {**told, "accessKey": self.config["access_key"]}
        right = sign(self.config["secret"], own, TOLD)
        if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
            raise Forged("wrong")
        if told.get("partnerCode") != self.config["partner"]:
            raise Forged("foreign")
        return told

    def refund(self, ask: RefundAsk) -> Refunded:
        charge = ask.charge or self.fetch(ask.ref).charge
        if not charge.isdecimal():
            raise Refused("not_paid")
        ref = order_id("R", f"{ask.key} {charge}")
        facts = {
            "amount": ask.amount, "orderId": ref, "transId": int(charge), "description": ask.reason[:MOST_WORDS],
            "lang": "vi",
        }  # fmt: skip
        answer = self._call(REFUND, facts, request=ref)
        if answer["resultCode"] in (REPEATED_REQUEST, REPEATED_ORDER):
            try:
                return self._same_refund(ref, ask.amount)
            except Refused as unknown:
                if answer["resultCode"] == REPEATED_ORDER or unknown.code != str(NO_ORDER):
                    raise
            answer = self._call(REFUND, facts)  # the first call came to nothing; its id is used up
        if answer["resultCode"] not in {0, REFUND_FAILED} | _PROCESSING:
            raise _no(answer)
        if answer["resultCode"] == 0:
            _same_amount(answer, ask.amount)
        return _as_refund(ref, answer["resultCode"], ask.amount)

    def _same_refund(self, ref: str, amount: int) -> Refunded:
        """A refund that MoMo has already."""
        known = self.fetch_refund(ref)
        if known.amount != amount:
            raise Refused("other_amount")
        return known

    def fetch_refund(self, ref: str) -> Refunded:
        answer = self._call(REFUND_QUERY, {"orderId": ref})
        found = [row for row in _refunds(answer) if row.get("orderId") == ref]
        if not found and answer["resultCode"] != 0:
            if answer["resultCode"] not in {REFUND_FAILED} | _PROCESSING:
                raise _no(answer)
            found = [answer]
        if len(found) != 1 or type(found[0].get("resultCode")) is not int:
            raise Unreachable("strange_answer")
        return _as_refund(ref, found[0]["resultCode"], _whole(found[0], "amount"))

    def _call(self, what: str, facts: Mapping[str, Any], request: str = "") -> dict[str, Any]:
        """Ask the gateway and answer what it says about this order, whatever its resultCode.

        `request` is MoMo's idempotency key: the same one gets the same answer for a month; without one, a new one.
        """
        said = {**facts, "partnerCode": self.config["partner"], "requestId": request or uuid.uuid4().hex}
        key = {"accessKey": self.config["access_key"]}
        said["signature"] = sign(self.config["secret"], said | key, SIGNED[what])
        if what == CREATE:
            said |= key
        address = f"{self.config['address'].rstrip('/')}/v2/gateway/api/{what}"
        answer = _ask(address, said, float(self.config.get("timeout", TIMEOUT)))
        if type(answer.get("resultCode")) is not int:
            raise Unreachable("strange_answer")
        for name in ("partnerCode", "orderId"):
            # a refusal may leave them out, but nothing may name another order
            if answer.get(name) != said[name] and (answer["resultCode"] == 0 or answer.get(name)):
                raise Unreachable("strange_answer")
        return answer


def order_id(word: str, key: str) -> str:
    """MoMo's name for a payment or refund of ours, the same for the same key, in the letters that MoMo takes.

    The order code stands first, for people who look it up at MoMo's. It also keeps two installations apart that share
    a partner: MoMo remembers an order for ever, and row numbers begin again at 1.
    """
    word = re.sub("[^0-9A-Za-z]", "", word)[:20]
    return f"{word or 'P'}-{hashlib.sha256(f'{word} {key}'.encode()).hexdigest()[:24]}"


def _ask(address: str, said: Mapping[str, Any], timeout: float) -> dict[str, Any]:
    try:
        return ask_json(address, said, timeout=timeout)
    except HttpRefusal as refusal:
        if refusal.status >= 500 or refusal.status in (408, 409, 425, 429):
            raise Unreachable(str(refusal.status)) from refusal
        if type(refusal.said.get("resultCode")) is int:
            return dict(refusal.said)
        raise Refused(str(refusal.status)) from refusal
    except (OSError, HTTPException) as trouble:
        raise Unreachable("no_answer") from trouble


def _final_no(code: int) -> bool:
    """Whether a resultCode is a no for good: our call was wrong (below 99), or the buyer, a bank or a limit refused."""
    return code not in _AGAIN and (10 < code < 99 or 1000 < code < 5000)


def _no(answer: Mapping[str, Any]) -> Refused | Unreachable:
    """Why an answer is not the one hoped for: for good, or for now."""
    code = answer["resultCode"]
    return (Refused if _final_no(code) else Unreachable)(str(code))


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    """Where a payment is. A code we do not know is never taken for a yes or a no about money."""
    code = answer["resultCode"]
    if code == 0:
        return Outcome.PAID
    if code in _WAITING:
        return Outcome.WAITING
    if code in _PROCESSING:
        return Outcome.PROCESSING
    if code == EXPIRED:
        return Outcome.EXPIRED
    if code > 1000 and _final_no(code):
        return Outcome.FAILED
    raise _no(answer)


def _as_refund(ref: str, code: int, amount: int) -> Refunded:
    if code == 0:
        return Refunded(ref=ref, outcome=RefundOutcome.DONE, amount=amount)
    if _final_no(code):
        return Refunded(ref=ref, outcome=RefundOutcome.FAILED, amount=amount, fault=str(code))
    return Refunded(ref=ref, outcome=RefundOutcome.PENDING, amount=amount)


def _refunds(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = answer.get("refundTrans") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreachable("strange_answer")
    return rows


def _whole(answer: Mapping[str, Any], name: str) -> int:
    """Exactly an int, in đồng where it is money: anything else may be a rounded or a mistaken sum."""
    value = answer.get(name, 0)
    if type(value) is not int or value < 0:
        raise Unreachable("strange_answer")
    return value


def _same_amount(answer: Mapping[str, Any], amount: int) -> None:
    """A key that was used for another amount gets the other payment's answer."""
    if _whole(answer, "amount") != amount:
        raise Refused("other_amount")


def _charge(answer: Mapping[str, Any]) -> str:
    number = _whole(answer, "transId")
    if not number:
        raise Unreachable("strange_answer")
    return str(number)


def _address(answer: Mapping[str, Any]) -> str:
    found = answer.get("payUrl")
    if not isinstance(found, str) or not found.startswith(("https://", "http://")):
        raise Unreachable("strange_answer")
    return found


def _language(code: str) -> str:
    return "vi" if code.startswith("vi") else "en"
