"""A carrier for tests: Xe Bản over loopback HTTP, and a GHN that answers with its published shapes."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from django.test import Client

from common.actors import SYSTEM
from orders.carriers.fake_server import FakeCarrier
from orders.delivery_models import DeliveryMethod, DeliveryRate
from orders.fulfilment import pack
from orders.models import Order, Shipment
from orders.services import farmer_step
from orders.states import State
from tests.factories import OrderFactory

ADDRESS = "/hang-giao/xe-ban/xe-ban/"


def settings_of(server: FakeCarrier, **more: Any) -> dict[str, dict[str, Any]]:
    """The setting CARRIERS for a fake carrier that runs."""
    said = {"address": server.address, "token": "xe-ban", "secret": "xe-ban", "timeout": 1.0} | more
    return {"xe-ban": {"class": "orders.carriers.xe_ban.XeBan", **said}}


def by_carrier(shop, *, carrier: str = "xe-ban", fee: int | None = 30_000) -> DeliveryMethod:
    """A shop's way by carrier; without a fee at the carrier's own price."""
    method = DeliveryMethod.objects.create(shop=shop, kind="carrier", carrier=carrier)
    if fee is not None:
        DeliveryRate.objects.create(method=method, reach=0, fee=fee)
    return method


def packed(*, cash: bool = True, **facts: Any) -> Order:
    """An order that goes by carrier, packed; 2 kg for 100,000 đồng unless told otherwise."""
    order = OrderFactory(pay_on_delivery=cash, paid_in_full=not cash, **facts)
    Order.objects.filter(pk=order.pk).update(delivery_kind="carrier")
    farmer_step(order.pk, State.CONFIRMED, by=SYSTEM)
    order.refresh_from_db()
    if order.has_weighed_lines:
        return pack(order.pk, {line.pk: line.given for line in order.lines.all()}, by=SYSTEM)
    return farmer_step(order.pk, State.PACKED, by=SYSTEM)


def deliver_webhook(client: Client, server: FakeCarrier, shipment: Shipment, events: list[dict]) -> Any:
    """What the carrier would post, given to the view."""
    body, headers = server.signed(shipment.code, events)
    return client.post(ADDRESS, body, content_type="application/json", headers=headers)


@contextmanager
def ghn(answers: dict[str, tuple[int, Any]]) -> Iterator[tuple[str, list[tuple[str, dict, dict]]]]:
    """A server with one answer (status, JSON) for each path; yields its address and what it was asked."""
    asked: list[tuple[str, dict, dict]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            what = self.path.removeprefix("/shiip/public-api/v2/")
            asked.append((what, said, dict(self.headers)))
            status, answer = answers.get(what, (404, {}))
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
