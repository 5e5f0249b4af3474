"""Python's contact with what uvicorn does not promise to keep; ``contacts.py`` lists every name.

Seen in uvicorn 0.54: a connection is an ``H11Protocol``. Between two requests it is closed after
five seconds, but whoever never sends the head of one to its end holds it for good, and so does
whoever goes on, byte by byte, with a body that nobody reads; and there may be any number of them.
With ``handle_websocket_upgrade`` a connection goes over to a ``WebSocketsSansIOProtocol``.
"""

from __future__ import annotations

import asyncio
import gc
from collections import Counter, OrderedDict
from typing import Any

import h11
from uvicorn._types import ASGIReceiveEvent
from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from bme_quiz.services.addresses import client_network

PATIENCE = 30.0
"""Seconds for a head, or a body behind its response; within as many again the line is closed."""


MOST_SILENT = 4_000
"""Connections of one address that have asked for nothing yet. A hall that connects at once has
thousands for a moment; each holds an open file, of which a process has some tens of thousands."""

MOST_OF_ADDRESS = 16_000
"""Connections of one address in all: 5,000 phones behind one router have a stream each, another one
for what they ask, and as many that they let go of just now."""


class Lines:
    """The open connections of a server, by address."""

    def __init__(self) -> None:
        self._silent: dict[str, OrderedDict[PatientProtocol, None]] = {}
        self._open: Counter[str] = Counter()

    def open(self, address: str, line: PatientProtocol) -> None:
        """Count a connection; at the limit one gives way to it that has asked for nothing."""
        self._open[address] += 1
        silent = self._silent.setdefault(address, OrderedDict())
        silent[line] = None
        too_many = self._open[address] > MOST_OF_ADDRESS
        if len(silent) > MOST_SILENT or too_many:
            # The one that has waited longest; where all others are at work, the newcomer.
            oldest, _ = silent.popitem(last=False)
            oldest.transport.abort()

    def speaks(self, address: str, line: PatientProtocol) -> None:
        """Note that a connection has asked for something."""
        silent = self._silent.get(address)
        if silent is not None:
            silent.pop(line, None)
            if not silent:
                del self._silent[address]

    def close(self, address: str, line: PatientProtocol) -> None:
        """Count a connection no more."""
        self.speaks(address, line)
        self._open[address] -= 1
        if not self._open[address]:
            del self._open[address]


class PatientProtocol(H11Protocol):
    """Closes connections on which a request does not come to its end.

    It looks now and then, in place of once for each request, of which a hall sends thousands a
    second. A form's body has a limit of its own where it is read (``forms.py``), and Streamlit
    reads what is uploaded to it; here it is about bodies that come on when all has been said.
    """

    # Of the process: uvicorn makes each connection's object by itself.
    _lines = Lines()
    _speaks = False
    _looks: asyncio.TimerHandle | None = None
    _seen: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look."""
        super().connection_made(transport)
        self._look_later()
        self._lines.open(self._address, self)

    def data_received(self, data: bytes) -> None:
        """Take in what came, and note when it makes a request."""
        super().data_received(data)
        if not self._speaks and self.scope is not None:
            self._speaks = True
            self._lines.speaks(self._address, self)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection on to another protocol, and count it here no more."""
        self._lines.close(self._address, self)
        super().handle_websocket_upgrade(event)

    @property
    def _address(self) -> str:
        return client_network(self.client[0]) if self.client else ""

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        if self._looks is not None:
            self._looks.cancel()
        self._lines.close(self._address, self)
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


LONGEST_MESSAGE = 64 * 1024
"""Bytes of a message from a browser. Streamlit's is some kilobytes; a file goes another way."""

# Bytes that are parsed in one go. A frame may have six: more at once would hold the event loop.
_PIECE = 2048
# Frames of a connection, those that carry nothing included: so many at once, then so many a second.
_FRAMES_AT_ONCE, _FRAMES_A_SECOND = 1000, 100
# Parts of a message that is not at its end yet.
_MOST_PARTS = 1000
_POLICY_VIOLATION = 1008
# What somebody pressed just before the line was cut still counts.
_LAST_MESSAGES = 5


class PacedWebSocketProtocol(WebSocketsSansIOProtocol):
    """Takes in a websocket's frames piece by piece, no faster than a connection may send them.

    uvicorn parses whatever one read brought before anything else gets its turn, tens of thousands
    of frames if they are small; it answers pings as fast as they come, and gathers the parts of a
    message without counting them. Here others get their turn between two pieces, and what is not
    parsed yet stays with the sender.

    Seen in uvicorn 0.54: ``data_received`` parses, ``handle_events`` goes through the frames,
    ``receive`` lets the transport read on once the ``queue`` is empty, ``frames`` are the parts; in
    websockets 17.4: ``conn.events`` are the frames that were parsed.
    """

    def __init__(self, config: Config, *args: Any, **kwargs: Any) -> None:
        config.ws_max_size = min(config.ws_max_size, LONGEST_MESSAGE)
        super().__init__(config, *args, **kwargs)
        self._unparsed = bytearray()
        self._next: asyncio.Handle | None = None
        self._tokens = float(_FRAMES_AT_ONCE)
        self._frames_seen = 0
        self._filled_at = self.loop.time()

    def data_received(self, data: bytes) -> None:
        """Parse as much as may be parsed now, and keep the rest."""
        self._unparsed += data
        if self._next is None:
            self._parse()
        else:
            self.transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop what is not parsed, and what stands in line beyond some last presses."""
        self._unparsed.clear()
        while self.queue.qsize() > _LAST_MESSAGES:
            self.queue.get_nowait()
        if self._next is not None:
            self._next.cancel()
        super().connection_lost(exc)

    async def receive(self) -> ASGIReceiveEvent:
        """The next message; only when all are taken, more is parsed."""
        message = await super().receive()
        if self._unparsed or self._next is not None:
            # It has let the transport read on.
            self.transport.pause_reading()
            if self._next is None and self.queue.empty():
                self._parse_later(0)
        elif self.queue.empty():
            # It lets the transport read on only where it had stopped it itself.
            self.transport.resume_reading()
        return message

    def _parse(self) -> None:
        self._next = None
        if self.disconnected or self.transport.is_closing():
            self._unparsed.clear()
            return
        piece = bytes(self._unparsed[:_PIECE])
        del self._unparsed[:_PIECE]
        if piece:
            super().data_received(piece)
        if len(self.frames) > _MOST_PARTS:
            self.conn.fail(_POLICY_VIOLATION, "too many parts")
            self.handle_parser_exception()
            return
        wait = self._pay()
        if not self._unparsed and not wait:
            if not self.queue.qsize() and not self.transport.is_closing():
                self.transport.resume_reading()
            return
        self.transport.pause_reading()
        if wait or not self.queue.qsize():
            self._parse_later(wait)

    def handle_events(self) -> None:
        """Go through the frames that were parsed, and count them."""
        self._frames_seen += len(self.conn.events)
        super().handle_events()

    def _pay(self) -> float:
        """Count the frames just seen; the seconds until more may come."""
        now = self.loop.time()
        filled = self._tokens + (now - self._filled_at) * _FRAMES_A_SECOND
        self._tokens = min(float(_FRAMES_AT_ONCE), filled) - self._frames_seen
        self._frames_seen = 0
        self._filled_at = now
        return max(0.0, -self._tokens / _FRAMES_A_SECOND)

    def _parse_later(self, wait: float) -> None:
        self._next = self.loop.call_later(wait, self._parse)


def guard_running_server() -> None:
    """Give a server that is starting both protocols, and take its own belief in proxies from it.

    ``streamlit run`` and ``uvicorn quiz_app:app`` choose their protocols before they read the app,
    and look them up once more when they begin to listen, which is after the app's lifespan began.
    Their own middleware would put the client in the place of the proxy, which the app must know.
    """
    for config in gc.get_objects():
        if not (isinstance(config, Config) and config.loaded):
            continue
        if issubclass(config.http_protocol_class, asyncio.Protocol):
            config.http_protocol_class = PatientProtocol
        if config.ws_protocol_class is not None:
            config.ws_protocol_class = PacedWebSocketProtocol
        if isinstance(config.loaded_app, ProxyHeadersMiddleware):
            config.loaded_app = config.loaded_app.app
