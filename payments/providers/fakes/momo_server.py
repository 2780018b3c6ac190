"""A MoMo that moves no money: its gateway's create, query, refund and refund/query, the page a buyer is sent to, signed
IPNs and faults to order. It keeps everything in memory and listens on loopback alone. Sources: see providers/momo.py."""

import json
import random
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from payments.providers.momo import CREATE, LEAST, MOST, QUERY, REFUND, REFUND_QUERY, SIGNED, TOLD, sign

GATEWAY = "/v2/gateway/api/"
PAID, BAD_CALL, BAD_SIGNATURE, BAD_AMOUNT, REPEATED_REQUEST, REPEATED_ORDER, NO_ORDER = (
    0,
    20,
    13,
    22,
    40,
    41,
    42,
)
WAITING, EXPIRED, REFUSED, REFUND_REFUSED, MOVING = 1000, 1005, 1006, 1081, 7002
WORDS = {
    PAID: "Thành công.", WAITING: "Giao dịch đã được khởi tạo, chờ người dùng xác nhận thanh toán.",
    EXPIRED: "Giao dịch thất bại do url hoặc QR code đã hết hạn.",
    REFUSED: "Giao dịch thất bại do người dùng đã từ chối xác nhận thanh toán.",
}  # fmt: skip
LIVES = 100 * 60  # seconds a page may be paid on
CHANCE = random.SystemRandom()  # numbers stay apart even where a test seeds `random`


@dataclass
class Order:
    """A payment that was asked for. `amount` and refunds in đồng, `trans_id` once it was paid or refused."""

    said: dict[str, Any]
    token: str
    amount: int
    code: int = WAITING
    trans_id: int = 0
    born: float = field(default_factory=time.monotonic)
    refunds: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.said["orderId"]

    @property
    def left(self) -> int:
        """What may still be refunded, in đồng."""
        return self.amount - sum(row["amount"] for row in self.refunds if row["resultCode"] in (PAID, MOVING))


class FakeMoMo(ThreadingHTTPServer):
    """Serves in threads of its own between `start` and `stop`, or inside a `with`; port 0 takes a free one.

    `faults` makes one kind of thing go wrong until it is taken out. create, query, refund, refund/query = "500",
    "silent" (no answer within `silence` seconds), "nonsense", "lost answer" (done, but the answer is a 500);
    refund = "slow" (stays on its way until `settle`); ipn = "twice", "tampered" (amount changed after signing),
    "foreign" (signed with another secret), "delayed" (by `delay` seconds), "lost".
    """

    daemon_threads = True

    def __init__(
        self, *, port: int = 0, partner: str = "FAKEMOMO", access_key: str = "momo", secret: str = "momo"
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.partner, self.access_key, self.secret = partner, access_key, secret
        self.orders: dict[str, Order] = {}
        self.answers: dict[str, dict[str, Any]] = {}  # by requestId: a repeated call gets its first answer
        self.faults: dict[str, str] = {}
        self.asked: list[str] = []  # what was called, for tests
        self.told: list[dict[str, Any]] = []  # every IPN, sent or lost
        self.silence, self.delay = 1.5, 3.0
        self._lock = threading.RLock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def config(self) -> dict[str, Any]:
        """The entry of settings.PAYMENT_PROVIDERS for this server."""
        return {
            "partner": self.partner, "access_key": self.access_key, "secret": self.secret, "address": self.address,
        }  # fmt: skip

    def start(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_trouble: object) -> None:
        self.stop()

    # --- what a buyer does ---

    def pay(self, order_id: str, *, amount: int | None = None) -> str:
        """The buyer pays (another sum with `amount`). Sends the IPN; answers where the buyer is sent back to."""
        order = self.orders[order_id]
        if amount is not None:
            order.amount = amount
        return self._end(order, PAID)

    def refuse(self, order_id: str) -> str:
        """The buyer says no. Sends the IPN; answers where the buyer is sent back to."""
        return self._end(self.orders[order_id], REFUSED)

    def expire(self, order_id: str) -> None:
        """The page's time is over; MoMo tells it only when asked."""
        self.orders[order_id].code = EXPIRED

    def settle(self, ref: str, code: int = PAID) -> None:
        """A slow refund ends, well unless told otherwise."""
        for order in self.orders.values():
            for row in order.refunds:
                if row["orderId"] == ref:
                    row["resultCode"] = code

    def _end(self, order: Order, code: int) -> str:
        """Once only: who presses twice is sent back with what became of the first."""
        with self._lock:
            first = self.status(order) == WAITING
            if first:
                order.code, order.trans_id = code, CHANCE.randrange(10**9, 10**10)
        if first:
            self._tell(order)
        back = order.said["redirectUrl"]
        return f"{back}{'&' if urlsplit(back).query else '?'}{urlencode(self.signed(order))}"

    def status(self, order: Order) -> int:
        """The resultCode of an order now."""
        if order.code == WAITING and time.monotonic() - order.born > LIVES:
            order.code = EXPIRED
        return order.code

    # --- what MoMo tells ---

    def signed(self, order: Order) -> dict[str, Any]:
        """The fields of an IPN, which are also those that the buyer brings back."""
        told = {
            "partnerCode": self.partner, "orderId": order.id, "requestId": order.said["requestId"],
            "amount": order.amount, "orderInfo": order.said["orderInfo"], "orderType": "momo_wallet",
            "transId": order.trans_id, "resultCode": order.code, "message": WORDS[order.code],
            "payType": "qr" if order.code == PAID else "", "responseTime": int(time.time() * 1000),
            "extraData": order.said["extraData"],
        }  # fmt: skip
        secret = "somebody else's" if self.faults.get("ipn") == "foreign" else self.secret
        return told | {"signature": sign(secret, told | {"accessKey": self.access_key}, TOLD)}

    def _tell(self, order: Order) -> None:
        told, fault = self.signed(order), self.faults.get("ipn")
        if fault == "tampered":
            told["amount"] += 1_000
        self.told.append(told)
        if fault == "delayed":
            threading.Timer(self.delay, self._send, (order, told)).start()
        elif fault != "lost":
            for _again in range(2 if fault == "twice" else 1):
                self._send(order, told)

    def _send(self, order: Order, told: dict[str, Any]) -> None:
        body = json.dumps(told, ensure_ascii=False).encode()
        with suppress(OSError), urlopen(Request(order.said["ipnUrl"], body, _JSON), timeout=5):
            pass

    # --- the gateway ---

    def create(self, said: dict[str, Any]) -> dict[str, Any]:
        if said["orderId"] in self.orders:
            return {"resultCode": REPEATED_ORDER}
        if not LEAST <= said["amount"] <= MOST:
            return {"resultCode": BAD_AMOUNT}
        order = Order(said, f"{CHANCE.getrandbits(128):032x}", said["amount"])
        self.orders[order.id] = order
        return {"resultCode": PAID, "amount": order.amount, "payUrl": f"{self.address}/pay/{order.token}"}

    def query(self, said: dict[str, Any]) -> dict[str, Any]:
        order = self.orders.get(said["orderId"])
        if order is None:
            return {"resultCode": NO_ORDER}
        return {
            "resultCode": self.status(order), "amount": order.amount, "transId": order.trans_id, "extraData": "",
            "payType": "qr", "refundTrans": order.refunds,
        }  # fmt: skip

    def refund(self, said: dict[str, Any]) -> dict[str, Any]:
        found = [
            order
            for order in self.orders.values()
            if order.trans_id == said["transId"] and order.code == PAID
        ]
        if self._refunded(said["orderId"]) or said["orderId"] in self.orders:
            return {"resultCode": REPEATED_ORDER}
        if not LEAST <= said["amount"] <= MOST:
            return {"resultCode": BAD_AMOUNT}
        if not found or said["amount"] > found[0].left:
            return {"resultCode": REFUND_REFUSED}
        row = {
            "orderId": said["orderId"], "amount": said["amount"], "transId": CHANCE.randrange(10**9, 10**10),
            "resultCode": MOVING if self.faults.get("refund") == "slow" else PAID,
            "createdTime": int(time.time() * 1000),
        }  # fmt: skip
        found[0].refunds.append(row)
        return {name: row[name] for name in ("resultCode", "amount", "transId")}

    def refund_query(self, said: dict[str, Any]) -> dict[str, Any]:
        rows = self._refunded(said["orderId"])
        if not rows:
            return {"resultCode": NO_ORDER}
        return {
            "resultCode": PAID,
            "amount": rows[0]["amount"],
            "transId": rows[0]["transId"],
            "refundTrans": rows,
        }

    def _refunded(self, ref: str) -> list[dict[str, Any]]:
        return [row for order in self.orders.values() for row in order.refunds if row["orderId"] == ref]

    def call(self, what: str, said: dict[str, Any]) -> dict[str, Any]:
        """The answer to one call of the gateway: the first one if its requestId was answered for good before."""
        wrong = self._wrong(what, said)
        if wrong:
            return {"resultCode": wrong}
        same = {name: said[name] for name in ("partnerCode", "orderId", "requestId")}
        with self._lock:
            key = f"{what} {said['requestId']}"
            if key in self.answers:
                first = self.answers[key]
                return first if first["resultCode"] == PAID else same | {"resultCode": REPEATED_REQUEST}
            answer = same | _DO[what](self, said)
            answer |= {
                "message": WORDS.get(answer["resultCode"], ""),
                "responseTime": int(time.time() * 1000),
            }
            if what in (CREATE, REFUND):
                self.answers[key] = answer
            return answer

    def _wrong(self, what: str, said: dict[str, Any]) -> int:
        """The resultCode for what MoMo would not even look at; 0 for nothing."""
        fields = said | {"accessKey": self.access_key}
        if any(type(fields.get(name)) not in (str, int) for name in SIGNED[what]):
            return BAD_CALL
        if said["partnerCode"] != self.partner or said.get("signature") != sign(
            self.secret, fields, SIGNED[what]
        ):
            return BAD_SIGNATURE
        if any(type(fields[name]) is not int for name in ("amount", "transId") if name in SIGNED[what]):
            return BAD_CALL
        ids = (
            re.fullmatch(r"[0-9a-zA-Z]([-_.]*[0-9a-zA-Z]+)*", said["orderId"])
            and len(said["requestId"]) <= 50
        )
        return 0 if ids and len(said["orderId"]) <= 50 else BAD_CALL


_DO = {
    CREATE: FakeMoMo.create, QUERY: FakeMoMo.query, REFUND: FakeMoMo.refund, REFUND_QUERY: FakeMoMo.refund_query,
}  # fmt: skip
_JSON = {"Content-Type": "application/json; charset=UTF-8"}
_PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Ví MoMo giả</title><style>
body {{ font: 18px/1.5 sans-serif; max-width: 24rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere }}
b {{ display: block; font-size: 2rem }} button {{ width: 100%; min-height: 48px; margin: .5rem 0; font: inherit }}
</style><h1>Ví MoMo giả</h1><p>Trang để thử: không có đồng nào được chuyển.</p><p>{about}<b>{amount}&nbsp;₫</b></p>
{way}</html>"""
_FORM = """<form method="post"><button name="do" value="pay">Trả tiền</button>
<button name="do" value="refuse">Thôi</button></form>"""


class _Handler(BaseHTTPRequestHandler):
    server: FakeMoMo

    def do_GET(self) -> None:
        order = self._order()
        if order is None:
            return self._say(404, b"", "text/html")
        waiting = self.server.status(order) == WAITING
        amount = f"{order.amount:,}".replace(",", ".")
        way = _FORM if waiting else f"<p>{escape(WORDS[order.code])}</p>"
        page = _PAGE.format(about=escape(order.said["orderInfo"]), amount=amount, way=way)
        return self._say(200, page.encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if path.startswith(GATEWAY) and path.removeprefix(GATEWAY) in _DO:
            return self._gateway(path.removeprefix(GATEWAY), body)
        if path == "/_/faults":
            self.server.faults = dict(json.loads(body or b"{}"))
            return self._json(200, self.server.faults)
        order = self._order()
        if order is None:
            return self._say(404, b"", "text/html")
        pays = parse_qs(body.decode()).get("do") == ["pay"]
        self.send_response(303)
        self.send_header("Location", (self.server.pay if pays else self.server.refuse)(order.id))
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def _order(self) -> Order | None:
        token = urlsplit(self.path).path.removeprefix("/pay/")
        return next((order for order in self.server.orders.values() if order.token == token), None)

    def _gateway(self, what: str, body: bytes) -> None:
        self.server.asked.append(what)
        fault = self.server.faults.get(what)
        if fault == "500":
            return self._json(500, {})
        if fault == "nonsense":
            return self._json(200, {"xin": "chào"})
        try:
            said = json.loads(body)
        except ValueError:
            said = {}
        answer = self.server.call(what, said if isinstance(said, dict) else {})
        if fault == "silent":
            time.sleep(self.server.silence)
        if fault == "lost answer":
            return self._json(500, {})
        return self._json(400 if 10 < answer["resultCode"] < 99 else 200, answer)

    def _json(self, status: int, said: dict[str, Any]) -> None:
        self._say(status, json.dumps(said, ensure_ascii=False).encode(), _JSON["Content-Type"])

    def _say(self, status: int, body: bytes, kind: str) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Addresses stand in what is sent, so nothing is printed."""
