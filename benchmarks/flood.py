"""A flood of new websockets from one address, and how people behind the same address come in.

Both are processes of their own, as in ``attacks.py``. The flood is bounded: it holds so many
connections at most, and ends when its standard input is closed or after so many seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.attacks import BINARY, frame, open_socket, run_message
from benchmarks.processes import ROOT, ServerProcess
from bme_quiz.rules.rounding import exact_percent
from bme_quiz.services.accounts.learner import COOKIE
from bme_quiz.services.accounts.tokens import new_token
from tests.support.streamlit_client import StreamlitClient

# Connections that are being opened at once, and that are held open at most.
_LANES, _MOST_HELD = 300, 1_500
_LONGEST = 120.0
_PAGE = frame(BINARY, run_message())

GIVEN_UP = 20.0
"""Seconds after which a neighbour is counted as one who did not get in."""


@contextlib.contextmanager
def flood(port: int, cookies: int = 0) -> Iterator[list[int]]:
    """Somebody opens websockets as fast as the server takes them, asks each for its page, and
    never reads.

    Args:
        cookies: learners' cookies that it keeps and brings again and again; 0 for a new one each
            time.

    Yields:
        How many were tried, once it is over.
    """
    command = [sys.executable, "-m", "benchmarks.flood", "flood", str(port), str(cookies)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
    assert process.stdout is not None
    tried: list[int] = []
    try:
        process.stdout.readline()
        yield tried
    finally:
        try:
            tried.append(int(process.communicate(timeout=20)[0]))
        finally:
            process.kill()
            process.wait()


async def _flood(port: int, cookies: int, stop: threading.Event) -> None:
    kept = [new_token() for _ in range(cookies)]
    held: list[asyncio.StreamWriter] = []
    tried = 0

    async def lane() -> None:
        nonlocal tried
        while not stop.is_set():
            tried += 1
            writer = None
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                cookie = random.choice(kept) if kept else new_token()
                writer.write(_handshake(port, cookie))
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"HTTP/1.1 101 "):
                    writer.write(_PAGE)
                    held.append(writer)
                    writer = None
            if writer is not None:
                writer.close()
            if len(held) > _MOST_HELD:
                held.pop(0).close()

    lanes = [asyncio.create_task(lane()) for _ in range(_LANES)]
    await asyncio.sleep(1)
    print("flooding", flush=True)
    end = time.monotonic() + _LONGEST
    while not stop.is_set() and time.monotonic() < end:
        await asyncio.sleep(0.05)
    stop.set()
    for one in lanes:
        one.cancel()
    await asyncio.gather(*lanes, return_exceptions=True)
    print(tried, flush=True)


def _handshake(port: int, learner: str) -> bytes:
    host = f"127.0.0.1:{port}"
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: streamlit",
        f"Origin: http://{host}",
        f"Cookie: {COOKIE}={learner}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Seconds that each neighbour waited for a whole page; None for who never got one."""

    waits: Sequence[float | None]

    def within(self, seconds: float) -> float:
        """Percentage of those who had their page by then."""
        came = sum(wait is not None and wait <= seconds for wait in self.waits)
        return exact_percent(came, len(self.waits))


def arrive(port: int, learners: Sequence[str], apart: float = 0.4) -> Arrivals:
    """Browsers with these learners' cookies open the page, one after the other.

    A process of its own, as whatever else is sent here would hold up its clock.

    Args:
        apart: seconds between two.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.flood", "arrive", str(port), str(apart), *learners],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=apart * len(learners) + 3 * GIVEN_UP,
        check=True,
    )
    return Arrivals(json.loads(done.stdout))


async def _arrive(port: int, apart: float, learners: Sequence[str]) -> list[float | None]:
    async def come(number: int, learner: str) -> float | None:
        await asyncio.sleep(number * apart)
        began = time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GIVEN_UP):
                await _open_page(port, learner)
                return time.monotonic() - began
        return None

    return await asyncio.gather(*(come(*one) for one in enumerate(learners)))


async def _open_page(port: int, learner: str) -> None:
    """Try until a whole page has come, with a browser's pauses."""
    tries = 0
    while True:
        with contextlib.suppress(OSError, WebSocketException, TimeoutError):
            async with asyncio.timeout(15):
                await _ping(port)
                if await _try(port, learner):
                    return
        tries += 1
        # Seen in Streamlit 1.67: half a second doubled each time, up to four, by chance up to half
        # of it sooner; the first after a quarter at least.
        longest = min(4.0, 0.5 * 2 ** (tries - 1))
        await asyncio.sleep(random.uniform(longest / 2, longest))


async def _ping(port: int) -> None:
    for path in ("health", "host-config"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            head = f"GET /_stcore/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode())
            await reader.read()
        finally:
            writer.close()


async def _try(port: int, learner: str) -> bool:
    async with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
        additional_headers={"Cookie": f"{COOKIE}={learner}"},
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
        close_timeout=0,
        proxy=None,
    ) as socket:
        await socket.send(run_message())
        async for data in socket:
            message = ForwardMsg()
            message.ParseFromString(data)  # type: ignore[arg-type]
            if message.WhichOneof("type") == "script_finished":
                return True
    return False


def known_learners(server: ServerProcess, count: int) -> list[str]:
    """Learners who have answered a question before the server was started again."""
    learners = [new_token() for _ in range(count)]
    for learner in learners:
        with StreamlitClient(server.port, learner) as page:
            while page.step() is None:
                pass
    server.stop()
    server.start()
    # The first page of all loads what the others find.
    with open_socket(server.port) as first:
        first.session()
    return learners


def main() -> None:
    """Flood, or come in as neighbours: as the arguments say."""
    what, port, number, *learners = sys.argv[1:]
    if what == "arrive":
        print(json.dumps(asyncio.run(_arrive(int(port), float(number), learners))))
        return
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    asyncio.run(_flood(int(port), int(number), stop))


if __name__ == "__main__":
    main()
