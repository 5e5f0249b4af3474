"""What services ask of storage. Every operation is safe to repeat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bme_quiz.rules.attempt import Attempt, Response


class AttemptRepository(Protocol):
    """Where attempts live. A learner is a random id; nothing else is known of a person."""

    def add(self, learner: str, attempt: Attempt) -> None:
        """Store a new attempt; it becomes the learner's latest."""

    def latest(self, learner: str) -> Attempt | None:
        """The attempt that the learner began last, or None."""

    def add_response(self, learner: str, attempt_id: str, response: Response) -> Attempt | None:
        """Append a response unless its turn is answered; the attempt as it then stands.

        None where the learner has no such attempt.
        """

    def update(self, learner: str, attempt: Attempt) -> None:
        """Store how far the learner moved on and whether the attempt ended."""

    def times_answered(self, learner: str) -> Mapping[str, int]:
        """How often the learner answered each question, by question id."""
