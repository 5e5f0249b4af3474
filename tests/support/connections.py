"""Connections to SQLite that a test has opened, and which of them nobody has closed.

Python 3.13 warns of a connection that nobody closed when it happens to be collected, in whatever
test that is; this finds it on every Python, in the test that opened it.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

_opening = threading.local()
_opened: list[tuple[str, sqlite3.Connection]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "sqlite3.connect":
        _opening.file = os.fsdecode(arguments[0])
    elif event == "sqlite3.connect/handle":
        _opened.append((_opening.file, arguments[0]))


sys.addaudithook(_note)


def forget_connections() -> None:
    """Begin to note anew."""
    _opened.clear()


def is_open(connection: sqlite3.Connection) -> bool:
    """Whether nobody has closed the connection yet."""
    try:
        return connection.total_changes >= 0
    except sqlite3.ProgrammingError:
        return False


def open_connections(folder: Path) -> list[sqlite3.Connection]:
    """SQLite connections to files below a folder that this test opened and nobody has closed."""
    own = [connection for file, connection in _opened if Path(file).is_relative_to(folder)]
    return [connection for connection in own if is_open(connection)]
