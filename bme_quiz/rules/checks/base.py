"""Forms and registration of the checker's rules: a function of one row, or a class with memory.

A rule is a function or a small class with a code, a name and a severity. Its docstring is its
documentation, in a fixed layout that :class:`RuleDoc` reads::

    One sentence that says what must hold.

    Why: …
    Source: …
    Bad: …
    Good: …

What a rule reads decides when it runs (:class:`Reads`): every row as it stands, or only the
rows of sound structure, one at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Protocol, TypeVar

from bme_quiz.content.problems import Severity
from bme_quiz.content.table import Row
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item


class Reads(StrEnum):
    """What a rule is fed.

    FILES: nothing; the readers of the files report it and it is only documented here.
    ROWS: every row of the bank, whatever stands in it.
    ITEMS: the rows in which the rules of :data:`STRUCTURE` found no error, parsed.
    """

    FILES = "files"
    ROWS = "rows"
    ITEMS = "items"


STRUCTURE = frozenset({"S02", "S04", "S05", "S06"})
"""Codes without which a row is no question; a row with such an error is fed to no item rule."""

OF_ALL_ROWS = STRUCTURE | {"S12", "C02"}
"""Codes of the rules that also see rows that are never asked: retired ones and examples."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found; the run adds the code and, for a row, the file, row and id.

    ``severity`` is given where it differs from the rule's own. ``row``, ``id`` and ``file``
    are given by what a rule finds about something else than the row it was just fed.
    """

    message: str
    mend: str
    column: str = ""
    words: str = ""
    severity: Severity | None = None
    row: int | None = None
    id: str = ""
    file: str = ""


Findings = Iterable[Finding]


class Checker(Protocol):
    """A rule at work on one course."""

    def feed(self, subject: Any) -> Findings:
        """What is wrong with the next row or item."""
        ...

    def close(self) -> Findings:
        """What is wrong with the bank as a whole, once everything was fed."""
        ...

    def figures(self) -> Mapping[str, float]:
        """Figures worth printing whatever they are; asked for after :meth:`close`."""
        ...


class Memory:
    """Base of rules that need more than one row; a run makes a new one for each course."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def feed(self, subject: Any) -> Findings:  # noqa: ARG002
        return ()

    def close(self) -> Findings:
        return ()

    def figures(self) -> Mapping[str, float]:
        return {}


_M = TypeVar("_M", bound=Memory)


class _Single:
    """A rule that looks at one row or item at a time."""

    def __init__(self, function: Callable[[Any, Context], Findings], context: Context) -> None:
        self._function = function
        self._context = context

    def feed(self, subject: Any) -> Findings:
        return self._function(subject, self._context)

    def close(self) -> Findings:
        return ()

    def figures(self) -> Mapping[str, float]:
        return {}


_PART = re.compile(r"^(Why|How|Beware|Source|Bad|Good):[ \n]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RuleDoc:
    """A rule's documentation, read from its docstring: its first paragraph is the summary."""

    summary: str
    detail: str
    parts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, docstring: str | None) -> RuleDoc:
        """Read a docstring: its first paragraph, then parts that begin ``Word:`` on a line."""
        lines = [line.strip() for line in (docstring or "").splitlines()]
        pieces = _PART.split("\n".join(lines))
        parts = zip(pieces[1::2], pieces[2::2], strict=True)
        summary, _, detail = pieces[0].strip().partition("\n\n")
        return cls(
            " ".join(summary.split()),
            " ".join(detail.split()),
            tuple((name, " ".join(text.split())) for name, text in parts),
        )

    def part(self, name: str) -> str:
        """The text of a part, or nothing."""
        return dict(self.parts).get(name, "")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in the registry."""

    code: str
    name: str
    severity: Severity
    reads: Reads
    doc: RuleDoc
    start: Callable[[Context], Checker] | None


_REGISTRY: dict[str, Rule] = {}
_ORDER = "SACGWBRHX"

_RowFunction = Callable[[Row, Context], Findings]
_ItemFunction = Callable[[Item, Context], Findings]


def registered() -> tuple[Rule, ...]:
    """The rules registered so far, by code; ``registry.all_rules`` imports them all first."""
    return tuple(sorted(_REGISTRY.values(), key=lambda r: (_ORDER.find(r.code[0]), r.code)))


def row_rule(code: str, name: str, severity: Severity) -> Callable[[_RowFunction], _RowFunction]:
    """Register a function that looks at one raw row."""

    def add(function: _RowFunction) -> _RowFunction:
        _register(code, name, severity, Reads.ROWS, function.__doc__, partial(_Single, function))
        return function

    return add


def item_rule(code: str, name: str, severity: Severity) -> Callable[[_ItemFunction], _ItemFunction]:
    """Register a function that looks at one parsed item."""

    def add(function: _ItemFunction) -> _ItemFunction:
        _register(code, name, severity, Reads.ITEMS, function.__doc__, partial(_Single, function))
        return function

    return add


def memory_rule(
    code: str, name: str, severity: Severity, reads: Reads = Reads.ITEMS
) -> Callable[[type[_M]], type[_M]]:
    """Register a class that remembers what it was fed."""

    def add(kind: type[_M]) -> type[_M]:
        _register(code, name, severity, reads, kind.__doc__, kind)
        return kind

    return add


def documented_rule(code: str, name: str, severity: Severity) -> Callable[[type], type]:
    """Register the documentation of what a reader of files, or the run itself, reports."""

    def add(kind: type) -> type:
        _register(code, name, severity, Reads.FILES, kind.__doc__, None)
        return kind

    return add


def _register(
    code: str,
    name: str,
    severity: Severity,
    reads: Reads,
    docstring: str | None,
    start: Callable[[Context], Checker] | None,
) -> None:
    if code in _REGISTRY:
        raise ValueError(f"two rules have the code {code}")
    _REGISTRY[code] = Rule(code, name, severity, reads, RuleDoc.of(docstring), start)
