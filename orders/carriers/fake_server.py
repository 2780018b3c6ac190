"""The server behind Xe Bản: bookings, prices, parcels that move when told or by the clock, signed webhooks, and faults
to order. It keeps everything in memory and listens on loopback alone."""

import html
import json
import random
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from orders.carriers.xe_ban import XeBan, signature

WAY = ("waiting", "collected", "moving", "out", "handed")
NEXT = {
    "waiting": {"collected", "cancelled"}, "collected": {"moving", "lost"}, "moving": {"moving", "out", "lost"},
    "out": {"handed", "failed"}, "failed": {"out", "turning"}, "turning": {"back", "lost"},
}  # fmt: skip
PLACES = ("Bưu cục xã", "Kho tỉnh", "Kho Hà Nội", "Bưu tá khu vực")
WEBHOOK_TRIES = 3
CHANCE = random.SystemRandom()  # numbers stay apart even where a test seeds `random`


@dataclass
class Parcel:
    """One booking with its events, oldest first."""

    code: str
    key: str
    said: dict[str, Any]
    fee: int
    expected: str
    events: list[dict[str, str]] = field(default_factory=list)

    @property
    def status(self) -> str:
        return self.events[-1]["status"]


class FakeCarrier(ThreadingHTTPServer):
    """Runs in threads of its own from `start` to `stop`. `webhook` is where updates go; empty: nowhere.

    `faults` makes one kind of call go wrong until it is taken out: quote, create, track, cancel = "500", "silent"
    (no answer in time), "nonsense"; create = "lost answer" (booked, but the answer is a 500); webhook = "twice",
    "shuffled" (newest first), "none", "forged".
    """

    daemon_threads = True

    def __init__(
        self, *, port: int = 0, token: str = "xe-ban", secret: str = "xe-ban", webhook: str = ""
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.token, self.secret, self.webhook = token, secret, webhook
        self.parcels: dict[str, Parcel] = {}
        self.faults: dict[str, str] = {}
        self.asked: list[str] = []  # what was called, for tests
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def start(self, every: float = 0) -> "FakeCarrier":
        """Serve; with `every` all parcels take a step after so many seconds."""
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        if every:
            threading.Thread(target=self._drive, args=(every,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop serving and moving."""
        self._stopped.set()
        self.shutdown()
        self.server_close()

    def _drive(self, every: float) -> None:
        while not self._stopped.wait(every):
            for parcel in list(self.parcels.values()):
                if parcel.status in WAY[:-1]:
                    self.move(parcel.code)

    # --- the business ---

    def price(self, said: dict[str, Any]) -> int:
        """đồng: 18,000 for the first kilo within a province, 32,000 beyond, 4,000 for each kilo more."""
        near = said["from"].get("province") == said["to"].get("province")
        return (18_000 if near else 32_000) + 4_000 * (-(-int(said["grams"]) // 1000) - 1)

    def book(self, key: str, said: dict[str, Any]) -> Parcel:
        """The parcel of a key: the one booked before, or a new one. Raises ValueError for a key used for another."""
        with self._lock:
            for parcel in self.parcels.values():
                if parcel.key == key:
                    if parcel.said != said:
                        raise ValueError("khóa này đã dùng cho kiện hàng khác")
                    return parcel
            code = f"XB{CHANCE.randrange(10**8):08d}"
            expected = datetime.now(UTC) + timedelta(days=3)
            parcel = Parcel(code, key, said, self.price(said), expected.isoformat())
            parcel.events.append(self._event("waiting"))
            self.parcels[code] = parcel
            return parcel

    def move(
        self, code: str, status: str = "", *, at: datetime | None = None, note: str = ""
    ) -> dict[str, str]:
        """Take a parcel one step on (along the usual way without `status`) and send the webhook. Returns the event."""
        with self._lock:
            parcel = self.parcels[code]
            status = status or WAY[WAY.index(parcel.status) + 1]
            if status not in NEXT.get(parcel.status, ()):
                raise ValueError(f"{parcel.status} → {status}")
            event = self._event(status, at, note)
            parcel.events.append(event)
        self.tell(code, [event])
        return event

    def _event(self, status: str, at: datetime | None = None, note: str = "") -> dict[str, str]:
        at = at or datetime.now(UTC)
        return {"status": status, "at": at.isoformat(), "note": note or CHANCE.choice(PLACES)}

    # --- webhooks ---

    def signed(self, code: str, events: list[dict[str, str]]) -> tuple[bytes, dict[str, str]]:
        """The body and the headers of a webhook."""
        body = json.dumps({"code": code, "events": events}, ensure_ascii=False).encode()
        sent = str(int(time.time()))
        secret = "somebody else's" if self.faults.get("webhook") == "forged" else self.secret
        return body, {
            "Content-Type": "application/json", "X-Xeban-Time": sent, "X-Xeban-Signature": signature(secret, sent, body)
        }  # fmt: skip

    def tell(self, code: str, events: list[dict[str, str]]) -> None:
        """Send a webhook, three times at most, as the fault ordered says."""
        fault = self.faults.get("webhook")
        if not self.webhook or fault == "none":
            return
        if fault == "shuffled":
            events = list(reversed(self.parcels[code].events))
        for _again in range(2 if fault == "twice" else 1):
            self._send(*self.signed(code, events))

    def _send(self, body: bytes, headers: dict[str, str]) -> None:
        for _try in range(WEBHOOK_TRIES):
            with suppress(URLError, OSError), urlopen(Request(self.webhook, body, headers), timeout=5):
                return


class _Handler(BaseHTTPRequestHandler):
    server: FakeCarrier

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/":
            return self._page()
        if not self._may():
            return None
        found = re.fullmatch(r"/v1/shipments/(\w+)", path)
        if not found or found[1] not in self.server.parcels:
            return self._answer(404, {"error": "không có kiện hàng này"})
        if self._fault("track"):
            return None
        parcel = self.server.parcels[found[1]]
        return self._answer(200, {"code": parcel.code, "status": parcel.status, "events": parcel.events})

    def do_POST(self) -> None:
        try:
            said = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        except ValueError:
            return self._answer(400, {"error": "không phải JSON"})
        if not self._may():
            return None
        path = urlsplit(self.path).path
        if path == "/v1/quote":
            return self._quote(said)
        if path == "/v1/shipments":
            return self._create(said)
        if found := re.fullmatch(r"/v1/shipments/(\w+)/cancel", path):
            return self._cancel(found[1])
        if path == "/_/move":
            return self._answer(200, self.server.move(said["code"], said.get("status", "")))
        if path == "/_/faults":
            self.server.faults = dict(said)
            return self._answer(200, {"faults": self.server.faults})
        return self._answer(404, {"error": "không có trang này"})

    def _quote(self, said: dict[str, Any]) -> None:
        if self._fault("quote"):
            return
        wrong = self._wrong(said)
        self._answer(422, {"error": wrong}) if wrong else self._answer(200, {"fee": self.server.price(said)})

    def _create(self, said: dict[str, Any]) -> None:
        if self._fault("create"):
            return
        key = self.headers.get("Idempotency-Key", "")
        wrong = self._wrong(said) or ("" if key else "thiếu khóa")
        for end in (said.get("from") or {}, said.get("to") or {}):
            if not re.fullmatch(r"\+84\d{9}", end.get("phone", "")) or not end.get("name"):
                wrong = wrong or "thiếu tên hoặc số điện thoại"
        if not 0 <= int(said.get("cod") or 0) <= XeBan.most_cod:
            wrong = wrong or "tiền thu hộ quá lớn"
        if wrong:
            return self._answer(422, {"error": wrong})
        try:
            parcel = self.server.book(key, said)
        except ValueError as bad:
            return self._answer(409, {"error": str(bad)})
        if self.server.faults.get("create") == "lost answer":
            return self._answer(500, {})
        return self._answer(200, {"code": parcel.code, "fee": parcel.fee, "expected": parcel.expected})

    def _cancel(self, code: str) -> None:
        if self._fault("cancel"):
            return
        parcel = self.server.parcels.get(code)
        if parcel is None:
            return self._answer(404, {"error": "không có kiện hàng này"})
        if parcel.status == "waiting":
            self.server.move(code, "cancelled")
        elif parcel.status != "cancelled":
            return self._answer(409, {"error": "hàng đã đi rồi"})
        return self._answer(200, {"code": code, "status": "cancelled"})

    def _wrong(self, said: dict[str, Any]) -> str:
        """What a real carrier would refuse; empty for nothing."""
        if not all(isinstance(said.get(end), dict) and said[end].get("commune") for end in ("from", "to")):
            return "thiếu nơi gửi hoặc nơi nhận"
        if not isinstance(said.get("grams"), int) or not 0 < said["grams"] <= XeBan.most_grams:
            return f"kiện hàng nặng nhất {XeBan.most_grams // 1000} kg"
        return ""

    def _may(self) -> bool:
        self.server.asked.append(f"{self.command} {urlsplit(self.path).path}")
        if self.headers.get("Authorization") == f"Bearer {self.server.token}":
            return True
        self._answer(401, {"error": "sai khóa"})
        return False

    def _fault(self, what: str) -> bool:
        fault = self.server.faults.get(what)
        if fault == "500":
            self._answer(500, {})
        elif fault == "silent":
            time.sleep(1.5)
        elif fault == "nonsense":
            self._answer(200, {"xin": "chào"})
        else:
            return False
        return True

    def _page(self) -> None:
        """What the carrier's own page would show: every parcel and where it is."""
        rows = "".join(
            f"<h2>{parcel.code}</h2><ol>"
            + "".join(
                f"<li>{row['at'][:16]} {row['status']}, {html.escape(row['note'])}</li>"
                for row in parcel.events
            )
            + "</ol>"
            for parcel in self.server.parcels.values()
        )
        body = f"<!doctype html><html lang=vi><meta charset=utf-8><title>Xe Bản</title><h1>Xe Bản</h1>{rows}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said, ensure_ascii=False).encode()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Names and phones stand in what is sent, so nothing is printed."""
