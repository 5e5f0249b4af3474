"""Ids that editions have used (C02)."""

from __future__ import annotations

from bme_quiz.content.editions import question_words
from bme_quiz.content.problems import Severity
from bme_quiz.content.table import Row
from bme_quiz.content.text import fold_spaces
from bme_quiz.rules.checks.base import Finding, Findings, Memory, Reads, memory_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.words import STOP_WORDS, stem

_LEAST_IN_COMMON = 0.2
_MIN_WORDS = 3


@memory_rule("C02", "published-id", Severity.WARNING, Reads.ROWS)
class PublishedIdsStay(Memory):
    """A question that an edition has is still in the bank, and no other question has its id.

    Why: learners' histories and reports hang on the id. A question that is not to be asked any more
    is retired: its row stays.
    How: `editions/` says which ids there were, and which words stem and key had. Another question
    shares less than a fifth of the fewer words that carry meaning. The check reads the editions,
    the server does not.
    Source: the bank's format; ways of deprecation in public interfaces.
    Bad: a row that was taken out after an edition
    Good: the same row with `retired` under `status`
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._left = {one.id: one for one in context.published}

    def feed(self, subject: Row) -> Findings:
        name = fold_spaces(subject.cells["id"])
        then = self._left.pop(name, None)
        if then is None:
            return
        before, now = _telling(then.words), _telling(question_words(subject))
        fewer = min(len(before), len(now))
        if fewer >= _MIN_WORDS and len(before & now) < _LEAST_IN_COMMON * fewer:
            yield Finding(
                f"Edition {then.edition} has another question under this id.",
                "Give this one a new id, and bring the other back with 'retired' under 'status'.",
                "id",
                name,
            )

    def close(self) -> Findings:
        for one in self._left.values():
            yield Finding(
                f"The question '{one.id}' of edition {one.edition} is gone.",
                "Bring its row back, with 'retired' under 'status' if it is not to be asked.",
                "id",
                id=one.id,
            )


def _telling(words: frozenset[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words if word not in STOP_WORDS and len(word) > 1)
