"""Limits on a browser's websocket: its pace, its turns at a run, and the kinds of its messages.

Streamlit takes every message of every connection at once, without a pause between two, and some of
its messages are meant for developers. Here each connection is slowed to what a person can press,
runs are dealt out fairly, nothing is taken from a browser that does not read, and only the messages
that the app needs come through. Who may connect at all is decided in ``websocket_arrivals.py``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from starlette.types import Message, Receive, Send

from bme_quiz.server.http import streamlit_internals
from bme_quiz.server.http.streamlit_internals import Kind
from bme_quiz.server.http.turns import Turns
from bme_quiz.server.token_bucket import Clock, Rate, TokenBucket

MESSAGES = Rate(300, 30)
"""Of one connection. Whoever presses as fast as fingers go sends fifteen a second."""

# A run is counted as under way until its end was sent to the browser, or so many seconds at most: a
# long one (an author's check) takes no turn from the others for all its time, and whoever presses
# again meanwhile interrupts it as ever.
_LONGEST_TURN = 0.25
# Close codes of RFC 6455.
_UNSUPPORTED, _PROTOCOL_ERROR = 1003, 1002
TRY_LATER = 1013


class GuardedSocket:
    """One browser's websocket, as Streamlit gets it.

    Args:
        address: what the client counts as where there is a share for each.
        clock: seconds that only go forward.
        on_run: called when a run is asked for.

    Attributes:
        runs: runs asked for.
        opened_at: when it came, in seconds of the clock.
        last_at: when the last run was asked for, or it came.
        has_page: whether a run has ended, so that there is something to be seen.
        known_as: what its browser is known by; None where that is a stranger.
        known_since: since when.
    """

    def __init__(
        self,
        receive: Receive,
        send: Send,
        turns: Turns,
        address: str,
        clock: Clock = time.monotonic,
        on_run: Callable[[GuardedSocket], None] = lambda _: None,
    ) -> None:
        self._receive = receive
        self._send = send
        self._turns = turns
        self._address = address
        self._allowance = TokenBucket(MESSAGES)
        self._turn: asyncio.TimerHandle | None = None
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._closed = False
        self._clock = clock
        self._on_run = on_run
        self.runs = 0
        self.opened_at = self.last_at = clock()
        self.has_page = False
        self.known_as: str | None = None
        self.known_since = float("inf")

    async def receive(self) -> Message:
        """The next message that is meant for the app."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            await asyncio.sleep(self._allowance.spend())
            data = message.get("bytes")
            kind = streamlit_internals.kind_of(data) if data is not None else Kind.BROKEN
            if kind is Kind.BROKEN:
                code = _UNSUPPORTED if data is None else _PROTOCOL_ERROR
                await self.close(code)
                return {"type": "websocket.disconnect", "code": code}
            if kind is Kind.UNWANTED:
                continue
            # What was sent before, whatever it answered, stands in memory until the browser has
            # read it.
            await self._may_read.wait()
            if kind is Kind.RUN:
                self.last_at = self._clock()
                self._on_run(self)
                await self._turns.take(self._lane, is_first=not self.runs)
                if self._closed and not self.runs:
                    # It was sent away while it waited for its first page, which nobody would read.
                    self._turns.give_back()
                    return {"type": "websocket.disconnect", "code": TRY_LATER}
                self._begin_turn()
            return message

    async def send(self, message: Message) -> None:
        """Send to the browser, and see when a run has ended."""
        if self._closed:
            self._end_turn()
            return
        self._closed = message["type"] == "websocket.close"
        self._may_read.clear()
        try:
            await self._send(message)
        except (OSError, RuntimeError):
            # The browser has gone, which ``receive`` says in its turn. Said here too, it ends in a
            # traceback: Streamlit takes for a fault of its own that it can read no more.
            self._end_turn()
            return
        finally:
            self._may_read.set()
        data = message.get("bytes")
        waits = self._turn is not None or not self.has_page
        if waits and data is not None and streamlit_internals.ends_a_run(data):
            self.has_page = True
            self._end_turn()

    async def close(self, code: int) -> None:
        """Close the connection, whatever Streamlit thinks of it."""
        if not self._closed:
            self._closed = True
            # Where it has gone by itself there is nothing to close.
            with suppress(OSError, RuntimeError):
                await self._send({"type": "websocket.close", "code": code})

    @property
    def _lane(self) -> str:
        """Whose turns it takes: known people do not stand in line behind strangers."""
        return self._address if self.known_as is None else f"{self._address} known"

    def end(self) -> None:
        """Let go of what the connection holds."""
        self._end_turn()

    def _begin_turn(self) -> None:
        self.runs += 1
        if self._turn is not None:
            # Its turn was not over; of two slots one must not be forgotten.
            self._end_turn()
        loop = asyncio.get_running_loop()
        self._turn = loop.call_later(_LONGEST_TURN, self._end_turn)

    def _end_turn(self) -> None:
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
            self._turns.give_back()
