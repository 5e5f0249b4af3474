"""Python's contact with what uvicorn does not promise to keep; ``contacts.py`` lists every name.

Seen in uvicorn 0.54: a connection is an ``H11Protocol``. Between two requests it is closed after
five seconds, but whoever never sends the head of one to its end holds it for good, and so does
whoever goes on, byte by byte, with a body that nobody reads.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 30.0
"""Seconds for a head, or a body behind its response; within as many again the line is closed."""


class PatientProtocol(H11Protocol):
    """Closes connections on which a request does not come to its end.

    It looks now and then, in place of once for each request, of which a hall sends thousands a
    second. A form's body has a limit of its own where it is read (``forms.py``), and Streamlit
    reads what is uploaded to it; here it is about bodies that come on when all has been said.
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
        self._looks = self.loop.call_later(PATIENCE, self._look)

    def _look(self) -> None:
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # It is a websocket's by now.
        if self.scope is self._seen and self._waits_in_vain():
            self.transport.close()
        else:
            self._look_later()

    def _waits_in_vain(self) -> bool:
        theirs = self.conn.their_state
        has_answered = self.cycle is not None and self.cycle.response_complete
        return theirs is h11.IDLE or (theirs is h11.SEND_BODY and has_answered)
