"""The question bank: rows as they stand in the file, and questions made of sound rows.

A :class:`Row` of the table is whatever the author typed. :func:`question_from_row` makes a
frozen :class:`Question` of it, and is only called for rows that the checker found sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from bme_quiz.content.files import IMAGE_NAME, IMAGES_FOLDER, read_file
from bme_quiz.content.meant import meant_cells
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
# A bank may go without any of these. Which sets and cards a question is in, and whether it is asked
# at all, is no part of what a learner answers to: it is kept out of a question's revision and of
# what a person approves. A picture is part of both.
CARD = "card"
SETS = "sets"
IMAGE = "image"
IMAGE_ALT = "image_alt"
STATUS = "status"
OPTIONAL_COLUMNS = (CARD, SETS, IMAGE, IMAGE_ALT, STATUS)
APPROVED_COLUMNS = (IMAGE, IMAGE_ALT)
"""Optional columns that a person approves where they hold something."""

ESSENTIALS = "essentials"
"""The set that patients get first."""

_SET_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SET_NAME = 40
_SET_PLACE = re.compile(r"[1-9][0-9]{0,3}")
REQUIRED_COLUMNS = tuple(
    column
    for column in COLUMNS
    if column not in ("harm", "hint", "checked") and column.rpartition("_")[2] not in LETTERS[2:]
)
"""Columns without which there is no question; all others may be left out."""


class QuestionType(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "truefalse"


class Status(StrEnum):
    """Whether a question is asked.

    RETIRED: never again; its answers and reports stand, and its id is not used again.
    EXAMPLE: never, and never was: it shows authors what a row looks like.
    """

    ACTIVE = ""
    RETIRED = "retired"
    EXAMPLE = "example"


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


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture shown with a stem.

    Attributes:
        file: its name in the course's folder of pictures.
        alt: what it shows, for whoever does not see it.
    """

    file: str
    alt: str


@dataclass(frozen=True, slots=True)
class SetPlace:
    """A question's place in a set, from 1."""

    name: str
    place: int


@dataclass(frozen=True)
class Question:
    """A sound question, frozen.

    Attributes:
        row: its row in the file.
        front: the front of its card; empty where the question is no card.
        picture: what is shown with its stem; None for nothing.
        sets: the sets that it is in.
        status: whether it is asked.
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
    picture: Picture | None = None
    sets: tuple[SetPlace, ...] = ()
    status: Status = Status.ACTIVE

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
        """Fingerprint of what a learner answers to: type, stem, options, key and picture."""
        return fingerprint(
            self.type,
            self.stem,
            *(part for o in self.options for part in (o.letter, o.text, str(o.is_key))),
            *(("picture", self.picture.file) if self.picture else ()),
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
    """Read a bank's rows, what people obviously mean in the form that rules know.

    Raises:
        ContentError: there is no such file, or it cannot be read as a table at all.
    """
    return parse_bank(read_file(path, "question bank"), path.name)


def parse_bank(data: bytes, name: str = "bank.csv") -> Table:
    """Read a bank's rows from its bytes; see :func:`bme_quiz.content.table.read_table`."""
    others = [column for column in COLUMNS if column not in REQUIRED_COLUMNS]
    table = read_table(data, name, REQUIRED_COLUMNS, (*others, *OPTIONAL_COLUMNS))
    table = replace(table, rows=tuple(Row(r.number, meant_cells(r.cells)) for r in table.rows))
    problems = [
        Problem(
            "S01",
            Severity.ERROR,
            name,
            f"The column '{column}' is missing, though there is '{option}'.",
            "Add it to the first row.",
            row=table.header_row,
            column=column,
        )
        for letter in LETTERS[2:]
        if (option := f"option_{letter}") in table.positions
        for column in (f"why_{letter}", f"quote_{letter}")
        if column not in table.positions
    ]
    missing = table.missing | {problem.column for problem in problems}
    if not table.rows and not table.problems:
        message = "The bank has no question."
        mend = "Write one below the row that names the columns."
        problems.append(Problem("S01", Severity.ERROR, name, message, mend, row=table.header_row))
    return replace(table, problems=(*table.problems, *problems), missing=frozenset(missing))


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


def image_file(cell: str) -> str:
    """The name of the file that a cell of the column ``image`` names, with its folder or without;
    empty where it names none."""
    name = cell.removeprefix(f"{IMAGES_FOLDER}/")
    return name if IMAGE_NAME.fullmatch(name) else ""


def set_places(cell: str) -> tuple[tuple[SetPlace, ...], tuple[str, ...]]:
    """The places that a cell of the column ``sets`` gives, ``essentials:1;hip:4``, and the parts
    that are none."""
    places, unread = [], []
    for part in filter(None, map(fold_spaces, cell.split(";"))):
        name, _, place = part.partition(":")
        name, place = name.strip(), place.strip()
        if (
            len(name) <= _LONGEST_SET_NAME
            and _SET_NAME.fullmatch(name)
            and _SET_PLACE.fullmatch(place)
        ):
            places.append(SetPlace(name, int(place)))
        else:
            unread.append(part)
    return tuple(places), tuple(unread)


def row_status(row: Row) -> Status | None:
    """Whether a row's question is asked; None where its cell says nothing that is known."""
    try:
        return Status(fold_spaces(row.cells.get(STATUS, "")))
    except ValueError:
        return None


def question_from_row(row: Row) -> Question:
    """Make a question of a row that the checker found sound.

    Raises:
        ValueError: the row is not sound after all.
    """
    cells = {column: fold_spaces(cell) for column, cell in row.cells.items()}
    key = answer_letters(cells["answer"])
    harmful = answer_letters(cells["harm"])
    file = image_file(cells.get(IMAGE, ""))
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
        picture=Picture(file, cells.get(IMAGE_ALT, "")) if file else None,
        sets=set_places(cells.get(SETS, ""))[0],
        status=Status(cells.get(STATUS, "")),
    )
