"""What a payment provider looks like to the rest of the product. Source: payments reference, section 3."""

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

# Longest texts of a notice, in characters; the database columns are made to these.
ID_LENGTH, ACCOUNT_LENGTH, REFERENCE_LENGTH = 64, 34, 100


class Offer(StrEnum):
    """What a provider can do for us; pages ask this and never guess."""

    NOTICES = "notices"  # tells us of money that came, by webhook
    CHECKOUT = "checkout"  # takes the buyer through a payment of its own
    REFUNDS = "refunds"  # sends money back when told to
    LISTING = "listing"  # lists what came to an account, for what its webhooks lost
    EVENTS = "events"  # lists what it told us of payments, refunds, disputes and payouts, for the same reason


class Direction(StrEnum):
    """Whether money came to an account or left it."""

    IN = "in"
    OUT = "out"


class ProviderError(Exception):
    """What can be wrong with a provider's message. `code` is for logs and never quotes the message."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Forged(ProviderError):
    """The sender has not proved who they are. Answer 401, keep nothing but a count."""


class Malformed(ProviderError):
    """The sender is genuine but we cannot read the message. Keep it, answer success, show it to staff.

    `notices` are those of its lines that could be read all the same: one bad line does not hold up the others' money.
    """

    def __init__(self, code: str, notices: Sequence["Notice"] = ()) -> None:
        super().__init__(code)
        self.notices = list(notices)


class Unreachable(ProviderError):
    """The provider did not answer, or not for now (timeouts, 409, 429, 5xx). Nothing is known; ask again, same key."""


class Refused(ProviderError):
    """The provider answered no and will again. `code` is its reason, in its own word."""


class NotOffered(ProviderError):
    """This provider has no such ability; asking for it is a bug of ours."""

    def __init__(self, provider: "Provider", offer: Offer) -> None:
        super().__init__(f"{type(provider).__name__} does not offer {offer}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line of a bank account, as a provider tells it.

    `amount` is whole đồng, `booked_at` an aware time in UTC, `raw` the line as it came. Empty texts mean that
    the bank did not say. What is personal stays out of `repr`, so that it does not reach a log by accident.
    """

    provider: str
    provider_id: str
    account_number: str = field(repr=False)
    direction: Direction
    amount: int
    booked_at: datetime
    bank_reference: str = ""
    memo: str = field(default="", repr=False)
    counterparty: str = field(default="", repr=False)
    raw: str = field(default="", repr=False)

    @property
    def is_income(self) -> bool:
        """Whether money came in. Everything else is kept, but never matched to an order."""
        return self.direction is Direction.IN and self.amount > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A payment that a provider is to take the buyer through.

    `key` is our idempotency key: the same key asks for the same payment again, another amount needs another key.
    `amount` is whole đồng, `code` the order code that the buyer reads, the addresses are absolute.
    """

    key: str
    amount: int
    code: str
    about: str  # "Đơn hàng của Vườn hồng Lan Anh": what the buyer reads at the provider's
    return_url: str  # where the buyer comes back to, whatever became of it
    notify_url: str  # where the provider tells us
    expires_at: datetime
    language: str = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A payment the provider has prepared: its own name for it, and where to send the buyer."""

    ref: str
    redirect_url: str


class Outcome(StrEnum):
    """Where a payment is at its provider."""

    WAITING = "waiting"
    PROCESSING = "processing"  # the buyer is done, the money is not sure yet
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a provider says of a payment now, asked by us. `amount` in `currency`'s smallest unit (đồng for "vnd").

    `charge` names the money that came (a charge, a transaction), once per payment; `fee` is what the provider keeps, in
    đồng where it says so. `settled_*` tell in what it will be paid out, in that currency's smallest unit, at which rate.
    """

    ref: str
    outcome: Outcome
    amount: int = 0
    currency: str = "vnd"
    charge: str = ""
    fee: int = 0
    settled_amount: int | None = None
    settled_currency: str = ""
    settled_rate: Decimal | None = None
    refunded: int = 0  # in all, also by hand in the provider's own pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a provider's webhook is about. We never act on it, only ask again about what it names.

    `id` makes a delivery unique, `about` is the kind of thing ("payment", "refund", "dispute", "account", "payout" or
    "" for what we do not follow), `ref` its name at the provider, `account` a connected account's.
    """

    id: str
    kind: str
    about: str
    ref: str
    account: str = ""
    live: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAsk:
    """Money to be sent back: once per `key`, `amount` in đồng of the payment `ref` (its `charge` where there is one)."""

    key: str
    ref: str
    charge: str
    amount: int
    reason: str = ""


class RefundOutcome(StrEnum):
    """Where a refund is at its provider."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """A refund as the provider has it. `charge` and `key` (of our asking; empty if somebody refunded by hand there) tell
    whose it is."""

    ref: str
    outcome: RefundOutcome
    amount: int
    fault: str = ""
    charge: str = ""
    key: str = ""
    currency: str = "vnd"


@dataclass(frozen=True, slots=True)
class Method:
    """How a way to pay stands on the checkout page: a code for the form, words (lazy), an icon's name.

    `least` and `most` bound the amount in đồng.
    """

    code: str
    label: Any
    hint: Any = ""
    icon: str = "card"
    least: int = 1
    most: int = 499_999_999

    @property
    def said(self) -> str:
        """The words with the hint behind them."""
        return f"{self.label}. {self.hint}" if self.hint else str(self.label)


class Provider(ABC):
    """One outside way to take money. Keeps no state, opens no transaction, writes nothing: services do.

    A provider that takes buyers through a payment (Offer.CHECKOUT) says its `method`; checkout then offers it wherever
    the provider is configured in settings.PAYMENT_PROVIDERS, which is passed to `__init__`.
    """

    name: ClassVar[str]
    offers: ClassVar[frozenset[Offer]]
    disputes_page: ClassVar[str] = (
        ""  # where staff answer disputes at the provider, if it publishes an address
    )
    method: Method | None = None

    def __init__(self, **config: Any) -> None:
        self.config = config

    # --- notices of a bank account (Offer.NOTICES) ---

    def read(
        self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[Notice]:
        """The notices in a webhook that reached us at `now` (aware).

        `secrets` are those valid for the receiving account: one, or two while one replaces the other.
        Raises Forged before anything of the body is looked at, Malformed. An empty list is a set-up call.
        """
        self.authenticate(secrets, headers, body, now)
        return self.parse(body)

    def authenticate(
        self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
    ) -> None:
        """Prove who sent a webhook. Raises Forged."""
        raise NotOffered(self, Offer.NOTICES)

    def parse(self, body: bytes) -> list[Notice]:
        """The notices in a webhook's body whose sender is proved. Raises Malformed."""
        raise NotOffered(self, Offer.NOTICES)

    def list_notices(self, key: str, account_number: str, since: datetime) -> list[Notice]:
        """Every notice of an account since then, asked from the provider, for what its webhooks lost. `key` is the API
        key of the account. Raises Unreachable, Refused (a wrong key), Malformed with the notices that could be read."""
        raise NotOffered(self, Offer.LISTING)

    # --- payments the provider takes the buyer through (Offer.CHECKOUT, Offer.REFUNDS) ---

    def begin(self, ask: Ask) -> Begun:
        """Prepare a payment; no money moves yet. The same `ask.key` gives the same answer. Raises Unreachable, Refused."""
        raise NotOffered(self, Offer.CHECKOUT)

    def fetch(self, ref: str) -> Standing:
        """Where a payment is now. Raises Unreachable, Refused."""
        raise NotOffered(self, Offer.CHECKOUT)

    def payment_ref(self, ref: str) -> str:
        """The name we keep a payment by, for a name that an event uses, which may be that of a part of it (a charge).
        Raises Unreachable, Refused (a payment that is not ours)."""
        return ref

    def events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Event]:
        """What a webhook is about, once its signature is proved on the raw bytes. Raises Forged, Malformed."""
        raise NotOffered(self, Offer.CHECKOUT)

    def events_in(self, body: bytes) -> list[Event]:
        """What a webhook is about that was proved before and kept. Raises Forged, Malformed."""
        raise NotOffered(self, Offer.CHECKOUT)

    def list_events(self, since: datetime) -> list[tuple[Event, bytes]]:
        """Everything that was to be told since then, oldest first, each with its body. Raises Unreachable, Refused."""
        raise NotOffered(self, Offer.EVENTS)

    def refund(self, ask: RefundAsk) -> Refunded:
        """Send money back, once per `ask.key`; called after the refund row is kept. Raises Unreachable, Refused."""
        raise NotOffered(self, Offer.REFUNDS)

    def fetch_refund(self, ref: str) -> Refunded:
        """Where a refund is now. Raises Unreachable, Refused."""
        raise NotOffered(self, Offer.REFUNDS)
