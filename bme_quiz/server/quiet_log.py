"""Keeps the log from being filled by whoever provokes the same line again and again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

_EVERY = 60.0
# Different warnings that are remembered; uvicorn has a handful.
_MOST = 100


class Seldom(logging.Filter):
    """Lets each warning through once a minute, and says how many others there were.

    Errors pass, since they are the program's own.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._said: dict[str, float] = {}
        self._kept_back: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is to be logged."""
        if record.levelno >= logging.ERROR:
            return True
        kind = str(record.msg)
        now = self._clock()
        with self._lock:
            said = self._said.get(kind)
            if said is not None and now - said < _EVERY:
                self._kept_back[kind] = self._kept_back.get(kind, 0) + 1
                return False
            if len(self._said) >= _MOST:
                self._said.clear()
                self._kept_back.clear()
            self._said[kind] = now
            others = self._kept_back.pop(kind, 0)
        if others:
            record.msg = f"{kind} (and {others} more)"
        return True


def speak_seldom(logger: str) -> None:
    """Have a logger, by its name, say each warning once a minute at most."""
    logging.getLogger(logger).addFilter(Seldom())
