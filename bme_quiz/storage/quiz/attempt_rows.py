"""Rows of attempts and responses: their values in the rules, both ways."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from bme_quiz.content.bank import Question
from bme_quiz.rules.quiz.attempt import Attempt, Preset, Response, Turn
from bme_quiz.storage.engine.columns import form_from, form_value, letters_from


def attempt_from_rows(row: Row[Any], response_rows: Iterable[Row[Any]]) -> Attempt:
    """An attempt from its row and those of its responses, oldest first."""
    preset = Preset(row.preset)
    given = tuple(
        Response(
            turn=Turn(r.question, r._mapping["try"]),
            ticked=letters_from(r.ticked),
            mark=r.mark,
            answered_at=r.answered_at,
            seconds=r.seconds,
        )
        for r in response_rows
    )
    # Where nothing is explained on the way there is nothing to leave behind.
    all_left = row.ended or not preset.explains_each_answer
    return Attempt(
        id=row.id,
        preset=preset,
        seed=row.seed,
        started_at=row.started_at,
        sections=tuple(row.sections),
        audience=row.audience,
        drawn=form_from(row.drawn),
        responses=given,
        moved_on=len(given) if all_left else row.moved_on,
        ended=row.ended,
        bank=row.bank,
        article=row.article,
    )


def attempt_row(learner: str, attempt: Attempt) -> dict[str, Any]:
    """The row of an attempt, without its responses."""
    return {
        "id": attempt.id,
        "learner": learner,
        "preset": attempt.preset.value,
        "seed": attempt.seed,
        "started_at": attempt.started_at,
        "sections": list(attempt.sections),
        "audience": attempt.audience,
        "bank": attempt.bank,
        "article": attempt.article,
        "drawn": form_value(attempt.drawn),
        "moved_on": attempt.moved_on,
        "ended": attempt.ended,
    }


def text_value(question: Question) -> str:
    """A question's text as it was shown, kept for reports that outlive its wording."""
    options = [{"letter": o.letter, "text": o.text, "key": o.is_key} for o in question.options]
    shown: dict[str, Any] = {
        "type": question.type.value,
        "stem": question.stem,
        "options": options,
    }
    if question.picture is not None:
        shown["image"], shown["image_alt"] = question.picture.file, question.picture.alt
    return json.dumps(shown, ensure_ascii=False)
