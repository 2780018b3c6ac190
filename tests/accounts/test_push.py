"""Notices on the phone itself: devices that agreed, encrypted for them alone, forgotten when they are gone."""

import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import call_command
from django.urls import reverse

from accounts import push
from accounts.models import Channel, PushDevice
from accounts.outbox import deliver, post
from common.messaging import MemoryBackend
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def url_safe(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """What a browser keeps to itself, and what it tells."""

    def __init__(self, address: str) -> None:
        self.private, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.public = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.said = {
            "endpoint": f"{address}/send/{os.urandom(4).hex()}", "expirationTime": None,
            "keys": {"p256dh": url_safe(self.public), "auth": url_safe(self.auth)},
        }  # fmt: skip

    def read(self, body: bytes) -> dict:
        """Decrypt a notice as RFC 8291, section 3.4 and RFC 8188 say."""
        salt, key_length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + key_length], body[21 + key_length :]
        secret = self.private.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        )
        ikm = _derive(self.auth, b"WebPush: info\0" + self.public + theirs, 32, secret)
        key = _derive(salt, b"Content-Encoding: aes128gcm\0", 16, ikm)
        nonce = _derive(salt, b"Content-Encoding: nonce\0", 12, ikm)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain.endswith(b"\x02")
        return json.loads(plain[:-1])


def _derive(salt: bytes, info: bytes, length: int, secret: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


@pytest.fixture
def service(settings):
    """A push service on loopback; `answers` are the statuses it gives, 201 when there are none left."""
    asked, answers = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(
                (self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
            )
            self.send_response(answers.pop(0) if answers else 201)
            self.end_headers()

        def log_message(self, *args) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    server.asked, server.answers, server.address = asked, answers, f"http://127.0.0.1:{server.server_port}"
    settings.PUSH_PRIVATE_KEY, settings.PUSH_SERVICES = push.new_private_key(), ["http://127.0.0.1"]
    settings.MESSAGE_CHANNELS = {"push": "accounts.push.PushBackend"}
    MemoryBackend.sent.clear()
    yield server
    server.shutdown()
    server.server_close()


def told(user, key="order:1", body="Chợ Bản: đơn mới. Trả lời: https://cho.example/t/abc/") -> str:
    return deliver(post(body, key=key, kind="order_new", to=user).pk)


def test_a_notice_reaches_the_device_that_agreed_and_nobody_else_can_read_it(service):
    browser, user = Browser(service.address), UserFactory()
    push.keep_device(user, browser.said)
    user.refresh_from_db()
    assert user.reached_by == Channel.PUSH
    assert told(user) == "sent"
    [(path, headers, body)] = service.asked
    assert browser.said["endpoint"].endswith(path)
    assert browser.read(body) == {
        "body": "Chợ Bản: đơn mới. Trả lời:",
        "url": "https://cho.example/t/abc/",
        "tag": "order:1",
    }
    assert headers["Content-Encoding"] == "aes128gcm"
    assert b"abc" not in body
    assert MemoryBackend.sent == []


def test_the_server_proves_itself_with_the_key_the_browser_was_given(service):
    browser, user = Browser(service.address), UserFactory()
    push.keep_device(user, browser.said)
    told(user)
    said = dict(
        part.split("=", 1) for part in service.asked[0][1]["Authorization"].removeprefix("vapid ").split(", ")
    )
    assert said["k"] == push.public_key()
    raw = base64.urlsafe_b64decode(said["k"] + "=")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    claims = jwt.decode(said["t"], key, algorithms=["ES256"], audience="http://127.0.0.1")
    assert claims["sub"].startswith("mailto:")


def test_a_device_that_is_gone_is_forgotten_and_the_text_goes_to_the_phone(service):
    user = UserFactory()
    push.keep_device(user, Browser(service.address).said)
    service.answers[:] = [410]
    assert told(user) == "sent"
    assert not PushDevice.objects.exists()
    assert [text.phone for text in MemoryBackend.sent] == [user.phone]
    assert told(user, key="order:2") == "sent"  # and so from now on
    assert len(MemoryBackend.sent) == 2


def test_trouble_is_tried_again(service):
    user = UserFactory()
    push.keep_device(user, Browser(service.address).said)
    service.answers[:] = [500]
    assert told(user) == "queued"
    assert PushDevice.objects.count() == 1


@pytest.mark.parametrize(
    "spoil",
    [
        {"endpoint": "https://intranet.example/"}, {"endpoint": "http://fcm.googleapis.com/x"},
        {"endpoint": "http://127.0.0.1.evil.example/"}, {"endpoint": "http://127.0.0.1/" + "x" * 600},
        {"keys": {}}, {"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, {"keys": None},
    ],
)  # fmt: skip
def test_our_server_calls_no_address_but_push_services(service, client, spoil):
    user = UserFactory()
    client.force_login(user)
    said = Browser("http://127.0.0.1:1").said | spoil
    answer = client.post(reverse("keep_device"), json.dumps(said), content_type="application/json")
    assert answer.status_code == 422
    assert not PushDevice.objects.exists()


def test_a_browser_agrees_on_the_page_and_may_be_chosen_from_then_on(service, client):
    user, address = UserFactory(), reverse("reached_by")
    client.force_login(user)
    page = client.get(address).content.decode()
    assert push.public_key() in page
    assert 'value="push"' not in page
    said = json.dumps(Browser(service.address).said)
    assert client.post(reverse("keep_device"), said, content_type="application/json").status_code == 204
    assert 'value="push"' in client.get(address).content.decode()
    assert client.post(address, {"reached_by": "sms"}).status_code == 302
    for nonsense in (b"", b"[]", b"null", b"{", b'"x"'):
        assert (
            client.post(reverse("keep_device"), nonsense, content_type="application/json").status_code == 422
        )


def test_a_person_has_five_devices_at_most_and_a_device_one_person(service):
    user, other = UserFactory(), UserFactory()
    browsers = [Browser(service.address) for _ in range(7)]
    for browser in browsers:
        push.keep_device(user, browser.said)
    assert PushDevice.objects.filter(user=user).count() == 5
    push.keep_device(other, browsers[-1].said)  # the phone was handed on
    assert PushDevice.objects.get(endpoint=browsers[-1].said["endpoint"]).user == other


def test_without_a_key_nobody_is_asked(client):
    client.force_login(UserFactory())
    assert "data-push" not in client.get(reverse("reached_by")).content.decode()
    assert client.post(reverse("keep_device"), b"{}", content_type="application/json").status_code == 404


def test_the_command_prints_a_key_that_works(settings):
    out = StringIO()
    call_command("push_key", stdout=out)
    settings.PUSH_PRIVATE_KEY = out.getvalue().strip().removeprefix("PUSH_PRIVATE_KEY=")
    assert len(base64.urlsafe_b64decode(push.public_key() + "=")) == 65
