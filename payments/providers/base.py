"""What a payment provider looks like to the rest of the product. Source: payments reference, section 3."""

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

# Longest texts of a notice, in characters; the database columns are made to these.
ID_LENGTH, ACCOUNT_LENGTH, REFERENCE_LENGTH = 64, 34, 100


class Offer(StrEnum):
    """What a provider can do for us; pages ask this and never guess."""

    NOTICES = "notices"  # tells us of money that came, by webhook
    CHECKOUT = "checkout"  # takes the buyer through a payment of its own
    REFUNDS = "refunds"  # sends money back when told to


class Direction(StrEnum):
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
    """The sender is genuine but we cannot read the message. Keep it, answer success, show it to staff."""


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


class Provider(ABC):
    """One outside way to take money. Keeps no state, opens no transaction, writes nothing: services do."""

    name: ClassVar[str]
    offers: ClassVar[frozenset[Offer]]

    def read(
        self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[Notice]:
        """The notices in a webhook that reached us at `now` (aware).

        `secrets` are those valid for the receiving account: one, or two while one replaces the other.
        Raises Forged before anything of the body is looked at, Malformed.
        """
        raise NotOffered(self, Offer.NOTICES)
