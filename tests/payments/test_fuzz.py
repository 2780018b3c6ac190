"""Whatever reaches a webhook, signed or not: a list of notices, Forged or Malformed, and never another error.

FUZZ_SECONDS=600 in the environment goes on changing bytes for that long.
"""

import json
import os
import random
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments.providers import casso, payos, provider, sepay
from payments.providers.base import Forged, Malformed, Notice
from payments.providers.fields import LARGEST

SECRET = "fuzz-secret"
NOW = datetime(2026, 11, 20, 7, 2, 40, tzinfo=UTC)
NAMES = ("sepay", "payos", "casso", "casso1")
SECONDS = float(os.environ.get("FUZZ_SECONDS", 0))
EXAMPLES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

KEYS = [
    "id", "accountNumber", "transferType", "transferAmount", "transactionDate", "referenceCode", "content", "description",
    "orderCode", "amount", "reference", "transactionDateTime", "currency", "code", "counterAccountName", "tid", "when",
    "bank_sub_acc_id", "subAccId", "error", "data",
]  # fmt: skip
LIKELY = (
    "in", "out", "2026-11-20 14:02:37", "0001-01-01 00:00:00", "9999-12-31 23:59:59", "VND", "00", "0123499999",
    "LUA7K2M9QXH", "", 0, 1, 150_000, -150_000, 10**15, 10**19, 150000.0, 1e308, float("nan"), None, True,
)  # fmt: skip
atoms = st.sampled_from(LIKELY) | st.text(st.characters(), max_size=8) | st.integers() | st.floats()
values = st.recursive(
    atoms,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)
lines = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), values, max_size=14)
GOOD = {
    "sepay": {"id": 1, "accountNumber": "0123", "transferType": "in", "transferAmount": 1,
              "transactionDate": "2026-11-20 14:02:37"},
    "payos": {"reference": "R", "accountNumber": "0123", "amount": 1, "transactionDateTime": "2026-11-20 14:02:37"},
    "casso": {"id": 1, "accountNumber": "0123", "amount": 1, "transactionDateTime": "2026-11-20 14:02:37"},
    "casso1": {"id": 1, "bank_sub_acc_id": "0123", "amount": 1, "when": "2026-11-20 14:02:37"},
}  # fmt: skip


def deliver(name: str, whole, *, body: bytes | None = None, headers=None):
    """Give a provider a body that it signed itself; what comes back must be one of the three."""
    body = json.dumps(whole).encode() if body is None else body
    headers = signature_of(name, whole, body) if headers is None else headers
    try:
        notices = provider(name).read([SECRET], headers, body, NOW)
    except Forged:
        notices = []
    except Malformed as refusal:
        notices = refusal.notices
    assert isinstance(notices, list)
    for notice in notices:
        check(notice)
    return notices


def check(notice: Notice) -> None:
    """What services rely on: keepable texts, a sane amount, a time in UTC."""
    assert 0 < len(notice.provider_id) <= 64
    assert 0 < len(notice.account_number) <= 34
    assert len(notice.bank_reference) <= 100
    assert type(notice.amount) is int
    assert abs(notice.amount) <= LARGEST
    assert notice.booked_at.tzinfo is UTC
    for text in (notice.provider_id, notice.memo, notice.counterparty, notice.bank_reference, notice.raw):
        assert "\0" not in text
        text.encode()


def signature_of(name: str, whole, body: bytes) -> dict[str, str]:
    if name == "sepay":
        return sepay.signed_headers(SECRET, NOW, body)
    if name == "casso1":
        return {"Secure-Token": SECRET}
    return casso.signed_headers(SECRET, NOW, body) if name == "casso" and isinstance(whole, dict) else {}


def as_sent(name: str, line):
    """The line in the envelope of its provider."""
    if name == "payos":
        return {"data": line, "signature": payos.sign(SECRET, line) if isinstance(line, dict) else "0"}
    return {"sepay": line, "casso": {"error": 0, "data": line}, "casso1": {"error": 0, "data": [line]}}[name]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_delivered_here_as_genuine_is_read(name):
    assert len(deliver(name, as_sent(name, GOOD[name]))) == 1


@pytest.mark.parametrize("name", NAMES)
@EXAMPLES
@given(
    body=st.binary(max_size=200),
    headers=st.dictionaries(
        st.sampled_from(["X-SePay-Signature", "X-SePay-Timestamp", "Authorization", "X-Casso-Signature", "Secure-Token"]),
        st.text(max_size=40) | st.sampled_from([f"Apikey {SECRET}", SECRET, "1795400000", f"t=1,v1={'0' * 128}"]),
    ),
)  # fmt: skip
def test_any_bytes_under_any_headers(name, body, headers):
    deliver(name, None, body=body, headers=headers)


@pytest.mark.parametrize("name", NAMES)
@EXAMPLES
@given(whole=values | lines)
def test_any_json_signed_properly(name, whole):
    deliver(name, whole)


@pytest.mark.parametrize("name", NAMES)
@EXAMPLES
@given(line=lines, change=lines)
def test_any_line_in_the_right_envelope(name, line, change):
    deliver(name, as_sent(name, line))
    deliver(name, as_sent(name, GOOD[name] | change))


@pytest.mark.parametrize("name", NAMES)
def test_lines_with_bytes_changed_at_random(name):
    chance, end = random.Random(1), time.monotonic() + max(SECONDS / len(NAMES), 0.2)
    line = json.dumps(GOOD[name]).encode()
    while time.monotonic() < end:
        changed = bytearray(line)
        for _change in range(chance.randint(1, 4)):
            at = chance.randrange(len(changed))
            changed[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        try:
            whole = as_sent(name, json.loads(changed))
        except ValueError:
            deliver(name, None, body=bytes(changed), headers=signature_of(name, None, bytes(changed)))
        else:
            deliver(name, whole)
