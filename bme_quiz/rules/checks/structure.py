"""Rules on the cells of a row: what it must be before it is a question (S02 to S06)."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from itertools import islice

from bme_quiz.content.bank import (
    LETTERS,
    STATUS,
    Audience,
    Level,
    QuestionType,
    Status,
    answer_letters,
    row_status,
)
from bme_quiz.content.problems import Severity
from bme_quiz.content.table import Row
from bme_quiz.content.text import fold_spaces
from bme_quiz.rules.checks.base import (
    Finding,
    Findings,
    Memory,
    Reads,
    item_rule,
    memory_rule,
    row_rule,
)
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_MAX_ID = 64
_WORDS: dict[str, type[StrEnum]] = {"type": QuestionType, "level": Level, "audience": Audience}


def filled_letters(row: Row) -> tuple[str, ...]:
    """The letters of the options that hold something."""
    return tuple(letter for letter in LETTERS if row.cells[f"option_{letter}"].strip())


@memory_rule("S02", "id", Severity.ERROR, Reads.ROWS)
class UniqueId(Memory):
    """Each question has an id of its own, in lower-case letters, digits and hyphens.

    Why: a learner's history hangs on the id; without one, or with one that two questions
    share, answers are credited to the wrong question.
    Source: the bank's format.
    Bad: `id`: Overload 3
    Good: `id`: overload-03
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen: dict[str, int] = {}

    def feed(self, subject: Row) -> Findings:
        cell = fold_spaces(subject.cells["id"])
        if not cell:
            yield Finding(
                "The question has no id.", "Give it one, such as overload-03, and keep it.", "id"
            )
        elif not _ID.match(cell) or len(cell) > _MAX_ID:
            yield Finding(
                "The id is not well formed.",
                f"Use lower-case letters, digits and hyphens, {_MAX_ID} at most.",
                "id",
                cell,
            )
        elif cell in self._seen:
            yield Finding(
                f"The id stands in row {self._seen[cell]} already.",
                "Give this question an id that was never used.",
                "id",
                cell,
            )
        else:
            self._seen[cell] = subject.number


@row_rule("S03", "section", Severity.ERROR)
def section_exists(row: Row, context: Context) -> Findings:
    """The question's section is one of the article's.

    Why: the section decides when the question is drawn and what the learner reads afterwards.
    Source: the bank's format.
    Bad: `section`: no-such-section
    Good: `section`: overload
    """
    cell = fold_spaces(row.cells["section"])
    if cell not in context.sections:
        known = ", ".join(islice(context.sections, 20))
        yield Finding(
            "The article has no such section." if cell else "The question names no section.",
            f"Write the id of a section: {known}.",
            "section",
            cell,
        )


@row_rule("S04", "known-words", Severity.ERROR)
def known_words(row: Row, context: Context) -> Findings:  # noqa: ARG001
    """Type, level, audience and status are words that the quiz knows.

    Why: a question of an unknown type cannot be marked, one of an unknown level or audience
    cannot be drawn; and one that was to be retired must not be asked for a slip of the pen.
    Source: the bank's format; the levels are four of Bloom's taxonomy.
    Bad: `level`: recall
    Good: `level`: remember
    """
    for column, kind in _WORDS.items():
        cell = fold_spaces(row.cells[column])
        known = [member.value for member in kind]
        if cell not in known:
            yield Finding(
                f"This {column} is not known." if cell else f"The {column} is missing.",
                f"Write {', '.join(known[:-1])} or {known[-1]}.",
                column,
                cell,
            )
    if row_status(row) is None:
        yield Finding(
            "This status is not known.",
            f"Write {Status.RETIRED} or {Status.EXAMPLE}, or leave it empty.",
            STATUS,
            fold_spaces(row.cells[STATUS]),
        )


@row_rule("S05", "options", Severity.ERROR)
def enough_options(row: Row, context: Context) -> Findings:
    """There are two options or more, true/false just True and False, with no gap between them.

    Why: one option is no choice, and an option after a gap is most often a cell that slipped.
    How: what true and false are called is looked at in courses in English.
    Source: the bank's format.
    Bad: `option_b`: (empty)
    Good: `option_b`: The outer shell of a bone
    """
    letters = filled_letters(row)
    gaps = [letter for letter in LETTERS if letters and letter < letters[-1]]
    gap = next((letter for letter in gaps if letter not in letters), None)
    if gap is not None:
        yield Finding(
            f"Option {gap} is empty, but option {letters[-1]} is not.",
            "Move the options up so that the empty ones come last.",
            f"option_{gap}",
        )
    if len(letters) < 2:
        missing = next(letter for letter in LETTERS if letter not in letters)
        yield Finding(
            f"The question has {('no option', 'one option')[len(letters)]}.",
            "Give it two or more; three or four are best.",
            f"option_{missing}",
        )
    elif fold_spaces(row.cells["type"]) != QuestionType.TRUE_FALSE:
        return
    elif len(letters) > 2:
        yield Finding(
            f"A true/false question has two options; this one has {len(letters)}.",
            "Keep two options, or make it a single.",
            f"option_{letters[2]}",
            fold_spaces(row.cells[f"option_{letters[2]}"]),
        )
    elif context.is_english:
        for letter, word in zip(letters, ("True", "False"), strict=True):
            text = fold_spaces(row.cells[f"option_{letter}"])
            if text.strip(" .").casefold() not in ("true", "false"):
                yield Finding(
                    "The options of a true/false question are True and False, in this order.",
                    f"Write {word}, or make the question a single.",
                    f"option_{letter}",
                    text,
                )


@row_rule("S06", "answer", Severity.ERROR)
def answer_fits(row: Row, context: Context) -> Findings:  # noqa: ARG001
    """The answer's letters are options; single and true/false have one, multiple two or more.

    A multiple question whose options are all right is none; one with more right options than
    wrong ones gets a warning, since ticking everything would seem to pay.

    Why: a key that names no option, or the wrong number of them, cannot be marked fairly.
    Source: the bank's format; Haladyna, Downing & Rodriguez 2002.
    Bad: `answer`: f
    Good: `answer`: a
    """
    cell = fold_spaces(row.cells["answer"])
    letters, options = answer_letters(cell), filled_letters(row)
    kind = fold_spaces(row.cells["type"])
    if not letters:
        yield Finding("The question has no answer.", "Write the key's letter.", "answer", cell)
        return
    yield from _letters_fit(letters, options, cell, "answer")
    if kind in (QuestionType.SINGLE, QuestionType.TRUE_FALSE) and len(letters) != 1:
        yield Finding(
            f"A {kind} question has one right option; this names {len(letters)}.",
            "Keep one letter, or make the question a multiple.",
            "answer",
            cell,
        )
    if kind == QuestionType.MULTIPLE:
        yield from _multiple_fits(letters, options, cell)


def _letters_fit(
    letters: tuple[str, ...], options: tuple[str, ...], cell: str, column: str
) -> Findings:
    unknown = [letter for letter in dict.fromkeys(letters) if letter not in options]
    if unknown:
        yield Finding(
            f"There is no option '{unknown[0][:40]}'.",
            "Name options by their letters, parted by semicolons: a;c.",
            column,
            unknown[0] if unknown[0] in cell else cell,
        )
    twice = [letter for letter, count in Counter(letters).items() if count > 1]
    if twice:
        yield Finding(
            f"The letter '{twice[0][:40]}' stands more than once.",
            "Name each option once.",
            column,
            cell,
        )


def _multiple_fits(letters: tuple[str, ...], options: tuple[str, ...], cell: str) -> Findings:
    keys = {letter for letter in letters if letter in options}
    if len(set(letters)) < 2:
        yield Finding(
            "A multiple question has two right options or more; this names one.",
            "Name them all, or make the question a single.",
            "answer",
            cell,
        )
    elif len(keys) == len(options):
        yield Finding(
            "Every option is right.", "Add a wrong option; not all may be right.", "answer", cell
        )
    elif len(keys) > len(options) - len(keys):
        yield Finding(
            "More options are right than wrong, so ticking everything seems to pay.",
            "Add wrong options, or ask for fewer right ones.",
            "answer",
            cell,
            severity=Severity.WARNING,
        )


@item_rule("H03", "harm", Severity.ERROR)
def harm_is_wrong(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """The letters under `harm` are options, and none of them is the key.

    Why: an option marked as able to hurt who believes it cannot also be taught as right; one
    of the two marks is a slip, and learners must not see it.
    Source: the bank's format.
    Bad: `harm`: a
    Good: `harm`: b
    """
    cell = fold_spaces(item.row.cells["harm"])
    letters = answer_letters(cell)
    yield from _letters_fit(letters, item.question.letters, cell, "harm")
    for letter in dict.fromkeys(letters):
        if letter in item.question.key:
            yield Finding(
                f"Option {letter} is marked as harmful and is the key.",
                "Correct the answer or take the letter out.",
                "harm",
                letter if letter in cell else cell,
            )
