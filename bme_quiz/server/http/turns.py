"""Turns at what the server can do at once, dealt out by address, then by connection."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary, ref

T = TypeVar("T")
_LOG = logging.getLogger("bme_quiz")


class _Line(Generic[T]):
    """Those of one address who wait, who asks for a first page apart from all others."""

    __slots__ = ("_first", "_further", "_was_first")

    def __init__(self) -> None:
        self._first: deque[T] = deque()
        self._further: deque[T] = deque()
        self._was_first = False

    def put(self, one: T, *, is_first: bool) -> None:
        """Put one at the end of those like it."""
        (self._first if is_first else self._further).append(one)

    def next(self) -> T:
        """Whose turn it is: one of either by turns, in the order they came."""
        self._was_first = bool(self._first) and not (self._was_first and self._further)
        return (self._first if self._was_first else self._further).popleft()

    def __bool__(self) -> bool:
        return bool(self._first or self._further)


class _RoundRobin(Generic[T]):
    """A line for each address, taken from in turn."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, _Line[T]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._lines)

    def put(self, address: str, one: T, *, is_first: bool = False) -> None:
        """Put one at the end of its address's line."""
        line = self._lines.get(address)
        if line is None:
            line = self._lines[address] = _Line()
        line.put(one, is_first=is_first)

    def addresses(self) -> Iterator[str]:
        """Whose turn it is, and who comes after them."""
        return iter(self._lines)

    def take(self, address: str) -> T:
        """Take the next of an address's line, which then waits behind all others."""
        line = self._lines[address]
        following = line.next()
        if line:
            self._lines.move_to_end(address)
        else:
            del self._lines[address]
        return following


class Turns:
    """Slots for work, dealt out round robin: by address, and among an address's connections.

    Whoever asks for one turn after the other waits behind whoever has asked for none yet, however
    many connections they hold. A connection has at most one request waiting, which its caller sees
    to. To be used from one event loop only.

    Args:
        at_once: turns that may be under way together. Few keep the event loop, which competes with
            them for the interpreter, quick; one alone would wait for the disk with nobody working.
        of_address: how many of these one address may hold, where that is fewer: those that wait
            for something that hangs are not to be all there are.
    """

    def __init__(self, at_once: int = 4, of_address: int | None = None) -> None:
        self._free = at_once
        self._most = at_once if of_address is None else of_address
        # Counted by address where there is a limit for each.
        self._held: Counter[str] | None = None if self._most >= at_once else Counter()
        self._waiting: _RoundRobin[asyncio.Future[None]] = _RoundRobin()

    async def take(self, address: str, *, is_first: bool = False) -> None:
        """Wait for a turn; whoever has taken it gives it back.

        Args:
            is_first: whether somebody has seen nothing yet. Every other turn of an address goes to
                one of these, so that a newcomer does not wait behind all who ask again and again.
        """
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put(address, mine, is_first=is_first)
        self._deal()
        try:
            await mine
        except asyncio.CancelledError:
            # Dealt out in the very moment in which nobody waited any more.
            if mine.done() and not mine.cancelled():
                self.give_back(address)
            raise

    def give_back(self, address: str = "") -> None:
        """End a turn; the next in the round gets it.

        Args:
            address: that took it; needed only where there is a limit for each.
        """
        self._free += 1
        if self._held is not None:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]
        self._deal()

    def _deal(self) -> None:
        while self._free:
            # Passed over are addresses that hold all they may, of which there can only be a few.
            may = (one for one in self._waiting.addresses() if self._may(one))
            address = next(may, None)
            if address is None:
                return
            following = self._waiting.take(address)
            if not following.done():
                self._free -= 1
                if self._held is not None:
                    self._held[address] += 1
                following.set_result(None)

    def _may(self, address: str) -> bool:
        return self._held is None or self._held.get(address, 0) < self._most


class InTurn(Generic[T]):
    """Pieces of work on the event loop, so many in each of its rounds: by address in turn, and for
    an address in the order in which they came.

    What comes while there is little to do is done at once.

    Args:
        work: does one piece.
        at_once: pieces begun in one round of the loop.
        seconds: no further piece is begun in a round after so long.
    """

    def __init__(self, work: Callable[[T], None], at_once: int, seconds: float = 1.0) -> None:
        self._work = work
        self._at_once = at_once
        self._seconds = seconds
        self._waiting: _RoundRobin[T] = _RoundRobin()
        self._loop = asyncio.get_running_loop()
        self._in_round = False
        self._begun, self._until = 0, 0.0

    def put(self, address: str, piece: T) -> bool:
        """Do a piece now, or when its turn comes; whether it was done at once."""
        self._begin_round()
        if self._waiting or not self._goes_on():
            self._waiting.put(address, piece)
            return False
        self._do(piece)
        return True

    def _begin_round(self) -> None:
        if not self._in_round:
            self._in_round = True
            self._begun, self._until = 0, self._loop.time() + self._seconds
            self._loop.call_soon(self._next_round)

    def _next_round(self) -> None:
        self._in_round = False
        if not self._waiting:
            return
        self._begin_round()
        while self._waiting and self._goes_on():
            self._do(self._waiting.take(next(self._waiting.addresses())))

    def _goes_on(self) -> bool:
        return self._begun < self._at_once and self._loop.time() < self._until

    def _do(self, piece: T) -> None:
        self._begun += 1
        try:
            self._work(piece)
        except Exception:
            # As asyncio does with a callback; all others are still in line.
            _LOG.exception("work of the event loop failed")


class OfLoop(Generic[T]):
    """One of something for each event loop, made when it is first asked for there.

    Args:
        make: makes one; the loop runs then.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: WeakKeyDictionary[asyncio.AbstractEventLoop, T] = WeakKeyDictionary()
        self._last: tuple[ref[asyncio.AbstractEventLoop], T] | None = None

    def get(self) -> T:
        """The one of the running loop."""
        loop = asyncio.get_running_loop()
        last = self._last
        if last is not None and last[0]() is loop:
            return last[1]
        found = self._made.get(loop)
        if found is None:
            found = self._made[loop] = self._make()
        # Each request asks, nearly always in the one loop of the process.
        self._last = (ref(loop), found)
        return found
