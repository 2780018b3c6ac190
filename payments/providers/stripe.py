"""Stripe: cards of buyers near and far, through Stripe's own page; sellers may have accounts of their own (Connect).

The platform charges, then gives each seller a part of the charge. Source: payments reference, section 4; Stripe's pages
on Checkout, webhooks, separate charges and transfers.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import stripe
from django.utils.translation import gettext_lazy as _
from stripe import RequestsClient, StripeClient, WebhookSignature

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
from payments.providers.connect import (
    AccountStanding,
    Dispute,
    DisputeOutcome,
    PaidOut,
    PayoutOutcome,
    Transferred,
)

ADDRESS = "https://api.stripe.com"
SIGNATURE = "Stripe-Signature"
WINDOW = timedelta(minutes=5)
LEAST, MOST = 15_000, 99_999_999  # đồng: half a US dollar; eight digits
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)  # how long a session may live
RETRIES = 2
PAGE = 100  # events asked for at once
TIMEOUT = (5, 15)  # seconds to connect, to answer
NAME_LENGTH = 250

SELLERS_COUNTRY = "VN"

_SECONDS = re.compile(r"t=([0-9]{1,11})")
_MONEY = "payment_intent.latest_charge.balance_transaction"


class Stripe(Provider):
    """Takes `secret_key`, `webhook_secrets` (also the Connect endpoint's), `live`; `address` for a Stripe elsewhere;
    `least` and `most` in đồng. Raises ValueError if key and `live` contradict.
    """

    name = "stripe"
    offers = frozenset({Offer.CHECKOUT, Offer.REFUNDS, Offer.EVENTS})
    disputes_page = "https://dashboard.stripe.com/disputes"  # as docs.stripe.com/disputes/responding names it

    def __init__(self, **config: Any) -> None:
        super().__init__(**config)
        key = config["secret_key"]
        self.live = bool(config.get("live", "_live_" in key))
        if self.live != ("_live_" in key):
            raise ValueError("Stripe's key is of the other mode than PAYMENT_STRIPE_LIVE says.")
        self.method = Method(
            code="card",
            label=_("Thẻ Visa, Mastercard, JCB"),
            hint=_("Bạn trả trên trang của Stripe; chợ không thấy số thẻ."),
            least=max(config.get("least", LEAST), 1),
            most=min(config.get("most", MOST), MOST),
        )
        # The library would write an id of this machine to its home and send it along
        stripe.enable_telemetry = False
        self._client = StripeClient(
            key,
            base_addresses={"api": config.get("address", ADDRESS).rstrip("/")},
            max_network_retries=config.get("retries", RETRIES),
            http_client=RequestsClient(timeout=config.get("timeout", TIMEOUT)),
        )

    # --- payments ---

    def begin(self, ask: Ask) -> Begun:
        """Open a Checkout Session. It ends when the payment does, if Stripe allows that (30 minutes to 24 hours from
        now), else after 24 hours."""
        left = ask.expires_at - datetime.now(UTC)
        ends = [int(ask.expires_at.timestamp()), None]
        if not SHORTEST < left < LONGEST:
            ends.reverse()
        try:
            session = self._open(ask, ends[0])
        except Refused as refused:
            if refused.code != "idempotency_error":
                raise
            # Time has passed since the key was first used, so that the session was asked for with the other end
            session = self._open(ask, ends[1])
        return Begun(ref=session.id, redirect_url=session.url or "")

    def _open(self, ask: Ask, ends: int | None) -> Any:
        said = _session(ask) | ({"expires_at": ends} if ends else {})
        return self._call(self._client.v1.checkout.sessions.create, said, key=ask.key)

    def cancel(self, ref: str) -> None:
        """End a session, so that nobody pays it any more; nothing happens if it has ended. Raises Unreachable, Refused.

        Who was paying at that moment may have been faster: ask `fetch` afterwards."""
        try:
            self._call(self._client.v1.checkout.sessions.expire, {}, ref)
        except Refused:
            if self._call(self._client.v1.checkout.sessions.retrieve, {}, ref).status == "open":
                raise

    def fetch(self, ref: str) -> Standing:
        """Where a payment is: `ref` is a session, or a payment intent or charge of one, as events name them.

        `amount` and `currency` are those of the charge, to be compared with what was asked. Without a balance
        transaction (Stripe may bring it later, with charge.updated) nothing is said of the fee and the settlement.
        Raises Unreachable, Refused (no_session: a payment that is not ours)."""
        ref = self.payment_ref(ref)
        session = self._call(self._client.v1.checkout.sessions.retrieve, {"expand": [_MONEY]}, ref)
        return _standing(session.to_dict())

    def payment_ref(self, ref: str) -> str:
        """The session of a payment intent or a charge; a session is its own. Raises Unreachable, Refused (no_session)."""
        if ref.startswith("cs_"):
            return ref
        if ref.startswith(("ch_", "py_")):
            ref = self._call(self._client.v1.charges.retrieve, {}, ref).payment_intent or ""
        found = (
            self._call(self._client.v1.checkout.sessions.list, {"payment_intent": ref, "limit": 1})
            if ref
            else None
        )
        if not found or not found.data:
            raise Refused("no_session")
        return found.data[0].id

    # --- events ---

    def events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Event]:
        """The one event of a webhook, of the platform's or the Connect endpoint, for any of `webhook_secrets`.

        Empty for an event of the other mode: a live Connect endpoint is told of tests as well, and they never mix."""
        self._authenticate(headers, body, now)
        return self.events_in(body)

    def events_in(self, body: bytes) -> list[Event]:
        """The event of a webhook that was proved before. Raises Malformed."""
        try:
            said = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Malformed("bad_json") from error
        event = _event(said)
        return [event] if event.live == self.live else []

    def list_events(self, since: datetime) -> list[tuple[Event, bytes]]:
        """The platform's events since then that are about something we follow. Stripe keeps them for 30 days."""
        said: Any = {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
        with _translated():
            found = list(self._client.v1.events.list(said).auto_paging_iter())
        bodies = [json.dumps(row.to_dict()).encode() for row in reversed(found)]
        return [(event, body) for body in bodies for event in self.events_in(body) if event.about]

    def _authenticate(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        signature = next((text for name, text in headers.items() if name.lower() == SIGNATURE.lower()), "")
        # One time, digits alone: of "t=1 ,t=2" the library would take another one than we
        times = [item for item in signature.split(",") if item.partition("=")[0].strip() == "t"]
        signed_at = _SECONDS.fullmatch(times[0]) if len(times) == 1 else None
        if not signed_at:
            raise Forged("unsigned")
        if not any(
            _signed(body, signature, secret) for secret in self.config.get("webhook_secrets", ()) if secret
        ):
            raise Forged("wrong")
        if abs(now.timestamp() - int(signed_at[1])) > WINDOW.total_seconds():
            raise Forged("stale")

    # --- refunds ---

    def refund(self, ask: RefundAsk) -> Refunded:
        """Send money of a charge back. Raises Refused beyond what is left of it, or while it is disputed."""
        said: dict[str, Any] = {"amount": ask.amount, "metadata": {"key": ask.key}}
        said["charge"] = ask.charge or self.fetch(ask.ref).charge
        return _refunded(self._call(self._client.v1.refunds.create, said, key=ask.key))

    def fetch_refund(self, ref: str) -> Refunded:
        """Where a refund is now, also one that somebody made in Stripe's own pages."""
        return _refunded(self._call(self._client.v1.refunds.retrieve, {}, ref))

    # --- sellers' accounts (Connect) ---

    def create_account(self, key: str, *, shop: str, email: str = "") -> str:
        """Open an Express account for a shop (its public name, for people who look into Stripe). Returns its ref."""
        said: dict[str, Any] = {
            "country": SELLERS_COUNTRY,
            "controller": {
                "stripe_dashboard": {"type": "express"},
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
            },
            "capabilities": {"transfers": {"requested": True}},
            # No platform of Stripe's is in Vietnam, and across a border an account only receives
            "tos_acceptance": {"service_agreement": "recipient"},
            "metadata": {"shop": shop},
        }
        if email:
            said["email"] = email
        return self._call(self._client.v1.accounts.create, said, key=key).id

    def account_link(self, account: str, *, return_url: str, refresh_url: str) -> str:
        """A page at Stripe, good for a few minutes and one person, where a seller says who they are."""
        said = {
            "account": account, "type": "account_onboarding", "return_url": return_url, "refresh_url": refresh_url
        }  # fmt: skip
        return self._call(self._client.v1.account_links.create, said).url

    def account_standing(self, account: str) -> AccountStanding:
        """What a seller's account may do now. Raises Unreachable, Refused."""
        said = self._call(self._client.v1.accounts.retrieve, {}, account).to_dict()
        needs = said.get("requirements") or {}
        return AccountStanding(
            ref=account,
            transfers=(said.get("capabilities") or {}).get("transfers") == "active",
            payouts=bool(said.get("payouts_enabled")),
            submitted=bool(said.get("details_submitted")),
            due=tuple(needs.get("currently_due") or ()),
            reason=needs.get("disabled_reason") or "",
        )

    def transfer(self, key: str, *, account: str, amount: int, charge: str, group: str) -> Transferred:
        """Give an account `amount` đồng of a charge, which Stripe wants told in the currency the charge settled in
        (rounded down, so that the parts never exceed the whole). `group` is the order code.

        Raises Refused (for this key for ever: another try needs another key), Unreachable (also while the charge has
        not settled)."""
        settled = self._settled(charge, amount)
        said = {
            "amount": settled.amount, "currency": settled.currency, "destination": account,
            "source_transaction": charge, "transfer_group": group, "metadata": {"key": key},
        }  # fmt: skip
        return _transferred(self._call(self._client.v1.transfers.create, said, key=key))

    def reverse_transfer(self, key: str, *, transfer: str, amount: int) -> Transferred:
        """Take `amount` đồng of a transfer back. Raises Refused where the seller's account has not enough."""
        given = self._call(self._client.v1.transfers.retrieve, {}, transfer)
        settled = self._settled(given.source_transaction or "", amount)
        said = {"amount": settled.amount, "metadata": {"key": key}}
        return _transferred(self._call(self._client.v1.transfers.reversals.create, said, transfer, key=key))

    def _settled(self, charge: str, amount: int) -> Transferred:
        said = self._call(
            self._client.v1.charges.retrieve, {"expand": ["balance_transaction"]}, charge
        ).to_dict()
        booked = said.get("balance_transaction")
        if not booked:
            raise Unreachable("not_settled_yet")
        part = amount * booked["amount"] // said["amount"]
        return Transferred(ref=charge, amount=part, currency=booked["currency"])

    # --- disputes and payouts ---

    def fetch_dispute(self, ref: str) -> Dispute:
        """Where a dispute is now. Raises Unreachable, Refused."""
        return _dispute(self._call(self._client.v1.disputes.retrieve, {}, ref).to_dict())

    def fetch_payout(self, ref: str, account: str = "") -> PaidOut:
        """Where a payout is, of the platform or of a seller's account. Raises Unreachable, Refused."""
        said = self._call(self._client.v1.payouts.retrieve, {}, ref, account=account).to_dict()
        return PaidOut(
            ref=said["id"],
            outcome=_PAYOUTS.get(said["status"], PayoutOutcome.PENDING),
            amount=said["amount"],
            currency=said["currency"],
            arrives_at=datetime.fromtimestamp(said["arrival_date"], UTC),
            fault=said.get("failure_code") or "",
        )

    def _call(
        self,
        method: Callable[..., Any],
        said: Mapping[str, Any],
        *refs: str,
        key: str = "",
        account: str = "",
    ) -> Any:
        options = {"idempotency_key": key, "stripe_account": account}
        with _translated():
            return method(*refs, dict(said), {name: value for name, value in options.items() if value})


# --- what we ask ---


def _session(ask: Ask) -> dict[str, Any]:
    """The same for the same ask, whenever it is asked: else Stripe would refuse the key."""
    return {
        "mode": "payment",
        "line_items": [{
            "quantity": 1,
            "price_data": {
                "currency": "vnd", "unit_amount": ask.amount, "product_data": {"name": ask.about[:NAME_LENGTH]}
            },
        }],
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},  # đồng alone is what we compare
        "client_reference_id": ask.code,
        "metadata": {"code": ask.code},
        "payment_intent_data": {
            "description": ask.code, "transfer_group": ask.code, "metadata": {"code": ask.code},
        },
        "success_url": ask.return_url,
        "cancel_url": ask.return_url,
        "locale": "en" if ask.language == "en" else "vi",
    }  # fmt: skip


# --- what Stripe says ---


def _standing(session: dict[str, Any]) -> Standing:
    intent = session.get("payment_intent") or {}
    charge = intent.get("latest_charge") or {}
    outcome = _outcome(session, intent)
    if outcome is not Outcome.PAID or not charge:
        return Standing(
            ref=session["id"], outcome=outcome, amount=session["amount_total"], currency=session["currency"]
        )
    booked = charge.get("balance_transaction") or {}
    rate = booked.get("exchange_rate")
    return Standing(
        ref=session["id"],
        outcome=outcome,
        amount=charge["amount"],
        currency=charge["currency"],
        charge=charge["id"],
        fee=_in_currency_of(charge, booked, booked["fee"]) if booked else 0,
        settled_amount=booked.get("amount"),
        settled_currency=booked.get("currency", ""),
        settled_rate=Decimal(str(rate)) if rate else None,
        refunded=charge["amount_refunded"],
    )


def _outcome(session: dict[str, Any], intent: dict[str, Any]) -> Outcome:
    if session["payment_status"] == "paid":
        return Outcome.PAID
    if session["status"] == "expired":
        return Outcome.EXPIRED
    if session["status"] == "open":  # also after a decline: the buyer may try another card
        return Outcome.WAITING
    given_up = intent.get("status") in ("requires_payment_method", "canceled", None)
    return Outcome.FAILED if given_up else Outcome.PROCESSING


def _in_currency_of(charge: dict[str, Any], booked: dict[str, Any], amount: int) -> int:
    """An amount in the currency of the settlement, as one in that of the charge; exact where they are the same."""
    if booked["currency"] == charge["currency"] or not booked["amount"]:
        return amount
    part = Decimal(amount) * charge["amount"] / abs(booked["amount"])
    return int(part.to_integral_value(ROUND_HALF_UP))


_REFUNDS = {"succeeded": RefundOutcome.DONE, "failed": RefundOutcome.FAILED, "canceled": RefundOutcome.FAILED}
_PAYOUTS = {"paid": PayoutOutcome.PAID, "failed": PayoutOutcome.FAILED, "canceled": PayoutOutcome.FAILED}
_DISPUTES = {
    "won": DisputeOutcome.WON, "warning_closed": DisputeOutcome.WON, "prevented": DisputeOutcome.WON,
    "lost": DisputeOutcome.LOST, "charge_refunded": DisputeOutcome.LOST,
}  # fmt: skip


def _refunded(refund: Any) -> Refunded:
    said = refund.to_dict()
    return Refunded(
        ref=said["id"],
        outcome=_REFUNDS.get(said["status"], RefundOutcome.PENDING),
        amount=said["amount"],
        fault=said.get("failure_reason") or "",
        charge=said.get("charge") or "",
        key=(said.get("metadata") or {}).get("key", ""),
        currency=said["currency"],
    )


def _transferred(row: Any) -> Transferred:
    return Transferred(ref=row.id, amount=row.amount, currency=row.currency)


def _dispute(said: dict[str, Any]) -> Dispute:
    booked = said.get("balance_transactions") or []
    due = (said.get("evidence_details") or {}).get("due_by")
    return Dispute(
        ref=said["id"],
        charge=said["charge"],
        intent=said.get("payment_intent") or "",
        outcome=_DISPUTES.get(said["status"], DisputeOutcome.OPEN),
        amount=said["amount"],
        currency=said["currency"],
        held=sum(row["amount"] for row in booked) < 0,
        fee=sum(_in_currency_of(said, row, row["fee"]) for row in booked),
        reason=said.get("reason") or "",
        respond_by=datetime.fromtimestamp(due, UTC) if due else None,
    )


# --- events ---


def _signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether Stripe's library finds the signature good; its age is looked at elsewhere, by our clock."""
    try:
        return WebhookSignature.verify_header(body, signature, secret)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def _event(said: Any) -> Event:
    data = said.get("data") if isinstance(said, dict) else None
    thing = data.get("object") if isinstance(data, dict) else None
    if not isinstance(thing, dict) or not isinstance(said.get("livemode", False), bool):
        raise Malformed("bad_event")
    kind, account = _text(said, "type"), _text(said, "account", needed=False)
    about, ref = _about(kind, thing, account)
    return Event(
        id=_text(said, "id"),
        kind=kind,
        about=about,
        ref=ref,
        account=account,
        live=said.get("livemode", False),
    )


def _about(kind: str, thing: dict[str, Any], account: str) -> tuple[str, str]:
    """What an event is about, and its name; of a charge we ask by its intent, since that leads to the session."""
    ref = _text(thing, "id", needed=False)
    family = thing.get("object")
    if kind.startswith("checkout.session.") or family == "payment_intent":
        return "payment", ref
    if family in ("refund", "dispute", "payout"):
        return family, ref
    if family == "charge":
        return "payment", _text(thing, "payment_intent", needed=False) or ref
    if family == "account" or kind.startswith(("account.application.", "capability.")):
        return "account", account or ref
    return "", ref


def _text(said: dict[str, Any], name: str, *, needed: bool = True) -> str:
    text = said.get(name)
    if text is None and not needed:
        return ""
    if not isinstance(text, str) or not text or len(text) > 255 or "\0" in text:
        raise Malformed(f"bad_{name}")
    return text


# --- errors ---


@contextmanager
def _translated() -> Iterator[None]:
    """Stripe's errors as ours, by their code alone: its messages may quote what was sent."""
    try:
        yield
    except stripe.APIConnectionError:
        raise Unreachable("no_answer") from None
    except stripe.StripeError as error:
        status, body = error.http_status or 0, error.json_body
        said = body.get("error") if isinstance(body, dict) else None
        said = said if isinstance(said, dict) else {}
        code = said.get("decline_code") or said.get("code") or said.get("type") or f"status_{status}"
        if status in (0, 409, 429) or status >= 500 or not said:
            raise Unreachable(code) from None
        raise Refused(code) from None
