"""How long do home, category, shop and product pages take, and how many queries, against a bare view of the same bytes?

`make bench NAME=pages SIZE=10000` (SIZE is the number of products) on PostgreSQL.
"""

import argparse
import os
from functools import partial
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402  (after the settings are there)
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from bench.filling import fill  # noqa: E402
from bench.harness import report, time_calls  # noqa: E402
from bench.urls import BODY  # noqa: E402
from catalog.models import Product  # noqa: E402
from storefront.services import ensure_site  # noqa: E402


def note(seen: list[str], execute: Any, sql: str, *rest: Any) -> Any:
    """Write a statement down and let it run."""
    seen.append(sql)
    return execute(sql, *rest)


def main(size: int) -> None:
    """Fill the database, then time each page through the whole Django stack, in process."""
    call_command("migrate", verbosity=0)
    if not Product.objects.exists():
        fill(size)
    ensure_site()
    product = Product.objects.order_by("-pk").select_related("shop").first()
    assert product is not None
    pages = {
        "home": "/",
        "category": "/cho/trai-cay/",
        "category, cheapest, one province": f"/cho/trai-cay/?xep=re&tinh={product.shop.village.parent.parent.code}",
        "search": "/tim/?q=hong+vanh+khuyen",
        "shop": product.shop.get_absolute_url(),
        "product": product.get_absolute_url(),
    }
    client, figures = Client(), []
    settings.ROOT_URLCONF = "bench.urls"
    for name, address in pages.items():
        queries: list[str] = []
        with connection.execute_wrapper(partial(note, queries)):
            answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        body = answer.content
        BODY["bytes"] = body
        bare = time_calls(lambda: client.get("/bare/"))
        page = time_calls(lambda address=address: client.get(address))
        figures += [
            (f"{name}: p50", page.p50, "ms", "bare view of the same bytes", page.p50 / bare.p50),
            (f"{name}: p95", page.p95, "ms", "bare view of the same bytes", page.p95 / bare.p95),
            (f"{name}: queries", len(queries), "queries", "", None),
            (f"{name}: HTML", len(body) / 1024, "KiB", "", None),
        ]
        print(f"{name:<34} {len(queries):>2} queries  p50 {page.p50:6.2f} ms  p95 {page.p95:6.2f} ms")
    report("pages", size, figures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    main(parser.parse_args().size)
