"""Batches of answers: what many phones hand in at one moment is stored together.

A hall answers within a second. A transaction for each would wait for the disk a thousand times;
one for all that wait costs little more than one for a single answer (1,000 answers: 44 ms on
SQLite). Nobody hears that an answer is stored before its transaction is on the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

from bme_quiz.storage.engine.errors import StorageError

T = TypeVar("T")
R = TypeVar("R")

# Items in one transaction: more would keep the last of them, and the educator's own press, waiting.
_MOST_AT_ONCE = 1_000
# Seconds between the end of one transaction and the next. A single answer does not wait. Of a hall
# that answers over ten seconds a dozen come together, in place of two or three: the work for each
# falls to a third, since a transaction costs 2.4 ms of the processor's time and a row 0.05.
_APART = 0.025
# Items that may wait: as many as people may be in one session, twice over.
_MOST_WAITING = 20_000


class Desk(Generic[T, R]):
    """Takes items one by one and hands them on in batches, one batch at a time.

    It belongs to one event loop.

    Args:
        store: gives the outcome of each item of a batch, in their order; runs in a thread.
        executor: where it runs.
    """

    def __init__(self, store: Callable[[Sequence[T]], Sequence[R]], executor: Executor) -> None:
        self._store = store
        self._executor = executor
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._clerk: asyncio.Task[None] | None = None
        self._open_at = 0.0

    async def hand_in(self, item: T) -> R:
        """The outcome of an item, once its batch is stored.

        Raises:
            StorageError: nothing of its batch was stored, or too much waits already.
        """
        if len(self._waiting) >= _MOST_WAITING:
            raise StorageError("Too much waits to be stored just now.")
        outcome: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, outcome))
        if self._clerk is None:
            self._clerk = asyncio.create_task(self._work())
        return await outcome

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                if (pause := self._open_at - loop.time()) > 0:
                    await asyncio.sleep(pause)
                batch = self._waiting[:_MOST_AT_ONCE]
                del self._waiting[:_MOST_AT_ONCE]
                await self._do(batch)
                self._open_at = loop.time() + _APART
        finally:
            self._clerk = None

    async def _do(self, batch: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        loop = asyncio.get_running_loop()
        try:
            outcomes = await loop.run_in_executor(
                self._executor, self._store, [item for item, _ in batch]
            )
        except Exception as error:
            for _, outcome in batch:
                # Whoever no longer waits has cancelled its own.
                if not outcome.done():
                    outcome.set_exception(_like(error))
            return
        for (_, outcome), value in zip(batch, outcomes, strict=True):
            if not outcome.done():
                outcome.set_result(value)


def _like(error: Exception) -> Exception:
    """An error of its own for everybody: one that is raised often gathers a trace of each."""
    if isinstance(error, StorageError):
        return StorageError(str(error))
    return error
