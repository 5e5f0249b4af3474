"""Small things that several tests of the phones' front need."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

P = ParamSpec("P")


@dataclass
class Seconds:
    """A clock that stands still until it is told."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def in_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test in an event loop of its own."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


async def until(sees: Callable[[], bool | Awaitable[bool]], patience: float = 20.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(patience):
        while True:
            found = sees()
            if isinstance(found, bool):
                if found:
                    return
            elif await found:
                return
            await asyncio.sleep(0.01)
