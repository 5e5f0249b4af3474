"""Limits on browsers' websockets: connections, pace, turns at a run, and kinds of message.

Streamlit takes every message of every connection at once, without a pause between two, and some of
its messages are meant for developers. Here each connection is slowed to what a person can press,
runs are dealt out fairly, nothing is taken from a browser that does not read, and only the messages
that the app needs come through.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bme_quiz.server.http import streamlit_internals
from bme_quiz.server.http.streamlit_internals import Kind
from bme_quiz.server.http.turns import Turns
from bme_quiz.server.phones.limits import Rate
from bme_quiz.services.clock import SYSTEM_RANDOM

_LOG = logging.getLogger("bme_quiz")

MESSAGES = Rate(300, 30)
"""Of one connection. Whoever presses as fast as fingers go sends fifteen a second."""

# A run is counted as under way until its end was sent to the browser, or so many seconds at most: a
# long one (an author's check) takes no turn from the others for all its time, and whoever presses
# again meanwhile interrupts it as ever.
_LONGEST_TURN = 0.25
# Close codes of RFC 6455.
_UNSUPPORTED, _PROTOCOL_ERROR, _TRY_LATER = 1003, 1002, 1013


class Allowance:
    """A bucket of tokens that can be waited for.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._tokens = rate.at_once
        self._at = clock()

    def take(self) -> float:
        """Take a token; the seconds to wait before what was asked for may be done."""
        now = self._clock()
        filled = self._tokens + (now - self._at) * self._rate.a_second
        self._tokens = min(self._rate.at_once, filled) - 1
        self._at = now
        return max(0.0, -self._tokens / self._rate.a_second)

    def give_back(self) -> None:
        """Put back a token for which nothing was done."""
        self._tokens += 1


class GuardedSocket:
    """One browser's websocket, as Streamlit gets it.

    Args:
        address: what the client counts as where there is a share for each.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        receive: Receive,
        send: Send,
        turns: Turns,
        address: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._receive = receive
        self._send = send
        self._turns = turns
        self._address = address
        self._allowance = Allowance(MESSAGES)
        self._turn: asyncio.TimerHandle | None = None
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._closed = False
        # Runs asked for, and when the last was: who has done nothing yet gives way to newcomers.
        self.runs = 0
        self._clock = clock
        self.last_at = clock()

    async def receive(self) -> Message:
        """The next message that is meant for the app."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            await asyncio.sleep(self._allowance.take())
            data = message.get("bytes")
            kind = streamlit_internals.kind_of(data) if data is not None else Kind.BROKEN
            if kind is Kind.BROKEN:
                code = _UNSUPPORTED if data is None else _PROTOCOL_ERROR
                await self.close(code)
                return {"type": "websocket.disconnect", "code": code}
            if kind is Kind.UNWANTED:
                continue
            if kind is Kind.RUN:
                self.last_at = self._clock()
                # What was sent before stands in memory until the browser has read it.
                await self._may_read.wait()
                await self._turns.take(self._address)
                if self._closed and not self.runs:
                    # It was sent away while it waited for its first page, which nobody would read.
                    self._turns.give_back()
                    return {"type": "websocket.disconnect", "code": _TRY_LATER}
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
        if self._turn is not None and data is not None and streamlit_internals.ends_a_run(data):
            self._end_turn()

    async def close(self, code: int) -> None:
        """Close the connection, whatever Streamlit thinks of it."""
        if not self._closed:
            self._closed = True
            # Where it has gone by itself there is nothing to close.
            with suppress(OSError, RuntimeError):
                await self._send({"type": "websocket.close", "code": code})

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


@dataclass(frozen=True, slots=True)
class Share:
    """How many connections there may be.

    Attributes:
        in_all: of one process. Each holds a page in memory.
        of_address: of one address.
        arrivals: new ones of one address; who comes faster waits.
    """

    in_all: int
    of_address: int
    arrivals: Rate


def share_of(people: int) -> Share:
    """The share of an address that so many people use, each with a page or two open."""
    return Share(4_000, 2 * people, Rate(2 * people, max(20.0, people / 2)))


# Newcomers who wait for an address's arrivals, and for how long: a browser asks again by itself.
_MOST_WAITING = 100
_LONGEST_WAIT = 15.0
_MOST_ADDRESSES = 10_000
# Who has pressed nothing for so many seconds gives way to a newcomer; where all have, one of them
# chosen by chance does, once a second. Else pages over the limit would send each other away for
# good, each coming back as the newcomer.
_IDLE = 30.0
_BY_CHANCE = Rate(1, 1)
# After a connection has ended a browser may come back to its files for so long.
_GRACE = 30.0


class SocketGuard:
    """ASGI application that lets browsers' websockets through to Streamlit, each with its share.

    An address at its limit does not lock out who comes next: a connection of that address that has
    been idle gives way, one that never asked for anything but its first page before all others. Its
    browser comes back by itself.

    Args:
        app: what the websockets are for.
        share: how many there may be.
        turns: the slots in which pages run.
        on_left: called some time after a connection has ended.
        clock: seconds that only go forward.
        choose: picks one of so many by chance.
    """

    def __init__(
        self,
        app: ASGIApp,
        share: Share,
        turns: Turns | None = None,
        on_left: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        choose: Callable[[int], int] = SYSTEM_RANDOM.randrange,
    ) -> None:
        self._app = app
        self._share = share
        self._turns = turns or Turns()
        self._on_left = on_left
        self._clock = clock
        self._choose = choose
        self._open: dict[str, dict[GuardedSocket, None]] = {}
        self._count = 0
        self._arrivals: OrderedDict[str, Allowance] = OrderedDict()
        self._by_chance: OrderedDict[str, Allowance] = OrderedDict()
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._left: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send, address: str) -> None:
        """Serve one websocket of this address until it ends."""
        socket = GuardedSocket(receive, send, self._turns, address, self._clock)
        try:
            if not await self._arrive(address) or not self._make_room(address):
                await socket.close(_TRY_LATER)
                return
            self._open.setdefault(address, {})[socket] = None
            self._count += 1
            await self._app(scope, socket.receive, socket.send)
        except asyncio.CancelledError:
            # The server ends, and with it this task; there is nobody left to tell.
            return
        finally:
            socket.end()
            self._leave(address, socket)

    async def _arrive(self, address: str) -> bool:
        """Wait until one more of this address may come; False where too many wait."""
        allowance = self._of(self._arrivals, address, self._share.arrivals)
        wait = allowance.take()
        if not wait:
            return True
        if wait > _LONGEST_WAIT:
            allowance.give_back()
            return False
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(address, [])
        waiting.append(mine)
        if len(waiting) > _MOST_WAITING:
            # By chance, so that to have come first is of no use to whoever fills the line.
            waiting.pop(self._choose(len(waiting))).set_result(None)
        try:
            await asyncio.wait_for(asyncio.shield(mine), wait)
        except TimeoutError:
            return True
        finally:
            if not mine.done():
                waiting.remove(mine)
                mine.cancel()
            if not waiting:
                self._waiting.pop(address, None)
        allowance.give_back()
        return False

    def _of(self, known: OrderedDict[str, Allowance], address: str, rate: Rate) -> Allowance:
        """The allowance of an address; those seen longest ago are forgotten."""
        found = known.get(address)
        if found is None:
            found = known[address] = Allowance(rate, self._clock)
        known.move_to_end(address)
        while len(known) > _MOST_ADDRESSES:
            known.popitem(last=False)
        return found

    def _make_room(self, address: str) -> bool:
        """See to a place for one more of this address; False where there is none now."""
        if len(self._open.get(address, ())) >= self._share.of_address:
            return self._displace(address)
        if self._count >= self._share.in_all:
            return self._displace(max(self._open, key=lambda one: len(self._open[one])))
        return True

    def _displace(self, address: str) -> bool:
        sockets = list(self._open[address])
        # One run is the page's first; whoever has pressed something since is at work.
        leaves = min(sockets, key=lambda one: (one.runs > 1, one.last_at))
        if self._clock() - leaves.last_at < _IDLE:
            chance = self._of(self._by_chance, address, _BY_CHANCE)
            if chance.take():
                chance.give_back()
                return False
            leaves = sockets[self._choose(len(sockets))]
        self._leave(address, leaves)
        closing = asyncio.create_task(leaves.close(_TRY_LATER))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        return True

    def _leave(self, address: str, socket: GuardedSocket) -> None:
        mine = self._open.get(address, {})
        if socket not in mine:
            return
        del mine[socket]
        self._count -= 1
        if not mine:
            del self._open[address]
        if self._left is None:
            self._left = asyncio.get_running_loop().call_later(_GRACE, self._look_after_them)

    def _look_after_them(self) -> None:
        self._left = None
        self._on_left()
