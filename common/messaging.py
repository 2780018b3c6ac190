"""Short texts to people, behind one interface.

`MESSAGE_BACKEND` names the class for phones: the console is the default, the demo shows the text on the page, tests
keep it in memory, an installation names `SmsGatewayBackend`. `MESSAGE_CHANNELS` names one class for each way a person
may choose. What waits for nobody goes through `accounts.outbox`, which tries again; codes for signing in come here.
"""

import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.http import HttpRequest
from django.utils.module_loading import import_string

from common.http_json import ask_json

log = logging.getLogger("cho_ban.messages")


@dataclass(frozen=True)
class Text:
    """One short text. `phone` is E.164; `request` is there when the person is waiting at a page for it.

    `kind` names what it is about, for channels that send ready templates; `key` lets a gateway recognise a repeat.
    """

    phone: str
    body: str
    request: HttpRequest | None = None
    kind: str = ""
    key: str = ""
    email: str = ""
    user_id: int | None = None


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


def _post(address: str, headers: dict[str, str], said: dict[str, Any]) -> dict[str, Any]:
    return ask_json(address, said, headers=headers, timeout=settings.MESSAGE_TIMEOUT)


class SmsGatewayBackend(MessageBackend):
    """An SMS gateway that takes JSON over HTTP: `SMS_URL`, `SMS_TOKEN` as bearer, `SMS_SENDER`.

    Posts {"to", "from", "text", "id"}, with which gateways that remember ids send once.
    """

    def send(self, text: Text) -> None:
        headers = {"Authorization": f"Bearer {settings.SMS_TOKEN}"}
        said = {"to": text.phone, "from": settings.SMS_SENDER, "text": text.body, "id": text.key}
        _post(settings.SMS_URL, headers, said)


class ZaloBackend(MessageBackend):
    """Zalo's official account: messages are templates that Zalo has approved, `ZALO_TEMPLATES` = {kind: template id}.

    Source: the published ZNS shape: phone without "+", template_id, template_data, tracking_id; error 0 is success.
    """

    def send(self, text: Text) -> None:
        template = settings.ZALO_TEMPLATES.get(text.kind) or settings.ZALO_TEMPLATES.get("*")
        if not template:
            raise OSError("no Zalo template for this kind of message")
        said = {
            "phone": text.phone.lstrip("+"), "template_id": template, "template_data": {"noi_dung": text.body},
            "tracking_id": text.key,
        }  # fmt: skip
        answer = _post(settings.ZALO_URL, {"access_token": settings.ZALO_TOKEN}, said)
        if answer.get("error"):
            raise OSError(f"Zalo refused: {answer['error']}")


class EmailBackend(MessageBackend):
    """E-mail, by Django's own settings. The first sentence is the subject."""

    def send(self, text: Text) -> None:
        if not text.email:
            raise OSError("no e-mail address")
        subject = text.body.partition(". ")[0][:78]
        send_mail(subject, text.body, None, [text.email])


def backend_of(channel: str) -> MessageBackend:
    """The backend of a channel; phones where the installation has none for it."""
    return import_string(settings.MESSAGE_CHANNELS.get(channel) or settings.MESSAGE_BACKEND)()


def send_text(phone: str, body: str, request: HttpRequest | None = None) -> None:
    """Send a short text by the configured backend. The phone is logged by its last three digits only."""
    backend = import_string(settings.MESSAGE_BACKEND)()
    backend.send(Text(phone, body, request))
    if isinstance(backend, NullBackend):
        return
    log.info("text sent", extra={"phone_end": phone[-3:]})
