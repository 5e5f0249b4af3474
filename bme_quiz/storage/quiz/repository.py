"""Protocol of the repository of quiz attempts: every operation is safe to repeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bme_quiz.content.bank import Question
from bme_quiz.rules.quiz.attempt import Attempt, Response, Turn


@dataclass(frozen=True, slots=True)
class Practised:
    """A first try that a learner gave in some attempt, for progress over time.

    ``mark`` is 0 to 1.
    """

    question_id: str
    mark: float
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a learner.

    Attributes:
        known: anything at all is, attempts or cards, in whichever course.
        latest: the attempt that was begun last.
    """

    known: bool
    latest: Attempt | None


class AttemptRepository(Protocol):
    """Where attempts at one course live: what a learner does in others is in other repositories.

    A learner is a random id; nothing else is known of a person.

    Every method raises :class:`~bme_quiz.storage.engine.errors.StorageError` where the store cannot
    be used; nothing is half written then.

    ``after`` is for who knows the attempt from before: how many responses it had. The change is
    made, in the same transaction, only where it has as many still, has not ended and is the
    learner's latest; False where it is otherwise, or the learner has no such attempt. Responses
    are only ever added, so after True it stands as was known, with this one change.
    """

    def add(
        self,
        learner: str,
        attempt: Attempt,
        questions: Iterable[Question] = (),
        language: str | None = None,
    ) -> None:
        """Store a new attempt; it becomes the learner's latest.

        ``questions`` are the drawn ones, whose texts are kept for later reports, with their
        ``language``, a BCP 47 tag.
        """

    def kept(self, learner: str) -> Kept:
        """What a learner's visit begins with, in one look."""

    def latest(self, learner: str) -> Attempt | None:
        """The attempt that the learner began last, or None."""

    def add_response(
        self,
        learner: str,
        attempt_id: str,
        response: Response,
        revision: str,
        after: int | None = None,
    ) -> bool:
        """Append a response; whether it was new.

        False where its turn is answered already, or the learner has no such attempt, or it has
        ended. That the turn is the one being asked is for the caller to see to.
        """

    def leave(self, learner: str, attempt_id: str, turn: Turn, after: int | None = None) -> bool:
        """The learner left the explanation of this turn, and all before it, behind."""

    def end(self, learner: str, attempt_id: str, after: int | None = None) -> bool:
        """The learner asked for the results."""

    def take_up(self, learner: str, attempt_id: str) -> bool:
        """The learner goes on where the results were asked for early; whether anything changed.

        False where the attempt has not ended, or is not the learner's latest.
        """

    def times_answered(self, learner: str) -> Mapping[str, int]:
        """How often the learner answered each question, by question id."""

    def answered_in(self, learner: str, sections: tuple[str, ...]) -> Mapping[str, int]:
        """How many attempts with just these sections in play answered each question, by its id."""

    def missed(self, learner: str) -> tuple[str, ...]:
        """Ids of the questions whose latest first try was not fully right, oldest first."""

    def first_answer(self, learner: str) -> datetime | None:
        """When the learner's first answer was taken; None where there is none."""

    def practised(self, learner: str) -> tuple[Practised, ...]:
        """The learner's first tries, oldest first."""
