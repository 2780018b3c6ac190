"""The weak line is as slow as it says: hand-shake, round trip, rate and slow start, and nothing is lost on it."""

import socket
import time
from collections.abc import Iterator
from threading import Thread

import pytest

from bench.shaper import FIRST_WINDOW, HEADERS, PACKET, Line, Shaper

LATE = 0.15  # seconds a busy machine may add


@pytest.fixture
def sender() -> Iterator[int]:
    """A server that answers a number of bytes, given in eight digits, and closes when its client does."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(connection: socket.socket) -> None:
        with connection:
            while asked := connection.recv(8, socket.MSG_WAITALL):
                connection.sendall(b"x" * int(asked))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            Thread(target=answer, args=(connection,), daemon=True).start()

    Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def seconds(connection: socket.socket, size: int) -> float:
    """How long it takes to ask for that many bytes and have them all."""
    start = time.perf_counter()
    connection.sendall(b"%08d" % size)
    left = size
    while left:
        left -= len(connection.recv(left))
    return time.perf_counter() - start


def test_the_first_answer_takes_two_round_trips_and_the_second_one(sender):
    with (
        Shaper(Line(200, 10_000), sender) as shaper,
        socket.create_connection(("127.0.0.1", shaper.port)) as phone,
    ):
        assert 0.4 <= seconds(phone, 1) < 0.4 + LATE
        assert 0.2 <= seconds(phone, 1) < 0.2 + LATE


def test_bytes_take_as_long_as_the_rate_allows_and_all_arrive(sender):
    size = FIRST_WINDOW  # fits into the first window: the rate alone holds it up
    with (
        Shaper(Line(100, 400), sender) as shaper,
        socket.create_connection(("127.0.0.1", shaper.port)) as phone,
    ):
        seconds(phone, 1)
        on_the_line = (size + size / PACKET * HEADERS) / (400_000 / 8)
        assert 0.1 + on_the_line <= seconds(phone, size) < 0.1 + on_the_line + LATE
        assert shaper.down.carried >= size + size / PACKET * HEADERS


def test_two_downloads_share_the_line(sender):
    with Shaper(Line(20, 400), sender) as shaper:
        phones = [socket.create_connection(("127.0.0.1", shaper.port)) for _ in range(2)]
        took: list[float] = []
        downloads = [
            Thread(target=lambda phone=phone: took.append(seconds(phone, 10_000))) for phone in phones
        ]
        for download in downloads:
            download.start()
        for download in downloads:
            download.join()
        for phone in phones:
            phone.close()
    assert max(took) >= 20_000 / (400_000 / 8)


def test_a_long_answer_starts_slowly(sender):
    """Behind a wide line the first ten packets wait for their acknowledgement before the eleventh leaves."""
    with (
        Shaper(Line(200, 100_000), sender) as shaper,
        socket.create_connection(("127.0.0.1", shaper.port)) as phone,
    ):
        seconds(phone, 1)
        assert 0.4 <= seconds(phone, FIRST_WINDOW * 2) < 0.4 + LATE
        assert 0.2 <= seconds(phone, FIRST_WINDOW * 2) < 0.2 + LATE  # the window has grown
