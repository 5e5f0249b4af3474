"""Running what needs an event loop of its own while browser tests hold this thread's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def apart(action: Callable[[], T]) -> T:
    """What the action returns, called in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(action).result()


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns, run on an event loop in a thread of its own."""
    return apart(lambda: asyncio.run(coroutine))
