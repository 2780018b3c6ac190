"""What a provider that pays sellers itself says of their accounts, of transfers, disputes and payouts.

Amounts named `amount` are in `currency`'s smallest unit: whole đồng for "vnd".
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStanding:
    """What a seller's account at the provider may do now. `due` names what its holder still has to hand in."""

    ref: str
    transfers: bool  # may be given a part of a charge
    payouts: bool  # what is there goes on to the seller's bank
    submitted: bool  # the holder has filled everything in once
    due: tuple[str, ...] = ()
    reason: str = ""  # why it is closed, in the provider's word

    @property
    def can_be_paid(self) -> bool:
        """Whether money may be sent there: what arrives must also be able to leave."""
        return self.transfers and self.payouts


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """A part of a charge given to a seller's account, or taken back from it, in the currency the charge settled in."""

    ref: str
    amount: int
    currency: str


class DisputeOutcome(StrEnum):
    """How a dispute stands at the provider."""

    OPEN = "open"
    WON = "won"  # also an inquiry that ended without anything being taken
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A buyer's bank takes a charge back. `held` tells whether the money is away from us at the moment.

    `fee` is what the provider has taken for it so far, in đồng. `respond_by` (UTC) is when proof has to be there.
    """

    ref: str
    charge: str
    intent: str
    outcome: DisputeOutcome
    amount: int
    currency: str
    held: bool
    fee: int = 0
    reason: str = ""
    respond_by: datetime | None = None


class PayoutOutcome(StrEnum):
    """Where money is that a provider pays out to our bank."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOut:
    """Money on its way from the provider to a bank account; `arrives_at` is the provider's guess (UTC)."""

    ref: str
    outcome: PayoutOutcome
    amount: int
    currency: str
    arrives_at: datetime
    fault: str = ""
