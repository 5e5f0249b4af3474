"""A small course with cards, a learner, and a clock that tests move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bme_quiz.content.bank import COLUMNS
from bme_quiz.content.course import parse_course
from bme_quiz.content.glossary import parse_glossary
from bme_quiz.content.table import write_table
from bme_quiz.services.course import Course, make_course
from tests.support.courses import ARTICLE, MULTIPLE, row

ME, YOU = "me", "you"

# Eight in the evening in Berlin.
EVENING = datetime(2026, 1, 5, 19, tzinfo=UTC)

GLOSSARY = b"""term,definition,section,quote
load,What pushes on a bone.,load,A load pushes on the bone.
boot,A stiff shoe.,rest,A boot protects the foot.
"""


ROWS = [row(card="yes"), {**MULTIPLE, "card": "What two things help a leg?"}]


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = EVENING

    def __call__(self) -> datetime:
        return self.now


def course_with_cards(rows: list[dict[str, str]], glossary: bytes = GLOSSARY) -> Course:
    data = write_table((*COLUMNS, "card"), rows).encode()
    files = parse_course(data, ARTICLE.encode())
    course = make_course(Path("small"), files)
    assert course.problems == ()
    terms, _ = parse_glossary(glossary)
    return Course(course.folder, course.article, course.questions, terms, ())
