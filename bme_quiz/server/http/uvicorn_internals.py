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
import re
import select
import socket
from collections import Counter, OrderedDict, deque
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from weakref import ref

import h11
from uvicorn._types import ASGIReceiveEvent
from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from bme_quiz.server.http.turns import InTurn, OfLoop
from bme_quiz.server.token_bucket import Rate, TokenBucket
from bme_quiz.services.addresses import client_network
from bme_quiz.services.settings import DEFAULT_PEOPLE

HAS_LEFT = "bme_quiz.has_left"
"""Key in a request's scope of what says whether its connection has ended."""

_LOG = logging.getLogger("bme_quiz")

PATIENCE = 30.0
"""Seconds for a head, or a body behind its response; within as many again the line is closed."""

# Connections of one address: 5,000 phones behind one router have a stream each, another one for
# what they ask, and as many that they let go of just now.
_MOST_OF_ADDRESS = 16_000
# Of these, so many that have asked for nothing yet. A hall that connects at once has thousands for
# a moment.
_MOST_SILENT = 4_000
# A browser opens six connections to one server, so many may wait for a slow line at each person's.
_UNREAD_OF_PERSON = 6


@dataclass(frozen=True, slots=True)
class LineLimits:
    """How many connections there may be; each holds an open file.

    Attributes:
        in_all: of this process.
        of_address: of one address.
        silent: of one address, that have asked for nothing yet.
        unread: of one address, with a response that is not being read.
    """

    in_all: int
    of_address: int
    silent: int
    unread: int

    @classmethod
    def of(cls, files: int | None, people: int) -> LineLimits:
        """The limits where a process may have so many files open.

        An eighth is kept for the database, the threads and the disk; of the rest one address has
        three fifths at most.

        Args:
            files: None where the system has no such limit.
            people: who share one address.
        """
        in_all = 2 * _MOST_OF_ADDRESS if files is None else files - max(64, files // 8)
        in_all = max(in_all, 32)
        of_address = min(_MOST_OF_ADDRESS, in_all * 3 // 5)
        unread = min(_UNREAD_OF_PERSON * people, of_address // 2)
        return cls(in_all, of_address, min(_MOST_SILENT, of_address // 4), unread)


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
    """The open connections of a server, by address.

    Attributes:
        limits: how many there may be.
    """

    def __init__(self, limits: LineLimits | None = None) -> None:
        self.limits = limits or LineLimits.of(None, DEFAULT_PEOPLE)
        self._silent: dict[str, OrderedDict[PatientProtocol, None]] = {}
        self._unread: dict[str, OrderedDict[PatientProtocol, None]] = {}
        self._open: Counter[str] = Counter()
        self._count = 0

    def open(self, address: str, line: PatientProtocol) -> None:
        """Count a connection; at the limit another one of the address gives way to it, where one
        is idle."""
        self._open[address] += 1
        self._count += 1
        silent = self._silent.setdefault(address, OrderedDict())
        silent[line] = None
        if self._open[address] > self.limits.of_address:
            self._give_way(address, line)
        elif self._count > self.limits.in_all:
            # Whoever has most of all; the one who has just come where that is nobody idle.
            self._give_way(max(self._open, key=self._open.__getitem__), line)
        elif len(silent) > self.limits.silent:
            _first_of(silent).abort()

    def _give_way(self, address: str, newcomer: PatientProtocol) -> None:
        silent = self._silent.get(address, OrderedDict())
        if len(silent) > (newcomer in silent):
            _first_of(silent).abort()
        elif unread := self._unread.get(address):
            _first_of(unread).abort()
        else:
            newcomer.transport.abort()

    def speaks(self, address: str, line: PatientProtocol) -> None:
        """Note that a connection has asked for something."""
        _drop(self._silent, address, line)

    def is_unread(self, address: str, line: PatientProtocol) -> None:
        """Note that a browser does not take what it was sent; of too many the one goes that has
        taken nothing for longest."""
        unread = self._unread.setdefault(address, OrderedDict())
        unread[line] = None
        if len(unread) > self.limits.unread:
            _first_of(unread).abort()

    def is_read(self, address: str, line: PatientProtocol) -> None:
        """Note that it takes it again."""
        _drop(self._unread, address, line)

    def close(self, address: str, line: PatientProtocol) -> None:
        """Count a connection no more."""
        _drop(self._silent, address, line)
        _drop(self._unread, address, line)
        self._count -= 1
        self._open[address] -= 1
        if not self._open[address]:
            del self._open[address]


class Awaited(Enum):
    """What a connection waits for from its other end."""

    HEAD = "a request's head"
    BODY = "the body of a request that is being answered"
    REST = "the rest of a body whose request was answered"
    NOTHING = "nothing until the response is at its end"


def _first_of(lines: OrderedDict[PatientProtocol, None]) -> asyncio.Transport:
    """The transport of the connection that has been among these for longest, and is no more."""
    oldest, _ = lines.popitem(last=False)
    return oldest.transport


def _drop(
    lines: dict[str, OrderedDict[PatientProtocol, None]], address: str, line: PatientProtocol
) -> None:
    found = lines.get(address)
    if found is not None:
        found.pop(line, None)
        if not found:
            del lines[address]


def _has_left(cycle: ref[RequestResponseCycle]) -> bool:
    # Weak, since the cycle holds the scope in which this stands.
    found = cycle()
    return found is None or found.disconnected


# A head is looked at before anything of it is parsed: parsing thousands of fields takes
# milliseconds, and so does a body in pieces of one byte each. Browsers send twenty fields, and no
# body with what only asks.
MOST_HEADERS = 100
# With the request line and the empty one at the end.
_MOST_HEAD_LINES = MOST_HEADERS + 2
_HEAD_ENDS = re.compile(rb"\n\r?\n")
_HAS_BODY = re.compile(rb"\n(?:content-length:[ \t]*0*[1-9]|transfer-encoding:)", re.IGNORECASE)
_ONLY_ASKS = (b"GET ", b"HEAD ", b"OPTIONS ")


def refusal(came: bytes) -> bytes:
    """Status line of the refusal of a request that is not to be parsed; empty where it may be.

    Args:
        came: what came of it, from its first byte, whole or not; bounded by uvicorn's own limit.
    """
    end = _HEAD_ENDS.search(came)
    head = came if end is None else came[: end.end()]
    if head.count(b"\n") > _MOST_HEAD_LINES:
        return b"431 Request Header Fields Too Large"
    if end is None:
        return b""
    if head.lstrip().startswith(_ONLY_ASKS) and _HAS_BODY.search(head):
        return b"413 Content Too Large"
    return b""


# Seconds for which heads are parsed before anything else has its turn.
_HEADS_FOR = 0.004
# Bytes that wait here for one browser to read, and about as many again in the system. What is
# longer is handed out piece by piece (plain_requests.py).
MOST_UNSENT = 32 * 1024
_MOST_UNSENT_OF_SYSTEM = 128 * 1024


class PatientProtocol(H11Protocol):
    """Closes connections on which a request does not come to its end, and parses requests in turn.

    It looks now and then, in place of once for each request, of which a hall sends thousands a
    second. A form's body has a limit of its own where it is read (``forms.py``), and Streamlit
    reads what is uploaded to it; here it is about bodies that come on when all has been said.

    Heads are parsed by address in turn, and then by connection: uvicorn parses what came on
    hundreds of connections before anything else has its turn, and the next of requests that were
    sent ahead as soon as the one before was answered.
    """

    # Of the process: uvicorn makes each connection's object by itself.
    _lines = Lines()
    _heads: ClassVar[OfLoop[InTurn[PatientProtocol]]] = OfLoop(
        lambda: InTurn(PatientProtocol._take_in, 1_000, _HEADS_FOR)
    )
    _address = ""
    _is_in_line = False
    _is_paused = False
    _speaks = False
    _ahead = 0
    _unsent = 0
    _looks: asyncio.TimerHandle | None = None
    _seen: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look."""
        super().connection_made(transport)
        self._address = client_network(self.client[0]) if self.client else ""
        read_little(transport)
        transport.set_write_buffer_limits(high=MOST_UNSENT)
        line = transport.get_extra_info("socket")
        if line is not None:
            # The system would take megabytes for whoever reads nothing.
            with suppress(OSError):
                line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MOST_UNSENT_OF_SYSTEM)
        self._look_later()
        self._lines.open(self._address, self)

    def data_received(self, data: bytes) -> None:
        """Take in what came, and close on what nobody waits for."""
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

    def handle_events(self) -> None:
        """Parse what came when it is this connection's turn."""
        if not self._is_in_line:
            self._is_in_line = True
            self._heads.get().put(self._address, self)
        elif not self._is_paused:
            # What comes from now on stays with the sender.
            self._is_paused = True
            self.transport.pause_reading()

    def _take_in(self) -> None:
        self._is_in_line = False
        if self.transport.is_closing():
            return
        if self._is_paused:
            self._is_paused = False
            if not self.flow.read_paused:
                self.transport.resume_reading()
        if self.conn.their_state is h11.IDLE and (status := refusal(self.conn.trailing_data[0])):
            self.transport.write(
                b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
            self.transport.close()
            return
        try:
            super().handle_events()
        except Exception:
            self.logger.exception("a request could not be taken in")
            self.transport.abort()
            return
        if self.scope is not None:
            if self.cycle is not None and self.cycle.scope is self.scope:
                # There before its task runs: ``send`` does not say that nobody hears it.
                self.scope.setdefault(HAS_LEFT, partial(_has_left, ref(self.cycle)))  # type: ignore[misc]
            if not self._speaks:
                self._speaks = True
                self._lines.speaks(self._address, self)

    def pause_writing(self) -> None:
        """Note that the browser does not take what it was sent."""
        super().pause_writing()
        self._lines.is_unread(self._address, self)

    def resume_writing(self) -> None:
        """Note that it takes it again."""
        super().resume_writing()
        self._lines.is_read(self._address, self)

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
        self._lines.is_read(self._address, self)
        self.transport.set_write_buffer_limits()
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


def guard_running_server(files: int | None, people: int) -> None:
    """Give a server that is starting both protocols, and take its own belief in proxies from it.

    ``streamlit run`` and ``uvicorn quiz_app:app`` choose their protocols before they read the app,
    and look them up once more when they begin to listen, which is after the app's lifespan began.
    Their own middleware would put the client in the place of the proxy, which the app must know.

    Args:
        files: how many files this process may have open; None where the system has no limit.
        people: how many people may share one address.
    """
    PatientProtocol._lines.limits = LineLimits.of(files, people)
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
