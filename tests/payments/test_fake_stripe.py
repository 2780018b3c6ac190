"""The fake Stripe is strict where Stripe is, and breaks when it is told to."""

import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from stripe import IdempotencyError, InvalidRequestError, StripeClient, WebhookSignature

from payments.providers.fakes.stripe_objects import ASKING_CARD, DECLINED_CARD, GOOD_CARD
from payments.providers.fakes.stripe_server import CONNECT_SECRET, KEY, WEBHOOK_SECRET, FakeStripe
from payments.providers.fakes.stripe_webhooks import Endpoint
from tests.payments.stripe import an_ask

SESSION = {
    "mode": "payment", "success_url": "http://127.0.0.1:1/xong/?s={CHECKOUT_SESSION_ID}", "cancel_url": "http://127.0.0.1:1/thoi/",
    "line_items": [{"quantity": 2, "price_data": {
        "currency": "vnd", "unit_amount": 75_000, "product_data": {"name": "Hồng <b>giòn</b>"}}}],
}  # fmt: skip


@pytest.fixture
def client(fake_stripe: FakeStripe) -> StripeClient:
    """Stripe's library by itself."""
    return StripeClient(KEY, base_addresses={"api": fake_stripe.address})


@pytest.fixture
def heard() -> Generator[Any, None, None]:
    """Somebody who listens to webhooks: `heard.bodies`, answers with `heard.status`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.server.bodies.append((body, self.headers["Stripe-Signature"]))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.bodies, server.status = [], 200
    server.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        return None


def visit(address: str, **form: str) -> tuple[int, str, str]:
    """A browser without scripts: status, text, where it is sent to."""
    request = Request(address, urlencode(form).encode() if form else None)
    try:
        with build_opener(_Stay).open(request, timeout=5) as answer:
            return answer.status, answer.read().decode(), ""
    except HTTPError as answer:
        return answer.code, answer.read().decode(), answer.headers.get("Location", "")


# --- strict where Stripe is ---


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"amount": 1}, "parameter_unknown", "amount"),
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),  # gone in this version
        ({"line_items": [{"price_data": {"currency": "vnd", "amount": 1}}]}, "parameter_unknown",
         "line_items[0][price_data][amount]"),
        ({"line_items": [{"price_data": {"unit_amount": 15_000}}]}, "parameter_missing", "line_items[0][price_data][currency]"),
        ({"mode": "pay"}, None, "mode"),
        ({"locale": "xx"}, None, "locale"),
        ({"client_reference_id": ""}, "parameter_invalid_empty", "client_reference_id"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"expires_at": 1}, None, "expires_at"),
        ({"metadata": {"k" * 41: "v"}}, None, f"metadata[{'k' * 41}]"),
        ({"metadata": {"k": "v" * 501}}, None, "metadata[k]"),
        ({"adaptive_pricing": {"enabled": "perhaps"}}, None, "adaptive_pricing[enabled]"),
    ],
)  # fmt: skip
def test_what_stripe_does_not_know_is_refused_by_name(client, change, code, param):
    with pytest.raises(InvalidRequestError) as no:
        client.v1.checkout.sessions.create(SESSION | change)
    assert (no.value.code, no.value.param, no.value.http_status) == (code, param, 400)


def test_quantities_count(client):
    assert client.v1.checkout.sessions.create(SESSION).amount_total == 150_000


def test_a_key_belongs_to_one_call(client):
    options = {"idempotency_key": "k"}
    first = client.v1.checkout.sessions.create(SESSION, options)
    assert client.v1.checkout.sessions.create(SESSION, options).id == first.id
    with pytest.raises(IdempotencyError):
        client.v1.checkout.sessions.create(SESSION | {"client_reference_id": "x"}, options)
    with pytest.raises(IdempotencyError):
        client.v1.refunds.create({"charge": "ch_1"}, options)


def test_a_key_whose_call_was_not_even_readable_is_free_again(client):
    options = {"idempotency_key": "k"}
    with pytest.raises(InvalidRequestError):
        client.v1.checkout.sessions.create(SESSION | {"mode": "pay"}, options)
    assert client.v1.checkout.sessions.create(SESSION, options).id


def test_names_are_shown_whole_where_that_is_asked_for(client, fake_stripe):
    ref = client.v1.checkout.sessions.create(SESSION).id
    fake_stripe.pay(ref)
    plain = client.v1.checkout.sessions.retrieve(ref)
    whole = client.v1.checkout.sessions.retrieve(ref, {"expand": ["payment_intent.latest_charge"]})
    assert plain.payment_intent == whole.payment_intent.id
    assert whole.payment_intent.latest_charge.balance_transaction.startswith("txn_")
    with pytest.raises(InvalidRequestError):
        client.v1.checkout.sessions.retrieve(ref, {"expand": ["nothing"]})
    assert not [name for name in plain.to_dict() if name.startswith("_")]


def test_lists_go_from_new_to_old_page_by_page(client):
    made = [client.v1.checkout.sessions.create(SESSION).id for _each in range(3)]
    found = client.v1.checkout.sessions.list({"limit": 2})
    assert [row.id for row in found.data] == [made[2], made[1]]
    assert [row.id for row in found.auto_paging_iter()] == made[::-1]
    assert client.v1.checkout.sessions.list({"status": "complete"}).data == []


def test_one_account_does_not_see_anothers_payouts(client, fake_stripe):
    account = client.v1.accounts.create({"capabilities": {"transfers": {"requested": True}}}).id
    fake_stripe.world.enable_account(account)
    fake_stripe.pay(client.v1.checkout.sessions.create(SESSION).id)
    ours = client.v1.payouts.create({"amount": 20_000, "currency": "vnd"}).id
    with pytest.raises(InvalidRequestError):
        client.v1.payouts.retrieve(ours, {}, {"stripe_account": account})
    with pytest.raises(InvalidRequestError):
        client.v1.payouts.create({"amount": 20_000, "currency": "vnd"}, {"stripe_account": account})


def test_an_unknown_address_is_not_found(fake_stripe):
    request = Request(f"{fake_stripe.address}/v1/coupons", headers={"Authorization": f"Bearer {KEY}"})
    with pytest.raises(HTTPError, match="404"):
        urlopen(request, timeout=5)


# --- pages ---


def test_a_buyer_pays_on_the_page_and_comes_back(client, fake_stripe):
    session = client.v1.checkout.sessions.create(SESSION)
    status, text, _where = visit(session.url)
    assert status == 200
    assert "150.000 ₫" in text
    assert "Hồng &lt;b&gt;giòn" in text
    assert SESSION["cancel_url"] in text
    status, _text, where = visit(session.url, card="4242 4242 4242 4242")
    assert (status, where) == (303, f"http://127.0.0.1:1/xong/?s={session.id}")
    assert visit(session.url)[2] == where  # who goes back in the browser is sent on again
    assert fake_stripe.charge_of(session.id)["amount"] == 150_000


def test_the_page_says_why_a_card_does_not_do(client):
    url = client.v1.checkout.sessions.create(SESSION).url
    assert "từ chối" in visit(url, card=DECLINED_CARD)[1]
    assert "chỉ nhận những số thẻ" in visit(url, card="1234")[1]
    assert visit(url, card=GOOD_CARD)[0] == 303


def test_the_bank_asks_and_takes_no_for_an_answer(client):
    session = client.v1.checkout.sessions.create(SESSION)
    question = visit(session.url, card=ASKING_CARD)[2]
    assert "Ngân hàng của bạn hỏi" in visit(f"{session.url.split('/c/')[0]}{question}")[1]
    ask = f"{session.url.split('/c/')[0]}{question}"
    assert visit(ask, answer="abandon")[2] == f"/c/pay/{session.id}"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    visit(session.url, card=ASKING_CARD)
    assert visit(ask, answer="confirm")[2].startswith("http://127.0.0.1:1/xong/")


def test_an_ended_session_shows_the_way_back(client):
    session = client.v1.checkout.sessions.create(SESSION)
    client.v1.checkout.sessions.expire(session.id)
    for text in (visit(session.url)[1], visit(session.url, card=GOOD_CARD)[1]):
        assert "hết hạn" in text
        assert SESSION["cancel_url"] in text
    with pytest.raises(InvalidRequestError):
        client.v1.checkout.sessions.expire(session.id)
    assert visit(f"{session.url}x")[0] == 404


def test_a_seller_opens_an_account_by_one_button(stripe, fake_stripe):
    account = stripe.create_account("a", shop="Vườn hồng")
    link = stripe.account_link(account, return_url="http://a.test/back/", refresh_url="http://a.test/again/")
    assert account in visit(link)[1]
    assert visit(link, answer="complete")[2] == "http://a.test/back/"
    assert stripe.account_standing(account).can_be_paid


def test_the_overview_refunds_and_disputes(stripe, fake_stripe):
    first, second = (stripe.begin(an_ask()).ref for _each in range(2))
    fake_stripe.pay(first)
    fake_stripe.pay(second)
    home = f"{fake_stripe.address}/"
    assert "LUA7K2M9QXH" in visit(home)[1]
    visit(home, do="refund", charge=fake_stripe.charge_of(first)["id"])
    visit(home, do="dispute", charge=fake_stripe.charge_of(second)["id"])
    (dispute,) = fake_stripe.world.all("dispute")
    visit(home, do="lost", dispute=dispute["id"])
    assert fake_stripe.charge_of(first)["refunded"]
    assert dispute["status"] == "lost"


# --- webhooks ---


def test_everything_that_happens_is_told_signed(stripe, fake_stripe, heard):
    fake_stripe.outbox.endpoints = [
        Endpoint(heard.url, WEBHOOK_SECRET),
        Endpoint(heard.url, CONNECT_SECRET, connect=True),
    ]
    fake_stripe.pay(stripe.begin(an_ask()).ref)
    account = stripe.create_account("a", shop="Vườn hồng")
    fake_stripe.world.enable_account(account)
    assert set(fake_stripe.deliver()) == {200}
    told = [json.loads(body) for body, _signature in heard.bodies]
    assert [event["type"] for event in told] == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
        "account.updated",
    ]  # fmt: skip
    assert [event.get("account") for event in told] == [None] * 4 + [account]
    for (body, signature), event in zip(heard.bodies, told, strict=True):
        secret = CONNECT_SECRET if "account" in event else WEBHOOK_SECRET
        assert WebhookSignature.verify_header(body, signature, secret, 300)
    assert fake_stripe.deliver() == []


@pytest.mark.parametrize(
    ("fault", "good", "kinds"),
    [("duplicate", True, "aabb"), ("reorder", True, "ba"), ("tampered", False, "ab"), ("old", False, "ab"),
     ("forged", False, "ab"), ("lose", True, ""), ("delay", True, "ab")],
)  # fmt: skip
def test_webhooks_are_as_bad_as_ordered(fake_stripe, fault, good, kinds):
    outbox = fake_stripe.outbox
    outbox.endpoints, outbox.faults, outbox.delay = [Endpoint("", WEBHOOK_SECRET)], {fault}, 0.01
    for kind in "ab":
        fake_stripe.world.happened(kind, {"id": "x"})
    sent: list[Any] = []
    outbox.deliver(lambda delivery: sent.append(delivery) or 200)
    assert "".join(delivery.kind for delivery in sent) == kinds
    for delivery in sent:
        try:
            WebhookSignature.verify_header(
                delivery.body, delivery.headers["Stripe-Signature"], WEBHOOK_SECRET, 300
            )
        except Exception:
            assert not good
        else:
            assert good


def test_a_webhook_that_is_refused_is_sent_again(fake_stripe, heard):
    fake_stripe.outbox.endpoints = [Endpoint(heard.url, WEBHOOK_SECRET)]
    heard.status = 500
    fake_stripe.world.happened("x", {})
    assert fake_stripe.deliver() == [500]
    assert len(heard.bodies) == 3


def test_a_fake_that_tells_does_so_by_itself(heard):
    with FakeStripe(endpoints=[Endpoint(heard.url, WEBHOOK_SECRET)], telling=True) as server:
        server.world.happened("x", {})
        for _try in range(100):
            if heard.bodies:
                break
            threading.Event().wait(0.02)
    assert len(heard.bodies) == 1


def test_faults_are_ordered_over_http(client, fake_stripe):
    said = json.dumps(
        {"call": "500", "on": "POST /v1/checkout/sessions", "webhooks": ["duplicate", "nonsense"]}
    )
    with urlopen(Request(f"{fake_stripe.address}/_fake/faults", said.encode()), timeout=5) as answer:
        assert json.load(answer)["webhooks"] == ["duplicate"]
    with pytest.raises(Exception, match="unknown error"):
        client.v1.checkout.sessions.create(SESSION)
    client.v1.checkout.sessions.create(SESSION)


def test_a_taken_port_is_said_plainly(fake_stripe):
    with pytest.raises(CommandError, match="taken"):
        call_command("fake_stripe", port=fake_stripe.server_port)
