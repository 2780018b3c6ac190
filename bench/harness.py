"""What every bench shares: timing, a table, and a file of results.

A bench measures a question on this machine against something measured in the same run, because seconds of two
machines say nothing about each other, and ratios do.
"""

import json
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, its value and unit, against what, and the ratio to that."""

    what: str
    value: float
    unit: str
    against: str
    ratio: float | None
    size: int
    machine: str
    when: str


def machine() -> str:
    """Processor, cores and Python, enough to judge a figure by."""
    return f"{platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}"


@dataclass(frozen=True)
class Times:
    """Milliseconds of many calls."""

    p50: float
    p95: float


def time_calls(call: Callable[[], Any], calls: int = 200, warm: int = 10) -> Times:
    """Call it `warm` times unmeasured, then `calls` times, one after the other."""
    for _ in range(warm):
        call()
    taken = []
    for _ in range(calls):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    ordered = statistics.quantiles(taken, n=20)
    return Times(statistics.median(taken), ordered[-1])


def report(name: str, size: int, figures: list[tuple[str, float, str, str, float | None]]) -> None:
    """Print the figures (what, value, unit, against, ratio) as a table and write bench/results/<name>.json."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [Row(what, round(value, 3), unit, against, ratio and round(ratio, 3), size, machine(), now)
            for what, value, unit, against, ratio in figures]  # fmt: skip
    width = max(len(row.what) for row in rows)
    print(f"\n{name}, size {size:,}, {machine()}")
    for row in rows:
        ratio = f"{row.ratio:8.2f} × {row.against}" if row.ratio is not None else ""
        print(f"  {row.what:<{width}}  {row.value:>10,.2f} {row.unit:<8} {ratio}")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n")
    print(f"  written to bench/results/{path.name}")
