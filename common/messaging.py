"""Short texts to people's phones, behind one interface.

`MESSAGE_BACKEND` names the class. The console is the default, the demo shows the text on the page, tests keep it in
memory; an SMS gateway or Zalo is one more class here.
"""

import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.module_loading import import_string

log = logging.getLogger("cho_ban.messages")


@dataclass(frozen=True)
class Text:
    """One short text. `phone` is E.164; `request` is there when the person is waiting at a page for it."""

    phone: str
    body: str
    request: HttpRequest | None = None


class MessageBackend(ABC):
    """One way to reach a phone."""

    @abstractmethod
    def send(self, text: Text) -> None:
        """Hand the text over. Raises OSError if the gateway cannot be reached."""


class ConsoleBackend(MessageBackend):
    """Prints to standard output, for a developer who signs in on their own machine."""

    def send(self, text: Text) -> None:
        print(f"[SMS {text.phone}] {text.body}", flush=True)


class OnPageBackend(ConsoleBackend):
    """The demo's phone: the text appears on the page that waits for it."""

    def send(self, text: Text) -> None:
        super().send(text)
        if text.request is not None:
            messages.add_message(text.request, messages.INFO, text.body, extra_tags="sms")


class NullBackend(MessageBackend):
    """Sends nothing: for building worlds in bulk."""

    def send(self, text: Text) -> None:
        """Nobody is told."""


class MemoryBackend(MessageBackend):
    """Keeps what was sent, for tests."""

    sent: ClassVar[list[Text]] = []

    def send(self, text: Text) -> None:
        self.sent.append(text)


def send_text(phone: str, body: str, request: HttpRequest | None = None) -> None:
    """Send a short text by the configured backend. The phone is logged by its last three digits only."""
    backend = import_string(settings.MESSAGE_BACKEND)()
    backend.send(Text(phone, body, request))
    if isinstance(backend, NullBackend):
        return
    log.info("text sent", extra={"phone_end": phone[-3:]})
