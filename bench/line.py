"""How soon does a cheap phone on a weak line show a page, and how much does it load?

`make bench NAME=line SIZE=5` (SIZE is the number of visits to each page) on PostgreSQL, with chromium on the machine.
The demo world stands behind granian with production's settings, TLS 1.3 and HTTP/2 under a certificate chain made for
the run; `proxied.py` compresses as a proxy does. Each visit is a first one: empty cache, a new connection, TCP and TLS
hand-shakes through `shaper.py`; no name is looked up. The phone is 360 x 740 at 2x with a processor four times slower.
Budgets: front-end guide, section 2.
"""

import argparse
import os
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, CDPSession, sync_playwright
from tqdm import tqdm

from bench.harness import report
from bench.shaper import Line, Shaper

ROOT = Path(__file__).parent.parent
LINES = (Line(400, 400), Line(300, 700))
SLOWER = 4
LCP, CLS, BLOCKED = 2500, 0.05, 150  # milliseconds, score, milliseconds
BUDGETS = {  # HTML, CSS, scripts, everything, in KB
    "home": (12, 6, 4, 150), "category": (12, 6, 4, 150), "shop": (12, 6, 4, 150), "product": (10, 6, 4, 60),
}  # fmt: skip
KINDS = {"Document": "HTML", "Stylesheet": "CSS", "Script": "scripts"}
EMPTY = "an empty page"
QUIET = 1500  # milliseconds without a request: the page is there

WATCH = """
window.seen = {lcp: 0, what: '', cls: 0, fcp: 0, tasks: []};
const watch = (type, each) => new PerformanceObserver(list => list.getEntries().forEach(each)).observe({type, buffered: true});
watch('largest-contentful-paint', entry => { seen.lcp = entry.startTime; seen.what = entry.element?.tagName ?? '' });
watch('layout-shift', entry => { if (!entry.hadRecentInput) seen.cls += entry.value });
watch('paint', entry => { if (entry.name === 'first-contentful-paint') seen.fcp = entry.startTime });
watch('longtask', entry => seen.tasks.push([entry.startTime, entry.duration]));
"""


Figure = tuple[str, float, str, str, float | None]  # what, value, unit, against, ratio


@dataclass
class Visit:
    """What one first visit cost: milliseconds, a score, and bytes of each kind with their headers."""

    lcp: float
    fcp: float
    cls: float
    blocked: float
    connected: float
    largest: str
    wire: int
    connections: int
    bytes_of: dict[str, float] = field(default_factory=dict)


# --- the market, as it would stand on a server ------------------------------------------------------------------------


@dataclass(frozen=True)
class Certificate:
    """Files of a certificate chain and its key, and the hash by which a browser can be told to trust it."""

    chain: Path
    key: Path
    pin: str


def certificate(folder: Path) -> Certificate:
    """A chain as a public authority gives it: leaf and intermediate, the latter signed by a large RSA root.

    The browser gets the pin instead of being told to overlook errors: it would meet the error first and then connect
    a second time, three round trips that no visitor pays.
    """
    root = rsa.generate_private_key(65537, 4096)
    middle, leaf = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256R1())

    def signed(name: str, key: Any, issuer: str, by: Any, authority: bool) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        )
        return builder.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    chain, key = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(
        signed("localhost", leaf, "Bench Intermediate", middle, False)
        + signed("Bench Intermediate", middle, "Bench Root", root, True)
    )
    key.write_bytes(
        leaf.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    public = leaf.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return Certificate(chain, key, b64encode(sha256(public).digest()).decode())


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@contextmanager
def served(folder: Path, certificate: Certificate) -> Iterator[int]:
    """Build the demo world and serve it; yields the port of TLS."""
    port, media = free_port(), folder / "media"
    media.mkdir()
    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.production", "DEBUG": "off", "SECRET_KEY": "bench" * 12, "SALT_KEY": "bench",
        "ALLOWED_HOSTS": "localhost", "SITE_URL": "https://localhost", "MEDIA_ROOT": str(media), "LOG_LEVEL": "ERROR",
    }  # fmt: skip

    def manage(*command: str, **more: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environ | more,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    manage("demo", "--no-serve", DEMO="on")
    manage("collectstatic", "--no-input")
    server = subprocess.Popen(
        [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--workers", "2", "--port", str(port), "--no-ws",
         "--ssl-certificate", certificate.chain, "--ssl-keyfile", certificate.key, "--log-level", "error",
         "--static-path-route", "/media", "--static-path-mount", media, "--static-path-expires", "31536000",
         "bench.proxied:application"],
        cwd=ROOT, env=environ,
    )  # fmt: skip
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(port: int, server: subprocess.Popen) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("granian did not start")


def addresses() -> dict[str, str]:
    """The pages measured: the fullest shop and kind of the demo world."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        shop = connection.execute(
            "SELECT shop.slug, min(product.public_code) FROM sellers_shop shop "
            "JOIN catalog_product product ON product.shop_id = shop.id "
            "WHERE product.live AND shop.status = 'live' GROUP BY shop.id ORDER BY count(*) DESC, shop.id LIMIT 1"
        ).fetchone()
    assert shop is not None
    slug, product = shop
    return {
        EMPTY: "/bare/", "home": "/", "category": "/cho/trai-cay/", "shop": f"/s/{slug}/", "product": f"/s/{slug}/{product}/",
    }  # fmt: skip


# --- the phone --------------------------------------------------------------------------------------------------------


def visit(browser: Browser, shaper: Shaper, address: str) -> Visit:
    """Open a page for the first time and wait until it is quiet."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, is_mobile=True, has_touch=True, locale="vi-VN",
    )  # fmt: skip
    carried, connections = shaper.down.carried + shaper.up.carried, shaper.connections
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        bytes_of = _counted(session)
        answer = page.goto(f"https://localhost:{shaper.port}{address}", wait_until="load", timeout=60_000)
        assert answer is not None and answer.ok, (address, answer and answer.status)  # noqa: PT018
        entry = page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
        assert entry["nextHopProtocol"] == "h2", entry
        last = -1
        while last != shaper.down.carried:  # the service worker's files too: they share the line
            last = shaper.down.carried
            page.wait_for_timeout(QUIET)
        seen = page.evaluate("window.seen")
    finally:
        context.close()
    blocked = sum(max(0, lasted - 50) for start, lasted in seen["tasks"] if start >= seen["fcp"])
    return Visit(
        seen["lcp"], seen["fcp"], seen["cls"], blocked, entry["connectEnd"] - entry["connectStart"], seen["what"],
        shaper.down.carried + shaper.up.carried - carried, shaper.connections - connections, dict(bytes_of),
    )  # fmt: skip


def _counted(session: CDPSession) -> dict[str, float]:
    """Fills up with kilobytes of each kind as the page loads: bodies as sent, and headers."""
    kinds: dict[str, str] = {}
    bytes_of: dict[str, float] = defaultdict(float)

    def ended(event: dict[str, Any]) -> None:
        size = event["encodedDataLength"] / 1024
        bytes_of[KINDS.get(kinds.get(event["requestId"], ""), "rest")] += size
        bytes_of["everything"] += size

    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on("Network.loadingFinished", ended)
    session.send("Network.enable")
    return bytes_of


# --- figures ----------------------------------------------------------------------------------------------------------


def figures_of_line(line: Line, visits: dict[str, list[Visit]]) -> Iterator[Figure]:
    """The empty page, which shows that the line is what it says, then every page of ours."""
    empty = visits[EMPTY]
    connected = statistics.median(each.connected for each in empty)
    yield (
        f"{EMPTY} at {line}: connected",
        connected,
        "ms",
        "two round trips",
        connected / (2 * line.round_trip),
    )
    bare = statistics.median(each.lcp for each in empty)
    yield f"{EMPTY} at {line}: LCP", bare, "ms", "three round trips", bare / (3 * line.round_trip)
    for page, seen in visits.items():
        if page != EMPTY:
            yield from figures(line, page, seen, bare)


def figures(line: Line, name: str, visits: list[Visit], bare: float) -> Iterator[Figure]:
    """Medians of a page's visits against the budgets; the slowest visit stands beside."""
    where = f"{name} at {line}"
    lcp = statistics.median(each.lcp for each in visits)
    yield f"{where}: LCP", lcp, "ms", f"the budget, {LCP} ms", lcp / LCP
    yield f"{where}: LCP over an empty page", lcp, "ms", "an empty page on this line", lcp / bare
    yield f"{where}: LCP, slowest visit", max(each.lcp for each in visits), "ms", "", None
    cls = max(each.cls for each in visits)
    yield f"{where}: CLS, worst visit", cls, "", f"the budget, {CLS}", cls / CLS
    blocked = statistics.median(each.blocked for each in visits)
    yield f"{where}: blocked", blocked, "ms", f"the budget, {BLOCKED} ms", blocked / BLOCKED
    for kind, budget in zip((*KINDS.values(), "everything"), BUDGETS[name], strict=True):
        size = statistics.median(each.bytes_of.get(kind, 0) for each in visits)
        yield f"{where}: {kind}", size, "KiB", f"the budget, {budget} KiB", size / budget
    yield f"{where}: connections, most", max(each.connections for each in visits), "", "", None
    wire = statistics.median(each.wire for each in visits) / 1024
    yield f"{where}: on the line in all, both ways", wire, "KiB", "", None


def main(size: int) -> None:
    """Visit each page `size` times on each line, then say which budgets are kept."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        raise SystemExit("no chromium on this machine: apt-get install chromium")
    rows: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="cho-ban-line-") as name, sync_playwright() as play:
        trusted = certificate(Path(name))
        flags = [
            "--no-sandbox",
            "--disable-dev-shm-usage",
            f"--ignore-certificate-errors-spki-list={trusted.pin}",
        ]
        with served(Path(name), trusted) as port:
            browser = play.chromium.launch(executable_path=chromium, args=flags)
            pages = addresses()
            with tqdm(total=len(LINES) * len(pages) * size, unit="visits") as bar:
                for line in LINES:
                    visits = visits_over(line, browser, port, pages, size, bar)
                    rows += figures_of_line(line, visits)
            browser.close()
    report("line", size, rows)
    over = [row for row in rows if row[3].startswith("the budget") and (row[4] or 0) > 1]
    print("\nOver the budget:" if over else "\nEvery budget is kept.")
    for what, value, unit, against, ratio in over:
        print(f"  {what}: {value:,.2f} {unit}, {ratio:.2f} times {against}")


def visits_over(
    line: Line, browser: Browser, port: int, pages: dict[str, str], size: int, bar: tqdm
) -> dict[str, list[Visit]]:
    """Every page in turn, again and again, so that a busy minute of the machine hits all of them."""
    visits: dict[str, list[Visit]] = defaultdict(list)
    with Shaper(line, port) as shaper:
        for _ in range(size):
            for page, address in pages.items():
                _warm(port, address)
                visits[page].append(visit(browser, shaper, address))
                bar.update()
    return visits


def _warm(port: int, address: str) -> None:
    """Ask once without the line: whether a page was made a second ago is not the question here."""
    careless = ssl._create_unverified_context()
    request = urllib.request.Request(f"https://localhost:{port}{address}", headers={"Accept-Encoding": "br"})
    for _ in range(6):  # both workers have a cache of their own, and either may answer
        urllib.request.urlopen(request, context=careless).read()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=5)
    main(parser.parse_args().size)
