"""Phones' pages as one ASGI app, and the middleware that sends phones there before all else."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bme_quiz.content.problems import ContentError
from bme_quiz.routes import JOIN, ROOM_SCRIPT, ROOMS, START
from bme_quiz.server.http.base_path import addresses_of
from bme_quiz.server.http.clients import is_this_machine
from bme_quiz.server.phones import pages
from bme_quiz.server.phones.admission import Reception, RefusedError
from bme_quiz.server.phones.answers import Answers
from bme_quiz.server.phones.hub import Hub
from bme_quiz.server.phones.limits import Limits, RefusalLog
from bme_quiz.server.phones.response_batches import Desk
from bme_quiz.server.phones.routes import PhoneRoutes, refused
from bme_quiz.services.accounts.educators import EDUCATOR_COOKIE
from bme_quiz.services.accounts.learner import COOKIE
from bme_quiz.services.last_good import LastGood
from bme_quiz.services.rooms.rooms import Rooms, rooms_now
from bme_quiz.services.settings import read_settings
from bme_quiz.storage.engine.errors import StorageError

_HANDLED = (RefusedError, StorageError, ContentError, HTTPException)
# Seconds for which it is taken that a session goes on, or that none does.
_ANY_LIVE_FOR = 3.0


class Phones:
    """The phones' pages of one process, an ASGI application of their own.

    Args:
        source: gives the use cases; runs in a thread.
        limits: how much may be asked for.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        source: Callable[[], Rooms] = rooms_now,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        limits = limits or Limits()
        # The course rides out an edit by itself; an id that another course has is left to this.
        source = LastGood(source, clock, "phones go on")
        self._source = source
        self._clock = clock
        self._any_live, self._any_live_at = False, -_ANY_LIVE_FOR
        self._log = RefusalLog()
        self._writer = ThreadPoolExecutor(1, "phones-write")
        self.hub = Hub(source, clock)
        reception = Reception(
            self.hub,
            limits,
            self._log,
            Desk(lambda seats: source().join(seats), self._writer),
            Desk(lambda seats: source().are_in(seats), self.hub.readers),
        )
        answers = Answers(
            self.hub,
            reception,
            limits,
            self._log,
            Desk(lambda new: source().answer(new), self._writer),
        )
        self._app = Starlette(
            routes=PhoneRoutes(self.hub, reception, answers, limits).routes(),
            exception_handlers=dict.fromkeys(_HANDLED, self._refused),
        )
        # It would send people to whatever host the request says it is for.
        self._app.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look after the sessions for as long as this is entered."""
        self.hub.start()
        try:
            yield
        finally:
            await self.hub.stop()
            self._writer.shutdown(wait=False, cancel_futures=True)

    async def is_any_live(self) -> bool:
        """Whether some session goes on, as of some seconds ago; no where that is not known."""
        if self._clock() - self._any_live_at > _ANY_LIVE_FOR:
            # Said at once, so that of a crowd at the door one asks.
            self._any_live_at = self._clock()
            try:
                self._any_live = await self.hub.read(self._look_for_any)
            except (StorageError, ContentError):
                self._any_live = False
        return self._any_live

    def _look_for_any(self) -> bool:
        rooms = self._source()
        return any(not rooms.is_over(room) for room in rooms.recent())

    async def _refused(self, request: Request, error: Exception) -> Response:
        if isinstance(error, RefusedError):
            self._log.note(error.kind)
        elif isinstance(error, HTTPException):
            self._log.note("what is not there")
        else:
            self._log.note("all, since the database or the course is away")
        return refused(request, error)


def is_for_phones(path: str) -> bool:
    """Whether an address is one of the phones' pages."""
    return (
        path == JOIN.path
        or path.startswith(f"{ROOMS.path}/")
        or ROOM_SCRIPT.pattern.match(path) is not None
    )


class PhonesFirst:
    """ASGI middleware: phones' addresses are answered before anything else is asked.

    So their pages get no learner's cookie and nothing in their head, their events are not held
    back by what compresses, and a hall costs none of the work that is meant for other pages.

    Args:
        phones: what answers them.
    """

    def __init__(self, app: ASGIApp, phones: Phones) -> None:
        self._app = app
        self._phones = phones

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path: str = scope["path"]
            if is_for_phones(path):
                await self._phones(scope, receive, send)
                return
            if path == START.path and await self._is_for_a_session(HTTPConnection(scope)):
                answer = RedirectResponse(addresses_of(scope).to(JOIN), 303, pages.HEADERS)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _is_for_a_session(self, visitor: HTTPConnection) -> bool:
        """Whether somebody who typed the server's address is likely to want into a session."""
        return (
            read_settings().address is not None
            and not is_this_machine(visitor.scope)
            and EDUCATOR_COOKIE not in visitor.cookies
            # Whoever has studied here before is likely to want that again.
            and COOKIE not in visitor.cookies
            and "text/html" in visitor.headers.get("accept", "")
            and "alone" not in parse_qs(visitor.url.query, keep_blank_values=True)
            and await self._phones.is_any_live()
        )
