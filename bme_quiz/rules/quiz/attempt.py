"""Attempt: one sitting over a drawn set of questions, as a list of immutable responses.

Where the learner stands follows from the responses alone: replaying them gives the queue of
questions still to come. Nothing is counted up on the side, so nothing can be counted twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Self

from bme_quiz.content.bank import Question

# A missed question comes back after this many questions that were not asked before: long enough
# to have left the learner's short-term memory, short enough to fall into the same sitting.
# Counted in new ones, since four missed questions would otherwise go round for ever.
RETURN_AFTER = 3


_SET = "set:"


def set_mark(name: str) -> tuple[str, ...]:
    """What an attempt at a set has in place of the sections in play; no section is called so."""
    return (f"{_SET}{name}",)


def without_set_mark(sections: tuple[str, ...]) -> tuple[str, ...]:
    """The sections in play; of an attempt at a set none, which means all."""
    return tuple(section for section in sections if not section.startswith(_SET))


class Preset(StrEnum):
    """When feedback is given."""

    LEARN = "learn"
    PRETEST = "pretest"
    POSTTEST = "posttest"
    GROUP = "group"

    @property
    def explains_each_answer(self) -> bool:
        """Whether verdict and explanation follow each answer at once."""
        return self is Preset.LEARN

    @property
    def explains_at_end(self) -> bool:
        """Whether the results show keys and reasons."""
        return self in (Preset.LEARN, Preset.POSTTEST)

    @property
    def brings_back_missed(self) -> bool:
        """Whether a missed question comes back within the sitting."""
        return self is Preset.LEARN


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question of an attempt: its id, its text's revision, its options' order."""

    question_id: str
    revision: str
    order: tuple[str, ...]

    def found_in(self, questions: Mapping[str, Question]) -> Question | None:
        """The question among those of a bank, by id; None where it was changed or taken out.

        Under the letters of a changed question other options may stand now.
        """
        question = questions.get(self.question_id)
        return question if question and question.revision == self.revision else None


@dataclass(frozen=True, slots=True)
class Turn:
    """One showing of a question; ``try_number`` 1 is the try that is scored."""

    question_id: str
    try_number: int

    @property
    def is_first_try(self) -> bool:
        return self.try_number == 1


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that was given: append-only, unique by attempt and turn.

    Attributes:
        ticked: letters of the ticked options, sorted.
        mark: 0 to 1.
        answered_at: when the server took it, with time zone.
        seconds: from showing to answering; None where that is not known.
    """

    turn: Turn
    ticked: tuple[str, ...]
    mark: float
    answered_at: datetime
    seconds: float | None = None


class Stage(StrEnum):
    """Where an attempt stands; a closed set."""

    ASKING = "asking"
    EXPLAINING = "explaining"
    FINISHED = "finished"


# Without slots, which would leave no place for what follows from the responses: a page asks for
# it a dozen times.
@dataclass(frozen=True)
class Attempt:
    """One attempt, frozen; every change gives a new one.

    Attributes:
        sections: ids of the sections in play, or a set's :func:`set_mark`.
        audience: what the learner chose, a value of ``content.bank.Audience``.
        responses: in the order in which they were given.
        moved_on: how many responses the learner has left behind with "Next question";
            one fewer than responses means that an explanation is on the screen.
        ended: the learner asked for the results.
        bank: fingerprint of the bank that the questions were drawn from; empty if unknown.
        article: fingerprint of the article as it then was; empty if unknown.
        closed: ids of drawn questions that are asked no more; answers to them stand.
    """

    id: str
    preset: Preset
    seed: int
    started_at: datetime
    sections: tuple[str, ...]
    audience: str
    drawn: tuple[Drawn, ...]
    responses: tuple[Response, ...] = ()
    moved_on: int = 0
    ended: bool = False
    bank: str = ""
    article: str = ""
    closed: frozenset[str] = frozenset()

    @cached_property
    def queue(self) -> tuple[str, ...]:
        """Ids of the questions still to come, missed ones in their returning places."""
        pending = [d.question_id for d in self.drawn if d.question_id not in self.closed]
        asked: set[str] = set()
        for response in self.responses:
            question_id = response.turn.question_id
            asked.add(question_id)
            if question_id not in pending:
                continue
            pending.remove(question_id)
            if self.preset.brings_back_missed and response.mark < 1.0:
                pending.insert(_place_of_return(pending, asked), question_id)
        return tuple(pending)

    @property
    def stage(self) -> Stage:
        """Asking, explaining or finished."""
        if self.ended:
            return Stage.FINISHED
        if self.moved_on < len(self.responses):
            return Stage.EXPLAINING
        return Stage.ASKING if self.queue else Stage.FINISHED

    @property
    def turn(self) -> Turn | None:
        """The turn on the screen: being asked or being explained; None when finished."""
        stage = self.stage
        if stage is Stage.EXPLAINING:
            return self.responses[-1].turn
        if stage is Stage.ASKING:
            question_id = self.queue[0]
            return Turn(question_id, 1 + self._tries(question_id))
        return None

    @cached_property
    def first_tries(self) -> tuple[Response, ...]:
        """The responses that are scored."""
        return tuple(r for r in self.responses if r.turn.is_first_try)

    @property
    def all_asked(self) -> bool:
        """Whether every question has had its first try."""
        return len(self.first_tries) == len(self.drawn)

    @property
    def missed(self) -> tuple[str, ...]:
        """Ids of the questions whose first try was not fully right, in the order asked."""
        return tuple(r.turn.question_id for r in self.first_tries if r.mark < 1.0)

    def drawn_question(self, question_id: str) -> Drawn | None:
        """The drawn entry of a question, or None."""
        return next((d for d in self.drawn if d.question_id == question_id), None)

    def keeping(self, question_ids: Collection[str], closed: Collection[str] = frozenset()) -> Self:
        """The attempt as if only these of its questions had been drawn.

        For questions that were taken out of the bank or written anew since: their answers would
        stand under other options, so they are left out of what is asked and of the score.

        Args:
            closed: ids of those that are asked no more; of them only the answered ones are kept.
        """
        answered = {r.turn.question_id for r in self.responses}
        shut = frozenset(closed) & answered
        keep = frozenset(question_ids) - (frozenset(closed) - answered)
        if all(d.question_id in keep for d in self.drawn):
            return self if shut == self.closed else replace(self, closed=shut)
        left_behind = self.responses[: self.moved_on]
        return replace(
            self,
            drawn=tuple(d for d in self.drawn if d.question_id in keep),
            responses=tuple(r for r in self.responses if r.turn.question_id in keep),
            moved_on=sum(1 for r in left_behind if r.turn.question_id in keep),
            closed=shut,
        )

    def respond(self, response: Response) -> Self:
        """The attempt with one response more.

        A response for another turn than the one being asked changes nothing: a second
        click, a stale page or a second tab cannot count twice.
        """
        if self.stage is not Stage.ASKING or response.turn != self.turn:
            return self
        answered = replace(self, responses=(*self.responses, response))
        if self.preset.explains_each_answer:
            return answered
        return replace(answered, moved_on=len(answered.responses))

    def move_on(self, turn: Turn) -> Self:
        """The attempt after "Next question" was pressed under this turn's explanation."""
        if self.stage is not Stage.EXPLAINING or turn != self.turn:
            return self
        return replace(self, moved_on=len(self.responses))

    def end(self) -> Self:
        """The attempt after the learner asked for the results."""
        return replace(self, ended=True, moved_on=len(self.responses))

    def take_up(self) -> Self:
        """The attempt after the learner, who had asked for the results, goes on with it."""
        return replace(self, ended=False)

    def _tries(self, question_id: str) -> int:
        return sum(1 for r in self.responses if r.turn.question_id == question_id)


def _place_of_return(pending: list[str], asked: set[str]) -> int:
    """Where in the queue a missed question goes: behind ``RETURN_AFTER`` new ones.

    Where fewer new ones are left, behind the last of them and ``RETURN_AFTER`` questions.
    """
    new = [place for place, question_id in enumerate(pending) if question_id not in asked]
    last = new[:RETURN_AFTER][-1] + 1 if new else 0
    return max(last, RETURN_AFTER)
