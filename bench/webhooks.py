"""How many bank notices a second are accepted, matched and booked, against writing the same rows and nothing else?

`make bench NAME=webhooks SIZE=2000` (SIZE is the number of notices of each run) on PostgreSQL. Eight processes take signed
SePay notices through the service; eight others write by psycopg the rows that one notice leaves (the raw event, the
receipt, its allocation, payment, order, two bookings, the sale for the figures, the year's sum, audit, text and two tasks)
in one transaction each. Then plain HTTP clients
deliver 50 notices a second to granian with two workers.
Goals: the service at least 0.3 of the bare rows; p95 of an answer under 150 ms at 50 a second.
"""

import argparse
import http.client
import json
import os
import statistics
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
os.environ.setdefault(
    "TASKS_BACKEND", "django_tasks_db.DatabaseBackend"
)  # as docs/operations.md starts a market
django.setup()

from django.core.management import call_command  # noqa: E402  (after the settings are there)
from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.checkout import buyer, carts, goods  # noqa: E402
from bench.filling import fill  # noqa: E402
from bench.harness import report  # noqa: E402
from bench.load import HOST, granian  # noqa: E402
from common.codes import long_code  # noqa: E402
from common.days import local_day  # noqa: E402
from payments.models import BankFeed, Payment, PaymentAccount, Receipt  # noqa: E402
from payments.providers.sepay import signed_headers  # noqa: E402
from payments.services import checkout, take_notices  # noqa: E402
from storefront.services import ensure_site  # noqa: E402

PORT, CLIENTS, GOODS, A_SECOND = 8379, 8, 2_000, 50
RATE_GOAL, P95_GOAL = 0.3, 150


def expected(count: int) -> list[int]:
    """So many payments that wait for a transfer, by id; accounts without a feed get one."""
    baskets, facts = goods(), buyer()
    for account in PaymentAccount.objects.filter(feeds=None):
        BankFeed.objects.create(account=account)
    before = Payment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for number, cart in enumerate(carts([[basket[0]] for basket in baskets], count)):
        checkout(cart, type(facts)(**{**facts.__dict__, "key": cart.key}), key=f"w{number}")
    return list(Payment.objects.filter(pk__gt=before).order_by("pk").values_list("pk", flat=True))


def notice(payment: Payment) -> tuple[BankFeed, bytes]:
    """SePay's notice that a payment's money has come, and where it is delivered."""
    assert payment.account is not None
    body = {
        "id": payment.pk, "gateway": "Agribank", "transactionDate": "2026-11-20 14:02:37", "subAccount": None, "code": None,
        "accountNumber": payment.account.number, "content": f"MBVCB.32789.{payment.code}.CT tu 0011001234567",
        "transferType": "in", "transferAmount": payment.amount, "accumulated": 1, "referenceCode": f"FT{payment.pk}",
    }  # fmt: skip
    return payment.account.feeds.all()[0], json.dumps(body).encode()


def notices(ids: list[int]) -> list[tuple[BankFeed, bytes]]:
    """A notice for each payment, made beforehand."""
    rows = Payment.objects.filter(pk__in=ids).select_related("account").prefetch_related("account__feeds")
    return [notice(payment) for payment in rows]


def together(shares: list[Any], work: Callable[[Any], None]) -> float:
    """Seconds until so many processes, started at the same moment, have each done their share."""
    connections.close_all()
    gate = time.time() + 1
    children = []
    for share in shares:
        child = os.fork()
        if child == 0:
            connection.ensure_connection()
            time.sleep(max(0, gate - time.time()))
            work(share)
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    return time.time() - gate


def take_all(share: list[tuple[BankFeed, bytes]]) -> None:
    """Through the service, signature and all."""
    for feed, body in share:
        take_notices(feed, signed_headers(feed.secret, timezone.now(), body), body)


def write_all(ids: list[int]) -> None:
    """The rows that a notice leaves, and nothing of what decides on them: one transaction each."""
    now, day = timezone.now(), local_day()
    raw = connection.connection
    for pk in ids:
        with raw.transaction(), raw.cursor() as cur:
            cur.execute(
                "SELECT p.order_id, p.shop_id, p.account_id, p.amount, o.province_id, o.commune_id, o.village_id "
                "FROM payments_payment p JOIN orders_order o ON o.id = p.order_id WHERE p.id = %s",
                [pk],
            )
            order, shop, account, amount, *place = cur.fetchone()
            event = _row(cur, "payments_webhookevent", provider="sepay", event_id=long_code(), body=b"{}" * 150, at=now,
                         processed_at=now, fault="")  # fmt: skip
            receipt = _row(cur, "payments_receipt", account_id=account, source="bank", state="matched", provider="sepay",
                           provider_id=long_code(), direction="in", amount=amount, fee=0, settled_currency="",
                           bank_reference=long_code(), memo="x" * 40, booked_at=now, received_at=now,
                           event_id=event)  # fmt: skip
            _row(cur, "payments_allocation", receipt_id=receipt, payment_id=pk, amount=amount, at=now)
            cur.execute(
                "UPDATE payments_payment SET received = amount, state = 'confirmed', confirmed_at = %s WHERE id = %s",
                [now, pk],
            )
            cur.execute(
                "UPDATE orders_order SET paid = total, held_until = NULL, ready_at = %s WHERE id = %s",
                [now, order],
            )
            for kind, lines in (("direct", (("seller", amount), ("buyer_funds", -amount))),
                                ("allocate", (("buyer_funds", amount), ("seller", -amount)))):  # fmt: skip
                entry = _row(
                    cur,
                    "payments_ledgerentry",
                    key=long_code(),
                    kind=kind,
                    note="",
                    at=now,
                    posted=False,
                    order_id=order,
                )
                for name, sum_ in lines:
                    _row(cur, "payments_ledgerline", entry_id=entry, account=name, party="", amount=sum_,
                         shop_id=shop if name == "seller" else None)  # fmt: skip
                cur.execute("UPDATE payments_ledgerentry SET posted = TRUE WHERE id = %s", [entry])
            _row(cur, "payments_saleevent", order_id=order, shop_id=shop, channel="web", paid_by="machine", sales=1,
                 amount=amount, day=day, province_id=place[0], commune_id=place[1], village_id=place[2], at=now)  # fmt: skip
            cur.execute(
                "UPDATE payments_selleryear SET amount = amount + %s WHERE shop_id = %s AND year = %s",
                [amount, shop, day.year],
            )
            _row(cur, "common_auditevent", at=now, verb="payment.received", object_kind="payments.payment", object_id=pk,
                 place_path="", details="{}")  # fmt: skip
            _row(cur, "accounts_message", key=long_code(), kind="order_paid", phone="", body="x" * 80, urgent=True,
                 state="queued", tries=0, fault="", created_at=now, next_at=now)  # fmt: skip
            for path in ("accounts.outbox.send_message", "orders.services.tell_new_order"):
                _row(cur, "django_tasks_database_dbtaskresult", id=uuid4(), status="READY", priority=0, task_path=path,
                     args_kwargs='{"args": [1], "kwargs": {}}', queue_name="default", backend_name="default", run_after=now,
                     enqueued_at=now, exception_class_path="", traceback="", worker_ids="[]")  # fmt: skip


def _row(cur: Any, table: str, **row: Any) -> int:
    columns, values = ", ".join(row), ", ".join(["%s"] * len(row))
    cur.execute(f"INSERT INTO {table} ({columns}) VALUES ({values}) RETURNING id", list(row.values()))
    return cur.fetchone()[0]


def by_http(todo: list[tuple[BankFeed, bytes]], a_second: int) -> list[float]:
    """Deliver notices over kept connections at a steady rate; how long each answer took, in ms."""
    taken: list[float] = []
    start, lock = time.perf_counter() + 0.5, threading.Lock()
    left = iter(list(enumerate(todo)))

    def work() -> None:
        line = http.client.HTTPConnection(HOST, PORT)
        while True:
            with lock:
                number, (feed, body) = next(left, (0, (None, b"")))
            if feed is None:
                return
            time.sleep(max(0, start + number / a_second - time.perf_counter()))
            headers = signed_headers(feed.secret, timezone.now(), body)
            headers |= {
                "Content-Type": "application/json",
                "X-Forwarded-For": f"10.0.{number % 250}.{number // 250 + 1}",
            }
            begun = time.perf_counter()
            line.request("POST", f"/thanh-toan/bao/sepay/{feed.token}/", body, headers)
            answer = line.getresponse()
            answer.read()
            taken.append((time.perf_counter() - begun) * 1000)
            assert answer.status == 200, answer.status

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def main(size: int) -> None:
    """Fill, measure, print, write."""
    call_command("migrate", verbosity=0)
    ensure_site()
    fill(GOODS)
    print(f"placing {size * 2 + 500:,} orders that wait for money")
    by_hand, by_service, served = expected(size), expected(size), expected(500)
    shares = [by_hand[number::CLIENTS] for number in range(CLIENTS)]
    bare = size / together(shares, write_all)
    ready = notices(by_service)
    service = size / together([ready[number::CLIENTS] for number in range(CLIENTS)], take_all)
    assert Receipt.objects.filter(allocations__payment__in=by_service).count() == size
    with granian(PORT):
        by_http(notices(served[:100]), A_SECOND)
        times = by_http(notices(served[100:]), A_SECOND)
    p95 = statistics.quantiles(times, n=20)[-1]
    figures = [
        ("bare rows, 8 clients", bare, "notices/s", "", None),
        ("accepted, matched and booked, 8 clients", service, "notices/s", "bare rows", service / bare),
        ("an answer over HTTP at 50 a second, p50", statistics.median(times), "ms", "", None),
        ("an answer over HTTP at 50 a second, p95", p95, "ms", "the goal of 150 ms", p95 / P95_GOAL),
    ]
    report("webhooks", size, figures)
    missed = [text for met, text in (
        (service / bare >= RATE_GOAL, f"service {service / bare:.2f} of bare rows"), (p95 < P95_GOAL, f"p95 {p95:.0f} ms"),
    ) if not met]  # fmt: skip
    print("goals missed: " + ", ".join(missed) if missed else "every goal is met")

    print(f"{Receipt.objects.count():,} receipts")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2_000)
    main(parser.parse_args().size)
