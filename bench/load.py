"""A server for a bench, and a client that asks it a fixed number of times. Loopback only."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

HOST = "127.0.0.1"


@contextmanager
def granian(port: int, *, workers: int = 2, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The market under granian with this many worker processes; it ends with the block."""
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", HOST, "--port", str(port),
               "--workers", str(workers), "--blocking-threads", "1", "--no-ws", "config.wsgi:application"]  # fmt: skip
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "LOG_LEVEL": "ERROR",
        "MALLOC_ARENA_MAX": "2",  # as docs/operations.md starts it
        **environment,
    }
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield server
    finally:
        server.terminate()
        server.wait(20)


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if ask_once(port, "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("granian did not start")


def ask_once(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of one request."""
    with socket.create_connection((HOST, port)) as line:
        return _exchange(line, _request(path, port))


def _request(path: str, port: int) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nAccept: text/html\r\n\r\n".encode()


def _exchange(line: socket.socket, request: bytes) -> tuple[int, bytes]:
    line.sendall(request)
    got = b""
    while b"\r\n\r\n" not in got:
        part = line.recv(65536)
        if not part:
            raise OSError("closed")
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    lower = head.lower()
    at = lower.index(b"content-length:") + 15
    length = int(lower[at : lower.find(b"\r", at) if b"\r" in lower[at:] else None])
    while len(body) < length:
        body += line.recv(65536)
    return int(head[9:12]), body


def requests_a_second(port: int, paths: Sequence[str], *, requests: int, connections: int = 8) -> float:
    """Ask `requests` times in all over several kept connections, the paths in turn. Answers how many a second."""
    asked = [list(islice(cycle(paths), n, n + requests // connections)) for n in range(connections)]
    failed: list[str] = []

    def visit(share: list[str]) -> None:
        with socket.create_connection((HOST, port)) as line:
            for path in share:
                status, _body = _exchange(line, _request(path, port))
                if status != 200:
                    failed.append(f"{status} {path}")

    threads = [threading.Thread(target=visit, args=(share,)) for share in asked]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed[:3]
    return sum(map(len, asked)) / (time.perf_counter() - start)


def resident(server: "subprocess.Popen[bytes]") -> list[float]:
    """MB of memory that each worker of the server holds."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    sizes = []
    for pid in children:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        kb = next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
        sizes.append(kb / 1024)
    return sizes
