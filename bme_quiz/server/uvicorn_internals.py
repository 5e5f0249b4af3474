"""All contact with what uvicorn does not promise to keep. A test fails when any of it is gone.

Seen in uvicorn 0.54: a connection is an ``H11Protocol``. Between two requests it is closed after
five seconds, but whoever never sends the head of one to its end holds it for good.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WITHIN = 30.0
"""Seconds for the head of a request; within as many again the connection is closed."""


class PatientProtocol(H11Protocol):
    """Closes connections on which the head of a request does not come to its end.

    It looks now and then, in place of once for each request, of which a hall sends thousands a
    second. A body has a limit of its own where it is read.
    """

    _looks: asyncio.TimerHandle | None = None
    _seen: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look."""
        super().connection_made(transport)
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        if self._looks is not None:
            self._looks.cancel()
        super().connection_lost(exc)

    def _look_later(self) -> None:
        # Each request has a scope of its own.
        self._seen = self.scope
        self._looks = self.loop.call_later(HEAD_WITHIN, self._look)

    def _look(self) -> None:
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # It is a websocket's by now.
        if self.scope is self._seen and self.conn.their_state is h11.IDLE:
            self.transport.close()
        else:
            self._look_later()
