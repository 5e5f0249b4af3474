"""Keeps the log from being filled by whoever provokes the same line again and again."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable

_EVERY = 60.0
# Different lines that are remembered; uvicorn has a handful.
_MOST = 100


class Seldom(logging.Filter):
    """Lets each line through once a minute, and says how many others there were.

    Errors too: a broken request or frame can provoke one, with its whole trace. Those that were
    raised at different places are different lines.

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
        kind = str(record.msg) + _origin(record)
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
            record.msg = f"{str(record.msg).rstrip()} (and {others} more)"
        return True


def _origin(record: logging.LogRecord) -> str:
    """Where the error of a line was raised; empty where it has none."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if error is None:
        return ""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return f" {type(error).__name__} {[(frame.filename, frame.lineno) for frame in last]}"


def speak_seldom(logger: str) -> None:
    """Have a logger, by its name, say each line once a minute at most."""
    logging.getLogger(logger).addFilter(Seldom())
