"""MoMo over HTTP against the server that plays it: nothing but a signed notice and an answer of its own is believed.

The vectors are redirects that MoMo's test gateway signed for its two published test partners.
"""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

import pytest

from payments.providers import PROVIDERS, checkout_providers, provider
from payments.providers.base import (
    Ask,
    Forged,
    Malformed,
    Outcome,
    RefundAsk,
    RefundOutcome,
    Refused,
    Unreachable,
)
from payments.providers.fakes.momo_server import FakeMoMo
from payments.providers.momo import MoMo, order_id

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
VECTORS = [
    (
        {"partner": "MOMO", "access_key": "F8BBA842ECF85", "secret": "K951B6PE1waDMi640xX08PD3vg6EkVlz"},
        "partnerCode=MOMO&orderId=MOMO1721014629740&requestId=MOMO1721014629740&amount=50000&orderInfo=pay+with+MoMo"
        "&orderType=momo_wallet&transId=4084757146&resultCode=0&message=Th%C3%A0nh+c%C3%B4ng.&payType=qr"
        "&responseTime=1721014660600&extraData="
        "&signature=a5f1ec2a40181e82ae63153bad277bc6d46451a6724fecc88a92a6e869ea2621",
    ),
    (
        {
            "partner": "MOMOBKUN20180529",
            "access_key": "klm05TvNBzhg7h7j",
            "secret": "at67qH6mk8w5Y1nAyMoYKMWACiEi2bsa",
        },
        "partnerCode=MOMOBKUN20180529&orderId=1726217371&requestId=1726217371&amount=17500"
        "&orderInfo=Thanh+to%C3%A1n+qua+MoMo&orderType=momo_wallet&transId=1726217383317&resultCode=1006"
        "&message=Giao+d%E1%BB%8Bch+b%E1%BB%8B+t%E1%BB%AB+ch%E1%BB%91i+b%E1%BB%9Fi+ng%C6%B0%E1%BB%9Di+d%C3%B9ng."
        "&payType=&responseTime=1726217383323&extraData="
        "&signature=f5888c527a12f217eb1d0b06f4e8a58949ab5f08cfc36f6b9b2384117463e32d",
    ),
]


@pytest.fixture
def fake() -> Iterator[FakeMoMo]:
    with FakeMoMo() as server:
        yield server


@pytest.fixture
def momo(fake) -> MoMo:
    return MoMo(**fake.config)


@pytest.fixture
def ears() -> Iterator[tuple[str, list[bytes]]]:
    """An address that takes notices as ours does, and what it was told."""
    heard: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_said): ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", heard
    server.shutdown()
    server.server_close()


def ask(key="payment:7:1", amount=150_000, **more) -> Ask:
    facts = {
        "code": "LUA7K2M9QXH",
        "about": "Đơn hàng của Vườn hồng Lan Anh",
        "return_url": "https://cho.example/tra-tien/7/?buoc=ve",
        "notify_url": "http://127.0.0.1:9/",
        "expires_at": NOW + timedelta(hours=1),
    }
    return Ask(key=key, amount=amount, **facts | more)


def refund(standing, key="refund:3", amount=30_000) -> RefundAsk:
    return RefundAsk(key=key, ref=standing.ref, charge=standing.charge, amount=amount, reason="Thiếu một ký")


def press(address: str, button: str) -> str:
    """A buyer's press on MoMo's page; answers where the browser is sent."""
    parts = urlsplit(address)
    browser = http.client.HTTPConnection(parts.netloc, timeout=5)
    browser.request("POST", parts.path, urlencode({"do": button}))
    answer = browser.getresponse()
    assert answer.status == 303
    return answer.getheader("Location")


def heard_by(momo, told) -> list:
    return momo.events({}, told if isinstance(told, bytes) else json.dumps(told).encode(), NOW)


def forged(momo, told) -> str:
    with pytest.raises(Forged) as refusal:
        heard_by(momo, told)
    return refusal.value.code


def refused(call, *args) -> str:
    with pytest.raises(Refused) as refusal:
        call(*args)
    return refusal.value.code


def paid(momo, fake, **more):
    begun = momo.begin(ask(**more))
    fake.pay(begun.ref)
    return momo.fetch(begun.ref)


@contextmanager
def trouble(fake, what, how):
    fake.faults = {what: how}
    yield
    fake.faults = {}


# --- the whole way ---


def test_a_buyer_is_sent_to_momo_pays_and_comes_back_and_we_are_told(fake, momo, ears):
    address, heard = ears
    begun = momo.begin(ask(notify_url=address))
    assert momo.fetch(begun.ref).outcome is Outcome.WAITING

    with urlopen(begun.redirect_url) as page:
        words = page.read().decode()
    assert "LUA7K2M9QXH Đơn hàng của Vườn hồng Lan Anh" in words
    assert "150.000" in words
    back = press(begun.redirect_url, "pay")

    assert back.startswith("https://cho.example/tra-tien/7/?buoc=ve&")
    (event,) = heard_by(momo, heard[0])
    assert (event.about, event.ref) == ("payment", begun.ref)
    standing = momo.fetch(event.ref)
    assert (standing.outcome, standing.amount, standing.currency) == (Outcome.PAID, 150_000, "vnd")
    assert standing.charge == str(fake.orders[begun.ref].trans_id)
    brought = dict(parse_qsl(urlsplit(back).query, keep_blank_values=True))
    assert heard_by(momo, brought)[0].ref == begun.ref  # signed as the notice is


def test_a_buyer_who_says_no_has_not_paid(fake, momo):
    begun = momo.begin(ask())
    press(begun.redirect_url, "refuse")
    assert momo.fetch(begun.ref).outcome is Outcome.FAILED
    press(begun.redirect_url, "pay")  # the page of before, kept open
    assert momo.fetch(begun.ref).outcome is Outcome.FAILED
    assert len(fake.told) == 1


def test_a_page_whose_time_is_over_has_expired(fake, momo):
    begun = momo.begin(ask())
    fake.expire(begun.ref)
    assert momo.fetch(begun.ref).outcome is Outcome.EXPIRED


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (9000, Outcome.PROCESSING), (7000, Outcome.PROCESSING), (7002, Outcome.PROCESSING), (8000, Outcome.WAITING),
        (1001, Outcome.FAILED), (1003, Outcome.FAILED), (1007, Outcome.FAILED), (4100, Outcome.FAILED),
    ],
)  # fmt: skip
def test_every_result_has_its_meaning(code, outcome, fake, momo):
    begun = momo.begin(ask())
    fake.orders[begun.ref].code = code
    standing = momo.fetch(begun.ref)
    assert (standing.outcome, standing.charge) == (outcome, "")


@pytest.mark.parametrize("code", [10, 99, 6666, -1])
def test_a_result_nobody_has_explained_is_neither_a_yes_nor_a_no(code, fake, momo):
    begun = momo.begin(ask())
    fake.orders[begun.ref].code = code
    with pytest.raises(Unreachable):
        momo.fetch(begun.ref)


def test_another_sum_than_the_one_asked_for_shows(fake, momo):
    begun = momo.begin(ask())
    fake.pay(begun.ref, amount=15_000_000)
    assert momo.fetch(begun.ref).amount == 15_000_000


def test_an_order_momo_does_not_know_is_refused(momo):
    assert refused(momo.fetch, "P-0") == "42"


# --- once ---


def test_the_same_key_gets_the_same_page(fake, momo):
    assert momo.begin(ask()) == momo.begin(ask())
    assert momo.begin(ask(key="payment:7:2")).ref != order_id("LUA7K2M9QXH", "payment:7:1")
    assert len(fake.orders) == 2


def test_a_payment_whose_answer_was_lost_is_found_again(fake, momo):
    with trouble(fake, "create", "lost answer"), pytest.raises(Unreachable):
        momo.begin(ask())
    begun = momo.begin(ask())
    assert list(fake.orders) == [begun.ref]


def test_a_key_used_for_another_amount_is_refused(momo):
    momo.begin(ask())
    assert refused(momo.begin, ask(amount=160_000)) == "other_amount"


def test_a_call_that_failed_can_be_made_again(fake, momo):
    fake.answers["create " + order_id("LUA7K2M9QXH", "payment:7:1")] = {"resultCode": 10}
    assert momo.begin(ask()).ref in fake.orders


def test_a_buyer_who_paid_on_a_page_momo_forgot_comes_to_our_own(fake, momo):
    standing = paid(momo, fake)
    fake.answers.clear()  # MoMo keeps them for 31 days
    assert momo.begin(ask()).redirect_url == ask().return_url
    assert momo.begin(ask()).ref == standing.ref


def test_a_page_momo_forgot_that_nobody_paid_on_takes_a_new_key(fake, momo):
    momo.begin(ask())
    fake.answers.clear()
    assert refused(momo.begin, ask()) == "41"


def test_two_installations_of_one_partner_never_share_an_order():
    assert order_id("LUA7K2M9QXH", "payment:7:1") != order_id("LUA2345678X", "payment:7:1")


@pytest.mark.parametrize(
    ("amount", "taken"), [(999, False), (1_000, True), (50_000_000, True), (50_000_001, False)]
)
def test_momo_takes_a_thousand_to_fifty_million(amount, taken, momo):
    if taken:
        assert momo.begin(ask(amount=amount)).redirect_url
    else:
        assert refused(momo.begin, ask(amount=amount)) == "22"
    assert (momo.method.least <= amount <= momo.method.most) is taken


# --- notices ---


@pytest.mark.parametrize(("config", "query"), VECTORS)
def test_what_momo_really_signed_is_genuine(config, query):
    told = dict(parse_qsl(query, keep_blank_values=True))
    assert heard_by(MoMo(**config), told)[0].ref == told["orderId"]
    for name in ("amount", "orderId", "resultCode", "transId", "message", "extraData"):
        assert forged(MoMo(**config), told | {name: f"{told[name]}1"}) == "wrong"


@pytest.mark.parametrize("how", ["tampered", "foreign"])
def test_a_notice_that_was_changed_or_signed_by_a_stranger_is_refused(how, fake, momo, ears):
    address, heard = ears
    with trouble(fake, "ipn", how):
        fake.pay(momo.begin(ask(notify_url=address)).ref)
    assert forged(momo, heard[0]) == "wrong"


def test_another_partners_notice_is_refused_even_with_our_keys(fake, momo):
    fake.pay(momo.begin(ask()).ref)
    other = FakeMoMo(partner="OTHER")
    other.server_close()
    foreign = other.signed(next(iter(fake.orders.values())))
    assert forged(momo, foreign) == "foreign"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b"[" * 10_000, b'{"signature": 1}', b'{"amount": 1.0}']
)
def test_what_proves_nothing_is_refused(body, momo):
    assert forged(momo, body) == "unsigned"


def test_a_signed_notice_without_a_readable_order_is_malformed(fake, momo):
    order = fake.orders[momo.begin(ask()).ref]
    order.said["orderId"] = "../1"
    with pytest.raises(Malformed):
        heard_by(momo, fake.signed(order))


def test_a_notice_that_comes_twice_is_one_event(fake, momo, ears):
    address, heard = ears
    with trouble(fake, "ipn", "twice"):
        fake.pay(momo.begin(ask(notify_url=address)).ref)
    assert len(heard) == 2
    assert heard_by(momo, heard[0]) == heard_by(momo, heard[1])


def test_a_late_or_lost_notice_changes_nothing_about_the_payment(fake, momo, ears):
    address, heard = ears
    fake.delay = 0.1
    with trouble(fake, "ipn", "lost"):
        assert paid(momo, fake, notify_url=address).outcome is Outcome.PAID
    with trouble(fake, "ipn", "delayed"):
        fake.pay(momo.begin(ask(key="payment:8:1", notify_url=address)).ref)
        assert heard == []
    for timer in threading.enumerate():
        if isinstance(timer, threading.Timer):
            timer.join(5)
    assert len(heard) == 1


# --- money sent back ---


def test_money_goes_back_in_pieces_but_never_more_than_came(fake, momo):
    standing = paid(momo, fake)
    done = momo.refund(refund(standing, amount=100_000))
    assert (done.outcome, done.amount) == (RefundOutcome.DONE, 100_000)
    assert refused(momo.refund, refund(standing, "refund:4", 50_001)) == "1081"
    momo.refund(refund(standing, "refund:5", 50_000))
    assert momo.fetch(standing.ref).refunded == 150_000


def test_a_refund_told_twice_is_sent_once(fake, momo):
    standing = paid(momo, fake)
    with trouble(fake, "refund", "lost answer"), pytest.raises(Unreachable):
        momo.refund(refund(standing))
    again = momo.refund(refund(standing))
    assert refused(momo.refund, refund(standing, amount=40_000)) == "other_amount"
    fake.answers.clear()  # and after MoMo forgot its answer
    assert momo.refund(refund(standing)) == again == momo.fetch_refund(again.ref)
    assert momo.fetch(standing.ref).refunded == 30_000
    assert refused(momo.refund, refund(standing, amount=40_000)) == "other_amount"


def test_a_refund_that_failed_in_maintenance_can_be_asked_for_again(fake, momo):
    standing = paid(momo, fake)
    fake.answers["refund " + order_id("R", f"refund:3 {standing.charge}")] = {"resultCode": 10}
    assert momo.refund(refund(standing)).outcome is RefundOutcome.DONE


def test_a_slow_refund_is_pending_until_momo_says_how_it_ended(fake, momo):
    standing = paid(momo, fake)
    with trouble(fake, "refund", "slow"):
        slow = momo.refund(refund(standing))
    assert slow.outcome is RefundOutcome.PENDING
    assert momo.fetch(standing.ref).refunded == 0
    fake.settle(slow.ref, 1080)
    assert (momo.fetch_refund(slow.ref).outcome, momo.fetch_refund(slow.ref).fault) == (
        RefundOutcome.FAILED,
        "1080",
    )
    fake.settle(slow.ref)
    assert momo.fetch_refund(slow.ref).outcome is RefundOutcome.DONE
    assert momo.fetch(standing.ref).refunded == 30_000


def test_what_was_never_paid_is_not_sent_back(momo):
    begun = momo.begin(ask())
    assert (
        refused(momo.refund, RefundAsk(key="refund:3", ref=begun.ref, charge="", amount=30_000)) == "not_paid"
    )


def test_a_refund_momo_does_not_know_is_refused(momo):
    assert refused(momo.fetch_refund, "R-0") == "42"


# --- trouble ---


@pytest.mark.parametrize("how", ["500", "silent", "nonsense", "lost answer"])
@pytest.mark.parametrize("what", ["create", "query", "refund", "refund/query"])
def test_an_answer_that_does_not_come_says_nothing(what, how, fake):
    fake.silence = 0.4
    momo = MoMo(**fake.config, timeout=0.2)
    standing = paid(momo, fake)
    sent = momo.refund(refund(standing))
    calls = {
        "create": lambda: momo.begin(ask(key="payment:9:1")), "query": lambda: momo.fetch(standing.ref),
        "refund": lambda: momo.refund(refund(standing, "refund:9")), "refund/query": lambda: momo.fetch_refund(sent.ref),
    }  # fmt: skip
    with trouble(fake, what, how), pytest.raises(Unreachable):
        calls[what]()


def test_nobody_at_the_other_end_says_nothing(fake):
    fake.server_close()
    with pytest.raises(Unreachable):
        MoMo(**fake.config | {"address": "http://127.0.0.1:9"}).begin(ask())


def test_an_answer_about_another_order_is_not_believed(fake, momo, monkeypatch):
    first, second = momo.begin(ask()), momo.begin(ask(key="payment:8:1"))
    fake.pay(second.ref)
    right = FakeMoMo.call
    monkeypatch.setattr(
        FakeMoMo, "call", lambda self, what, said: right(self, what, said) | {"orderId": second.ref}
    )
    with pytest.raises(Unreachable):
        momo.fetch(first.ref)


def test_a_wrong_secret_is_refused(fake):
    assert refused(MoMo(**fake.config | {"secret": "old"}).begin, ask()) == "13"


def test_momo_is_offered_once_it_is_configured(fake, settings):
    assert "momo" in PROVIDERS
    assert checkout_providers() == []
    settings.PAYMENT_PROVIDERS = {"momo": fake.config}
    assert [each.name for each in checkout_providers()] == ["momo"]
    assert provider("momo").begin(ask()).redirect_url.startswith(fake.address)
