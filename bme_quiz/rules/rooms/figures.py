"""Value types of a session's report: figures of the group, and of nobody in it.

Of whom they are is decided in ``rules/rooms/groups.py``. Nothing here holds a seat, an order of
people or a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bme_quiz.content.bank import Option, Question
from bme_quiz.rules.rooms.groups import Share
from bme_quiz.rules.rooms.room import Kind
from bme_quiz.rules.rooms.statistics import Changes, Gain


@dataclass(frozen=True, slots=True)
class FormShare:
    """A share of those who answered one form, counted for itself."""

    round: int
    share: Share


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """How many chose an option.

    Attributes:
        number: its place on wall and phones, from 1.
        chosen: in each of the question's ``rounds``.
        by_form: of each form for itself, as far as it can be counted; the first before the second.
    """

    option: Option
    number: int
    chosen: tuple[Share, ...]
    by_form: tuple[FormShare, ...]


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """One question of the form.

    Attributes:
        number: its place in the form, from 1.
        order: letters of its options as wall and phones showed them.
        answered: how many answered it, in each form that the session has.
        both_times: how many answered it in both forms.
        rounds: what the figures below are of, side by side; empty where nothing can be shown.
        people: how many people they are of: with both rounds, who answered both times.
        right: how many got it fully right, in each of ``rounds``.
        means: mean mark in each of ``rounds``, 0 to 1; None of fewer than five people.
        options: in that order; empty where nothing can be shown.
        changes: only with both rounds.
        gain: only with both rounds, of five people or more.
    """

    number: int
    question: Question
    title: str
    order: tuple[str, ...]
    answered: tuple[int, ...]
    both_times: int
    rounds: tuple[int, ...] = ()
    people: int = 0
    right: tuple[Share, ...] = ()
    means: tuple[float | None, ...] = ()
    options: tuple[OptionFigures, ...] = ()
    changes: Changes | None = None
    gain: Gain | None = None

    @property
    def is_shown(self) -> bool:
        """Whether there are enough people for any figure of how it was answered."""
        return bool(self.rounds)

    @property
    def forms(self) -> tuple[int, ...]:
        """The rounds that can be counted, each for itself."""
        return tuple(one.round for one in self.options[0].by_form) if self.options else ()


@dataclass(frozen=True, slots=True)
class Belief:
    """A wrong option that was chosen; ``chosen`` is of each form for itself."""

    number: int
    question: Question
    option: Option
    chosen: tuple[FormShare, ...]


@dataclass(frozen=True, slots=True)
class SectionFigures:
    """A section's questions together, all in one form.

    Attributes:
        right: answers that were fully right.
        mean: mean mark; None where fewer than five people answered one of its questions.
        round: the form; the second one where any question of the section can be counted in it.
    """

    id: str
    title: str
    right: Share
    mean: float | None
    round: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Before and after, over all questions.

    Attributes:
        people: how many answered at least one question both times.
        changes: of ``changes.total`` answers, several of each person.
        gain: of the questions that five people or more answered both times; None where there is
            no such question.
    """

    people: int
    changes: Changes
    gain: Gain | None


@dataclass(frozen=True, slots=True)
class RoomReport:
    """A session's report.

    Attributes:
        day: on which the session began, UTC.
        joined: how many people joined.
        answered: how many of them answered anything.
        harmful: options that could hurt somebody who believes them and that anybody chose in
            either form, those chosen most often in the last form first.
        believed: the other wrong options chosen most often.
        to_revisit: sections below SOUND_MARK, the lowest first.
        weakest: the section for the teach-back prompt; None where everything was right.
        questions: in the form's order, those that anybody answered.
        unreached: questions that nobody answered, most often since nobody was asked.
        changed: questions changed or taken out since the session began; left out.
        withheld: answers to the session's questions that are in none of ``harmful``,
            ``believed``, ``to_revisit`` and ``weakest``, since they could be picked out.
        unjudged: answers to questions that were changed since; in no figure.
        comparison: None for other kinds, or where no question has two people who answered it
            both times.
    """

    kind: Kind
    day: date
    joined: int
    answered: int
    harmful: tuple[Belief, ...]
    believed: tuple[Belief, ...]
    to_revisit: tuple[SectionFigures, ...]
    weakest: SectionFigures | None
    questions: tuple[QuestionFigures, ...]
    unreached: int
    changed: int
    withheld: int
    unjudged: int
    comparison: Comparison | None

    @property
    def is_complete(self) -> bool:
        """Whether what is said of all answers is said of every one of them."""
        return self.withheld == 0 and self.unjudged == 0
