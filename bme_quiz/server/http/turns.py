"""Slots for page runs, dealt out round robin: by address, then by connection."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field

_Turn = asyncio.Future[None]


@dataclass(slots=True)
class _Line:
    """Those of one address who wait, who asks for a first page apart from all others."""

    first: deque[_Turn] = field(default_factory=deque)
    further: deque[_Turn] = field(default_factory=deque)
    was_first: bool = False

    def next(self) -> _Turn:
        """Whose turn it is: one of either by turns, in the order they came."""
        self.was_first = bool(self.first) and not (self.was_first and self.further)
        return (self.first if self.was_first else self.further).popleft()

    def __bool__(self) -> bool:
        return bool(self.first or self.further)


class Turns:
    """Slots for page runs, dealt out round robin: by address, and among an address's connections.

    Whoever asks for one run after the other waits behind whoever has asked for none yet, however
    many connections they hold. A connection has at most one request waiting, which its caller sees
    to. To be used from one event loop only.

    Args:
        at_once: runs that may be under way together. Few keep the event loop, which competes with
            them for the interpreter, quick; one alone would wait for the disk with nobody working.
    """

    def __init__(self, at_once: int = 4) -> None:
        self._free = at_once
        self._waiting: OrderedDict[str, _Line] = OrderedDict()

    async def take(self, address: str, *, is_first: bool = False) -> None:
        """Wait for a turn; whoever has taken it gives it back.

        Args:
            is_first: whether somebody has seen nothing yet. Every other turn of an address goes to
                one of these, so that a newcomer does not wait behind all who ask again and again.
        """
        if self._free and not self._waiting:
            self._free -= 1
            return
        mine: _Turn = asyncio.get_running_loop().create_future()
        line = self._waiting.setdefault(address, _Line())
        (line.first if is_first else line.further).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            # Dealt out in the very moment in which nobody waited any more.
            if mine.done() and not mine.cancelled():
                self.give_back()
            raise

    def give_back(self) -> None:
        """End a turn; the next in the round gets it."""
        while self._waiting:
            address, line = next(iter(self._waiting.items()))
            following = line.next()
            if line:
                self._waiting.move_to_end(address)
            else:
                del self._waiting[address]
            if not following.done():
                following.set_result(None)
                return
        self._free += 1
