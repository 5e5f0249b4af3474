"""Attempts kept in this process's memory: they survive a reload, not a restart."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import replace

from bme_quiz.rules.attempt import Attempt, Response


class MemoryAttempts:
    """An :class:`~bme_quiz.storage.repository.AttemptRepository` in memory.

    The learners least recently heard of are forgotten beyond ``capacity``, so that visitors
    who never come back cannot fill the machine. Old attempts of one learner go the same way.
    """

    ATTEMPTS_KEPT = 50

    def __init__(self, capacity: int = 20_000) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._attempts: OrderedDict[str, OrderedDict[str, Attempt]] = OrderedDict()

    def add(self, learner: str, attempt: Attempt) -> None:
        with self._lock:
            attempts = self._attempts.setdefault(learner, OrderedDict())
            attempts.setdefault(attempt.id, attempt)
            while len(attempts) > self.ATTEMPTS_KEPT:
                attempts.popitem(last=False)
            self._attempts.move_to_end(learner)
            while len(self._attempts) > self._capacity:
                self._attempts.popitem(last=False)

    def latest(self, learner: str) -> Attempt | None:
        with self._lock:
            attempts = self._attempts.get(learner)
            return next(reversed(attempts.values()), None) if attempts else None

    def add_response(self, learner: str, attempt_id: str, response: Response) -> Attempt | None:
        with self._lock:
            attempt = self._attempts.get(learner, OrderedDict()).get(attempt_id)
            if attempt is None:
                return None
            attempt = attempt.respond(response)
            self._attempts[learner][attempt_id] = attempt
            return attempt

    def update(self, learner: str, attempt: Attempt) -> None:
        with self._lock:
            attempts = self._attempts.get(learner)
            stored = attempts.get(attempt.id) if attempts else None
            if attempts is None or stored is None:
                return
            # Only forward: a second tab that lags behind cannot undo what was done.
            attempts[attempt.id] = replace(
                stored,
                moved_on=max(stored.moved_on, min(attempt.moved_on, len(stored.responses))),
                ended=stored.ended or attempt.ended,
            )

    def times_answered(self, learner: str) -> Mapping[str, int]:
        with self._lock:
            return Counter(
                response.turn.question_id
                for attempt in self._attempts.get(learner, OrderedDict()).values()
                for response in attempt.responses
            )
