"""Counts of tries that are used up, remembered for a moment by this process.

Somebody who tries without end then asks the database nothing, and hashes nothing.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_SECONDS = 2.0
_MOST = 10_000


class Lockouts:
    """Names of counts, each for two seconds from when it was last found used up.

    The database alone knows when a try may be made again; so long, and no longer, it is not asked.

    Args:
        clock: seconds that only go forward.
        most: names to remember, the oldest is forgotten first.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = _MOST) -> None:
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def note(self, key: str) -> None:
        """Remember that this count is used up."""
        with self._lock:
            self._until.pop(key, None)
            self._until[key] = self._clock() + _SECONDS
            while len(self._until) > self._most:
                self._until.popitem(last=False)

    def has(self, key: str) -> bool:
        """Whether this count was used up just now."""
        return self._until.get(key, 0.0) > self._clock()
