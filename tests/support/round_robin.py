"""One address before several servers: each new connection goes to the next of them."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.support.server import free_port


class RoundRobin:
    """A forwarder of TCP connections on loopback; ``taken`` counts those of each server."""

    def __init__(self, ports: list[int]) -> None:
        self.port = free_port()
        self.taken: Counter[int] = Counter()
        self._ports = ports
        self._next = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, backlog=512)
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = self._ports[self._next % len(self._ports)]
        self._next += 1
        self.taken[port] += 1
        try:
            there = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))

    def start(self) -> None:
        """Begin to take connections."""
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        """Take no more, and drop those that are open."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._loop.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


@contextmanager
def round_robin(ports: list[int]) -> Iterator[RoundRobin]:
    """A forwarder for as long as the block runs."""
    made = RoundRobin(ports)
    made.start()
    try:
        yield made
    finally:
        made.stop()
