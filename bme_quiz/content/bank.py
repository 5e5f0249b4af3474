"""The question bank: rows as they stand in the file, and questions made of sound rows.

A :class:`Row` of the table is whatever the author typed. :func:`question_from_row` makes a
frozen :class:`Question` of it, and is only called for rows that the checker found sound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from bme_quiz.content.files import read_file
from bme_quiz.content.problems import Problem, Severity
from bme_quiz.content.table import Row, Table, read_table, write_table
from bme_quiz.content.text import fingerprint, fold_spaces

LETTERS = ("a", "b", "c", "d", "e")
NO_QUOTE = "-"

COLUMNS = (
    "id",
    "section",
    "type",
    "level",
    "audience",
    "stem",
    "answer",
    *(f"option_{letter}" for letter in LETTERS),
    *(f"why_{letter}" for letter in LETTERS),
    *(f"quote_{letter}" for letter in LETTERS),
    "harm",
    "hint",
    "checked",
)
# A bank without it has no cards of questions. It is no part of what a learner answers to, so it
# is kept out of a question's revision and of what a person approves.
CARD = "card"
OPTIONAL_COLUMNS = (CARD,)


class QuestionType(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "truefalse"


class Level(StrEnum):
    """What a question asks of the mind (Bloom's taxonomy, the four levels used here)."""

    REMEMBER = "remember"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYZE = "analyze"


class Audience(StrEnum):
    """Whom a question is for; as a learner's choice, BOTH means either."""

    BOTH = "both"
    PATIENT = "patient"
    STUDENT = "student"

    def admits(self, question_audience: Audience) -> bool:
        """Whether a learner who chose this gets a question written for that audience."""
        return self is Audience.BOTH or question_audience in (self, Audience.BOTH)


@dataclass(frozen=True, slots=True)
class Option:
    """One option; its letter is its id, whatever the order on the page.

    ``quote`` supports the key or refutes a wrong option; None where the article is silent.
    """

    letter: str
    text: str
    why: str
    quote: str | None
    is_key: bool
    harmful: bool


@dataclass(frozen=True)
class Question:
    """A sound question, frozen.

    Attributes:
        row: its row in the file.
        front: the front of its card; empty where the question is no card.
    """

    id: str
    section: str
    type: QuestionType
    level: Level
    audience: Audience
    stem: str
    options: tuple[Option, ...]
    hint: str
    checked: str
    row: int
    front: str = ""

    @cached_property
    def key(self) -> frozenset[str]:
        """The letters of the right options."""
        return frozenset(option.letter for option in self.options if option.is_key)

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The letters of all options, in the file's order."""
        return tuple(option.letter for option in self.options)

    @cached_property
    def revision(self) -> str:
        """Fingerprint of what a learner answers to: type, stem, options and key."""
        return fingerprint(
            self.type,
            self.stem,
            *(part for o in self.options for part in (o.letter, o.text, str(o.is_key))),
        )

    def option(self, letter: str) -> Option:
        """The option with this letter.

        Raises:
            KeyError: there is none.
        """
        for option in self.options:
            if option.letter == letter:
                return option
        raise KeyError(letter)


def read_bank(path: Path) -> Table:
    """Read a bank's rows as they stand.

    Raises:
        ContentError: there is no such file, or it cannot be read as a table at all.
    """
    return parse_bank(read_file(path, "question bank"), path.name)


def parse_bank(data: bytes, name: str = "bank.csv") -> Table:
    """Read a bank's rows from its bytes; see :func:`bme_quiz.content.table.read_table`."""
    table = read_table(data, name, COLUMNS, OPTIONAL_COLUMNS)
    if table.rows or table.problems:
        return table
    empty = Problem(
        "S01",
        Severity.ERROR,
        name,
        "The bank has no question.",
        "Write one below the first row.",
        row=1,
    )
    return replace(table, problems=(empty,))


def write_bank(rows: Iterable[Row]) -> str:
    """The bank as CSV text; reading it again gives the same cells."""
    cells = [row.cells for row in rows]
    # Left out where it says nothing: a bank without it stays one without it.
    used = [column for column in OPTIONAL_COLUMNS if any(c.get(column) for c in cells)]
    return write_table((*COLUMNS, *used), cells)


def answer_letters(cell: str) -> tuple[str, ...]:
    """The letters in a cell such as ``a;c``: lower case, in order, as often as they stand."""
    return tuple(part.strip().lower() for part in cell.split(";") if part.strip())


def card_front(cell: str, stem: str) -> str:
    """The front of a question's card, by its cell in the column ``card``.

    Args:
        cell: empty or ``no`` for no card, ``yes`` for the stem, anything else is the front.
        stem: the question's stem.

    Returns:
        The front; empty for no card.
    """
    match cell.casefold():
        case "" | "no":
            return ""
        case "yes":
            return stem
        case _:
            return cell


def question_from_row(row: Row) -> Question:
    """Make a question of a row that the checker found sound.

    Raises:
        ValueError: the row is not sound after all.
    """
    cells = {column: fold_spaces(cell) for column, cell in row.cells.items()}
    key = answer_letters(cells["answer"])
    harmful = answer_letters(cells["harm"])
    options = tuple(
        Option(
            letter=letter,
            text=cells[f"option_{letter}"],
            why=cells[f"why_{letter}"],
            quote=quote if (quote := cells[f"quote_{letter}"]) not in ("", NO_QUOTE) else None,
            is_key=letter in key,
            harmful=letter in harmful,
        )
        for letter in LETTERS
        if cells[f"option_{letter}"]
    )
    return Question(
        id=cells["id"],
        section=cells["section"],
        type=QuestionType(cells["type"]),
        level=Level(cells["level"]),
        audience=Audience(cells["audience"]),
        stem=cells["stem"],
        options=options,
        hint=cells["hint"],
        checked=cells["checked"],
        row=row.number,
        front=card_front(cells.get(CARD, ""), cells["stem"]),
    )
