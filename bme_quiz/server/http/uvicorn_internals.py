"""Subclasses of uvicorn's protocols: they cut stalled connections, count them, pace websockets.

Seen in uvicorn 0.54: a connection is an ``H11Protocol``. Between two requests it is closed after
five seconds, but whoever never sends the head of one to its end holds it for good, and so does
whoever goes on, byte by byte, with a body that nobody reads; and there may be any number of them.
With ``handle_websocket_upgrade`` a connection goes over to a ``WebSocketsSansIOProtocol``.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import select
from collections import Counter, OrderedDict, deque
from enum import Enum
from typing import Any, ClassVar

import h11
from uvicorn._types import ASGIReceiveEvent
from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from bme_quiz.server.token_bucket import Rate, TokenBucket
from bme_quiz.services.addresses import client_network

_LOG = logging.getLogger("bme_quiz")

PATIENCE = 30.0
"""Seconds for a head, or a body behind its response; within as many again the line is closed."""


MOST_SILENT = 4_000
"""Connections of one address that have asked for nothing yet. A hall that connects at once has
thousands for a moment; each holds an open file, of which a process has some tens of thousands."""

MOST_OF_ADDRESS = 16_000
"""Connections of one address in all: 5,000 phones behind one router have a stream each, another one
for what they ask, and as many that they let go of just now."""


# Bytes that may come ahead of what a connection waits for.
_MOST_AHEAD = 64 * 1024

LONGEST_HEAD = 16 * 1024
"""Bytes of a request's head; what is read of it costs time in proportion. A browser sends one."""


def read_little(transport: asyncio.BaseTransport) -> None:
    """Have a connection read so much in one go that others get their turn soon.

    Seen in CPython 3.11 to 3.13: a selector transport reads ``max_size`` bytes, 256 KB, tens of
    thousands of chunks or frames of a hostile sender.
    """
    if hasattr(transport, "max_size"):
        transport.max_size = 4096


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


class Awaited(Enum):
    """What a connection waits for from its other end."""

    HEAD = "a request's head"
    BODY = "the body of a request that is being answered"
    REST = "the rest of a body whose request was answered"
    NOTHING = "nothing until the response is at its end"


class PatientProtocol(H11Protocol):
    """Closes connections on which a request does not come to its end.

    It looks now and then, in place of once for each request, of which a hall sends thousands a
    second. A form's body has a limit of its own where it is read (``forms.py``), and Streamlit
    reads what is uploaded to it; here it is about bodies that come on when all has been said.
    """

    # Of the process: uvicorn makes each connection's object by itself.
    _lines = Lines()
    _speaks = False
    _ahead = 0
    _unsent = 0
    _looks: asyncio.TimerHandle | None = None
    _seen: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look."""
        super().connection_made(transport)
        read_little(transport)
        self._look_later()
        self._lines.open(self._address, self)

    def data_received(self, data: bytes) -> None:
        """Take in what came, note when it makes a request, and close on what nobody waits for."""
        if self.cycle is not None and self._awaits() in (Awaited.NOTHING, Awaited.REST):
            self._ahead += len(data)
            if self._ahead > _MOST_AHEAD:
                # No browser sends a second request before the first was answered, nor goes on with
                # a body for so long once it was.
                self.transport.close()
                return
        else:
            self._ahead = 0
        super().data_received(data)
        if not self._speaks and self.scope is not None:
            self._speaks = True
            self._lines.speaks(self._address, self)

    def _awaits(self) -> Awaited:
        """What the connection waits for from its other end."""
        theirs = self.conn.their_state
        if theirs is h11.IDLE:
            return Awaited.HEAD
        if theirs is not h11.SEND_BODY:
            return Awaited.NOTHING
        has_answered = self.cycle is not None and self.cycle.response_complete
        return Awaited.REST if has_answered else Awaited.BODY

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection on to another protocol, and count it until its end."""
        super().handle_websocket_upgrade(event)
        # The other protocol hears of its end.
        upgraded = self.transport.get_protocol()
        if isinstance(upgraded, PacedWebSocketProtocol):
            upgraded.counted_as = self
        else:
            self.is_lost()

    def is_lost(self) -> None:
        """Count the connection no more."""
        self._lines.close(self._address, self)

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
        unsent = self.transport.get_write_buffer_size() if self.flow.write_paused else 0
        if unsent and unsent == self._unsent:
            # Whoever takes nothing of what they asked for holds it in memory.
            self.transport.abort()
            return
        self._unsent = unsent
        if self.scope is self._seen and self._awaits() in (Awaited.HEAD, Awaited.REST):
            self.transport.close()
        else:
            self._look_later()


LONGEST_MESSAGE = 64 * 1024
"""Bytes of a message from a browser. Streamlit's is some kilobytes; a file goes another way."""

# Bytes that are parsed of one connection before the next has its turn, and of these in one go: a
# frame may have six, and what is compressed may become a hundred times as much.
_PIECE, _CRUMB = 2048, 128
FRAMES = Rate(500, 60)
"""Of one connection, those that carry nothing included."""
# Seconds for which connections are parsed before anything else has its turn.
_SPELL = 0.005
# Parts of a message that is not at its end yet.
_MOST_PARTS = 1000
# Close codes of RFC 6455.
_NOT_TEXT, _POLICY_VIOLATION = 1007, 1008
# What somebody pressed just before the line was cut still counts.
_LAST_MESSAGES = 5


class _Now(asyncio.Handle):
    """A turn that is waited for already, in place of a timer."""

    def __init__(self) -> None:
        """Hold nothing."""

    def cancel(self) -> None:
        """Leave the line as it is; who was closed has nothing left to be parsed."""


_NOW = _Now()


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

    # Of the process.
    _in_line: ClassVar[deque[PacedWebSocketProtocol]] = deque()
    _takes_turn = False

    def __init__(self, config: Config, *args: Any, **kwargs: Any) -> None:
        config.ws_max_size = min(config.ws_max_size, LONGEST_MESSAGE)
        super().__init__(config, *args, **kwargs)
        self.counted_as: PatientProtocol | None = None
        self._handshake: asyncio.TimerHandle | None = None
        self._unparsed = bytearray()
        self._next: asyncio.Handle | None = None
        self._allowance = TokenBucket(FRAMES, self.loop.time)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the end of the handshake."""
        super().connection_made(transport)
        read_little(transport)
        self._handshake = self.loop.call_later(PATIENCE, self._give_up_handshake)

    def _give_up_handshake(self) -> None:
        if not self.handshake_complete:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Keep what came until it is this connection's turn to be parsed."""
        self._unparsed += data
        if self._next is None:
            self._parse_later(0)
        elif not self._takes_turn or len(self._unparsed) > _PIECE:
            self.transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop what is not parsed, and what stands in line beyond some last presses."""
        self._unparsed.clear()
        while self.queue.qsize() > _LAST_MESSAGES:
            self.queue.get_nowait()
        if self._next is not None:
            self._next.cancel()
        if self._handshake is not None:
            self._handshake.cancel()
        if self.counted_as is not None:
            self.counted_as.is_lost()
            self.counted_as = None
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
        if self._unparsed and self._has_left():
            # What is still in line here would be worked on for nobody.
            self._unparsed.clear()
            self.transport.abort()
            return
        taken = 0
        while self._unparsed and taken < _PIECE and not self.queue.qsize():
            crumb = bytes(self._unparsed[:_CRUMB])
            del self._unparsed[:_CRUMB]
            taken += _CRUMB
            super().data_received(crumb)
            if not self.handshake_initiated and self.conn.handshake_exc is not None:
                # uvicorn answers only a request that could be read.
                self.transport.write(b"".join(self.conn.data_to_send()))
                self.transport.close()
                return
        if len(self.frames) > _MOST_PARTS:
            self.conn.fail(_POLICY_VIOLATION, "too many parts")
            self.handle_parser_exception()
            return
        wait = self._allowance.wait(0)
        if not self._unparsed and not wait:
            if not self.queue.qsize() and not self.transport.is_closing():
                self.transport.resume_reading()
            return
        self.transport.pause_reading()
        if wait or not self.queue.qsize():
            self._parse_later(wait)

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message on; text that is none ends the connection, as RFC 6455 has it.

        uvicorn writes a trace of it.
        """
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                _LOG.warning("a websocket was closed: its text is not UTF-8")
                self.conn.fail(_NOT_TEXT, "not UTF-8")
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def handle_events(self) -> None:
        """Go through the frames that were parsed, and count them."""
        self._allowance.spend(len(self.conn.events))
        super().handle_events()

    def _parse_later(self, wait: float) -> None:
        self._takes_turn = not wait
        if wait:
            self._next = self.loop.call_later(wait, self._take_turn)
            return
        self._next = _NOW
        self._take_turn()

    def _take_turn(self) -> None:
        """Stand in line with all connections that have something to be parsed."""
        self._in_line.append(self)
        if len(self._in_line) == 1:
            self.loop.call_soon(self._parse_in_turn, self.loop)

    @classmethod
    def _parse_in_turn(cls, loop: asyncio.AbstractEventLoop) -> None:
        until = loop.time() + _SPELL
        line = cls._in_line
        while line and loop.time() < until:
            one = line.popleft()
            try:
                one._parse()
            except Exception:
                # As asyncio does; all others are still in line.
                one.logger.exception("a websocket's data could not be taken in")
                one.transport.abort()
        if line:
            loop.call_soon(cls._parse_in_turn, loop)

    def _has_left(self) -> bool:
        """Whether the browser has closed its end; a paused transport is not told of that."""
        if not hasattr(select, "POLLRDHUP") or not self.handshake_complete:
            return False
        found = select.poll()
        found.register(self.transport.get_extra_info("socket"), select.POLLRDHUP)
        return bool(found.poll(0))


def guard_running_server() -> None:
    """Give a server that is starting both protocols, and take its own belief in proxies from it.

    ``streamlit run`` and ``uvicorn quiz_app:app`` choose their protocols before they read the app,
    and look them up once more when they begin to listen, which is after the app's lifespan began.
    Their own middleware would put the client in the place of the proxy, which the app must know.
    """
    for config in gc.get_objects():
        if not (isinstance(config, Config) and config.loaded):
            continue
        config.http_protocol_class = PatientProtocol
        if config.ws_protocol_class is not None:
            config.ws_protocol_class = PacedWebSocketProtocol
        config.h11_max_incomplete_event_size = LONGEST_HEAD
        # What it is made of is nobody's business.
        config.encoded_headers = [one for one in config.encoded_headers if one[0] != b"server"]
        if isinstance(config.loaded_app, ProxyHeadersMiddleware):
            config.loaded_app = config.loaded_app.app
