"""Shapes of text that take a careless pattern or parser the square of their length, or worse.

Each is a start, a piece that is repeated, and an end. :func:`growth` compares the processor time
that something takes for two sizes of one shape.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

SMALL = 20_000
LARGE = 400_000

_SLACK = 3.0
"""How much faster than n log n a time may grow: allocators and caches of the processor."""

_FLOOR = 0.005
"""Seconds that count as nothing: below them the clock and the start of things are most of it."""

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """A text of any length: ``begin``, then ``piece`` over and over, then ``end``."""

    piece: str
    begin: str = ""
    end: str = ""

    def __str__(self) -> str:
        parts = (self.begin, self.piece, self.end)
        return "…".join(ascii(part)[1:-1][:16] for part in parts if part) or "nothing"

    def of(self, size: int) -> str:
        """The shape at a size, in characters."""
        return f"{self.begin}{self.piece * (size // len(self.piece))}{self.end}"


SHAPES = tuple(
    Shape(*parts)
    for parts in [
        # Punctuation over and over.
        ("!",), ("?",), (".",), ("…",), ("!\"",), (". ",), ("! ", "A "), (",",), (";",), (":",),
        ("-",), ("–",), ("- ",), ("'",), ('"',), ("“",), ("‘a ",), ("’",), ("“a” ",),
        # Openings without an end, and ends without an opening.
        ("(",), (")",), ("a (",), ("[",), ("]",), ("[a",), ("![",), ("![a",), ("{#",), ("{#a} ",),
        ("<",), ("<a ",), ("<!--",), ("<!-- ", "a "), ("-->",), ("<!-- x -->",), ("&",), ("&#1",),
        # Boxes, pictures in links and out of them, negated clauses.
        ("> **a**\n>\n> b\n\n",), ("> **a**\n>\n",), ("![a](images/a.svg) ",),
        ("[![a](images/a.svg)](b) ",), ("if not ",), (" if not,",), ("a:1;",), ("not only ",),
        # Markdown: marks, code, links, notes.
        ("*",), ("*a ",), ("**a",), ("*a_b",), ("_",), ("_a ",), ("~~a",), ("`",), ("`a``b",),
        ("\\",), ("$a ",), ("[a](", ""), ("[a](b",), ("[a](<b",), ("[a](b) ",), ("[a][b] ",),
        ("[a] ", "[a]: /" + "x" * 1_500 + "\n\n"), ("a [^1] ", "[^1]: A\n\n"),
        ("[^", "[^1]: A\n\n"), ("^[",), ("^[a ",), ("[^1]: A\n\n",), ("[^1]: ",),
        # Blocks: nested, long, or as many as can be.
        (">",), ("> ",), ("- - ",), ("1. ",), ("\n> a",), ("\n- a",), ("\n\n",), ("a\n",),
        ("\n  - a",), ("#",), ("\n# a",), ("\n## A {#a}\n",), ("|",), ("|a", "|a|\n|-|\n"),
        ("\n|", "|a" * 40 + "|\n" + "|-" * 40 + "|"), ("\n|-|-",), ("\n```",), ("\n    a",),
        ("[a]: b 'c\n",), ("\n===",), ("\n\na [^1] b", "[^1]: A\n\n"),
        ("\n\na b. C d",), ("\n[^1]: A\n",),
        # Words and digits.
        ("a",), ("A",), ("AB ",), ("a ",), ("a-",), ("a.",), ("9",), ("9,",), ("1.",), ("1 to ",),
        ("1/",), ("one or ",), ("5 mg ",), ("true or false ",), ("which ",), ("what not ",),
        ("except for ",), ("you can now ",), ("your a",), ("all of the ",), ("A and ",), ("a;",),
        ("a (the also ", ""), ("not ", "Which is ", ":"), ("false ", "Which "), ("https://",),
        (":a", ""), ("=",), ("https://a.b/?",), ("TODO ",),
        # Signs that take no room, marks on letters, white space, what folding makes longer.
        ("\u200b",), ("e\u0301",), ("\u0316\u0301", "a"), ("\u0301",), ("\ufdfa",), ("İ",), ("ß",),
        (" ",), (" ", "a", "a"), ("\t",), ("\u00a0",), (" ", "-1", "!"), ("\r",), ("\U0001f9b4",),
        # Quotation marks of a table.
        ('""',), ('","',), (',"', '"'), ('"\n',),
    ]
)  # fmt: skip


class TooSlowError(BaseException):
    """Something took so long that it was broken off; nothing that it calls catches this."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Break off what takes more processor time than this."""

    def stop(*_: Any) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def seconds_of(work: Callable[[], object]) -> float:
    """The processor time of this thread for a piece of work."""
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def allowed_growth(small: int, large: int) -> float:
    """By what factor n log n grows between two sizes, with slack."""
    return _SLACK * large * math.log(large) / (small * math.log(small))


def is_linear(
    make: Callable[[int], Callable[[], object]], small: int = SMALL, large: int = LARGE
) -> bool:
    """Whether a piece of work grows no faster than n log n between two sizes, by processor time.

    The least of a few tries counts, so that a busy machine cannot turn a good one bad. What takes
    longer than it may is broken off, so that what is bad is known soon.

    Args:
        make: the work for a size; making it is not counted.
    """
    assert threading.current_thread() is threading.main_thread()
    middle = int(math.sqrt(small * large))
    try:
        with at_most(10):
            least = seconds_of(make(small))
        # A pattern at work cannot be broken off; a square is known here before it takes minutes.
        for attempt in range(_TRIES):
            allowed = allowed_growth(small, middle) * max(least, _FLOOR)
            if seconds_of(make(middle)) <= allowed:
                break
            if attempt == _TRIES - 1:
                return False
        for _ in range(_TRIES):
            allowed = allowed_growth(small, large) * max(least, _FLOOR)
            work = make(large)
            with at_most(allowed + 1):
                if seconds_of(work) <= allowed:
                    return True
            least = min(least, seconds_of(make(small)))
    except TooSlowError:
        return False
    return False
