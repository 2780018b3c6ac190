"""What does Lighthouse say of the four pages that buyers meet first? Optional: needs Node and `lighthouse` from npm.

`make bench NAME=lighthouse SIZE=1` (SIZE is the number of runs; the median counts) on PostgreSQL, with chromium and
either `lighthouse` on the PATH or the one that LIGHTHOUSE names. Served as for `bench.line`, without its slow line:
Lighthouse makes its own. Goal: 95 of 100 in all four categories. Source: front-end guide, section 2.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from bench.harness import report
from bench.line import EMPTY, addresses, certificate, served

GOAL = 95
TRIES = 4
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def scores(program: str, address: str, pin: str) -> dict[str, float]:
    """Of 100, for each category."""
    flags = f"--headless=new --no-sandbox --disable-dev-shm-usage --ignore-certificate-errors-spki-list={pin}"
    command = [
        program,
        address,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={flags}",
    ]
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    for _ in range(TRIES):  # "NO_NAVSTART, please run Lighthouse again", it says now and then
        said = subprocess.run(
            command, env=os.environ | {"CHROME_PATH": chromium}, capture_output=True, text=True
        )
        if said.returncode == 0:
            break
    else:
        raise SystemExit(f"Lighthouse could not look at {address}:\n{said.stderr[-2000:]}")
    found = json.loads(said.stdout)["categories"]
    return {name: found[name]["score"] * 100 for name in CATEGORIES}


def main(size: int) -> None:
    """Ask about each page `size` times, then say which fall short."""
    program = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
    if not program:
        raise SystemExit("no Lighthouse on this machine: npm install -g lighthouse")
    rows: list[tuple[str, float, str, str, float | None]] = []
    with tempfile.TemporaryDirectory(prefix="cho-ban-lighthouse-") as folder:
        trusted = certificate(Path(folder))
        with served(Path(folder), trusted) as port:
            for page, path in addresses().items():
                if page == EMPTY:
                    continue
                address = f"https://localhost:{port}{path}"
                scores(program, address, trusted.pin)  # the first visit of all fills the kept pages
                runs = [scores(program, address, trusted.pin) for _ in range(size)]
                for name in CATEGORIES:
                    score = statistics.median(run[name] for run in runs)
                    rows.append((f"{page}: {name}", score, "of 100", f"the goal, {GOAL}", score / GOAL))
    report("lighthouse", size, rows)
    short = [f"{what}: {score:.0f}" for what, score, *_ in rows if score < GOAL]
    print("\nEvery goal is met." if not short else "\nGoals missed:\n  " + "\n  ".join(short))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1)
    main(parser.parse_args().size)
