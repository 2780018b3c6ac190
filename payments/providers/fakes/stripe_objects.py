"""What the fake Stripe keeps and the rules it keeps them by: objects as Stripe shows them, and the events they cause.

Everything is in memory. Amounts are in the currency's smallest unit, as Stripe's are: whole đồng for "vnd".
Sources: Stripe's API reference of the version that the library speaks; its pages on separate charges and transfers.
"""

import secrets
import threading
import time
from collections.abc import Callable
from copy import deepcopy
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from stripe import api_version

from payments.providers.fakes.stripe_parameters import StripeFault

Object = dict[str, Any]

LEAST = {"vnd": 15_000, "usd": 50}  # half a US dollar
MOST = 99_999_999
SESSION_SHORTEST, SESSION_LONGEST = 30 * 60, 24 * 3600  # seconds
FEE_SHARE, FEE_FIXED = Decimal("0.044"), {"vnd": 8_000, "usd": 30}
DISPUTE_FEE = {"vnd": 380_000, "usd": 1500}

GOOD_CARD, DECLINED_CARD, POOR_CARD = "4242424242424242", "4000000000000002", "4000000000009995"
ASKING_CARD = "4000002500003155"  # the bank asks the buyer to confirm (3-D Secure)
DECLINES = {DECLINED_CARD: "generic_decline", POOR_CARD: "insufficient_funds"}
PREFIXES = {
    "checkout.session": "cs_test_", "payment_intent": "pi_", "charge": "ch_", "balance_transaction": "txn_",
    "refund": "re_", "account": "acct_", "transfer": "tr_", "transfer_reversal": "trr_", "payout": "po_",
    "dispute": "dp_", "event": "evt_",
}  # fmt: skip


def listed(rows: list[Object], url: str, *, more: bool = False) -> Object:
    """A list as Stripe answers it."""
    return {"object": "list", "data": rows, "has_more": more, "url": url}


def public(row: Object) -> Object:
    """A copy without what only the fake knows (names that begin with _)."""
    return {name: deepcopy(value) for name, value in row.items() if not name.startswith("_")}


class World:
    """One Stripe account with the accounts connected to it. Every public method is one thing that happens there.

    `settles_in` is the currency of its bank account and how many of that currency's smallest units a đồng is worth.
    `tell` gets each event. Whoever calls holds `lock`, which is taken here as well for callers from tests.
    """

    def __init__(
        self,
        *,
        live: bool = False,
        settles_in: tuple[str, Decimal] = ("vnd", Decimal(1)),
        tell: Callable[[Object], None] = lambda event: None,
    ) -> None:
        self.live, self.settles_in, self.tell = live, settles_in, tell
        self.address = ""  # where buyers and sellers find the pages
        self.objects: dict[str, Object] = {}
        self.owner: dict[str, str] = {}  # the connected account of a payout or a balance transaction
        self.refunds_succeed = True  # else they stay pending until settle_refund or fail_refund
        self.settles_at_once = True  # else charges get their balance transaction from settle_charge
        self.lock = threading.RLock()

    # --- keeping ---

    def _new(self, kind: str, /, account: str = "", **facts: Any) -> Object:
        row: Object = {"id": PREFIXES[kind] + secrets.token_hex(12), "object": kind, "created": self.now()}
        if kind not in ("account", "balance_transaction", "transfer_reversal", "refund"):
            row["livemode"] = self.live
        row |= facts
        self.objects[row["id"]] = row
        self.owner[row["id"]] = account
        return row

    def get(self, kind: str, ref: str, *, param: str = "id", account: str = "") -> Object:
        """The object itself, not a copy. Raises StripeFault (resource_missing)."""
        row = self.objects.get(ref)
        if row is None or row["object"] != kind or self.owner[ref] != account:
            raise StripeFault(f"No such {kind}: '{ref}'", code="resource_missing", param=param, status=404)
        self._expire_by_clock(row)
        return row

    def all(self, kind: str, account: str = "", **facts: Any) -> list[Object]:
        """Every object of a kind, newest first, with these facts where they are given."""
        rows = [
            row for row in self.objects.values() if row["object"] == kind and self.owner[row["id"]] == account
        ]
        for row in rows:
            self._expire_by_clock(row)
        return [row for row in reversed(rows) if all(row.get(name) == value for name, value in facts.items())]

    def shown(self, row: Object, expand: list[str] = ()) -> Object:  # type: ignore[assignment]
        """A copy to answer with, in which the names at these paths are replaced by what they name."""
        row = public(row)
        for path in expand:
            self._expand(row, path.split("."), path)
        return row

    def _expand(self, row: Any, steps: list[str], path: str) -> None:
        if row is None:
            return
        if isinstance(row, list):
            for each in row:
                self._expand(each, steps, path)
            return
        if steps[0] not in row:
            raise StripeFault(f"This property cannot be expanded ({path}).", param="expand")
        if isinstance(row[steps[0]], str) and row[steps[0]] in self.objects:
            row[steps[0]] = public(self.objects[row[steps[0]]])
        if steps[1:]:
            self._expand(row[steps[0]], steps[1:], path)

    def happened(self, kind: str, row: Object, account: str = "") -> Object:
        """Keep an event about an object and tell it."""
        event = self._new("event", account, api_version=api_version, type=kind, data={"object": public(row)})
        if account:
            event["account"] = account
        self.tell(deepcopy(event))
        return event

    @staticmethod
    def now() -> int:
        return int(time.time())

    # --- checkout sessions ---

    def create_session(self, said: Object) -> Object:
        """An open session. Raises StripeFault for what Stripe refuses."""
        if said.get("mode") != "payment" or not said.get("line_items"):
            raise StripeFault("Only sessions in mode payment with line_items exist here.", param="mode")
        if not said.get("success_url"):
            raise StripeFault(
                "Missing required param: success_url.", code="parameter_missing", param="success_url"
            )
        currency, amount = _total(said["line_items"])
        _bounds(currency, amount)
        ends = said.get("expires_at", self.now() + SESSION_LONGEST)
        if not SESSION_SHORTEST <= ends - self.now() <= SESSION_LONGEST:
            raise StripeFault(
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
                param="expires_at",
            )
        session = self._new(
            "checkout.session", mode="payment", status="open", payment_status="unpaid", payment_intent=None,
            currency=currency, amount_subtotal=amount, amount_total=amount, expires_at=ends, ui_mode="hosted_page",
            client_reference_id=said.get("client_reference_id"), metadata=said.get("metadata", {}),
            success_url=said["success_url"], cancel_url=said.get("cancel_url"), locale=said.get("locale"),
            allowed_payment_method_types=said.get("allowed_payment_method_types"), payment_method_types=["card"],
            customer_details=None, _about=said["line_items"][0]["price_data"]["product_data"]["name"],
            _intent=said.get("payment_intent_data", {}),
        )  # fmt: skip
        session["url"] = f"{self.address}/c/pay/{session['id']}"
        return session

    def expire_session(self, ref: str) -> Object:
        """End a session that is open. Raises StripeFault if it is not."""
        session = self.get("checkout.session", ref)
        if session["status"] != "open":
            raise StripeFault(
                'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of {session['status']}."
            )
        return self._expire(session)

    def _expire(self, session: Object) -> Object:
        session["status"], session["url"] = "expired", None
        if session["payment_intent"]:
            self.objects[session["payment_intent"]]["status"] = "canceled"
        self.happened("checkout.session.expired", session)
        return session

    def _expire_by_clock(self, row: Object) -> None:
        if (
            row["object"] == "checkout.session"
            and row["status"] == "open"
            and row["expires_at"] <= self.now()
        ):
            self._expire(row)

    # --- a buyer at the page ---

    def try_card(self, ref: str, number: str) -> str:
        """What becomes of a card on a session's page: "paid", "ask" (the bank wants a confirmation), "expired",
        "unknown" (no test card) or the reason of a decline."""
        with self.lock:
            session = self.get("checkout.session", ref)
            if session["status"] != "open":
                return "paid" if session["status"] == "complete" else "expired"
            if number not in (GOOD_CARD, ASKING_CARD, *DECLINES):
                return "unknown"
            intent = self._intent(session)
            if number in DECLINES:
                self._declined(intent, DECLINES[number])
                return DECLINES[number]
            if number == ASKING_CARD:
                intent["status"] = "requires_action"
                self.happened("payment_intent.requires_action", intent)
                return "ask"
            self._paid(session, intent)
            return "paid"

    def answer_bank(self, ref: str, *, confirm: bool) -> str:
        """The buyer confirms or gives up what their bank asks: "paid", "expired" or "authentication_failed"."""
        with self.lock:
            session = self.get("checkout.session", ref)
            if session["status"] != "open":
                return "paid" if session["status"] == "complete" else "expired"
            intent = self._intent(session)
            if intent["status"] != "requires_action" or not confirm:
                self._declined(intent, "authentication_failed", charge=False)
                return "authentication_failed"
            self._paid(session, intent)
            return "paid"

    def _intent(self, session: Object) -> Object:
        if session["payment_intent"]:
            return self.objects[session["payment_intent"]]
        asked = session["_intent"]
        intent = self._new(
            "payment_intent", amount=session["amount_total"], amount_received=0, currency=session["currency"],
            status="requires_payment_method", latest_charge=None, last_payment_error=None,
            metadata=asked.get("metadata", {}), transfer_group=asked.get("transfer_group"),
            description=asked.get("description"), payment_method_types=["card"],
        )  # fmt: skip
        session["payment_intent"] = intent["id"]
        self.happened("payment_intent.created", intent)
        return intent

    def _charge(self, intent: Object, **facts: Any) -> Object:
        charge = self._new(
            "charge", amount=intent["amount"], amount_captured=0, amount_refunded=0, currency=intent["currency"],
            payment_intent=intent["id"], transfer_group=intent["transfer_group"], metadata=intent["metadata"],
            description=intent["description"], balance_transaction=None, disputed=False, refunded=False,
            failure_code=None, paid=False, captured=False, status="failed",
        )  # fmt: skip
        charge |= facts
        intent["latest_charge"] = charge["id"]
        return charge

    def _declined(self, intent: Object, reason: str, *, charge: bool = True) -> None:
        if charge:
            failed = self._charge(intent, failure_code="card_declined", outcome={"reason": reason})
            self.happened("charge.failed", failed)
        intent["status"] = "requires_payment_method"
        code = "card_declined" if charge else "payment_intent_authentication_failure"
        intent["last_payment_error"] = {"type": "card_error", "code": code, "decline_code": reason}
        self.happened("payment_intent.payment_failed", intent)

    def _paid(self, session: Object, intent: Object) -> None:
        got = {"amount_captured": intent["amount"], "paid": True, "captured": True, "status": "succeeded"}
        charge = self._charge(intent, **got)
        if self.settles_at_once:
            self._settle(charge)
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
        session |= {"status": "complete", "payment_status": "paid", "url": None}
        self.happened("charge.succeeded", charge)
        self.happened("payment_intent.succeeded", intent)
        self.happened("checkout.session.completed", session)

    # --- money ---

    def settled(self, amount: int, currency: str) -> int:
        """An amount in the currency of the platform's bank account, rounded down."""
        ours, rate = self.settles_in
        return amount if currency == ours else int((amount * rate).to_integral_value(ROUND_FLOOR))

    def _book(self, kind: str, amount: int, source: str, account: str = "", fee: int = 0) -> Object:
        return self._new(
            "balance_transaction", account, type=kind, amount=amount, fee=fee, net=amount - fee, source=source,
            currency=self.settles_in[0], exchange_rate=None, status="available",
        )  # fmt: skip

    def _settle(self, charge: Object) -> None:
        currency, rate = self.settles_in
        amount = self.settled(charge["amount"], charge["currency"])
        fee = int(amount * FEE_SHARE) + FEE_FIXED.get(currency, 0)
        row = self._book("charge", amount, charge["id"], fee=fee)
        row["exchange_rate"] = None if currency == charge["currency"] else float(rate)
        charge["balance_transaction"] = row["id"]

    def settle_charge(self, ref: str) -> None:
        """Give a charge its balance transaction late, as Stripe may."""
        with self.lock:
            charge = self.get("charge", ref)
            self._settle(charge)
            self.happened("charge.updated", charge)

    def balance(self, account: str = "") -> int:
        """What an account has at Stripe, in the settlement currency."""
        return sum(row["net"] for row in self.all("balance_transaction", account))

    # --- refunds ---

    def create_refund(self, said: Object) -> Object:
        """Send money of a charge back. Raises StripeFault beyond what is left of it."""
        charge = self._charge_of(said)
        left = charge["amount"] - charge["amount_refunded"]
        amount = said.get("amount", left)
        if charge["disputed"]:
            raise StripeFault(
                f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
            )
        if not charge["paid"]:
            raise StripeFault(f"Charge {charge['id']} is not paid.", code="charge_not_refundable")
        if not left:
            raise StripeFault(
                f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
            )
        if amount < 1:
            raise StripeFault("Invalid positive integer", code="parameter_invalid_integer", param="amount")
        if amount > left:
            raise StripeFault(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                param="amount",
            )
        refund = self._new(
            "refund", amount=amount, currency=charge["currency"], charge=charge["id"], reason=said.get("reason"),
            payment_intent=charge["payment_intent"], metadata=said.get("metadata", {}), failure_reason=None,
            status="succeeded" if self.refunds_succeed else "pending",
        )  # fmt: skip
        booked = self._book("refund", -self.settled(amount, charge["currency"]), refund["id"])
        refund["balance_transaction"] = booked["id"]
        self._refunded(charge, amount)
        self.happened("refund.created", refund)
        self.happened("charge.refunded", charge)
        return refund

    def _charge_of(self, said: Object) -> Object:
        if "charge" in said:
            return self.get("charge", said["charge"], param="charge")
        if "payment_intent" not in said:
            raise StripeFault("One of the following params should be provided: payment_intent or charge.")
        intent = self.get("payment_intent", said["payment_intent"], param="payment_intent")
        return self.get("charge", intent["latest_charge"] or "", param="payment_intent")

    @staticmethod
    def _refunded(charge: Object, amount: int) -> None:
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]

    def settle_refund(self, ref: str) -> Object:
        """A pending refund arrives."""
        with self.lock:
            refund = self.get("refund", ref)
            refund["status"] = "succeeded"
            self.happened("refund.updated", refund)
            return refund

    def fail_refund(self, ref: str, reason: str = "lost_or_stolen_card") -> Object:
        """A refund bounces off the buyer's bank: the money is the platform's again."""
        with self.lock:
            refund = self.get("refund", ref)
            back = -self.objects[refund["balance_transaction"]]["amount"]
            booked = self._book("refund_failure", back, ref)
            refund |= {
                "status": "failed",
                "failure_reason": reason,
                "failure_balance_transaction": booked["id"],
            }
            self._refunded(self.objects[refund["charge"]], -refund["amount"])
            self.happened("refund.updated", refund)
            self.happened("refund.failed", refund)
            return refund

    # --- disputes ---

    def open_dispute(self, charge_ref: str, amount: int | None = None, reason: str = "fraudulent") -> Object:
        """The buyer's bank takes a charge back, and Stripe a fee."""
        with self.lock:
            charge = self.get("charge", charge_ref)
            amount = amount or charge["amount"] - charge["amount_refunded"]
            charge["disputed"] = True
            dispute = self._new(
                "dispute", amount=amount, currency=charge["currency"], charge=charge["id"], reason=reason,
                payment_intent=charge["payment_intent"], status="needs_response", is_charge_refundable=False,
                evidence_details={"due_by": self.now() + 7 * 24 * 3600, "has_evidence": False}, metadata={},
            )  # fmt: skip
            fee = DISPUTE_FEE.get(self.settles_in[0], 0)
            booked = self._book(
                "adjustment", -self.settled(amount, charge["currency"]), dispute["id"], fee=fee
            )
            dispute["balance_transactions"] = [deepcopy(booked)]
            self.happened("charge.dispute.created", dispute)
            self.happened("charge.dispute.funds_withdrawn", dispute)
            return dispute

    def close_dispute(self, ref: str, *, won: bool) -> Object:
        """The bank decides: won, the money (not the fee) comes back."""
        with self.lock:
            dispute = self.get("dispute", ref)
            dispute["status"] = "won" if won else "lost"
            if won:
                back = self._book("adjustment", -dispute["balance_transactions"][0]["amount"], ref)
                dispute["balance_transactions"].append(deepcopy(back))
                self.happened("charge.dispute.funds_reinstated", dispute)
            self.happened("charge.dispute.closed", dispute)
            return dispute

    # --- connected accounts ---

    def create_account(self, said: Object) -> Object:
        """An account that can do nothing until its holder has said who they are."""
        account = self._new(
            "account", type="express", country=said.get("country", "US"), email=said.get("email"),
            metadata=said.get("metadata", {}), details_submitted=False, charges_enabled=False, payouts_enabled=False,
            capabilities=dict.fromkeys(said.get("capabilities", {}), "inactive"), default_currency=self.settles_in[0],
            requirements={"currently_due": ["external_account", "individual.id_number"], "past_due": [],
                          "disabled_reason": "requirements.past_due"},
        )  # fmt: skip
        return account

    def create_link(self, said: Object) -> Object:
        """A page, good for five minutes, where the holder says who they are."""
        account = self.get("account", said["account"], param="account")
        if said["type"] == "account_onboarding" and not (said.get("return_url") and said.get("refresh_url")):
            raise StripeFault(
                "You must provide return_url and refresh_url.", code="parameter_missing", param="return_url"
            )
        account["_return_url"] = said.get("return_url")
        url = f"{self.address}/c/onboard/{account['id']}"
        return {"object": "account_link", "created": self.now(), "expires_at": self.now() + 300, "url": url}

    def enable_account(self, ref: str) -> Object:
        """The holder has said everything: transfers and payouts are open."""
        return self._switch(ref, on=True)

    def disable_account(self, ref: str, reason: str = "requirements.past_due") -> Object:
        """Stripe closes an account's transfers and payouts."""
        return self._switch(ref, on=False, reason=reason)

    def _switch(self, ref: str, *, on: bool, reason: str | None = None) -> Object:
        with self.lock:
            account = self.get("account", ref)
            account["capabilities"] = dict.fromkeys(account["capabilities"], "active" if on else "inactive")
            account |= {"details_submitted": True, "payouts_enabled": on, "charges_enabled": on}
            due = [] if on else ["individual.verification.document"]
            account["requirements"] = {"currently_due": due, "past_due": due, "disabled_reason": reason}
            self.happened("account.updated", account, ref)
            return account

    # --- transfers ---

    def create_transfer(self, said: Object) -> Object:
        """Give a connected account a part of a charge, in the currency it settled in. Raises StripeFault."""
        account = self.get("account", said["destination"], param="destination")
        if account["capabilities"].get("transfers") != "active" or not account["payouts_enabled"]:
            raise StripeFault(
                "Your destination account needs to have at least one of the following capabilities enabled: transfers",
                code="insufficient_capabilities_for_transfer",
            )
        amount = said.get("amount", 0)
        if amount < 1:
            raise StripeFault("Invalid positive integer", code="parameter_invalid_integer", param="amount")
        if "source_transaction" in said:
            self._within_charge(said, amount)
        elif amount > self.balance():
            raise StripeFault(
                "You have insufficient available funds in your Stripe account.", code="balance_insufficient"
            )
        transfer = self._new(
            "transfer", amount=amount, amount_reversed=0, currency=said["currency"], destination=account["id"],
            source_transaction=said.get("source_transaction"), transfer_group=said.get("transfer_group"),
            metadata=said.get("metadata", {}), reversed=False,
        )  # fmt: skip
        transfer["balance_transaction"] = self._book("transfer", -amount, transfer["id"])["id"]
        self._book("payment", amount, transfer["id"], account["id"])
        transfer["reversals"] = listed([], f"/v1/transfers/{transfer['id']}/reversals")
        self.happened("transfer.created", transfer)
        return transfer

    def _within_charge(self, said: Object, amount: int) -> None:
        charge = self.get("charge", said["source_transaction"], param="source_transaction")
        if not charge["balance_transaction"]:
            raise StripeFault("The charge has no balance transaction yet.", param="source_transaction")
        booked = self.objects[charge["balance_transaction"]]
        if booked["currency"] != said["currency"]:
            raise StripeFault(
                f"The currency of source_transaction's balance transaction ({booked['currency']}) must be the same "
                f"as the transfer currency ({said['currency']})",
                param="currency",
            )
        given = sum(
            row["amount"] - row["amount_reversed"]
            for row in self.all("transfer", source_transaction=charge["id"])
        )
        left = booked["amount"] - self.settled(charge["amount_refunded"], charge["currency"]) - given
        if amount > left:
            raise StripeFault(
                f"Transfers using this transaction as a source must not exceed the source amount of {booked['amount']}. "
                f"(There is already a transfer using this source, amounting to {given}.)",
                param="amount",
            )

    def reverse_transfer(self, ref: str, said: Object) -> Object:
        """Take a transfer back, all that is left of it without an amount. Raises StripeFault."""
        transfer = self.get("transfer", ref)
        left = transfer["amount"] - transfer["amount_reversed"]
        amount = said.get("amount", left)
        if not 0 < amount <= left:
            raise StripeFault(
                f"Transfer reversal amount ({amount}) is greater than unreversed amount ({left})",
                param="amount",
            )
        if amount > self.balance(transfer["destination"]):
            raise StripeFault(
                "The connected account has insufficient funds for this reversal.", code="balance_insufficient"
            )
        back = self._new(
            "transfer_reversal", amount=amount, currency=transfer["currency"], transfer=ref,
            metadata=said.get("metadata", {}),
        )  # fmt: skip
        back["balance_transaction"] = self._book("transfer_refund", amount, back["id"])["id"]
        self._book("payment_refund", -amount, back["id"], transfer["destination"])
        transfer["amount_reversed"] += amount
        transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
        transfer["reversals"]["data"].insert(0, deepcopy(back))
        self.happened("transfer.reversed", transfer)
        return back

    # --- payouts ---

    def create_payout(self, said: Object, account: str = "") -> Object:
        """Send money at Stripe to the bank. Raises StripeFault beyond the balance."""
        if account and not self.get("account", account)["payouts_enabled"]:
            raise StripeFault("Payouts are disabled on this account.", code="payouts_not_allowed")
        if not 0 < said["amount"] <= self.balance(account):
            raise StripeFault(
                "You have insufficient funds in your Stripe account.", code="balance_insufficient"
            )
        payout = self._new(
            "payout", account, amount=said["amount"], currency=said["currency"], status="pending", failure_code=None,
            arrival_date=self.now() + 2 * 24 * 3600, automatic=False, metadata=said.get("metadata", {}),
            method="standard", type="bank_account",
        )  # fmt: skip
        payout["balance_transaction"] = self._book("payout", -said["amount"], payout["id"], account)["id"]
        self.happened("payout.created", payout, account)
        return payout

    def close_payout(self, ref: str, *, paid: bool, fault: str = "account_closed") -> Object:
        """The bank takes a payout, or sends it back."""
        with self.lock:
            account = self.owner[ref]
            payout = self.get("payout", ref, account=account)
            payout["status"] = "paid" if paid else "failed"
            if not paid:
                payout["failure_code"] = fault
                self._book("payout_failure", payout["amount"], ref, account)
            self.happened(f"payout.{payout['status']}", payout, account)
            return payout


def _total(items: list[Object]) -> tuple[str, int]:
    currencies, amount = set(), 0
    for item in items:
        price = item.get("price_data") or {}
        if "unit_amount" not in price or "product_data" not in price:
            raise StripeFault(
                "Only price_data with unit_amount and product_data exists here.", param="line_items"
            )
        currencies.add(price["currency"].lower())
        amount += price["unit_amount"] * item.get("quantity", 1)
    if len(currencies) > 1:
        raise StripeFault("All line items must have the same currency.", param="line_items")
    return currencies.pop(), amount


def _bounds(currency: str, amount: int) -> None:
    if currency not in LEAST:
        raise StripeFault(f"Invalid currency: {currency}", param="line_items[0][price_data][currency]")
    if amount < LEAST[currency]:
        raise StripeFault(
            f"The Checkout Session's total amount due must add up to at least {LEAST[currency]} {currency}",
            code="amount_too_small",
        )
    if amount > MOST:
        raise StripeFault(
            f"The Checkout Session's total amount due must be no more than {MOST} {currency}",
            code="amount_too_large",
        )
