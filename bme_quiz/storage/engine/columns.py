"""Column formats of two values: a drawn form as a list, and letters of options as ``a;c``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bme_quiz.rules.quiz.attempt import Drawn


def form_value(drawn: Iterable[Drawn]) -> list[Any]:
    """A form as it is kept: [question id, revision, letters in the order shown] for each."""
    return [[d.question_id, d.revision, list(d.order)] for d in drawn]


def form_from(value: Iterable[Any]) -> tuple[Drawn, ...]:
    """The form that was kept so."""
    return tuple(Drawn(question, revision, tuple(order)) for question, revision, order in value)


def letters_value(letters: Iterable[str]) -> str:
    """Letters of options as they are kept, ``a;c``."""
    return ";".join(letters)


def letters_from(value: str) -> tuple[str, ...]:
    """The letters that were kept so, of one option at least."""
    return tuple(value.split(";"))
