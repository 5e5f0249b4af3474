"""Patience with locks: retries with random pauses, where SQLite's own time-out does not reach.

SQLite waits for a lock by its busy handler, but not for every lock: it calls none for the last
step of ``PRAGMA journal_mode = WAL`` (https://sqlite.org/wal.html, "Sometimes queries return
SQLITE_BUSY"), nor where another checkpoint is running (https://sqlite.org/c3ref/wal_checkpoint_v2.html).
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass

_SHORTEST, _LONGEST = 0.005, 0.05


@dataclass(frozen=True, slots=True)
class Patience:
    """A way to wait for a lock: again and again, with a random pause, until a deadline.

    Attributes:
        clock: seconds that only go forward.
        draw: a random number from 0 to 1. Programs that started together would otherwise go on
            meeting at the same lock.
        pause: lets so many seconds pass.
    """

    clock: Callable[[], float] = time.monotonic
    draw: Callable[[], float] = random.SystemRandom().random
    pause: Callable[[float], None] = time.sleep

    def succeeds(self, work: Callable[[], bool], wait: float) -> bool:
        """Whether ``work`` succeeded, tried until it does or ``wait`` seconds have passed."""
        deadline = self.clock() + wait
        while not work():
            if self.clock() >= deadline:
                return False
            self.pause(_SHORTEST + self.draw() * (_LONGEST - _SHORTEST))
        return True

    def unlocked(self, work: Callable[[], None], wait: float) -> None:
        """Run ``work`` as soon as no lock of another program keeps it from running.

        Raises:
            sqlite3.OperationalError: it is still locked after ``wait`` seconds, or fails otherwise.
        """
        last: sqlite3.OperationalError | None = None

        def is_done() -> bool:
            nonlocal last
            try:
                work()
            except sqlite3.OperationalError as error:
                if not is_locked(error):
                    raise
                last = error
                return False
            return True

        if not self.succeeds(is_done, wait) and last is not None:
            raise last


def is_locked(error: sqlite3.Error) -> bool:
    """Whether SQLite says that somebody else holds a lock; such an error passes."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
