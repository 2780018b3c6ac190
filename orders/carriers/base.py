"""What a carrier looks like to the rest of the product.

A carrier keeps no state, opens no transaction and writes nothing: `orders.shipments` does. Money is whole đồng, weight
grams, phones E.164, times aware. To add one see docs/carriers.md.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from orders.states import Carriage


class CarrierFault(Exception):
    """The carrier could not be asked, or its answer could not be read: try again. `code` is for logs."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CarrierRefused(Exception):
    """The carrier understood and said no. `words` are its own, for the seller to read."""

    def __init__(self, words: str) -> None:
        super().__init__("refused")
        self.words = words


class ForgedUpdate(Exception):
    """The sender of a webhook has not proved who they are. `code` is for logs."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnreadableUpdate(Exception):
    """A webhook of the right sender that makes no sense."""


@dataclass(frozen=True)
class End:
    """Where a parcel starts or ends. `district` and `ward` are the carrier's own ids, empty where it has none."""

    commune: str
    province: str
    district: str = ""
    ward: str = ""
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    street: str = field(default="", repr=False)


@dataclass(frozen=True)
class Consignment:
    """One parcel to be carried. `key` is ours and the same at every try; `cod` is to be collected at the door."""

    key: str
    sender: End
    receiver: End
    grams: int
    value: int
    cod: int
    content: str
    note: str = ""


@dataclass(frozen=True)
class Booking:
    """A carrier's yes: its number, what it charges the sender in đồng, when it means to be there."""

    code: str
    fee: int
    expected: datetime | None = None


@dataclass(frozen=True)
class Update:
    """Something that happened to a parcel. `status` None: a word of the carrier's we do not know.

    `raw` is the carrier's word, `at` its time: updates come late, twice and in any order.
    """

    code: str
    status: Carriage | None
    raw: str
    at: datetime
    note: str = ""


class Carrier(ABC):
    """One carrier, made from its entry in CARRIERS."""

    name: ClassVar[str]  # as people know it
    most_grams: ClassVar[int]
    most_cod: ClassVar[int]  # đồng that it collects at the door
    own_places: ClassVar[bool] = False  # whether it knows places by ids of its own (`CarrierPlace`)

    def __init__(self, code: str) -> None:
        self.code = code

    @abstractmethod
    def quote(self, sender: End, receiver: End, grams: int) -> int:
        """đồng for a parcel without cash to collect. Raises CarrierFault, CarrierRefused where it does not go."""

    @abstractmethod
    def create(self, parcel: Consignment, *, again: bool = False) -> Booking:
        """Book a parcel, once for each key, however often it is asked.

        `again`: an earlier try ended without an answer. Raises CarrierFault, CarrierRefused.
        """

    @abstractmethod
    def cancel(self, code: str) -> None:
        """Take a booking back. Doing it twice is fine. Raises CarrierFault, CarrierRefused once it is on its way."""

    @abstractmethod
    def track(self, code: str) -> list[Update]:
        """All that happened to a parcel, in any order. Raises CarrierFault, CarrierRefused for an unknown number."""

    @abstractmethod
    def read_webhook(
        self, secret: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Sequence[Update]:
        """What a webhook tells. `secret` stood in the address. Raises ForgedUpdate first, then UnreadableUpdate."""

    def page(self, code: str) -> str:
        """The carrier's own page about a parcel; empty if it has none."""
        return ""
