"""Group commit: one writing connection for many threads; those that wait share the next commit.

SQLite has one writer at a time, and a durable commit waits for the disk. While one thread's
commit does, others queue up; the next of them then takes all that wait into one transaction with
one commit. Nobody's answer is acknowledged before it is on the disk, and fifty answers that come
at the same moment wait for the disk twice, not fifty times.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")
Work = Callable[[Connection], Any]

# Beyond this the last of a batch would wait longer for the others than a commit takes.
_MOST_AT_ONCE = 64


@dataclass(eq=False, slots=True)
class _Job:
    """One thread's work, and what became of it."""

    work: Work
    alone: bool = False
    leads: bool = False
    value: Any = None
    error: Exception | None = None
    done: bool = False
    # Set when the work is done, or its thread is to lead; only made for a thread that waits.
    woken: threading.Event | None = None

    def wake(self) -> None:
        if self.woken is not None:
            self.woken.set()

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        if not self.done:
            # Its leader's thread was torn down in the middle: nothing may be taken for stored.
            raise RuntimeError("the transaction was interrupted")
        return self.value


class GroupCommit:
    """Runs work in transactions, one at a time, on one connection.

    The first thread that comes leads: it runs its own work and that of all who came meanwhile,
    wakes them, and hands the lead to the next who waits.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._mutex = threading.Lock()
        self._waiting: deque[_Job] = deque()
        self._led = False

    def run(self, work: Callable[[Connection], T], wait: float, *, alone: bool = False) -> T:
        """What ``work`` returns, once its changes are safe on the disk.

        Args:
            work: may be called twice, when other work in its batch failed.
            wait: seconds to wait for a turn.
            alone: run it by itself and outside any transaction.

        Raises:
            TimeoutError: its turn did not come; nothing was done.
        """
        job = _Job(work, alone)
        with self._mutex:
            leads = not self._led
            if leads:
                self._led = True
            else:
                job.woken = threading.Event()
                self._waiting.append(job)
        if job.woken is not None:
            self._await_turn(job, job.woken, wait)
        if leads or job.leads:
            self._lead(job)
        value: T = job.result()
        return value

    def close(self) -> None:
        """Close the connection; nobody may be at work."""
        with self._mutex:
            self._drop_connection()

    def _await_turn(self, job: _Job, woken: threading.Event, wait: float) -> None:
        if woken.wait(wait):
            return
        with self._mutex:
            if job in self._waiting:
                self._waiting.remove(job)
                raise TimeoutError
        # Its batch has begun, or it is to lead the next: either way it is woken.
        woken.wait()

    def _lead(self, job: _Job) -> None:
        batch = [job]
        with self._mutex:
            while (
                self._waiting
                and len(batch) < _MOST_AT_ONCE
                and not (job.alone or self._waiting[0].alone)
            ):
                batch.append(self._waiting.popleft())
        try:
            self._do(batch)
        finally:
            with self._mutex:
                if self._waiting:
                    following = self._waiting.popleft()
                    following.leads = True
                    following.wake()
                else:
                    self._led = False
            for other in batch[1:]:
                other.wake()

    def _do(self, batch: list[_Job]) -> None:
        if batch[0].alone:
            self._do_alone(batch[0])
        elif self._try_together(batch):
            return
        else:
            # One of them failed and took the others' changes with it; now each for itself.
            for job in batch:
                self._try_together([job])

    def _try_together(self, batch: list[_Job]) -> bool:
        """Run a batch in one transaction; False where one of several pieces of work failed.

        A transaction that cannot begin or commit fails for all alike: trying one after the
        other would make each wait for the same lock in turn.
        """
        inside = False
        try:
            connection = self._connected()
            with connection.begin():
                inside = True
                values = [job.work(connection) for job in batch]
                inside = False
        except Exception as error:
            self._drop_connection()
            if inside and len(batch) > 1:
                return False
            for job in batch:
                job.error = error
        else:
            for job, value in zip(batch, values, strict=True):
                job.value, job.done = value, True
        return True

    def _do_alone(self, job: _Job) -> None:
        try:
            connection = self._connected()
            connection.info[ALONE] = True
            try:
                job.value = job.work(connection)
                connection.rollback()
                job.done = True
            finally:
                connection.info.pop(ALONE, None)
        except Exception as error:
            self._drop_connection()
            job.error = error

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _drop_connection(self) -> None:
        """After an error the next transaction begins with a connection that knows nothing."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


# Set in a connection's ``info`` while it runs what may not stand in a transaction.
ALONE = "bme_quiz_alone"
