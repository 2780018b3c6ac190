"""What do listing pages cost as the market grows? p50, p95, database time and queries at each size, in one run.

`make bench NAME=catalogue SIZE=5000000` on PostgreSQL fills 10,000, 100,000, 1,000,000 and 5,000,000 products (the
steps up to SIZE) and asks the same pages at each, with other shops, kinds, places and words every time. Pages are made
anew: no page cache, no kept bodies. Goals: p95 at most 3 times that at the smallest size for listings and 2 times for
shop and product; no listing over 40 ms of database time.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.core.management import call_command  # noqa: E402  (after the settings are there)
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.filling import NAMES, PRODUCTS_PER_SHOP, QUALITIES, code_of, fill  # noqa: E402
from bench.harness import report  # noqa: E402
from catalog.models import Category  # noqa: E402
from catalog.terms import refresh_terms  # noqa: E402
from common.folding import strip_marks  # noqa: E402
from common.kept import forget_all  # noqa: E402
from places.models import Level, Place  # noqa: E402
from sellers.models import Shop, ShopMember  # noqa: E402
from storefront.services import ensure_site  # noqa: E402

STEPS = (9_996, 99_996, 999_996, 4_999_992)  # whole shops of twelve
CALLS = 60
FLAT = {"shop", "product"}
NOT_LISTINGS = FLAT | {"sitemap", "sitemap, a thousand addresses"}


@dataclass
class Cost:
    """Milliseconds of a page, of its queries alone, and how many queries it asked, at most."""

    p50: float
    p95: float
    database: float
    queries: int

    def over(self, parts: float) -> "Cost":
        """The cost of one part of a page that is longer in a larger market."""
        return Cost(self.p50 / parts, self.p95 / parts, self.database / parts, self.queries)


class Stopwatch:
    """Adds up what queries take."""

    def __init__(self) -> None:
        self.spent, self.count = 0.0, 0

    def __call__(self, execute: Callable, sql: str, *rest: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            self.spent += (time.perf_counter() - start) * 1000
            self.count += 1


def ask(client: Client, addresses: list[str]) -> Cost:
    """Every address once; ten of them once before, so that code and statistics are warm and most rows are not."""
    taken, database, queries = [], [], 0
    for address in addresses[:10]:
        client.get(address)
    for address in addresses:
        watch, start = Stopwatch(), time.perf_counter()
        with connection.execute_wrapper(watch):
            answer = client.get(address)
            if answer.streaming:
                b"".join(answer.streaming_content)
        taken.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
        database.append(watch.spent)
        queries = max(queries, watch.count)
    p95 = statistics.quantiles(taken, n=20)[-1]
    return Cost(statistics.median(taken), p95, statistics.quantiles(database, n=20)[-1], queries)


def addresses(shops: int, chance: random.Random) -> dict[str, list[str]]:
    """For each kind of page, other addresses every time, the same in every run."""
    kinds = list(Category.objects.values_list("slug", flat=True))
    provinces = list(Place.objects.filter(level=Level.PROVINCE).values_list("code", "slug"))
    communes = list(
        Place.objects.filter(level=Level.COMMUNE).values_list("parent__slug", "slug", "code", "parent__code")
    )
    villages = list(
        Place.objects.filter(level=Level.VILLAGE).values_list("parent__parent__slug", "parent__slug", "slug")
    )
    some = [chance.randrange(1, shops + 1) for _ in range(CALLS)]

    def each(make: Callable[[], str]) -> list[str]:
        return [make() for _ in range(CALLS)]

    def product(shop: int) -> str:
        return code_of((shop - 1) * PRODUCTS_PER_SHOP + chance.randrange(PRODUCTS_PER_SHOP) + 1)

    pick = chance.choice

    def words(names: list[str]) -> str:
        return strip_marks(pick(names)).replace(" ", "+")

    return {
        "home": ["/"] * CALLS,
        "category": each(lambda: f"/cho/{pick(kinds)}/"),
        "category, cheapest": each(lambda: f"/cho/{pick(kinds)}/?xep=re"),
        "category, popular": each(lambda: f"/cho/{pick(kinds)}/?xep=chay"),
        "category + province": each(lambda: f"/cho/{pick(kinds)}/?tinh={pick(provinces)[0]}"),
        "category + province + price + season + stock": each(
            lambda: f"/cho/{pick(kinds)}/?tinh={pick(provinces)[0]}&gia=50-100&mua=on&con=on"
        ),
        "category + certificate": each(lambda: f"/cho/{pick(kinds)}/?giay={pick(['vietgap', 'ocop_3', 'gi'])}"),
        "all goods, in season, cheapest": each(lambda: f"/cho/?mua=on&xep=re&gia={pick(['0-50', '300'])}"),
        "province": each(lambda: f"/noi/{pick(provinces)[1]}/"),
        "commune": each(lambda: "/noi/{}/{}/".format(*pick(communes)[:2])),
        "commune by filter": each(lambda: "/cho/?xa={}&tinh={}".format(*pick(communes)[2:])),
        "village": each(lambda: "/noi/{}/{}/{}/".format(*pick(villages))),
        "search, two words": each(lambda: f"/tim/?q={words(NAMES)}+{words(QUALITIES).split('+')[0]}"),
        "search, beginning of a word": each(lambda: f"/tim/?q={words(NAMES).split('+')[0]}+{words(QUALITIES)[:3]}"),
        "search, a shop's name": [f"/tim/?q=vườn+nhà+{n}" for n in some],
        "search, cheapest first": each(lambda: f"/tim/?xep=re&q={words(NAMES)}"),
        "search, nothing found": each(lambda: f"/tim/?q={words(NAMES)[:3]}xyz+khongco"),
        "shop": [f"/s/vuon-nha-{n}/" for n in some],
        "product": [f"/s/vuon-nha-{n}/{product(n)}/" for n in some],
    }  # fmt: skip


def measured(shops: int, chance: random.Random) -> dict[str, Cost]:
    """Every page at the size that is there now."""
    buyer, found = Client(), {}
    for name, pages in addresses(shops, chance).items():
        found[name] = ask(buyer, pages)
    found["farmer's goods"] = _farmers(shops, chance)
    admin = Client()
    admin.force_login(User.objects.get(is_superuser=True))
    for name, model in (("admin: shops", "sellers/shop"), ("admin: products", "catalog/product")):
        found[name] = ask(admin, [f"{reverse('wagtailadmin_home')}snippets/{model}/"] * 20)
    found["sitemap"] = ask(buyer, ["/sitemap.xml"] * 20)
    found["sitemap, a thousand addresses"] = ask(buyer, ["/sitemap/hang-1.xml"] * 5).over(
        min(shops * PRODUCTS_PER_SHOP, 45_000) / 1000
    )
    return found


def _farmers(shops: int, chance: random.Random) -> Cost:
    """Twenty farmers look at their shelves."""
    costs = []
    for number in chance.sample(range(1, shops + 1), 20):
        shop = Shop.objects.get(pk=number)
        ShopMember.objects.get_or_create(shop=shop, user=shop.owner)
        client = Client()
        client.force_login(shop.owner)
        costs.append(ask(client, ["/ban-hang/hang/"] * 3))
    return Cost(
        statistics.median(cost.p50 for cost in costs),
        max(cost.p95 for cost in sorted(costs, key=lambda cost: cost.p95)[:19]),
        max(cost.database for cost in sorted(costs, key=lambda cost: cost.database)[:19]),
        max(cost.queries for cost in costs),
    )


def main(size: int) -> None:
    """Grow the market step by step and measure at each."""
    call_command("migrate", verbosity=0)
    ensure_site()
    User.objects.create_superuser("bench@example.vn", "x" * 20)  # before the others, whose ids are counted on
    figures: list[tuple[str, float, str, str, float | None]] = []
    first: dict[str, Cost] = {}
    missed = []
    for step in [step for step in STEPS if step <= size] or [size]:
        fill(step)
        refresh_terms()
        forget_all()
        costs = measured(step // PRODUCTS_PER_SHOP, random.Random(7))
        print(f"\n{step:,} products")
        for name, cost in costs.items():
            base = first.setdefault(name, cost)
            ratio, goal = cost.p95 / base.p95, 2 if name in FLAT else 3
            listing = name not in NOT_LISTINGS
            marks = [f"over {goal} times"] if ratio > goal else []
            marks += ["over 40 ms of database"] if listing and cost.database > 40 else []
            missed += [f"{name} at {step:,}: {mark}" for mark in marks]
            print(
                f"  {name:<46} {cost.queries:>2} queries  p50 {cost.p50:7.1f}  p95 {cost.p95:7.1f}  "
                f"database {cost.database:6.1f} ms  {ratio:5.2f} times the smallest  {', '.join(marks)}",
                flush=True,
            )
            against = f"p95 at {STEPS[0]:,}"
            figures += [
                (f"{name} at {step:,}: p50", cost.p50, "ms", "", None),
                (f"{name} at {step:,}: p95", cost.p95, "ms", against, ratio),
                (f"{name} at {step:,}: database p95", cost.database, "ms", "", None),
                (f"{name} at {step:,}: queries", cost.queries, "queries", "", None),
            ]
    report("catalogue", size, figures)
    print("\nEvery goal is met." if not missed else "\nGoals missed:\n  " + "\n  ".join(missed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=STEPS[0])
    main(parser.parse_args().size)
