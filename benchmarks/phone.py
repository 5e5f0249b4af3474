"""A phone in the hall without the phone: HTTP/1.1 over loopback, in as little time as can be.

What it stands for: one browser with the phone's page open and its script running. It opens the
page, keeps the cookie, fetches the page's script, holds the stream of events open, and sends an
answer on a kept-alive connection. The server closes that one when it has been idle for 5 s; the
answer then goes out on a new one, once more where the old was closed on the way. It sends the
headers that a phone's browser sends and takes what it compresses.

What it does not stand for: nothing is drawn, no Wi-Fi lies between, nobody reads. There is no
TLS. All phones share one process and one core, which the server does not get; what that process
needs to notice an answer counts as waiting for it.
"""

from __future__ import annotations

import asyncio
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

PATIENCE = 60.0
ANSWER_IS_IN = b"Your answer is in."
_TRIES = 3
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_COOKIE = re.compile(rb"\r\nset-cookie: *(bme_seat=[^;\r]+)", re.IGNORECASE)
_ZIPPED = re.compile(rb"\r\ncontent-encoding: *gzip", re.IGNORECASE)
_SCRIPT = re.compile(rb'<script[^>]* src="([^"]+)"')
_STEP = re.compile(rb'data-step="(\d+)"')
_POSITION = re.compile(rb'name="position" value="(\d+)"')
_OPTION = re.compile(rb'name="option"[^>]*? value="([a-e])"')
_EVENT_STEP = re.compile(rb"^id: *(\d+)", re.MULTILINE)
_BROWSER = (
    "User-Agent: Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36\r\n"
    "Accept-Encoding: gzip, deflate\r\nAccept-Language: en-GB,en;q=0.9\r\n"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A response that has come in full, its body no longer compressed."""

    status: int
    head: bytes
    body: bytes


class Line(asyncio.Protocol):
    """One connection: requests one after the other, or a stream of events to its end.

    Args:
        heard: called with each event; the connection then carries a stream.
        lost: called when the connection has closed.
    """

    def __init__(
        self,
        heard: Callable[[bytes], None] | None = None,
        lost: Callable[[], None] | None = None,
    ) -> None:
        self._heard, self._lost = heard, lost
        self._bytes = bytearray()
        self._events = bytearray()
        self._streams = False
        self._reply: asyncio.Future[Reply] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def open(
        cls,
        port: int,
        heard: Callable[[bytes], None] | None = None,
        lost: Callable[[], None] | None = None,
    ) -> Self:
        """Connect."""
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(lambda: cls(heard, lost), "127.0.0.1", port)
        return line

    @property
    def is_open(self) -> bool:
        """Whether the server has not closed it, as far as is known."""
        return self._transport is not None

    async def ask(self, request: bytes) -> Reply:
        """Send a request and wait for its reply; of a stream, for its head.

        Raises:
            ConnectionError: the server closed the connection without a reply.
            TimeoutError: there was no reply within ``PATIENCE``.
        """
        if self._transport is None:
            raise ConnectionResetError
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[Reply] = loop.create_future()
        self._reply = reply
        self._transport.write(request)
        late = loop.call_later(PATIENCE, self._give_up, reply)
        try:
            return await reply
        finally:
            late.cancel()

    def close(self) -> None:
        """Close it; nobody is told."""
        self._lost = None
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(exc or ConnectionResetError())
        if self._lost is not None:
            self._lost()

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        if not self._streams:
            self._take_reply()
        if self._streams:
            self._take_chunks()

    def _take_reply(self) -> None:
        end = self._bytes.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._bytes[:end])
        length = _LENGTH.search(head)
        self._streams = self._heard is not None and length is None
        size = int(length[1]) if length else 0
        if len(self._bytes) < end + 4 + size:
            return
        body = bytes(self._bytes[end + 4 : end + 4 + size])
        del self._bytes[: end + 4 + size]
        if _ZIPPED.search(head):
            body = zlib.decompress(body, 31)
        if self._reply is not None and not self._reply.done():
            self._reply.set_result(Reply(int(head[9:12]), head, body))

    def _take_chunks(self) -> None:
        """Take the data out of HTTP's chunks, and each event out of the data."""
        while (line := self._bytes.find(b"\r\n")) >= 0:
            size = int(self._bytes[:line], 16)
            if len(self._bytes) < line + 4 + size:
                return
            self._events += self._bytes[line + 2 : line + 2 + size]
            del self._bytes[: line + 4 + size]
        while (end := self._events.find(b"\n\n")) >= 0:
            event = bytes(self._events[:end])
            del self._events[: end + 2]
            if self._heard is not None:
                self._heard(event)

    def _give_up(self, reply: asyncio.Future[Reply]) -> None:
        if not reply.done():
            reply.set_exception(TimeoutError())
            self.close()


class Phone:
    """One phone.

    Attributes:
        step: of the session, as the phone shows it.
        heard_at: ``time.perf_counter`` when that came.
        asks: whether it shows a question to answer.
        lost: how often the stream of events broke off.
        again: how many answers had to be sent once more.
    """

    def __init__(self, port: int, path: str, on_step: Callable[[Phone], None]) -> None:
        self.step, self.heard_at = -1, 0.0
        self.asks = False
        self.lost = self.again = 0
        self._port, self._path, self._on_step = port, path, on_step
        self._cookie = ""
        self._main = b""
        self._line: Line | None = None
        self._events: Line | None = None

    async def join(self) -> float:
        """Open the page and the stream; the seconds until both are there.

        Raises:
            RuntimeError: the server refused one of them.
            OSError: a connection was refused, or closed without a reply.
        """
        began = time.perf_counter()
        # A browser uses the page's connection again, for the stream or the script.
        events = await Line.open(self._port, self._hear, self._lose)
        page = await events.ask(self._get(self._path, "text/html,application/xhtml+xml", "none"))
        cookie = _COOKIE.search(page.head)
        if page.status != 200 or cookie is None:
            raise RuntimeError(f"the page came with {page.status}")
        self._cookie = f"Cookie: {cookie[1].decode()}\r\n"
        self._show(page.body)
        self._events = events
        address = f"{self._path}/events?step={self.step}"
        script = _SCRIPT.search(page.body)
        streaming, _ = await asyncio.gather(
            events.ask(self._get(address, "text/event-stream")),
            self._fetch(script[1].decode() if script else None),
        )
        if streaming.status != 200:
            raise RuntimeError(f"the stream of events came with {streaming.status}")
        return time.perf_counter() - began

    async def answer(self, number: int) -> float:
        """Tick an option of the question on the screen, send it; the seconds until it is in.

        Raises:
            RuntimeError: the server refused the answer.
            OSError: the server closed every connection without a reply.
        """
        began = time.perf_counter()
        options, position = _OPTION.findall(self._main), _POSITION.search(self._main)
        if position is None or not options:
            raise RuntimeError("there is no question on the screen")
        option = options[number % len(options)].decode()
        fields = {"step": self.step, "position": int(position[1]), "option": option}
        request = self._post(f"{self._path}/answer", urlencode(fields))
        for last in (False,) * (_TRIES - 1) + (True,):
            try:
                if self._line is None or not self._line.is_open:
                    self._line = await Line.open(self._port)
                reply = await self._line.ask(request)
                break
            except ConnectionError:
                if last:
                    raise
                self.again += 1
        if reply.status != 200 or ANSWER_IS_IN not in reply.body:
            raise RuntimeError(f"the answer came back with {reply.status}")
        return time.perf_counter() - began

    def leave(self) -> None:
        """Close what is open."""
        for line in (self._events, self._line):
            if line is not None:
                line.close()

    async def _fetch(self, address: str | None) -> None:
        if address is not None:
            self._line = await Line.open(self._port)
            reply = await self._line.ask(self._get(address, "*/*"))
            if reply.status != 200:
                raise RuntimeError(f"the script came with {reply.status}")

    def _hear(self, event: bytes) -> None:
        found = _EVENT_STEP.search(event)
        if found is not None and event.startswith(b"event: page"):
            self._show(event, int(found[1]))

    def _show(self, main: bytes, step: int | None = None) -> None:
        if step is None:
            found = _STEP.search(main)
            if found is None:
                raise RuntimeError("the page does not say its step")
            step = int(found[1])
        self._main, self.asks = main, b'name="option"' in main
        self.step, self.heard_at = step, time.perf_counter()
        self._on_step(self)

    def _lose(self) -> None:
        self.lost += 1

    def _get(self, address: str, accept: str, site: str = "same-origin") -> bytes:
        return (
            f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAccept: {accept}\r\n"
            f"{_BROWSER}Sec-Fetch-Site: {site}\r\n{self._cookie}\r\n"
        ).encode()

    def _post(self, address: str, body: str) -> bytes:
        host = f"127.0.0.1:{self._port}"
        return (
            f"POST {address} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n{_BROWSER}"
            f"Origin: http://{host}\r\nSec-Fetch-Site: same-origin\r\n{self._cookie}"
            f"X-Requested-With: fetch\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
