"""Middleware on uploads to *Check a bank*: limits on bytes, by page and in all, files and time."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bme_quiz.routes import UPLOAD
from bme_quiz.server.http import streamlit_internals

PREFIX = UPLOAD.path.partition("{")[0]
_ADDRESS = re.compile(re.escape(PREFIX) + r"([\w-]{1,64})/[\w-]{1,64}\Z", re.ASCII)

# A form around a file is a little longer than the file.
_FORM_AROUND = 100_000
MOST_OF_SESSION = 25_000_000
"""Bytes that one page may hold: a bank, an article, and the ones they take the place of."""
MOST_OF_ALL = 100_000_000
"""Bytes that all pages together may hold."""
_MOST_FILES = 8
_SECONDS = 120.0

AWAY = "This page is no longer connected. Reload it and choose the file again."
UNSAID = "The upload does not say how long it is."
TOO_MUCH = "This page holds as much as it may. Remove a file, or reload the page, and try again."
BUSY = "Too much is being uploaded at the moment. Wait a minute and try again."
TOO_SLOW = "The upload took too long."


class Uploads:
    """ASGI application in front of Streamlit's addresses for files.

    A file stays in memory until its page is closed. What is under way counts as if it were there.

    Args:
        app: takes the files.
        held: the bytes and the number of files that are held for a session, and the bytes of all.
        is_open: whether a session is connected.
    """

    def __init__(
        self,
        app: ASGIApp,
        held: Callable[[str], tuple[int, int, int]] = streamlit_internals.uploaded,
        is_open: Callable[[str], bool] = streamlit_internals.is_session,
    ) -> None:
        self._app = app
        self._held = held
        self._is_open = is_open
        self._coming: Counter[str] = Counter()
        self._files_coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _ADDRESS.match(scope["path"])
        if found is None:
            raise HTTPException(404)
        if scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        session = found[1]
        length = self._room_for(session, Headers(scope=scope).get("content-length", ""))
        self._coming[session] += length
        self._files_coming[session] += 1
        deadline = asyncio.get_running_loop().time() + _SECONDS

        async def receive_in_time() -> Message:
            try:
                async with asyncio.timeout_at(deadline):
                    return await receive()
            except TimeoutError:
                raise HTTPException(408, TOO_SLOW) from None

        try:
            await self._app(scope, receive_in_time, send)
        finally:
            self._coming[session] -= length
            self._files_coming[session] -= 1
            if not self._files_coming[session]:
                del self._coming[session], self._files_coming[session]

    def _room_for(self, session: str, said: str) -> int:
        """The bytes that an upload says it has.

        Raises:
            HTTPException: it may not come in.
        """
        if not self._is_open(session):
            raise HTTPException(400, AWAY)
        if not said.isdecimal() or len(said) > 12:
            raise HTTPException(411, UNSAID)
        length = int(said)
        if length > MOST_OF_SESSION + _FORM_AROUND:
            raise HTTPException(413, TOO_MUCH)
        here, files, everywhere = self._held(session)
        if (
            here + self._coming[session] + length > MOST_OF_SESSION + _FORM_AROUND
            or files + self._files_coming[session] >= _MOST_FILES
        ):
            raise HTTPException(413, TOO_MUCH)
        if everywhere + self._coming.total() + length > MOST_OF_ALL:
            raise HTTPException(503, BUSY)
        return length
