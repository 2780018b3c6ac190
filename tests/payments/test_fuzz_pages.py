"""Signed nonsense at the webhooks' own addresses and spoilt statements on the finance desk: an answer, never a fault.

A fault of ours would be raised by the test client. FUZZ_SECONDS in the environment lengthens both.
"""

import json
import os
import random
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from payments.models import BankFeed, Receipt, StatementImport
from payments.providers.sepay import signed_headers
from tests.factories import OrderFactory
from tests.payments.lines import books_agree
from tests.payments.test_money import notice

pytestmark = pytest.mark.django_db
SECONDS = max(float(os.environ.get("FUZZ_SECONDS", 0)), 1.0)
ODD = (
    None,
    True,
    -1,
    0,
    10**20,
    1.5,
    "",
    "x" * 5000,
    [],
    {},
    "2026-13-45 99:99:99",
    "LUA7K2M9QXH\0",
    "\ud800",
)
SHEET = (
    "Sao kê tài khoản\nNgày,Số tham chiếu,Nội dung,Ghi nợ,Ghi có\n20/11/2026 14:02:37,FT1,{code},,150000\n"
    "21/11/2026,FT2,phi,11000,\n22/11/2026 08:00:00,FT3,khac,,2000000\n"
)


def spoil(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) or 1)
        changed[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
    return bytes(changed)


def test_signed_nonsense_at_a_banks_address_is_answered(client):
    payment = OrderFactory(price=50_000, quantity=3).payments.get()
    feed, chance, seen = payment.account.feeds.get(), random.Random(7), set()
    address, until = reverse("payment_notice", args=["sepay", feed.token]), time.monotonic() + SECONDS
    while time.monotonic() < until:
        line = json.loads(notice(payment, number=chance.randrange(10**9)))
        for key in chance.sample(sorted(line), chance.randint(0, 4)):
            line[key] = chance.choice(ODD)
        body = json.dumps(line).encode()
        if chance.random() < 0.4:
            body = spoil(body, chance)
        headers = signed_headers(feed.secret, timezone.now(), body)
        if chance.random() < 0.2:
            headers = {name: value[:-1] + "x" for name, value in headers.items()}
        answer = client.post(
            address,
            body,
            content_type="application/json",
            headers=headers,
            REMOTE_ADDR=f"10.0.0.{chance.randrange(250)}",
        )
        seen.add(answer.status_code)
    assert seen <= {200, 401, 413, 429}
    assert {200, 401} <= seen
    assert BankFeed.objects.get().refused > 0
    # a line of zero or below is kept for a person to see, and is money for nobody (payments reference, section 3)
    nothing = Receipt.objects.filter(amount__lte=0)
    assert set(nothing.values_list("state", flat=True)) <= {Receipt.State.IGNORED}
    assert not nothing.filter(allocations__isnull=False).exists()
    assert books_agree()


def test_spoilt_statements_on_the_finance_desk_are_answered(client, finance):
    payment = OrderFactory(price=50_000, quantity=3).payments.get()
    client.force_login(finance)
    chance, until, seen = random.Random(8), time.monotonic() + SECONDS, set()
    while time.monotonic() < until:
        text = SHEET.format(code=payment.code).encode(chance.choice(("utf-8", "utf-8-sig", "utf-16")))
        file = SimpleUploadedFile(chance.choice(("a.csv", "a.xlsx", "a.txt")), spoil(text, chance))
        answer = client.post(reverse("desk:statements"), {"account": payment.account_id, "file": file})
        seen.add(answer.status_code)
        made = StatementImport.objects.order_by("-pk").first()
        if answer.status_code == 302 and made is not None and chance.random() < 0.3:
            client.get(reverse("desk:statement", args=[made.pk]))
            client.post(reverse("desk:take_over", args=[made.pk]))
    assert seen <= {200, 302, 409, 422, 429}
    assert 302 in seen  # some of them could be read
    assert not Receipt.objects.filter(amount__lte=0).exists()
