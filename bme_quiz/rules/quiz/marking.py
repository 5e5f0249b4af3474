"""Marking rule: the score of a response. Never negative, never for speed."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from bme_quiz.content.bank import Question, QuestionType

RULE_IN_WORDS = (
    "One right answer counts 1, a wrong one 0. Where several answers are right, each right one "
    "you tick adds its share and each wrong one takes a share away, never below 0; "
    "ticking everything counts 0. Speed does not count, and only your first try is scored."
)


class Verdict(StrEnum):
    """The words that a verdict begins with."""

    CORRECT = "Correct"
    PARTLY = "Partly correct"
    NOT_QUITE = "Not quite"


def mark(
    kind: QuestionType, key: Collection[str], options: Collection[str], ticked: Collection[str]
) -> float:
    """The mark for one answer, from 0 to 1.

    Single and true/false: 1 for exactly the key. Multiple: (keys ticked − wrong options
    ticked) ÷ number of keys, not below 0. Ticking every option counts 0 even where keys
    outnumber the wrong options, since it shows no choice.

    Args:
        kind: the question's type.
        key: letters of the right options, at least one.
        options: letters of all options.
        ticked: letters that the learner ticked.

    Raises:
        ValueError: the key is empty, or a letter is not among the options.
    """
    right, everything, chosen = set(key), set(options), set(ticked)
    if not right or not right <= everything or not chosen <= everything:
        raise ValueError("the key and the ticked letters must be among the options")
    if kind is not QuestionType.MULTIPLE:
        return 1.0 if chosen == right else 0.0
    if chosen == everything:
        return 0.0
    return max(0.0, (len(chosen & right) - len(chosen - right)) / len(right))


def mark_answer(question: Question, ticked: Collection[str]) -> float:
    """The mark for an answer to a question of the bank, from 0 to 1; see :func:`mark`.

    Raises:
        ValueError: a letter is not among the question's options.
    """
    return mark(question.type, question.key, question.letters, ticked)


def verdict(mark_given: float) -> Verdict:
    """The verdict in words for a mark from 0 to 1."""
    if mark_given >= 1.0:
        return Verdict.CORRECT
    return Verdict.PARTLY if mark_given > 0.0 else Verdict.NOT_QUITE
