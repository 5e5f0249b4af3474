"""Recognition of a course: whether questions, answers, cards or a form are of the same one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from bme_quiz.rules.quiz.attempt import Drawn

Questions = Mapping[str, str]
"""The revision of each question, by its id."""

_HALF = 0.5


def is_same_course(before: Questions, now: Questions) -> bool:
    """Whether one course may ask both: half of the smaller set stand in the other word for word.

    So a bank may be mended, grow or shrink; another course, with the same ids even, has other
    words under them.
    """
    same = sum(1 for question, revision in before.items() if now.get(question) == revision)
    return same > 0 and same >= _HALF * min(len(before), len(now))


def is_made_with(asked: Mapping[str, Collection[str]], questions: Questions) -> bool:
    """Whether answers are of this course: half of the questions that were ever asked stand in it
    as they once were.

    Args:
        asked: by id, the revisions in which each question was asked.
    """
    same = sum(1 for question, were in asked.items() if questions.get(question) in were)
    return same > 0 and same >= _HALF * len(asked)


def are_its_cards(cards: Collection[str], deck: Collection[str]) -> bool:
    """Whether cards are of this course, where nothing but their ids is kept of them."""
    found = len(set(cards) & set(deck))
    return found > 0 and found >= _HALF * len(cards)


def is_its_form(drawn: Iterable[Drawn], questions: Questions) -> bool:
    """Whether a form was drawn from this course: half of it stands there word for word."""
    form = {one.question_id: (one.revision,) for one in drawn}
    return is_made_with(form, questions)
