"""Repository of attempts in memory: the model that the database is tested against.

The model that the database is tested against: what a store must do, in the plainest words. It
also serves tests that need a store and no disk.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bme_quiz.content.bank import Question
from bme_quiz.rules.quiz.attempt import Attempt, Response, Turn
from bme_quiz.storage.quiz.repository import Kept, Practised


class MemoryAttempts:
    """An :class:`~bme_quiz.storage.quiz.repository.AttemptRepository` in memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._attempts: dict[str, OrderedDict[str, Attempt]] = {}

    def add(
        self,
        learner: str,
        attempt: Attempt,
        questions: Iterable[Question] = (),  # noqa: ARG002 - texts are kept for reports only
        language: str | None = None,  # noqa: ARG002 - likewise
    ) -> None:
        with self._lock:
            self._attempts.setdefault(learner, OrderedDict()).setdefault(attempt.id, attempt)

    def kept(self, learner: str) -> Kept:
        with self._lock:
            latest = next(reversed(self._of(learner).values()), None)
            return Kept(learner in self._attempts, latest)

    def latest(self, learner: str) -> Attempt | None:
        return self.kept(learner).latest

    def add_response(
        self,
        learner: str,
        attempt_id: str,
        response: Response,
        revision: str,  # noqa: ARG002 - the drawn questions of the attempt have it here
        after: int | None = None,
    ) -> bool:
        with self._lock:
            attempt = self._as_known(learner, attempt_id, after)
            if attempt is None or attempt.ended:
                return False
            if any(r.turn == response.turn for r in attempt.responses):
                return False
            self._store(learner, replace(attempt, responses=(*attempt.responses, response)))
            return True

    def leave(self, learner: str, attempt_id: str, turn: Turn, after: int | None = None) -> bool:
        with self._lock:
            attempt = self._as_known(learner, attempt_id, after)
            if attempt is None:
                return False
            turns = [r.turn for r in attempt.responses]
            if turn in turns:
                moved_on = max(attempt.moved_on, turns.index(turn) + 1)
                self._store(learner, replace(attempt, moved_on=moved_on))
            return True

    def end(self, learner: str, attempt_id: str, after: int | None = None) -> bool:
        with self._lock:
            attempt = self._as_known(learner, attempt_id, after)
            if attempt is None:
                return False
            self._store(learner, attempt.end())
            return True

    def take_up(self, learner: str, attempt_id: str) -> bool:
        with self._lock:
            latest = next(reversed(self._of(learner).values()), None)
            if latest is None or latest.id != attempt_id or not latest.ended:
                return False
            self._store(learner, latest.take_up())
            return True

    def times_answered(self, learner: str) -> Mapping[str, int]:
        with self._lock:
            return Counter(r.turn.question_id for r in self._responses(learner))

    def answered_in(self, learner: str, sections: tuple[str, ...]) -> Mapping[str, int]:
        with self._lock:
            return Counter(
                response.turn.question_id
                for attempt in self._of(learner).values()
                if attempt.sections == sections
                for response in attempt.first_tries
            )

    def missed(self, learner: str) -> tuple[str, ...]:
        with self._lock:
            last: dict[str, float] = {}
            for response in self._responses(learner):
                if response.turn.is_first_try:
                    last.pop(response.turn.question_id, None)
                    last[response.turn.question_id] = response.mark
            return tuple(question for question, mark in last.items() if mark < 1.0)

    def first_answer(self, learner: str) -> datetime | None:
        with self._lock:
            return min((r.answered_at for r in self._responses(learner)), default=None)

    def practised(self, learner: str) -> tuple[Practised, ...]:
        with self._lock:
            return tuple(
                Practised(r.turn.question_id, r.mark, r.answered_at)
                for r in self._responses(learner)
                if r.turn.is_first_try
            )

    def _of(self, learner: str) -> OrderedDict[str, Attempt]:
        return self._attempts.get(learner, OrderedDict())

    def _as_known(self, learner: str, attempt_id: str, after: int | None) -> Attempt | None:
        """The attempt; where ``after`` is given, only if it stands as that says."""
        attempt = self._of(learner).get(attempt_id)
        if attempt is None or after is None:
            return attempt
        latest = next(reversed(self._of(learner)))
        same = attempt_id == latest and not attempt.ended and len(attempt.responses) == after
        return attempt if same else None

    def _responses(self, learner: str) -> Iterator[Response]:
        for attempt in self._of(learner).values():
            yield from attempt.responses

    def _store(self, learner: str, attempt: Attempt) -> None:
        """Keep an attempt; those that explain nothing on the way are always moved on."""
        if attempt.ended or not attempt.preset.explains_each_answer:
            attempt = replace(attempt, moved_on=len(attempt.responses))
        self._attempts[learner][attempt.id] = attempt
