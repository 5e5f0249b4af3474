"""``/healthz`` and ``/readyz``: whether the process lives, and whether it can store answers.

The one says that the process lives, and restarting it mends nothing where only the database is
away. The other says whether learners can be served: whether what they answer can be stored.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bme_quiz.routes import HEALTHZ, READYZ
from bme_quiz.services.settings import read_settings
from bme_quiz.services.store import shared_store

_LOG = logging.getLogger("bme_quiz")
_HEADERS = {"cache-control": "no-store"}
# Seconds for which what was found holds: anybody may ask, and each look waits for the disk.
_HOLDS_FOR = 1.0
# Seconds that whoever asks waits at most. A look that takes longer goes on, and one at a time.
_PATIENCE = 2.0


class Readiness:
    """Says whether the database can be written, and looks once a second at most, whoever asks.

    Args:
        look: writes something and takes it away again; raises where that fails.
        clock: seconds that only go forward.
        patience: seconds after which a look that is still under way counts as failed.
    """

    def __init__(
        self,
        look: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        patience: float = _PATIENCE,
    ) -> None:
        self._look = look
        self._clock = clock
        self._patience = patience
        self._lock = threading.Lock()
        # A thread of its own: those that answer requests are not to wait for a database.
        self._thread = ThreadPoolExecutor(1, "readiness")
        self._found: Future[bool] | None = None
        self._ended_at = 0.0
        self._was_ready = True

    async def is_ready(self) -> bool:
        """Whether something can be stored, as of this second."""
        found = self._latest()
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def tell(_: object) -> None:
            # The server may have ended meanwhile.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(done.set)

        found.add_done_callback(tell)
        try:
            async with asyncio.timeout(self._patience):
                await done.wait()
        except TimeoutError:
            self._note(False, "the database takes too long to answer")
            return False
        return found.result()

    def _latest(self) -> Future[bool]:
        with self._lock:
            found = self._found
            if found is None or (found.done() and self._clock() - self._ended_at >= _HOLDS_FOR):
                found = self._found = self._thread.submit(self._try)
            return found

    def _try(self) -> bool:
        try:
            self._look()
        except Exception as error:
            # Whatever it is, it is said in one line: nobody can be served, and may ask on.
            self._note(False, f"{type(error).__name__}: {error}")
            return False
        else:
            self._note(True, "")
            return True
        finally:
            self._ended_at = self._clock()

    def _note(self, ready: bool, why: str) -> None:
        """Log a change: whoever asks every second is not to fill the log."""
        with self._lock:
            changed, self._was_ready = ready != self._was_ready, ready
        if changed and ready:
            _LOG.warning("ready again: the database can be written")
        elif changed:
            _LOG.error("not ready: %s", why)


def _try_writing() -> None:
    shared_store(read_settings().database).database.try_writing()


async def healthz(_request: Request) -> Response:
    """200 and ``ok`` as long as the process answers at all; the database is not asked."""
    return PlainTextResponse("ok\n", headers=_HEADERS)


def routes(readiness: Readiness | None = None) -> list[BaseRoute]:
    """Both routes.

    Args:
        readiness: what ``/readyz`` asks.
    """
    asked = readiness or Readiness(_try_writing)

    async def readyz(_request: Request) -> Response:
        # The line names no file and no server: anybody may ask. The log has the particulars.
        if await asked.is_ready():
            return PlainTextResponse("ok\n", headers=_HEADERS)
        return PlainTextResponse("the database cannot be written\n", 503, _HEADERS)

    return [
        Route(HEALTHZ.path, healthz, methods=["GET"]),
        Route(READYZ.path, readyz, methods=["GET"]),
    ]
