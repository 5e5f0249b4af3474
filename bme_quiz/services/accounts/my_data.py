"""Use cases of a learner's own records: take them along, erase them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

from bme_quiz.content.table import BYTE_ORDER_MARK
from bme_quiz.rules.quiz.attempt import Attempt, Response
from bme_quiz.rules.rounding import rounded
from bme_quiz.storage.cards.review_records import ReviewRecords
from bme_quiz.storage.quiz.records import Records

CSV_COLUMNS = (
    "started_at",
    "preset",
    "question_id",
    "question",
    "your_answer",
    "mark",
    "try",
    "seconds",
    "answered_at",
    "course",
)


@dataclass(frozen=True, slots=True)
class MyData:
    """What is kept of one learner, in every course.

    The learner's id is in none of the exports: whoever has it is taken for the learner.
    Every method may raise :class:`~bme_quiz.storage.engine.errors.StorageError`.
    """

    records: Records
    reviews: ReviewRecords
    learner: str

    def as_json(self) -> str:
        """Everything: attempts, questions drawn, answers, texts as shown, reviews of cards."""
        texts = self.records.question_texts()
        attempts = [
            {**_attempt(kept.attempt, texts), "course": kept.course}
            for kept in self.records.attempts(self.learner)
        ]
        whole = {"attempts": attempts, "cards": _cards(self.reviews, self.learner)}
        return json.dumps(whole, ensure_ascii=False, indent=1)

    def as_csv(self) -> str:
        """The answers, one a row, for a spreadsheet."""
        texts = self.records.question_texts()
        out = io.StringIO(newline="")
        out.write(BYTE_ORDER_MARK)
        rows = csv.writer(out)
        rows.writerow(CSV_COLUMNS)
        for kept in self.records.attempts(self.learner):
            attempt = kept.attempt
            for response in attempt.responses:
                text = texts.get(_revision(attempt, response), {})
                rows.writerow(
                    [
                        attempt.started_at.isoformat(timespec="seconds"),
                        attempt.preset.value,
                        response.turn.question_id,
                        text.get("stem", ""),
                        " | ".join(_ticked(response, text)),
                        response.mark,
                        response.turn.try_number,
                        "" if response.seconds is None else rounded(response.seconds, 1),
                        response.answered_at.isoformat(timespec="seconds"),
                        kept.course,
                    ]
                )
        return out.getvalue()

    def erase(self) -> None:
        """Remove every trace."""
        self.records.erase(self.learner)


def _attempt(attempt: Attempt, texts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "preset": attempt.preset.value,
        "started_at": attempt.started_at.isoformat(),
        "ended": attempt.ended,
        "sections": attempt.sections,
        "audience": attempt.audience,
        "seed": attempt.seed,
        "bank": attempt.bank,
        "article": attempt.article,
        "questions": [
            {
                "id": drawn.question_id,
                "revision": drawn.revision,
                "options_in_order": drawn.order,
                "text": texts.get(drawn.revision),
            }
            for drawn in attempt.drawn
        ],
        "responses": [
            {
                "question_id": response.turn.question_id,
                "revision": _revision(attempt, response),
                "try": response.turn.try_number,
                "ticked": response.ticked,
                "mark": response.mark,
                "seconds": response.seconds,
                "answered_at": response.answered_at.isoformat(),
            }
            for response in attempt.responses
        ],
    }


def _cards(records: ReviewRecords, learner: str) -> dict[str, Any]:
    """Wishes in the course at hand, as ever, and in each; every review of all of them."""
    settings = records.settings(learner)
    whole = records.whole(learner)
    return {
        "new_per_day": settings.new_per_day,
        "desired_retention": settings.retention,
        "courses": [
            {
                "course": one.course,
                "new_per_day": one.settings.new_per_day,
                "desired_retention": one.settings.retention,
            }
            for one in whole
        ],
        "reviews": [
            {
                "course": one.course,
                "card": card,
                "number": entry.number,
                "rating": None if entry.rating is None else entry.rating.name.capitalize(),
                "asked_for": None if entry.due is None else entry.due.isoformat(),
                "reviewed_at": entry.at.isoformat(),
                "day": entry.day.isoformat(),
                "desired_retention": entry.retention,
                "undone": entry.undone,
            }
            for one in whole
            for card, entry in one.log
        ],
    }


def _revision(attempt: Attempt, response: Response) -> str:
    drawn = attempt.drawn_question(response.turn.question_id)
    return drawn.revision if drawn else ""


def _ticked(response: Response, text: dict[str, Any]) -> list[str]:
    shown = {option["letter"]: option["text"] for option in text.get("options", ())}
    return [shown.get(letter, letter) for letter in response.ticked]
