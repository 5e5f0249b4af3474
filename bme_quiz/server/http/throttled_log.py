"""Throttled log: a limit on the lines a minute, for every logger there is and ever will be.

Anybody on the network can provoke lines: a frame that is none, a tap while the database is away,
a header of a megabyte. Filters of a logger do not hold for the loggers below it, and Streamlit and
uvicorn make handlers of their own, some of them late. What they all have in common is the factory
that makes every record (``logging.setLogRecordFactory``), so the limit stands there. What is
printed beside the log, such as the trace of a thread that failed, goes by a limit on ``stderr``.

How many lines were kept back is said with the next one of their kind; of a flood that has stopped,
when its minute is over (:func:`saying_kept_back`), or at the end.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TextIO, cast

from bme_quiz.server.token_bucket import Clock, Rate, TokenBucket

A_MINUTE = 60.0
LINES_OF_PLACE = 5
"""Different lines that one place in the code may log in a minute; of the same, one."""
LINES_OF_ALL = 300
"""Lines of all places in a minute; a trace counts for as many as it may have."""
LONGEST_LINE = 1_000
_LONGEST_TRACE_LINE = 300
_FIRST_OF_TRACE, _LAST_OF_TRACE = 8, 30
_LINES_OF_TRACE = _FIRST_OF_TRACE + _LAST_OF_TRACE + 1
# What is printed past the log: characters in a minute, and of one piece.
_PRINTED = 100_000
_LONGEST_PRINTED = 10_000
# Loggers whose handlers write a record's parts and not the whole, and where the whole is written.
_WHOLE = {"uvicorn.access": "uvicorn.error"}
# Places that are remembered; the code has fewer that log.
_MOST_PLACES = 1_000
# No handler takes a record below its own level, and none has a level below 0.
_BELOW_EVERY_LEVEL = -1

# What could begin another line, move a terminal's cursor or turn the direction of text round, and
# halves of a pair, which no file takes.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@contextmanager
def throttled(clock: Clock = time.monotonic) -> Iterator[Callable[[], None]]:
    """Limit, for as long as this is entered, what all loggers and ``stderr`` take.

    Args:
        clock: seconds that only go forward.

    Yields:
        What says how much was kept back of floods whose minute is over; to be called now and then.
    """
    before = logging.getLogRecordFactory()
    records = _Records(before, Throttle(clock))
    logging.setLogRecordFactory(records)
    stderr = sys.stderr
    # A program without a console, as some services are, has none.
    limited = LimitedStream(stderr, clock) if stderr else None
    printed = stderr and cast("TextIO", limited)
    sys.stderr = printed

    def say(at_the_end: bool = False) -> None:
        records.say_kept_back(at_the_end)
        if limited is not None:
            limited.say_kept_back(at_the_end)

    try:
        yield say
    finally:
        say(at_the_end=True)
        # Whoever came in between goes on to call these, which then let everything through.
        records.limits = False
        if logging.getLogRecordFactory() is records:
            logging.setLogRecordFactory(before)
        if sys.stderr is printed:
            sys.stderr = stderr


@asynccontextmanager
async def saying_kept_back(say: Callable[[], None]) -> AsyncIterator[None]:
    """Have it said each minute, on the event loop, how much was kept back of what has stopped."""

    async def go_on() -> None:
        while True:
            await asyncio.sleep(A_MINUTE)
            say()

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Where(NamedTuple):
    """A place in the code that logs, with the error that it logs: what it was, where raised."""

    logger: str
    level: int
    file: str
    line: int
    origin: object


@dataclass(slots=True)
class _Place:
    """What one place has logged: its lines of the last minute, how many were kept back since the
    last that was not, and what that one said."""

    example: str
    said: dict[str, float] = field(default_factory=dict)
    kept_back: int = 0


class Throttle:
    """A count of what was logged where: each line once a minute, and of all so many.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # Whatever frees memory meanwhile may log in this very thread.
        self._lock = threading.RLock()
        self._places: OrderedDict[Where, _Place] = OrderedDict()
        self._left = TokenBucket(Rate(LINES_OF_ALL, LINES_OF_ALL / A_MINUTE), clock)

    def take(self, where: Where, line: str, cost: int = 1) -> int | None:
        """Count a line: how many were kept back here since the last one, or None to keep it back.

        Args:
            where: what logs it.
            line: what it says, without what differs each time.
            cost: lines that it takes.
        """
        now = self._clock()
        with self._lock:
            place = self._places.setdefault(where, _Place(line))
            self._places.move_to_end(where)
            if len(self._places) > _MOST_PLACES:
                self._places.popitem(last=False)
            place.said = {said: at for said, at in place.said.items() if now - at < A_MINUTE}
            is_new = line not in place.said and len(place.said) < LINES_OF_PLACE
            if not is_new or not self._left.take(cost):
                place.kept_back += 1
                return None
            place.said[line] = now
            others, place.kept_back = place.kept_back, 0
            return others

    def note(self, where: Where, example: str) -> None:
        """Note what a line said that was not kept back."""
        with self._lock:
            if where in self._places:
                self._places[where].example = example

    def kept_back(self, at_the_end: bool = False) -> list[tuple[Where, str, int]]:
        """Count as said what was kept back where nothing has been said for a minute: of each place
        the last line that was not kept back, and how many were.

        Args:
            at_the_end: of all places, since nothing will be said later.
        """
        now = self._clock()
        found = []
        with self._lock:
            for where, place in self._places.items():
                is_over = all(now - at >= A_MINUTE for at in place.said.values())
                if place.kept_back and (at_the_end or (is_over and self._left.take())):
                    found.append((where, place.example, place.kept_back))
                    place.kept_back = 0
        return found[:LINES_OF_ALL]


class _Records:
    """A factory of log records that makes those to be kept back such that no handler takes them."""

    def __init__(self, before: Callable[..., logging.LogRecord], throttle: Throttle) -> None:
        self._before = before
        self._throttle = throttle
        self.limits = True

    def __call__(self, *parts: Any, **more: Any) -> logging.LogRecord:
        record = self._before(*parts, **more)
        if not self.limits:
            return record
        error = record.exc_info[1] if record.exc_info else None
        where = Where(record.name, record.levelno, record.pathname, record.lineno, _origin(error))
        template = _text_of(record.msg)[:LONGEST_LINE]
        others = self._throttle.take(where, template, _LINES_OF_TRACE if error else 1)
        if others is None:
            record.levelno = _BELOW_EVERY_LEVEL
            record.msg, record.args, record.exc_info, record.stack_info = "", (), None, None
            return record
        _make_safe(record)
        if error is not None:
            record.exc_text = _trace(error)
        record.stack_info = None
        self._throttle.note(where, record.getMessage())
        if others:
            record.msg = f"{record.msg} (and {others} more)"
        return record

    def say_kept_back(self, at_the_end: bool) -> None:
        """Log how many lines were kept back of what has stopped, each where it came from."""
        for where, example, count in self._throttle.kept_back(at_the_end):
            said = f"{example} (and {count} more since)"
            name = _WHOLE.get(where.logger, where.logger)
            record = self._before(name, *where[1:4], said, (), None)
            logging.getLogger(name).handle(record)


def _origin(error: BaseException | None) -> object:
    """Where an error was raised; None where there is none."""
    if error is None:
        return None
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    raised_at = last and (last.tb_frame.f_code.co_filename, last.tb_lineno)
    return type(error).__name__, raised_at


def _text_of(message: object) -> str:
    try:
        return str(message)
    except Exception:  # an object of anybody's
        return f"a {type(message).__name__} that cannot be written"


def one_line(text: str, most: int = LONGEST_LINE) -> str:
    """Text as one line of a log, shortened, with what cannot be seen written out."""
    text = text.rstrip()
    seen = _UNSEEN.sub(lambda sign: ascii(sign[0])[1:-1], text[:most])
    if max(len(text), len(seen)) <= most:
        return seen
    return f"{seen[:most]}... ({len(text):,} characters in all)"


def _make_safe(record: logging.LogRecord) -> None:
    """Make a record's message one line. What needs no change keeps its parts, as some handlers
    write the parts and not the whole."""
    try:
        message = record.getMessage()
    except Exception:  # a template that does not fit, or an object of anybody's
        message = _text_of(record.msg)
        record.msg, record.args = message, ()
    safe = one_line(message)
    if safe == message:
        return
    if isinstance(record.msg, str) and isinstance(record.args, tuple):
        parts = [one_line(p, LONGEST_LINE // 4) if isinstance(p, str) else p for p in record.args]
        if all(isinstance(part, (str, int, float)) for part in parts):
            record.msg, record.args = one_line(record.msg), tuple(parts)
            if parts and (whole := record.getMessage()) == one_line(whole):
                return
    record.msg, record.args = safe, ()
    # The same once more, for consoles with colours.
    record.__dict__.pop("color_message", None)


def _trace(error: BaseException) -> str:
    """An error's trace, bounded; set in, so that no line of it can be taken for one of the log."""
    lines = "".join(traceback.format_exception(error)).rstrip().split("\n")
    if len(lines) > _LINES_OF_TRACE:
        left_out = len(lines) - _FIRST_OF_TRACE - _LAST_OF_TRACE
        middle = [f"... {left_out:,} lines more ..."]
        lines = [*lines[:_FIRST_OF_TRACE], *middle, *lines[-_LAST_OF_TRACE:]]
    return "\n".join(f"  {one_line(line, _LONGEST_TRACE_LINE)}" for line in lines)


class LimitedStream:
    """A stream that takes so many characters a minute, and says when it took fewer than came.

    Args:
        stream: where they go.
        clock: seconds that only go forward.
    """

    def __init__(self, stream: TextIO, clock: Clock = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._lock = threading.RLock()
        self._left, self._at = _PRINTED, clock()
        self._kept_back = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write text, or what fits of it.

        Returns:
            The length of the text, whatever became of it: nobody is to try again.
        """
        short = text[:_LONGEST_PRINTED]
        if len(text) > len(short):
            short += f"... ({len(text):,} characters in all)\n"
        with self._lock:
            self.say_kept_back()
            if self._kept_back or len(short) > self._left:
                # Once there is no room for one, small ones are not to fill the gap.
                self._kept_back += len(text)
            else:
                self._left -= len(short)
                self._stream.write(short)
        return len(text)

    def say_kept_back(self, at_the_end: bool = False) -> None:
        """Write how much was kept back, where its minute is over, and begin another."""
        with self._lock:
            now = self._clock()
            if now - self._at < A_MINUTE and not at_the_end:
                return
            if self._kept_back:
                self._stream.write(f"\n({self._kept_back:,} characters were kept back here)\n")
            self._left, self._at, self._kept_back = _PRINTED, now, 0

    def writelines(self, lines: Any) -> None:
        """Write each of these."""
        for line in lines:
            self.write(line)
