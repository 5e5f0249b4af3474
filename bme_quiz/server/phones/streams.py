"""Server-sent events to one phone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_LINES = re.compile(r"\r\n|\r|\n")
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # Some proxies would keep events until a buffer is full.
    (b"x-accel-buffering", b"no"),
]


def page_event(step: int, main: str, *, again: bool = False) -> bytes:
    """The event that shows a page: the HTML of its ``<main>``, with the step as its id.

    Args:
        again: whether it is for phones that show this step already.
    """
    data = "".join(f"data: {line}\n" for line in _LINES.split(main))
    name = "again" if again else "page"
    return f"event: {name}\nid: {step}\n{data}\n".encode()


def beat_event(step: int) -> bytes:
    """The event that says that the line is alive, and which step the phone must have by now."""
    return f"event: beat\ndata: {step}\n\n".encode()


class Stream:
    """A phone's open stream.

    While nothing happens it is one task that waits for the phone to leave. What is to be sent is
    sent by a task that lives no longer; a phone that takes nothing holds up nobody, and gets the
    latest page when it takes something again.

    Args:
        seat: whose phone it is.
        step: the step that the phone shows.
        address: what the phone's address counts as.
    """

    __slots__ = ("_next", "_send", "_sender", "address", "ended", "seat", "step")

    def __init__(self, seat: str, step: int, send: Send, address: str | None = None) -> None:
        self.seat = seat
        self.address = address
        self.step = step
        self.ended = False
        self._send = send
        self._next: bytes | None = None
        self._sender: asyncio.Task[None] | None = None

    def show(self, step: int, event: bytes) -> None:
        """Send the page of a step, unless the phone has it or a later one."""
        if step > self.step:
            self.step = step
            self._give(event)

    def show_again(self, step: int, event: bytes) -> None:
        """Send a page of the step that the phone shows, which is not what it was."""
        if step == self.step:
            self._give(event)

    def beat(self) -> None:
        """Send a beat, unless something is on its way already."""
        if self._sender is None:
            self._give(beat_event(self.step))

    def end(self) -> None:
        """Say that there is no more; the phone then asks for another stream, if it wants one."""
        if not self.ended:
            self.ended = True
            if self._sender is None:
                self._sender = asyncio.create_task(self._send_all())

    def _give(self, event: bytes) -> None:
        if self.ended:
            return
        self._next = event
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._next is not None:
                event, self._next = self._next, None
                await self._body(event, more=True)
            if self.ended:
                await self._body(b"", more=False)
        except OSError:
            # The phone has left; whoever waits for that will hear of it.
            self._next = None
        finally:
            self._sender = None

    async def _body(self, body: bytes, *, more: bool) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})


class EventStream(Response):
    """The response that is a stream, for as long as the phone stays.

    Args:
        seat: whose phone it is.
        step: the step that the phone shows.
        address: what the phone's address counts as.
        opened: called with the stream when it is open.
        closed: called with it when the phone has left.
    """

    def __init__(
        self,
        seat: str,
        step: int,
        address: str | None,
        opened: Callable[[Stream], None],
        closed: Callable[[Stream], None],
    ) -> None:
        self._seat = seat
        self._step = step
        self._address = address
        self._opened = opened
        self._closed = closed

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        stream = Stream(self._seat, self._step, send, self._address)
        self._opened(stream)
        try:
            # Also comes when the stream has ended from our side.
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            stream.ended = True
            self._closed(stream)
