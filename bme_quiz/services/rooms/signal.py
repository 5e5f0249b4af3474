"""Signal within this process that a session has moved on.

The educator's page runs in a thread of its own, the phones' connections in the server's loop.
Other processes on the same database hear nothing of this; they look for themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

_lock = threading.Lock()
_listeners: list[Callable[[str], None]] = []


def listen(listener: Callable[[str], None]) -> Callable[[], None]:
    """Call ``listener`` with a session's id whenever one has moved; returns how to stop that.

    It is called in the thread that moved the session, so it must be quick and must not raise.
    """
    with _lock:
        _listeners.append(listener)

    def stop() -> None:
        with _lock:
            if listener in _listeners:
                _listeners.remove(listener)

    return stop


def changed(room_id: str) -> None:
    """Say that a session has moved."""
    with _lock:
        found = tuple(_listeners)
    for listener in found:
        listener(room_id)
