"""Sessions, answers and reports for tests of the report."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from random import Random

from bme_quiz.content.bank import Question
from bme_quiz.routes import BARE
from bme_quiz.rules.quiz.attempt import Drawn
from bme_quiz.rules.quiz.marking import mark
from bme_quiz.rules.rooms.figures import RoomReport
from bme_quiz.rules.rooms.report import make_report
from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind, Room, SeatAnswer
from bme_quiz.services.course import Course
from bme_quiz.ui.rooms import report_pieces
from tests.support.courses import ROWS, course_of

COURSE = course_of(ROWS)
TITLES = {section.id: section.title for section in COURSE.article.sections}
LOAD, LOAD_2, MULTI, TRUTH = (
    COURSE.by_id[name] for name in ("load-01", "load-02", "rest-01", "rest-02")
)
START = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


def room_of(kind: Kind, *form: Question) -> Room:
    return Room(
        id="f" * 32,
        code="BCDFGH",
        kind=kind,
        started_at=START,
        expires_at=START + timedelta(hours=12),
        sections=(),
        audience="both",
        drawn=tuple(Drawn(q.id, q.revision, q.letters) for q in form),
    )


def answer(question: Question, position: int, seat: int, ticks: str, round_: int) -> SeatAnswer:
    given_mark = mark(question.type, question.key, question.letters, ticks)
    return SeatAnswer(seat, round_, position, tuple(sorted(ticks)), given_mark)


def answers_of(
    question: Question, position: int, ticks: str, round_: int = FIRST
) -> Iterator[SeatAnswer]:
    """One word of letters for each seat, from 101 on; ``-`` for no answer."""
    for seat, word in enumerate(ticks.split(), start=101):
        if word != "-":
            yield answer(question, position, seat, word, round_)


def report_of(room: Room, *given_answers: SeatAnswer, joined: int = 8) -> RoomReport:
    return make_report(room, COURSE.by_id, given_answers, joined, TITLES)


def drawn(report: RoomReport) -> str:
    """The report's page."""
    return report_pieces.report(report, "f" * 32, date(2026, 3, 2), BARE)


def words_of(report: RoomReport) -> str:
    """What can be read on it."""
    text = re.sub(r"<[^>]+>", " ", drawn(report))
    return " ".join(unescape(text).split())


def before_and_after(before: str, after: str, joined: int = 8) -> RoomReport:
    """A session of one question: what each ticked, ``-`` for nobody."""
    return report_of(
        room_of(Kind.BEFORE_AFTER, LOAD),
        *answers_of(LOAD, 0, before, FIRST),
        *answers_of(LOAD, 0, after, SECOND),
        joined=joined,
    )


def long_session(course: Course, kind: Kind, people: int, count: int = 10) -> RoomReport:
    """A report as long as one of so many questions can be: long stems, many wrong answers."""
    harmful = [q for q in course.questions if any(o.harmful for o in q.options)]
    form = sorted(harmful, key=lambda q: -len(q.stem))[:count]
    random = Random(3)
    rounds = (FIRST, SECOND) if kind is Kind.BEFORE_AFTER else (FIRST,)
    given = [
        answer(question, position, seat, random.choice(question.letters), round_)
        for position, question in enumerate(form)
        for seat in range(people)
        for round_ in rounds
    ]
    titles = {section.id: section.title for section in course.article.sections}
    return make_report(room_of(kind, *form), course.by_id, given, people, titles)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
