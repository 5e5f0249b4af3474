"""Problem: one finding about the content, in the same shape from every reader and rule.

A problem says what, where and how to mend it, so that a person who keeps a question
bank in a spreadsheet can act on it without asking anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem weighs.

    ERROR: the question is withheld from learners until it is mended.
    WARNING: printed; fails the check under ``--strict``.
    NOTE: a hint for a reviewer, shown on request.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about the content.

    Attributes:
        code: the rule's code, such as ``S04``.
        severity: see :class:`Severity`.
        file: the file's name, such as ``bank.csv``.
        message: one sentence on what is wrong.
        mend: one sentence on how to mend it.
        row: the spreadsheet row (the header is row 1), or the line of an article;
            ``None`` where the problem is the whole file's.
        id: the question's id, where there is one.
        column: the column's name, where there is one.
        words: the offending words as they stand in the file; empty where there are none.
        start: where ``words`` begin in the cell, from 0; ``None`` where they are not in it.
        cell: in a workbook, the cell's name as the spreadsheet has it, ``F12``; else empty.
    """

    code: str
    severity: Severity
    file: str
    message: str
    mend: str
    row: int | None = None
    id: str = ""
    column: str = ""
    words: str = ""
    start: int | None = None
    cell: str = ""

    @property
    def place(self) -> str:
        """Where it is: ``bank.csv:12 overload-03 quote_b``; in a workbook ``bank.xlsx:F12 …``."""
        start = self.file if self.row is None else f"{self.file}:{self.cell or self.row}"
        return " ".join(part for part in (start, self.id, self.column) if part)


class ContentError(Exception):
    """The content cannot be used at all; the text is one plain sentence for a person."""
