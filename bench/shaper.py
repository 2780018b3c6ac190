"""A weak line on one machine: a TCP relay with a delay, a rate and TCP's own manners, needing no rights and no modules.

What a program sends travels as packets of 1,448 bytes (and 52 of headers) over one link each way, shared by all
connections. A connection costs a round trip before its first byte, as SYN and SYN-ACK do, and sends ten packets at
first and one more for each that was acknowledged (slow start, RFC 6928). Nothing is lost, and the link queues without
an end, so that the weak spots of real radio are not in here.
"""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any

PACKET, HEADERS = 1448, 52  # bytes; IPv4, TCP and timestamps
FIRST_WINDOW = 10 * PACKET
READ_AHEAD = (
    32 * 1024
)  # bytes waiting in front of the link; more would take the choice of what goes first from HTTP/2


@dataclass(frozen=True)
class Line:
    """Round trip in milliseconds, rate each way in kbit/s."""

    round_trip: int
    rate: int

    def __str__(self) -> str:
        return f"{self.round_trip} ms, {self.rate} kbit/s"


class Link:
    """One direction of the line: packets leave one after the other and arrive half a round trip later."""

    def __init__(self, line: Line) -> None:
        self.bytes_per_second = line.rate * 1000 / 8
        self.delay = line.round_trip / 2000
        self.free_at = 0.0
        self.carried = 0

    def carry(self, size: int, now: float) -> float:
        """When a packet of `size` bytes that is sent now has arrived, in the loop's seconds."""
        self.free_at = max(now, self.free_at) + (size + HEADERS) / self.bytes_per_second
        self.carried += size + HEADERS
        return self.free_at + self.delay


class Window:
    """How much one sender may have on its way unacknowledged."""

    def __init__(self) -> None:
        self.size, self.on_its_way = FIRST_WINDOW, 0
        self.room = asyncio.Event()
        self.room.set()

    def sent(self, size: int) -> None:
        """Count a packet; the sender waits at `room` once the window is full."""
        self.on_its_way += size
        if self.on_its_way >= self.size:
            self.room.clear()

    def acknowledged(self, size: int) -> None:
        """The packet has arrived and its sender knows."""
        self.on_its_way -= size
        self.size += size
        self.room.set()


class Shaper:
    """Relays `127.0.0.1:port` to another port of this machine over a line, in a thread of its own, inside `with`."""

    def __init__(self, line: Line, upstream: int) -> None:
        self.line, self.upstream = line, upstream
        self.up, self.down = Link(line), Link(line)
        self.connections = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task] = set()

    def __enter__(self) -> "Shaper":
        self._thread.start()
        self._server = self._wait(asyncio.start_server(self._connected, "127.0.0.1", 0, limit=READ_AHEAD))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        far_writer = None
        try:
            await asyncio.sleep(
                self.line.round_trip / 1000
            )  # SYN there, SYN-ACK back; the client's data only then
            far_reader, far_writer = await asyncio.open_connection(
                sock=await _small_socket(self.upstream), limit=READ_AHEAD
            )
            await asyncio.gather(
                self._relay(reader, far_writer, self.up, self.down),
                self._relay(far_reader, writer, self.down, self.up),
            )
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in (writer, far_writer):
                if end is not None:
                    end.close()
            self._tasks.discard(task)

    async def _relay(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: Link, back: Link
    ) -> None:
        """One direction of one connection, until its sender closes it."""
        window, arrived = Window(), asyncio.Queue[tuple[float, bytes]]()
        delivery = self._loop.create_task(_deliver(arrived, writer))
        try:
            while data := await reader.read(PACKET):
                await window.room.wait()
                now = self._loop.time()
                there = link.carry(len(data), now)
                window.sent(len(data))
                self._loop.call_at(there + back.delay, window.acknowledged, len(data))
                arrived.put_nowait((there, data))
                await asyncio.sleep(
                    max(0.0, link.free_at - now)
                )  # the next packet waits until this one has left
            arrived.put_nowait((self._loop.time() + link.delay, b""))
            await delivery
        finally:
            delivery.cancel()


async def _deliver(arrived: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    """Hand each packet over when it has arrived; an empty one is the end."""
    loop: Callable[[], float] = asyncio.get_running_loop().time
    while True:
        there, data = await arrived.get()
        await asyncio.sleep(max(0.0, there - loop()))
        if not data:
            with suppress(OSError):
                writer.write_eof() if writer.can_write_eof() else writer.close()
            return
        writer.write(data)
        await writer.drain()


async def _small_socket(port: int) -> socket.socket:
    """A connection to the server that takes little more than the line can carry."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READ_AHEAD)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    return sock
