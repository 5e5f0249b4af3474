"""Attempts and responses for tests, without a course."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bme_quiz.rules.quiz.attempt import Attempt, Drawn, Preset, Response, Turn

NOW = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)
ME, YOU = "learner-me", "learner-you"
QUESTIONS = ("load-01", "load-02", "rest-01", "rest-02")


def attempt(
    name: str = "first",
    questions: tuple[str, ...] = QUESTIONS,
    preset: Preset = Preset.LEARN,
    started_at: datetime = NOW,
) -> Attempt:
    """A fresh attempt over some questions, in their order."""
    return Attempt(
        id=name,
        preset=preset,
        seed=2**63 - 1,
        started_at=started_at,
        sections=("load", "rest"),
        audience="both",
        drawn=tuple(Drawn(q, f"rev-{q}", ("c", "a", "b")) for q in questions),
        bank="bank-fingerprint",
        article="article-fingerprint",
    )


def response(
    question: str, mark: float = 1.0, try_number: int = 1, after: timedelta = timedelta()
) -> Response:
    """An answer to a question."""
    return Response(Turn(question, try_number), ("a", "c"), mark, NOW + after, 4.25)
