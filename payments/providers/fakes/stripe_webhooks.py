"""How the fake Stripe tells of what happened: signed webhooks, as good or as bad as a test orders them."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from stripe import WebhookSignature

TRIES = 3  # Stripe goes on for three days
FAULTS = ("duplicate", "reorder", "delay", "lose", "tampered", "old", "forged")
OLD = 3600  # seconds, far beyond the tolerance


@dataclass(frozen=True)
class Endpoint:
    """Where events go. `connect`: those of connected accounts, else those of the platform itself."""

    url: str
    secret: str = field(repr=False)
    connect: bool = False


@dataclass(frozen=True)
class Delivery:
    """One webhook as it is sent."""

    url: str
    body: bytes
    headers: dict[str, str]
    kind: str


@dataclass
class Outbox:
    """Events that wait to be told, oldest first.

    `faults` holds for every delivery until it is emptied: "duplicate" (twice), "reorder" (newest first), "delay" (after
    `delay` seconds), "lose" (never), "tampered" (another body than was signed), "old" (signed an hour ago), "forged"
    (another secret).
    """

    endpoints: list[Endpoint] = field(default_factory=list)
    faults: set[str] = field(default_factory=set)
    delay: float = 1.0
    waiting: list[dict[str, Any]] = field(default_factory=list)
    more: threading.Event = field(default_factory=threading.Event)

    def add(self, event: dict[str, Any]) -> None:
        """Queue an event for every endpoint that hears of it."""
        self.waiting.append(event)
        self.more.set()

    def take(self) -> list[Delivery]:
        """The webhooks for all that waits, signed now; then nothing waits."""
        events, self.waiting = self.waiting, []
        if "lose" in self.faults:
            return []
        if "reorder" in self.faults:
            events.reverse()
        if "duplicate" in self.faults:
            events = [event for event in events for _twice in range(2)]
        return [
            self.signed(event, endpoint)
            for event in events
            for endpoint in self.endpoints
            if endpoint.connect == ("account" in event)
        ]

    def signed(self, event: dict[str, Any], endpoint: Endpoint) -> Delivery:
        """One webhook, with the faults that are ordered."""
        text = json.dumps(event, ensure_ascii=False, indent=2)
        secret = "whsec_of_somebody_else" if "forged" in self.faults else endpoint.secret
        at = int(time.time()) - (OLD if "old" in self.faults else 0)
        signature = WebhookSignature.generate_signature_header(text, secret, at)
        if "tampered" in self.faults:
            text = text.replace(event["id"], event["id"] + "0")
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        return Delivery(endpoint.url, text.encode(), headers, event["type"])

    def deliver(self, post: Callable[[Delivery], int] | None = None) -> list[int]:
        """Send all that waits and return the statuses of the answers; 0 where nobody answered."""
        if "delay" in self.faults:
            time.sleep(self.delay)
        return [(post or send)(each) for each in self.take()]

    def run(self, stopped: threading.Event) -> None:
        """Send what comes, until stopped."""
        while not stopped.is_set():
            if self.more.wait(0.05):
                self.more.clear()
                self.deliver()


def send(delivery: Delivery) -> int:
    """Post a webhook, three times at most. Returns the status of the last answer."""
    status = 0
    for _try in range(TRIES):
        request = Request(delivery.url, delivery.body, delivery.headers)
        with suppress(URLError, OSError):
            try:
                with urlopen(request, timeout=5) as answer:
                    return answer.status
            except URLError as refused:
                status = getattr(refused, "code", 0)
    return status
