"""How many pages a second under granian (2 workers), against a bare view of the same bytes in the same run?

`make bench NAME=pages SIZE=99996` (SIZE is the number of products) on PostgreSQL. Three ways: made anew each time,
as installed without the public cache (a shop's and a product's page is compared with the database by one query), and
with the public cache. Then ten thousand mixed requests, and what memory a worker holds.
Goals: 0.5 of the bare view for the shop page without the public cache, 0.8 with it; a worker under 160 MB.
"""

import argparse
import os
import random
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  (after the settings are there)

from bench.filling import PRODUCTS_PER_SHOP, code_of, fill  # noqa: E402
from bench.harness import report  # noqa: E402
from bench.load import ask_once, granian, requests_a_second, resident  # noqa: E402
from catalog.models import Category, Product  # noqa: E402
from storefront.services import ensure_site  # noqa: E402

PORT = 8377
GOALS = {("shop", "as installed"): 0.5}
GOALS |= {(name, "public cache"): 0.8 for name in ("category", "shop", "product")}
WAYS = {
    "made anew": {"CACHE_PAGES": "0", "CACHE_BODIES": "0"},
    "as installed": {"CACHE_PAGES": "0", "CACHE_BODIES": "1"},
    "public cache": {"CACHE_PAGES": "1", "CACHE_BODIES": "1"},
}
MOST_MEMORY = 160


def pages(products: int) -> dict[str, list[str]]:
    """Twenty addresses of each kind of page."""
    chance, shops = random.Random(5), products // PRODUCTS_PER_SHOP
    some = [chance.randrange(1, shops + 1) for _ in range(20)]
    kinds = list(Category.objects.values_list("slug", flat=True))
    return {
        "category": [f"/cho/{kind}/" for kind in kinds[:20]],
        "shop": [f"/s/vuon-nha-{n}/" for n in some],
        "product": [f"/s/vuon-nha-{n}/{code_of((n - 1) * PRODUCTS_PER_SHOP + 3)}/" for n in some],
    }


def main(size: int) -> None:
    """Fill, serve, ask."""
    call_command("migrate", verbosity=0)
    ensure_site()
    if Product.objects.count() < size:
        fill(size)
    figures: list[tuple[str, float, str, str, float | None]] = []
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        addresses = pages(min(size, Product.objects.count()))
        for way, environment in WAYS.items():
            with granian(PORT, BENCH_BODIES=folder, **environment):
                for name, paths in addresses.items():
                    (Path(folder) / name).write_bytes(ask_once(PORT, paths[0])[1])
                    bare_paths = [f"/bare/{name}/"]
                    count = 600 if way == "made anew" else 4000
                    requests_a_second(PORT, paths, requests=80 if way == "made anew" else 800)
                    requests_a_second(PORT, bare_paths, requests=400)
                    page = requests_a_second(PORT, paths, requests=count)
                    bare = requests_a_second(PORT, bare_paths, requests=4000)
                    ratio, goal = page / bare, GOALS.get((name, way))
                    if goal and ratio < goal:
                        missed.append(f"{name}, {way}: {ratio:.2f} of {goal}")
                    print(
                        f"{name:<10} {way:<14} {page:8.0f} a second, bare {bare:8.0f}, {ratio:.2f} of it",
                        flush=True,
                    )
                    figures.append((f"{name}, {way}", page, "req/s", "bare view of the same bytes", ratio))
        figures += memory(addresses, folder, missed)
    report("pages", size, figures)
    print("\nEvery goal is met." if not missed else "\nGoals missed:\n  " + "\n  ".join(missed))


def memory(
    addresses: dict[str, list[str]], folder: str, missed: list[str]
) -> list[tuple[str, float, str, str, float | None]]:
    """Ten thousand mixed requests to one installation as it comes; what its workers hold half-way and at the end."""
    mixed = [path for paths in zip(*addresses.values(), strict=True) for path in paths]
    mixed += ["/", "/tim/?q=na+dai", "/tim/?q=mat+ong", "/gio/", "/manh/gio-hang/", "/cho/?mua=on", "/tin/"]
    with granian(PORT, BENCH_BODIES=folder, CACHE_PAGES="0", CACHE_BODIES="0") as server:
        requests_a_second(PORT, mixed, requests=5000)
        half = max(resident(server))
        requests_a_second(PORT, mixed, requests=5000)
        end = max(resident(server))
    if end > MOST_MEMORY:
        missed.append(f"memory: {end:.0f} MB of {MOST_MEMORY}")
    print(f"a worker holds {half:.0f} MB after 5,000 mixed requests and {end:.0f} MB after 10,000")
    return [
        ("memory of a worker after 5,000 mixed requests", half, "MB", "", None),
        ("memory of a worker after 10,000", end, "MB", "after 5,000", end / half),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=9_996)
    main(parser.parse_args().size)
