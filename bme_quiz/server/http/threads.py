"""Threads for requests that wait for the disk: few, and no address holds them all.

What runs in the threads that everything shares (``run_in_threadpool``) can be had by anybody, and
whoever asks on many connections has them all. So each kind of request has a few of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.types import Scope

from bme_quiz.server.http.clients import client_address
from bme_quiz.server.http.turns import OfLoop, Turns
from bme_quiz.services.addresses import client_network

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Threads of one kind of work, given out by address in turn.

    Args:
        count: how many there are.
        of_address: how many of them one address may hold at a time.
    """

    def __init__(self, count: int, of_address: int) -> None:
        self._turns = OfLoop(lambda: (Turns(count, of_address), CapacityLimiter(count)))

    async def run(
        self, scope: Scope, work: Callable[P, T], *arguments: P.args, **named: P.kwargs
    ) -> T:
        """What ``work`` gives, run in a thread once it is the turn of whoever asks.

        Args:
            scope: of the connection that asks.
        """
        address = client_network(client_address(scope) or "")
        turns, limiter = self._turns.get()
        await turns.take(address)
        try:
            return await to_thread.run_sync(lambda: work(*arguments, **named), limiter=limiter)
        finally:
            turns.give_back(address)


# A look at the database or a file takes a thousandth of a second; where it hangs, five.
LOOKS = Threads(4, 2)
# A passcode takes a quarter of a second of a processor.
PASSCODES = Threads(2, 1)
# A form of scripts takes a tenth of a second to compress, once for all.
FILES = Threads(2, 1)
