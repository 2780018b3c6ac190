"""The outbox: told once, tried again, silent at night, by the way each person chose; gateways over real HTTP."""

import json
import threading
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message, User
from accounts.outbox import KEPT, STUCK, WAITS, deliver, post, send_due
from common.messaging import MemoryBackend, MessageBackend
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PHONE = "+84912345678"


class DeadBackend(MessageBackend):
    """A gateway that is away."""

    def send(self, text):
        raise OSError("away")


@pytest.fixture(autouse=True)
def sent():
    MemoryBackend.sent.clear()
    return MemoryBackend.sent


@pytest.fixture
def dead(settings):
    settings.MESSAGE_BACKEND = "tests.accounts.test_outbox.DeadBackend"


@pytest.fixture
def gateway():
    """A loopback gateway: what it was asked, and what it shall answer."""
    asked, answers = [], [(200, {})]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((dict(self.headers), json.loads(body)))
            status, said = answers[min(len(asked), len(answers)) - 1]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *args):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.asked, server.answers, server.address = asked, answers, f"http://127.0.0.1:{server.server_port}/"
    yield server
    server.shutdown()
    server.server_close()


def test_the_same_key_is_told_once(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            post("Có đơn mới", key="order:1", kind="order_new", phone=PHONE)
    assert [(text.phone, text.body) for text in sent] == [(PHONE, "Có đơn mới")]
    assert deliver(Message.objects.get().pk) == "sent"
    assert len(sent) == 1


def test_what_is_rolled_back_is_told_to_nobody(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), suppress(ValueError), transaction.atomic():
        post("Có đơn mới", key="order:1", kind="order_new", phone=PHONE)
        raise ValueError
    assert (sent, Message.objects.count()) == ([], 0)


def test_trouble_is_tried_again_later_and_later_and_then_given_up(dead):
    message, now = post("Có đơn", key="1", kind="order_new", phone=PHONE), timezone.now()
    for wait in WAITS:
        assert deliver(message.pk, now) == "queued"
        assert deliver(message.pk, now + wait - timedelta(seconds=1)) == "queued"  # not yet
        message.refresh_from_db()
        now += wait
        assert message.next_at == now
    assert deliver(message.pk, now) == "failed"
    message.refresh_from_db()
    assert (message.tries, message.fault) == (len(WAITS) + 1, "OSError")


def test_nothing_rings_at_night_unless_it_is_urgent(sent, settings):
    settings.DAY_STARTS, settings.DAY_ENDS = 6, 21
    with time_machine.travel("2026-11-03 22:30 +0700", tick=False):
        calm = post("Có đơn mới", key="1", kind="order_new", phone=PHONE)
        urgent = post("Đã nhận tiền", key="2", kind="order_paid", phone=PHONE, urgent=True)
        assert (deliver(calm.pk), deliver(urgent.pk)) == ("queued", "sent")
    with time_machine.travel("2026-11-04 05:59 +0700", tick=False):
        assert send_due() == {}
    with time_machine.travel("2026-11-04 06:00 +0700", tick=False):
        assert send_due() == {"sent": 1}
    assert [text.body for text in sent] == ["Đã nhận tiền", "Có đơn mới"]


def test_a_crash_while_sending_sends_again(sent):
    message = post("Có đơn mới", key="1", kind="order_new", phone=PHONE)
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(state="sending", next_at=now)
    assert deliver(message.pk, now) == "sending"  # in other hands, as far as we know
    assert send_due(now + STUCK) == {"sent": 1}


def test_a_person_is_told_by_the_way_they_chose(sent, settings):
    settings.MESSAGE_CHANNELS = {"email": "common.messaging.EmailBackend"}
    by_mail = UserFactory(email="sen@example.vn", reached_by="email")
    nobody = UserFactory(reached_by="none")
    states = [
        deliver(post("Có đơn mới. Xem đi", key=str(user.pk), kind="x", to=user).pk)
        for user in (by_mail, nobody)
    ]
    assert states == ["sent", "unwanted"]
    assert [(letter.subject, letter.to) for letter in mail.outbox] == [("Có đơn mới", ["sen@example.vn"])]
    assert sent == []
    no_address = UserFactory(reached_by="email")
    assert deliver(post("Có đơn", key="n", kind="x", to=no_address).pk) == "queued"


def test_who_has_neither_phone_nor_address_is_left_alone():
    assert post("Có đơn", key="1", kind="x") is None


def test_old_messages_are_forgotten_and_the_command_says_what_it_did(capsys):
    post("Có đơn", key="1", kind="x", phone=PHONE)
    call_command("send_messages")
    assert "1 sent" in capsys.readouterr().out
    send_due(timezone.now() + KEPT + timedelta(days=1))
    assert Message.objects.count() == 0


def test_an_sms_gateway_gets_the_text_with_an_id_to_know_repeats_by(gateway, settings):
    settings.MESSAGE_BACKEND = "common.messaging.SmsGatewayBackend"
    settings.SMS_URL, settings.SMS_TOKEN = gateway.address, "secret"
    gateway.answers[:] = [(500, {}), (200, {"ok": True})]
    message = post("Có đơn mới", key="order:1", kind="order_new", phone=PHONE)
    assert deliver(message.pk) == "queued"
    assert deliver(message.pk, timezone.now() + WAITS[0]) == "sent"
    headers, said = gateway.asked[-1]
    assert headers["Authorization"] == "Bearer secret"
    assert said == {"to": PHONE, "from": "ChoBan", "text": "Có đơn mới", "id": "order:1"}


def test_zalo_gets_its_template_and_a_refusal_is_tried_again(gateway, settings):
    settings.MESSAGE_CHANNELS = {"zalo": "common.messaging.ZaloBackend"}
    settings.ZALO_URL, settings.ZALO_TOKEN, settings.ZALO_TEMPLATES = (
        gateway.address,
        "token",
        {"order_new": "317"},
    )
    user = UserFactory(phone=PHONE, reached_by="zalo")
    gateway.answers[:] = [(200, {"error": -124, "message": "token"}), (200, {"error": 0})]
    message = post("Có đơn mới", key="order:1", kind="order_new", to=user)
    assert deliver(message.pk) == "queued"
    assert deliver(message.pk, timezone.now() + WAITS[0]) == "sent"
    assert gateway.asked[-1][1] == {
        "phone": "84912345678", "template_id": "317", "template_data": {"noi_dung": "Có đơn mới"}, "tracking_id": "order:1",
    }  # fmt: skip
    unknown = post("Khác", key="2", kind="other", to=user)
    assert deliver(unknown.pk) == "queued"


def test_logs_tell_neither_phone_nor_text(dead, caplog):
    deliver(post("Có đơn mới", key="1", kind="order_new", phone=PHONE).pk)
    assert caplog.records
    assert PHONE not in caplog.text
    assert "Có đơn" not in caplog.text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_workers_send_a_message_once(sent, run_at_once):
    Message.objects.create(key="1", kind="x", phone=PHONE, body="Có đơn mới")
    assert set(run_at_once(8, send_due)) == {"ok"}
    assert len(sent) == 1


def test_a_person_chooses_among_the_ways_there_are(client, settings):
    user, address = UserFactory(), reverse("reached_by")
    assert client.get(address).status_code == 302
    client.force_login(user)
    page = client.get(address).content.decode()
    assert "SMS" in page
    assert "Zalo" not in page.partition("<main")[2].partition("</main>")[0]
    assert client.post(address, {"reached_by": "zalo"}).status_code == 422
    settings.MESSAGE_CHANNELS = {"zalo": "common.messaging.ZaloBackend"}
    client.post(address, {"reached_by": "zalo"})
    user.refresh_from_db()
    assert user.reached_by == "zalo"


def test_people_read_what_they_were_told_and_how_it_went_and_nobody_else_does(client):
    mine, other = UserFactory(), UserFactory()
    for number, (user, state) in enumerate([(mine, "sent"), (mine, "failed"), (other, "sent")]):
        Message.objects.create(key=str(number), kind="x", user=user, body=f"Tin số {number}", state=state)
    client.force_login(mine)
    page = client.get(reverse("reached_by")).content.decode()
    assert page.index("Tin số 1") < page.index("Tin số 0")
    assert "Không gửi được" in page
    assert "Tin số 2" not in page


def test_administrators_see_how_texts_went_and_never_what_they_said(client):
    Message.objects.create(
        key="1",
        kind="order_new",
        phone=PHONE,
        body="http://choban/t/chia-khoa/",
        state="failed",
        fault="TimeoutError",
    )
    address = "/quan-tri/snippets/accounts/message/"
    client.force_login(User.objects.create_superuser(email="a@choban.example", password="x"))
    page = client.get(address).content.decode()
    assert "TimeoutError" in page
    assert "Không gửi được" in page
    assert "chia-khoa" not in page
    assert PHONE[-6:] not in page
    pk = Message.objects.get().pk
    for name in ("edit", "delete", "inspect"):
        assert client.get(f"{address}{name}/{pk}/").status_code in (302, 403, 404), name
    client.force_login(User.objects.create_user(email="b@choban.example", password="x", is_staff=True))
    assert client.get(address).status_code in (302, 403)
