"""What every test may use: a phone-sized browser, counting of queries, many people at once.

Two markers choose the engine. `postgres` tests need row locks and are left out on SQLite; `browser` tests (all of
tests/journeys) look at pages, which are the same on both engines, and are left out on PostgreSQL, as are tests that open
no database at all.
With REQUIRE_ALL=1 a skipped test of either kind fails: the CI may not go green on tests that did not run.
"""

import os
import shutil
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from common.kept import forget_all
from common.ratelimits import limiter
from storefront import frame
from tests import rows

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright's loop and the live server share a process

# A busy machine is no fault of the code: what has to be fast is measured in bench/
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

JOURNEYS = Path(__file__).parent / "journeys"
NEVER_SKIPPED = ("browser", "postgres")
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
CHROMIUM_FLAGS = [
    "--no-sandbox",  # root in a container has no sandbox to give
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# --- which tests run ------------------------------------------------------------------------------------------------
def commits(item: pytest.Item) -> bool:
    """Whether the test empties all tables when it ends."""
    marked = item.get_closest_marker("django_db")
    return bool(marked and marked.kwargs.get("transaction"))


def on_sqlite() -> bool:
    """Whether this run is the one on SQLite."""
    return settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the browser tests, and give every test that really commits the rows of the migrations back.

    Such a test ends by emptying all tables. Without the rows that migrations wrote (Wagtail's root page,
    collections, content types) the next one would start in a world that cannot exist."""
    if JOURNEYS in item.path.parents or "page" in getattr(item, "fixturenames", ()):
        item.add_marker("browser")
    marked = item.get_closest_marker("django_db")
    kept = dict(marked.kwargs) if marked else {}
    real = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    if real or kept.get("transaction"):
        kept |= {"transaction": True, "serialized_rollback": True}
        item.add_marker(pytest.mark.django_db(**kept), append=False)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the other engine's run does, and put tests that really commit behind all others.

    pytest-django sorts them so as well, but the browser's plug-in then groups tests by browser.
    """
    items.sort(key=commits)
    left_out = [item for item in items if is_left_out(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def is_left_out(item: pytest.Item) -> bool:
    """Whether the other engine's run is the one that does it."""
    if on_sqlite():
        return item.get_closest_marker("postgres") is not None
    opens = item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return not opens or item.get_closest_marker("browser") is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With REQUIRE_ALL, turn a skipped browser or PostgreSQL test into a failed one."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("REQUIRE_ALL"):
        marker = next((name for name in NEVER_SKIPPED if item.get_closest_marker(name)), None)
        if marker:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            report.outcome = "failed"
            report.longrepr = f"REQUIRE_ALL is set and this {marker} test did not run. {reason}"
    return report


@pytest.fixture(autouse=True)
def fresh_start() -> None:
    """No test sees what another one left in the cache, used up its limits, or goes on in its language."""
    cache.clear()
    forget_all()
    frame.remember(frame.plain())  # else a test's first page would cost more than its second
    limiter.cache_clear()
    translation.activate(settings.LANGUAGE_CODE)


# --- database -------------------------------------------------------------------------------------------------------
rows.instead_of_json()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    """On SQLite use a file, one for each worker: threads of the live server then have connections of their own.

    In memory all threads would share one connection, and one's transaction would swallow the other's rows.
    TEST_SQLITE names a file that `--reuse-db` finds again, to spare the migrations."""
    if on_sqlite():
        kept = os.environ.get("TEST_SQLITE")
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        name = f"{kept}{worker}" if kept else tmp_path_factory.mktemp("database") / "test.sqlite3"
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(name)
    else:
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Generator[None, None, None]:
    """Let every connection know the rows of the migrations, not only the one that wrote them, and leave them to whoever
    reuses the database.

    While Playwright's loop runs, Django opens a second connection in the same thread, which would not restore
    them (pytest_itemcollected asks for that)."""
    with django_db_blocker.unblock():
        made = connections["default"]
        if hasattr(made, "_test_serialized_contents"):
            type(made)._test_serialized_contents = made._test_serialized_contents
    yield
    with django_db_blocker.unblock():
        if request.config.getoption("reuse_db") and not ContentType.objects.exists():
            made._test_serialized_contents.put_back()


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_ledgers_guards() -> None:
    """Let a test that really commits empty all tables on SQLite, where that is a DELETE which the ledger refuses.

    The triggers are lifted for the moment of the flush alone. (PostgreSQL truncates, which row triggers do not see.)
    """
    if not on_sqlite():
        return
    ops = type(connection.ops)
    flush = ops.execute_sql_flush

    def lifted(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger_%'"
            )
            guards = cursor.fetchall()
            for name, _sql in guards:
                cursor.execute(f"DROP TRIGGER {name}")
        try:
            flush(self, sql_list)
        finally:
            with self.connection.cursor() as cursor:
                for _name, sql in guards:
                    cursor.execute(sql)

    ops.execute_sql_flush = lifted


@pytest.fixture
def client_of() -> Callable[[], Client]:
    """Another browser."""
    return Client


@pytest.fixture
def queries_of(db: None) -> Callable[..., int]:
    """`queries_of(call, *args)` calls it and answers how many queries that took."""

    def count(call: Callable[..., Any], *args: Any, **kwargs: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            call(*args, **kwargs)
        return len(captured)

    return count


@pytest.fixture
def run_at_once(transactional_db: None) -> Callable[..., list[str]]:
    """`run_at_once(32, call, *args)` lets 32 threads call it in the same moment, each on its own connection.

    Answers, for each thread, "ok" or the name of the exception's class. Every write commits for real. Give
    `transaction.atomic(call)` for something that must be called inside a transaction."""

    def run(threads: int, call: Callable[..., Any], *args: Any) -> list[str]:
        gate = threading.Barrier(threads, timeout=30)

        def once(_: int) -> str:
            try:
                connection.ensure_connection()  # so that the race is about the call, not about connecting
                gate.wait()
                call(*args)
            except Exception as error:
                return type(error).__name__
            else:
                return "ok"
            finally:
                connections.close_all()

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(once, range(threads)))

    return run


# --- browser: the machine's own chromium, as wide as a cheap phone --------------------------------------------------
@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the machine's chromium (or the one that CHROMIUM names); without one the browser tests are skipped."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A phone of 360 x 740 at twice the dots, in Vietnamese; no service worker between the test and the server."""
    return {
        **browser_context_args,
        "viewport": {"width": 360, "height": 740},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
        "service_workers": "block",
    }
