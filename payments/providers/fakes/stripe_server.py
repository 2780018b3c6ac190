"""A fake of Stripe that listens on loopback: its HTTP API, its pages, its webhooks, and faults to order.

`with FakeStripe() as stripe:` serves until the block ends; stripe_objects.py has the rules, stripe_webhooks.py the faults
of webhooks. Never for real money: it takes any test card and forgets everything when it stops.
"""

import json
import re
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from payments.providers.fakes import stripe_pages as pages
from payments.providers.fakes.stripe_objects import DECLINED_CARD, GOOD_CARD, Object, World
from payments.providers.fakes.stripe_parameters import StripeFault, checked, nested
from payments.providers.fakes.stripe_routes import Route, find
from payments.providers.fakes.stripe_webhooks import FAULTS, Delivery, Endpoint, Outbox

CALL_FAULTS = ("409", "429", "500", "drop", "slow")
KEY, WEBHOOK_SECRET, CONNECT_SECRET = "sk_test_fake", "whsec_fake", "whsec_fake_connect"


@dataclass
class CallFault:
    """What goes wrong with the next `times` calls that start with `on` ("POST /v1/refunds").

    "409", "429", "500": answered before anything is done; "drop": done, but the connection ends without an answer;
    "slow": the answer takes `seconds`.
    """

    kind: str
    on: str = ""
    times: int = 1
    seconds: float = 0.5


@dataclass
class _Kept:
    """The first call with an idempotency key, and its answer once there is one."""

    call: tuple[str, str, str]
    answer: tuple[int, Object] | None = None


@dataclass
class _Call:
    """What a client asks for."""

    method: str
    path: str
    form: str
    account: str
    key: str = field(repr=False, default="")


class FakeStripe(ThreadingHTTPServer):
    """Runs in threads of its own from `start` to `stop`, or in a `with` block.

    `endpoints` are told of events as they come if `telling`, else when `deliver` is called or `outbox.take` is read.
    """

    daemon_threads = True

    def __init__(
        self,
        *,
        port: int = 0,
        key: str = KEY,
        endpoints: list[Endpoint] | None = None,
        telling: bool = False,
        settles_in: tuple[str, Decimal] = ("vnd", Decimal(1)),
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.key, self.telling = key, telling
        self.outbox = Outbox(endpoints or [])
        self.world = World(live="_live_" in key, settles_in=settles_in, tell=self.outbox.add)
        self.world.address = self.address
        self.faults: list[CallFault] = []
        self.asked: list[str] = []  # what was called, for tests
        self._kept: dict[str, _Kept] = {}
        self._stopped = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def start(self) -> Self:
        """Serve, and tell of events where asked to."""
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        if self.telling:
            threading.Thread(target=self.outbox.run, args=(self._stopped,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop serving and telling."""
        self._stopped.set()
        self.shutdown()
        self.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    # --- what happens outside of the API ---

    def pay(self, session: str, card: str = GOOD_CARD) -> str:
        """A buyer pays on the page of a session (its id or address); returns what World.try_card says."""
        return self.world.try_card(session.rsplit("/", 1)[-1], card)

    def decline(self, session: str) -> str:
        """A buyer tries a card that the bank declines."""
        return self.pay(session, DECLINED_CARD)

    def charge_of(self, session: str) -> Object:
        """The last charge of a session."""
        intent = self.world.objects[self.world.objects[session]["payment_intent"]]
        return self.world.objects[intent["latest_charge"]]

    def refund(self, charge: str, amount: int | None = None) -> Object:
        """Somebody refunds in Stripe's own pages."""
        with self.world.lock:
            return self.world.create_refund({"charge": charge} | ({"amount": amount} if amount else {}))

    def make_payout(self, amount: int | None = None, account: str = "") -> Object:
        """Stripe sends what is there (or `amount`) to the bank by itself."""
        with self.world.lock:
            said = {"amount": amount or self.world.balance(account), "currency": self.world.settles_in[0]}
            return self.world.create_payout(said, account) | {"automatic": True}

    def deliver(self, post: Callable[[Delivery], int] | None = None) -> list[int]:
        """Send the webhooks that wait; returns the statuses they met."""
        return self.outbox.deliver(post)

    def fail(self, kind: str, on: str = "", *, times: int = 1, seconds: float = 0.5) -> None:
        """Let the next calls go wrong (CallFault)."""
        if kind not in CALL_FAULTS:
            raise ValueError(kind)
        self.faults.append(CallFault(kind, on, times, seconds))

    # --- the API ---

    def answer(self, call: _Call, route: Route) -> tuple[int, Object]:
        """The answer to a call, the same one again for a key that was used before. Raises StripeFault."""
        said = checked(nested(call.form), route.shape)
        if call.account and call.account not in self.world.objects:
            raise StripeFault(
                "The provided key does not have access to this account.", code="account_invalid", status=403
            )
        if call.method != "POST" or not call.key:
            return 200, self._execute(route, said, call)
        return self._once(call, route, said)

    def _once(self, call: _Call, route: Route, said: Object) -> tuple[int, Object]:
        what = (call.path, call.form, call.account)
        with self.world.lock:
            kept = self._kept.get(call.key)
            if kept is None:
                kept = self._kept[call.key] = _Kept(what)
            elif kept.call != what:
                raise StripeFault(
                    "Keys for idempotent requests can only be used with the same parameters they were first used with.",
                    kind="idempotency_error",
                )
            elif kept.answer is None:
                raise StripeFault(
                    "There is currently another in-progress request using this Idempotent Key.",
                    kind="idempotency_error", code="idempotency_key_in_use", status=409,
                )  # fmt: skip
            else:
                return kept.answer
        self._slow(call)
        try:
            kept.answer = 200, self._execute(route, said, call)
        except StripeFault as fault:  # Stripe keeps a no as well, once it has looked
            kept.answer = fault.status, fault.body
        return kept.answer

    def _execute(self, route: Route, said: Object, call: _Call) -> Object:
        with self.world.lock:
            expand = said.pop("expand", [])
            return self.world.shown(route.act(self.world, route.ref(call.path), said, call.account), expand)

    def fault_for(self, call: _Call, *kinds: str) -> CallFault | None:
        """The fault ordered for this call, which is then used up once."""
        for fault in self.faults:
            if fault.kind in kinds and f"{call.method} {call.path}".startswith(fault.on):
                fault.times -= 1
                if fault.times < 1:
                    self.faults.remove(fault)
                return fault
        return None

    def _slow(self, call: _Call) -> None:
        if fault := self.fault_for(call, "slow"):
            time.sleep(fault.seconds)


class _Handler(BaseHTTPRequestHandler):
    server: FakeStripe

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if parts.path.startswith("/v1/"):
            return self._api(parts.path, body if self.command == "POST" else parts.query)
        if parts.path == "/_fake/faults" and self.command == "POST":
            return self._order_faults(body)
        with self.server.world.lock:
            return self._page(parts.path, dict(parse_qsl(body)))

    def _api(self, path: str, form: str) -> None:
        key, account = self.headers.get("Idempotency-Key", ""), self.headers.get("Stripe-Account", "")
        call = _Call(self.command, path, form, account, key)
        self.server.asked.append(f"{self.command} {path}")
        try:
            self._may()
            route = find(self.command, path)
            if fault := self.server.fault_for(call, "409", "429", "500"):
                raise _ordered(fault.kind)
            status, said = self.server.answer(call, route)
        except StripeFault as fault:
            status, said = fault.status, fault.body
        if self.server.fault_for(call, "drop"):
            self.close_connection = True
            return
        self._json(status, said)

    def _may(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {self.server.key}":
            raise StripeFault("Invalid API Key provided.", status=401)

    def _json(self, status: int, said: Object) -> None:
        self._send(status, json.dumps(said, ensure_ascii=False), "application/json")

    def _send(self, status: int, text: str, kind: str = "text/html; charset=utf-8") -> None:
        body = text.encode()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Request-Id", f"req_{secrets.token_hex(7)}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def _go(self, where: str) -> None:
        self.send_response(303)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _order_faults(self, body: str) -> None:
        """{"call": "500", "on": "POST /v1/refunds", "times": 1} or {"webhooks": ["duplicate"]}; the latter stay."""
        said = json.loads(body or "{}")
        if said.get("call"):
            self.server.fail(said["call"], said.get("on", ""), times=said.get("times", 1))
        if "webhooks" in said:
            self.server.outbox.faults = set(said["webhooks"]) & set(FAULTS)
        faults = [vars(fault) for fault in self.server.faults]
        self._json(200, {"calls": faults, "webhooks": sorted(self.server.outbox.faults)})

    # --- pages ---

    def _page(self, path: str, form: dict[str, str]) -> None:
        world = self.server.world
        if path == "/":
            return self._overview(form)
        found = re.fullmatch(r"/c/(pay|3ds|onboard)/(\w+)", path)
        if not found or found[2] not in world.objects:
            return self._send(404, pages.ended(None))
        what, ref = found.groups()
        if what == "onboard":
            return self._onboard(world.objects[ref], form)
        session = world.get("checkout.session", ref)
        if self.command == "POST":
            return self._pay(what, session, form)
        if session["status"] == "complete":
            return self._go(_return_to(session))
        if session["status"] == "expired":
            return self._send(200, pages.ended(session))
        return self._send(200, pages.question(session) if what == "3ds" else pages.checkout(session))

    def _pay(self, what: str, session: Object, form: dict[str, str]) -> None:
        world = self.server.world
        if what == "3ds":
            became = world.answer_bank(session["id"], confirm=form.get("answer") == "confirm")
        else:
            became = world.try_card(session["id"], re.sub(r"\D", "", form.get("card", "")))
        if became == "paid":
            return self._go(_return_to(session))
        if became == "ask":
            return self._go(f"/c/3ds/{session['id']}")
        if became == "expired":
            return self._send(200, pages.ended(session))
        if what == "3ds":
            return self._go(f"/c/pay/{session['id']}")
        return self._send(200, pages.checkout(session, became))

    def _onboard(self, account: Object, form: dict[str, str]) -> None:
        if self.command == "GET":
            return self._send(200, pages.onboarding(account))
        if form.get("answer") == "complete":
            self.server.world.enable_account(account["id"])
        return self._go(account["_return_url"])

    def _overview(self, form: dict[str, str]) -> None:
        world, do = self.server.world, form.get("do")
        with suppress(StripeFault):
            if do == "refund":
                self.server.refund(form["charge"])
            elif do == "dispute":
                world.open_dispute(form["charge"])
            elif do in ("won", "lost"):
                world.close_dispute(form["dispute"], won=do == "won")
        if self.command == "POST":
            return self._go("/")
        return self._send(200, pages.overview(world.all("charge"), world.all("dispute")))

    def log_message(self, format: str, *args: Any) -> None:
        """Names stand in what is sent, so nothing is printed."""


def _ordered(kind: str) -> StripeFault:
    if kind == "429":
        return StripeFault("Too many requests.", code="rate_limit", status=429)
    if kind == "409":
        return StripeFault("Another request is changing this object.", code="lock_timeout", status=409)
    return StripeFault("An unknown error occurred.", kind="api_error", status=500)


def _return_to(session: Object) -> str:
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
