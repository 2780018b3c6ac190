"""What does an ordered cart cost, through the service and through the whole HTTP path?

`make bench NAME=checkout SIZE=9996` (SIZE is the number of products) on PostgreSQL. A cart has three products of two
shops. The service (`payments.services.checkout`) is compared with the same statements written by hand for psycopg,
in the same run; the HTTP path (product page, three times into the cart, checkout page, order) is driven by plain
clients against granian with two workers, its processor time taken from /proc for server and database alike.
Goals: the service at least 0.5 of the hand-written transaction; 65 ms of processor time from the product page to the
placed order; one hot product with eight clients at least 0.6 of the rate with a product for each.
"""

import argparse
import http.client
import json
import os
import random
import re
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  (after the settings are there)
from django.db import connection, connections, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.filling import fill  # noqa: E402
from bench.harness import report  # noqa: E402
from bench.load import HOST, granian  # noqa: E402
from catalog.models import Product  # noqa: E402
from common.codes import long_code, public_code  # noqa: E402
from common.days import local_day  # noqa: E402
from orders.models import Cart, CartLine, Purchase, line_amount  # noqa: E402
from orders.placing import BuyerFacts  # noqa: E402
from payments.models import PaymentAccount  # noqa: E402
from payments.order_codes import new_code  # noqa: E402
from payments.services import checkout  # noqa: E402
from places.models import Place  # noqa: E402
from sellers.models import Shop  # noqa: E402
from storefront.services import ensure_site  # noqa: E402

PORT, SHOPS, TICKS = 8378, 40, os.sysconf("SC_CLK_TCK")
OSCAR = 330  # ms of processor time for a placed order of django-oscar, measured once, elsewhere
SERVICE_GOAL, CPU_GOAL, HOT_GOAL = 0.5, 65, 0.6


def goods() -> list[list[Product]]:
    """Three products of two shops for each basket; every shop takes transfers and never runs out."""
    shops = list(Shop.objects.order_by("pk")[:SHOPS])
    Product.objects.filter(shop__in=shops).update(stock=10_000_000, minimum=1, step=1)
    for shop in shops:
        if not PaymentAccount.objects.filter(shop=shop, closed_at=None).exists():
            PaymentAccount.objects.create(
                shop=shop, bank_bin="970405", number="1500205123456", number_end="3456", holder="NGUOI BAN"
            )
    rows = Product.objects.filter(shop__in=shops, live=True, harvest_on=None).select_related("shop")
    by_shop: dict[int, list[Product]] = {}
    for product in rows.order_by("pk"):
        by_shop.setdefault(product.shop_id, []).append(product)
    chance, baskets = random.Random(3), []
    for _ in range(500):
        one, two = chance.sample(sorted(by_shop), 2)
        baskets.append([*chance.sample(by_shop[one], 2), *chance.sample(by_shop[two], 1)])
    return baskets


def carts(baskets: list[list[Product]], count: int) -> list[Cart]:
    """So many filled carts."""
    made = Cart.objects.bulk_create(Cart() for _ in range(count))
    CartLine.objects.bulk_create(
        CartLine(cart=cart, product=product, quantity=1, price_seen=product.price)
        for number, cart in enumerate(made)
        for product in baskets[number % len(baskets)]
    )
    return made


def buyer() -> BuyerFacts:
    """A buyer in a ward of Hà Nội."""
    commune = Place.objects.select_related("parent").filter(level=2, parent__code="01")[0]
    return BuyerFacts("", "Trần Minh Anh", "+84912345678", commune, "12 Lê Lợi")


def rate(call: Callable[[Cart], Any], todo: list[Cart]) -> float:
    """Orders a second, one after the other."""
    start = time.perf_counter()
    for cart in todo:
        call(cart)
    return len(todo) / (time.perf_counter() - start)


# --- the same statements by hand ------------------------------------------------------------------------------------


def by_hand(raw: Any, cart: Cart, facts: BuyerFacts) -> None:
    """What the service sends to the database, without Django: the same reads, locks and rows."""
    now, day = timezone.now(), local_day()
    with raw.transaction(), raw.cursor() as cur:
        cur.execute(
            "SELECT * FROM orders_purchase WHERE buyer_key = %s AND idempotency_key = %s", [cart.key, "hand"]
        )
        cur.execute(
            """SELECT l.id, l.product_id, l.quantity, l.price_seen, p.title, p.unit, p.shop_id, p.grams, p.keeps, s.name,
            s.village_id, s.commune_id, s.province_id, s.kind, s.tax_number, u.phone, v.kind, v.name, c.kind, c.name, d.kind,
            d.name, p.variety, p.grade, p.making FROM orders_cartline l JOIN catalog_product p ON p.id = l.product_id JOIN
            sellers_shop s ON s.id = p.shop_id LEFT JOIN accounts_user u ON u.id = s.owner_id JOIN places_place v ON
            v.id = s.village_id LEFT JOIN places_place c ON c.id = v.parent_id LEFT JOIN places_place d ON d.id = c.parent_id
            WHERE l.cart_id = %s ORDER BY l.product_id FOR NO KEY UPDATE OF l""", [cart.pk],
        )  # fmt: skip
        lines = cur.fetchall()
        shops = sorted({line[6] for line in lines})
        cur.execute(
            "SELECT * FROM orders_deliverymethod WHERE (shop_id = ANY(%s) OR village_id = ANY(%s)) AND active",
            [shops, [line[10] for line in lines]],
        )
        cur.fetchall()
        total = sum(line_amount(line[3], line[2]) for line in lines)
        purchase = _insert(
            cur, "orders_purchase", key=long_code(), public_code=public_code(), buyer_key=cart.key, idempotency_key="hand",
            name=facts.name, phone=facts.phone, commune_id=facts.commune.pk, address=facts.address, note="",
            pay_on_delivery=False, total=total, created_at=now,
        )  # fmt: skip
        own = {shop: [line for line in lines if line[6] == shop] for shop in shops}
        sums = {shop: sum(line_amount(line[3], line[2]) for line in part) for shop, part in own.items()}
        orders = _insert_many(
            cur, "orders_order",
            [
                {
                    "key": long_code(), "public_code": public_code(), "purchase_id": purchase, "shop_id": shop,
                    "name": facts.name, "phone": facts.phone, "address": facts.full_address, "note": "", "state": "new",
                    "pay_on_delivery": False, "goods": sums[shop], "delivery": 0, "delivery_kind": "", "delivery_hint": "",
                    "carried_by": "", "carrier_phone": "", "tracking": "", "discount": 0, "margin": 0, "terms": told(part),
                    "total": sums[shop], "paid": 0,
                    "held_until": now, "reminders": 0, "province_id": part[0][12], "commune_id": part[0][11],
                    "village_id": part[0][10], "channel": "web", "created_at": now, "day": day,
                }
                for shop, part in own.items()
            ],
        )  # fmt: skip
        sold = [(order, line) for order, part in zip(orders, own.values(), strict=True) for line in part]
        ids = _insert_many(
            cur, "orders_orderline",
            [
                {
                    "order_id": order, "shop_id": line[6], "product_id": line[1], "title": line[4], "unit": line[5],
                    "price": line[3], "quantity": line[2], "state": "asked", "given": line[2],
                    "amount": line_amount(line[3], line[2]),
                }
                for order, line in sold
            ],
        )  # fmt: skip
        _insert_many(
            cur, "orders_stockmove",
            [
                {
                    "product_id": line[1], "shop_id": line[6], "line_id": pk, "kind": "sold", "quantity": -line[2], "at": now,
                }
                for (_order, line), pk in zip(sold, ids, strict=True)
            ],
        )  # fmt: skip
        _insert_many(
            cur, "orders_orderstep",
            [
                {"order_id": order, "shop_id": shop, "before": "", "after": "new", "at": now, "reason": ""}
                for order, shop in zip(orders, shops, strict=True)
            ],
        )  # fmt: skip
        cur.execute("DELETE FROM orders_cartline WHERE id = ANY(%s)", [[line[0] for line in lines]])
        _insert(
            cur, "common_auditevent", at=now, verb="purchase.placed", object_kind="orders.purchase", object_id=purchase,
            place_path="", details="{}",
        )  # fmt: skip
        products = [line[1] for line in lines]
        cur.execute(
            "SELECT id, live, counted, stock, price FROM catalog_product WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [products],
        )
        locked = {row[0]: row for row in cur.fetchall()}
        assert all(locked[line[1]][1] and locked[line[1]][3] >= line[2] for line in lines)
        cases = " ".join(["WHEN id = %s THEN %s::numeric"] * len(lines))
        left = [value for line in lines for value in (line[1], locked[line[1]][3] - line[2])]
        cur.execute(
            f"UPDATE catalog_product SET stock = CASE {cases} END WHERE live AND id = ANY(%s)",
            [*left, products],
        )
        cur.execute(
            "SELECT id, shop_id FROM payments_paymentaccount WHERE shop_id = ANY(%s) AND closed_at IS NULL",
            [shops],
        )
        accounts = {shop: account for account, shop in cur.fetchall()}
        _insert_many(
            cur, "payments_payment",
            [
                {
                    "key": long_code(), "order_id": order, "shop_id": shop, "account_id": accounts[shop], "method": "vietqr",
                    "amount": sums[shop], "received": 0, "code": new_code("LUA"), "state": "waiting", "expires_at": now,
                    "by_machine": False, "provider": "", "provider_ref": "", "created_at": now, "purpose": "order",
                    "purchase_id": purchase, "fault": "", "redirect_url": "",
                }
                for order, shop in zip(orders, shops, strict=True)
            ],
        )  # fmt: skip


def told(part: list[tuple]) -> str:
    """What the buyer was told, as the order keeps it."""
    first = part[0]
    seller = {
        "name": first[9], "kind": first[13], "tax_number": first[14], "phone": first[15], "address": ", ".join(first[16:22]),
    }  # fmt: skip
    goods = [{"title": line[4], "quality": ", ".join(line[22:25]), "keeps": line[8]} for line in part]
    return json.dumps({"version": 1, "seller": seller, "goods": goods, "returns_days": 7})


def _insert(cur: Any, table: str, **row: Any) -> int:
    return _insert_many(cur, table, [row])[0]


def _insert_many(cur: Any, table: str, rows: list[dict[str, Any]]) -> list[int]:
    columns, values = ", ".join(rows[0]), ", ".join(["%s"] * len(rows[0]))
    everything = [value for row in rows for value in row.values()]
    cur.execute(
        f"INSERT INTO {table} ({columns}) VALUES {', '.join([f'({values})'] * len(rows))} RETURNING id",
        everything,
    )
    return [row[0] for row in cur.fetchall()]


# --- many at once ---------------------------------------------------------------------------------------------------


def many(clients: int, todo: list[list[Cart]], facts: BuyerFacts) -> float:
    """Orders a second of so many processes through the service, each with its own carts."""
    connections.close_all()
    gate = time.time() + 1
    children = []
    for share in todo[:clients]:
        child = os.fork()
        if child == 0:
            connection.ensure_connection()
            time.sleep(max(0, gate - time.time()))
            for cart in share:
                checkout(cart, replace(facts, key=cart.key), key="k")
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    return sum(map(len, todo[:clients])) / (time.time() - gate)


# --- HTTP -----------------------------------------------------------------------------------------------------------


class Client:
    """A browser without pictures: one kept connection, cookies, an address of its own behind the proxy."""

    def __init__(self) -> None:
        self.line = http.client.HTTPConnection(HOST, PORT)
        self.jar: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, Location and body."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}
        headers |= {
            "X-Forwarded-For": f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"
        }
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://{HOST}:{PORT}",
            }
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, _rest = value.partition(";")
                key, _, kept = cookie.partition("=")
                self.jar[key] = kept
        return answer.status, answer.getheader("Location", ""), text

    def order(self, basket: list[Product], commune: str) -> None:
        """From the product page to the placed order, as bench/README.md lists it."""
        self.jar.clear()
        status, _, _ = self.ask("GET", basket[0].get_absolute_url())
        assert status == 200, status
        for product in basket:
            status, _, _ = self.ask("POST", "/gio/them/", {"product": product.public_code, "quantity": "1"})
            assert status == 302, status
        status, _, page = self.ask("GET", "/dat-hang/")
        assert status == 200, status
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|form_key|da-xem)" value="([^"]+)"', page))
        said = {
            "name": "Trần Minh Anh", "phone": "0912345678", "commune": commune, "address": "12 Lê Lợi", "note": "",
            "pay": "vietqr",
        }  # fmt: skip
        status, where, page = self.ask("POST", "/dat-hang/", hidden | said)
        assert (status, "/dat-hang/" in where) == (302, True), (
            status,
            where,
            re.findall("error[^<]*<[^<]*", page)[:3],
        )


def over_http(clients: int, orders: int, baskets: list[list[Product]], commune: str) -> float:
    """Orders a second of so many browsers."""
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            client = Client()
            for n in range(orders // clients):
                client.order(baskets[(number * 97 + n) % len(baskets)], commune)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return orders / (time.perf_counter() - start)


def processor_seconds(server: int) -> tuple[float, float]:
    """Processor time so far of the server with its workers, and of every process of PostgreSQL."""
    web = database = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            stat = (folder / "stat").read_text()
            name, fields = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2 :].split()
            taken = (int(fields[11]) + int(fields[12])) / TICKS
            if name == "postgres":
                database += taken
            elif server in (int(folder.name), int(fields[1])):
                web += taken
    return web, database


def cost_of_orders(
    server: int, baskets: list[list[Product]], commune: str, orders: int = 200
) -> tuple[float, float, float]:
    """One browser after the other: orders a second, ms of processor time of an order, and of it the database's."""
    before = processor_seconds(server)
    a_second = over_http(1, orders, baskets, commune)
    web, database = (
        (now - then) / orders * 1000 for now, then in zip(processor_seconds(server), before, strict=True)
    )
    return a_second, web + database, database


def main(size: int) -> None:
    """Fill, order by hand, by the service, by many, by HTTP."""
    call_command("migrate", verbosity=0)
    ensure_site()
    if Product.objects.count() < size:
        fill(size)
    baskets, facts = goods(), buyer()
    figures: list[tuple[str, float, str, str, float | None]] = []
    connection.ensure_connection()
    raw = connection.connection

    def hand(cart: Cart) -> None:
        by_hand(raw, cart, facts)

    def service(cart: Cart) -> None:
        checkout(cart, replace(facts, key=cart.key), key="k")

    for call in (hand, service):
        rate(call, carts(baskets, 50))  # warm
    rounds = [(rate(hand, carts(baskets, 300)), rate(service, carts(baskets, 300))) for _ in range(3)]
    hand_rate, service_rate = (max(column) for column in zip(*rounds, strict=True))
    figures.append(("by hand, one client", hand_rate, "orders/s", "", None))
    figures.append(("service, one client", service_rate, "orders/s", "by hand", service_rate / hand_rate))
    with connection.execute_wrapper(counter := Counter()), transaction.atomic():
        checkout(carts([[*baskets[0][:2]]], 1)[0], replace(facts, key=secrets.token_hex(8)), key="k")
    figures.append(("statements, one shop", counter.count - Counter.FILLING, "statements", "", None))
    print("  service against hand", round(service_rate / hand_rate, 2))

    own = [[[product] for product in basket[:1]] for basket in baskets[:8]]
    apart = many(8, [carts(share, 100) for share in own], facts)
    hot = many(8, [carts([[baskets[0][0]]], 100) for _ in range(8)], facts)
    figures.append(("service, 8 clients, a product each", apart, "orders/s", "", None))
    figures.append(("service, 8 clients, one hot product", hot, "orders/s", "a product each", hot / apart))

    commune = f"{facts.commune.full_name}, {facts.commune.parent.name}"
    with granian(PORT) as server:
        over_http(2, 40, baskets, commune)
        one, cpu, database = cost_of_orders(server.pid, baskets, commune)
        eight = over_http(8, 400, baskets, commune)
    with granian(PORT, CACHE_PAGES="1") as server:  # as in production, and others look at the same goods
        over_http(2, 40, baskets[:10], commune)
        _rate, seen, _database = cost_of_orders(server.pid, baskets[:10], commune)
    figures.append(("HTTP, one client", one, "orders/s", "", None))
    figures.append(("HTTP, 8 clients", eight, "orders/s", "one client", eight / one))
    figures.append(("HTTP, processor time of an order", cpu, "ms", "django-oscar's 330 ms", cpu / OSCAR))
    figures.append(("  of it the database's", database, "ms", "all of it", database / cpu))
    figures.append(("  where the product's page is kept", seen, "ms", "each page made anew", seen / cpu))
    report("checkout", size, figures)
    missed = [
        text for met, text in (
            (service_rate / hand_rate >= SERVICE_GOAL, f"service {service_rate / hand_rate:.2f} of by hand"),
            (cpu <= CPU_GOAL, f"{cpu:.0f} ms of processor time"), (hot / apart >= HOT_GOAL, f"hot product {hot / apart:.2f}"),
            (counter.count - Counter.FILLING <= 15, f"{counter.count - Counter.FILLING} statements"),
        ) if not met
    ]  # fmt: skip
    print("goals missed: " + ", ".join(missed) if missed else "every goal is met")
    print(
        f"{Purchase.objects.count():,} purchases, least stock {Decimal(Product.objects.order_by('stock')[0].stock)}"
    )


class Counter:
    """Counts statements; `FILLING` of them fill the cart that is ordered."""

    FILLING = 2

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """A wrapper around each statement."""
        self.count += not sql.startswith(("SAVEPOINT", "RELEASE"))
        return execute(sql, params, many, context)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=9_996)
    main(parser.parse_args().size)
