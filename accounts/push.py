"""Notices on the phone itself (web push): kept devices, and the way a text reaches them. Source: RFC 8030, 8291, 8292."""

import base64
import re
from fnmatch import fnmatch
from io import BytesIO
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings
from webpush import VAPID, WebPush, WebPushSubscription
from webpush.types import WebPushKeys

from accounts.models import Channel, PushDevice, User
from common.messaging import MessageBackend, Text, backend_of

MOST_DEVICES = 5  # of one person; the oldest goes
TTL = 12 * 60 * 60  # seconds a push service keeps a notice for a phone that is off
_LINK = re.compile(r"https?://\S+")


class BadDevice(ValueError):
    """What a browser sent is no push subscription of a service we know."""


def is_offered() -> bool:
    """Whether this installation can send notices."""
    return bool(settings.PUSH_PRIVATE_KEY)


def public_key() -> str:
    """What a browser needs to subscribe, in URL-safe base64. Raises ValueError for a broken PUSH_PRIVATE_KEY."""
    return VAPID.get_application_server_key(load_pem_private_key(_private_pem(), None).public_key())


def new_private_key() -> str:
    """A value for PUSH_PRIVATE_KEY: the key's PEM in base64, so that it fits one line."""
    return base64.b64encode(VAPID.generate_keys()[0]).decode()


def _private_pem() -> bytes:
    return base64.b64decode(settings.PUSH_PRIVATE_KEY)


def keep_device(user: User, said: Any) -> PushDevice:
    """Remember a browser's subscription, and tell this person by it from now on. Raises BadDevice.

    Only known push services are taken: the address is one that our server will call.
    """
    try:
        endpoint, keys = str(said["endpoint"]), said["keys"]
        p256dh, auth = str(keys["p256dh"]), str(keys["auth"])
        sizes = [len(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))) for key in (p256dh, auth)]
    except (KeyError, TypeError, ValueError) as bad:
        raise BadDevice from bad
    if sizes != [65, 16] or not _is_push_service(endpoint) or len(endpoint) > 500:
        raise BadDevice
    device, _new = PushDevice.objects.update_or_create(
        endpoint=endpoint, defaults={"user": user, "p256dh": p256dh, "auth": auth}
    )
    old = PushDevice.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)[MOST_DEVICES:]
    PushDevice.objects.filter(pk__in=list(old)).delete()
    User.objects.filter(pk=user.pk).update(reached_by=Channel.PUSH)
    return device


def _is_push_service(endpoint: str) -> bool:
    where = urlsplit(endpoint)
    origin = f"{where.scheme}://{where.hostname}"
    return any(fnmatch(origin, known) for known in settings.PUSH_SERVICES)


class PushBackend(MessageBackend):
    """Sends to every device of the person; who has none left gets a text on the phone instead."""

    def send(self, text: Text) -> None:
        devices = list(PushDevice.objects.filter(user=text.user_id)) if text.user_id else []
        told = [_send(device, text) for device in devices]
        if not any(told):
            backend_of(Channel.SMS).send(text)


def _send(device: PushDevice, text: Text) -> bool:
    """Whether the push service took it. One that knows the device no more makes us forget it. Raises OSError."""
    private = _private_pem()
    public = load_pem_private_key(private, None).public_key()
    sender = WebPush(
        BytesIO(private), BytesIO(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)),
        subscriber=settings.PUSH_CONTACT, ttl=TTL,
    )  # fmt: skip
    link = _LINK.search(text.body)
    said = {"body": _LINK.sub("", text.body).strip(), "url": link[0] if link else "/", "tag": text.key}
    keys = WebPushKeys(auth=device.auth, p256dh=device.p256dh)
    message = sender.get(said, WebPushSubscription(endpoint=device.endpoint, keys=keys))
    headers = {**message.headers, "Content-Type": "application/octet-stream", "Urgency": "high"}
    try:
        with urlopen(Request(device.endpoint, message.encrypted, headers), timeout=settings.MESSAGE_TIMEOUT):
            return True
    except HTTPError as refused:
        with refused:
            if refused.code in (404, 410):
                device.delete()
                return False
        raise OSError(f"the push service answered {refused.code}") from refused
    except URLError as trouble:
        raise OSError("the push service cannot be reached") from trouble
