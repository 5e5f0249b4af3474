"""Sets of questions that are taken in their order (S12)."""

from __future__ import annotations

from dataclasses import dataclass

from bme_quiz.content.bank import (
    ESSENTIALS,
    LETTERS,
    SETS,
    Audience,
    Status,
    row_status,
    set_places,
)
from bme_quiz.content.problems import Severity
from bme_quiz.content.table import Row
from bme_quiz.content.text import fold_spaces
from bme_quiz.rules.checks.base import Finding, Findings, Memory, Reads, memory_rule
from bme_quiz.rules.checks.context import Context

MOST_WORDS_IN_ESSENTIALS = 45


@dataclass(frozen=True, slots=True)
class _Member:
    row: int
    id: str
    place: int
    audience: str


@memory_rule("S12", "sets", Severity.WARNING, Reads.ROWS)
class SetsAreWhole(Memory):
    """Each set has one asked question for every place from 1 on, and each of them for its people.

    A question of `essentials` with more than 45 words, stem and options together, is a note.

    Why: a set is taken in its order; a gap or a doubled place is most often a slip, and a
    retired question would be missing in the middle. What is for students only is not shown to
    patients, who would get a set with holes.
    How: `sets` is a list such as `essentials:3;hip:1`. A set is for patients when it is called
    `essentials` or holds a question for patients only. What cannot be read is passed over.
    Source: the bank's format.
    Bad: `sets`: essentials:first
    Good: `sets`: essentials:1
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._members: dict[str, list[_Member]] = {}

    def feed(self, subject: Row) -> Findings:
        cell = subject.cells.get(SETS, "")
        places, unread = set_places(cell)
        if unread:
            yield Finding(
                f"'{unread[0][:60]}' is no place in a set.",
                "Write the set's name in lower-case letters, digits and hyphens, a colon and the "
                "place from 1, such as essentials:3; part several by semicolons.",
                SETS,
                unread[0],
            )
        if places and row_status(subject) is not Status.ACTIVE:
            yield Finding(
                f"A question that is {row_status(subject) or 'not known to be asked'} is in the "
                f"set '{places[0].name}'.",
                "Take it out of the set, and move up those behind it.",
                SETS,
                cell,
            )
            return
        names = {place.name for place in places}
        if len(names) < len(places):
            yield Finding(
                "The question is in a set more than once.",
                "Give it one place in each set.",
                SETS,
                cell,
            )
            return
        for place in places:
            member = _Member(
                subject.number,
                fold_spaces(subject.cells["id"]),
                place.place,
                fold_spaces(subject.cells["audience"]),
            )
            self._members.setdefault(place.name, []).append(member)
        words = _words(subject)
        if ESSENTIALS in names and words > MOST_WORDS_IN_ESSENTIALS:
            yield Finding(
                f"Stem and options have {words} words together; in the essentials "
                f"{MOST_WORDS_IN_ESSENTIALS} at most.",
                "Shorten them; three options are enough.",
                "stem",
                severity=Severity.NOTE,
            )

    def close(self) -> Findings:
        for name, members in self._members.items():
            yield from self._places(name, sorted(members, key=lambda one: (one.place, one.row)))
            yield from self._people(name, members)

    @staticmethod
    def _places(name: str, members: list[_Member]) -> Findings:
        expected = 1
        for one in members:
            if one.place < expected:
                yield Finding(
                    f"Place {one.place} of the set '{name}' is taken by another question already.",
                    "Give each question a place of its own.",
                    SETS,
                    f"{name}:{one.place}",
                    row=one.row,
                    id=one.id,
                )
            elif one.place > expected:
                missing = str(expected)
                if one.place - 1 > expected:
                    missing += f" to {one.place - 1}"
                yield Finding(
                    f"The set '{name}' has no question at place {missing}.",
                    "Move up this question and those behind it.",
                    SETS,
                    f"{name}:{one.place}",
                    row=one.row,
                    id=one.id,
                )
            expected = max(expected, one.place + 1)

    @staticmethod
    def _people(name: str, members: list[_Member]) -> Findings:
        for_patients = name == ESSENTIALS or any(
            one.audience == Audience.PATIENT for one in members
        )
        for one in members:
            if for_patients and one.audience == Audience.STUDENT:
                yield Finding(
                    f"The set '{name}' is for patients, and this question is for students only.",
                    "Take it out of the set, or write 'both' under 'audience'.",
                    "audience",
                    one.audience,
                    row=one.row,
                    id=one.id,
                )


def _words(row: Row) -> int:
    """How many words the stem and the options have together."""
    texts = [row.cells["stem"], *(row.cells[f"option_{letter}"] for letter in LETTERS)]
    return sum(len(text.split()) for text in texts)
