"""What of a session's questions is on paper."""

from __future__ import annotations

import re

from bme_quiz.content.bank import Question
from bme_quiz.rules.rooms.figures import RoomReport
from bme_quiz.rules.rooms.report import make_report
from bme_quiz.rules.rooms.room import Kind
from bme_quiz.ui.rooms.report_figures import overview
from tests.support.courses import course_of, row
from tests.support.room_reports import LOAD, TRUTH, answers_of, drawn, report_of, room_of


def session_of(right: list[int], people: int = 5) -> RoomReport:
    """So many people got each question right."""
    rows = [row(id=f"load-{n}", stem=f"Case {n}: what then?") for n in range(len(right))]
    by_id = course_of(rows).by_id
    form: list[Question] = [by_id[one["id"]] for one in rows]
    given = [
        answer
        for place, count in enumerate(right)
        for answer in answers_of(form[place], place, "b " * count + "a " * (people - count))
    ]
    return make_report(room_of(Kind.DISCUSS, *form), by_id, given, people, {})


def rows_of(html: str) -> list[int]:
    """The numbers of the questions that have a row."""
    return [int(number) for number in re.findall(r'<th scope="row">(\d+)\.', html)]


def test_of_a_long_session_the_questions_answered_least_well_are_on_paper_in_their_order() -> None:
    html = overview(session_of([5, 0, 1, 5, 2, 1, 0, 4, 3, 2, 1, 3, 5]).questions)
    assert rows_of(html) == [2, 3, 5, 6, 7, 8, 9, 10, 11, 12]
    assert "The 10 answered least well. 3 more are on the screen." in html
    html = overview(session_of([5] * 11).questions)
    assert rows_of(html) == list(range(1, 11))
    assert "One more is on the screen." in html


def test_up_to_ten_questions_are_all_on_paper() -> None:
    html = overview(session_of([5, 0, 1, 5, 2, 1, 0, 4, 3, 2]).questions)
    assert rows_of(html) == list(range(1, 11))
    assert "on the screen" not in html


def test_questions_with_too_few_answers_are_counted_on_paper() -> None:
    report = report_of(
        room_of(Kind.DISCUSS, LOAD, TRUTH), *answers_of(LOAD, 0, "b b"), *answers_of(TRUTH, 1, "a")
    )
    html = overview(report.questions)
    assert rows_of(html) == [1]
    assert "One question had too few answers to show." in html
    alone = report_of(
        room_of(Kind.DISCUSS, LOAD, TRUTH), *answers_of(LOAD, 0, "b"), *answers_of(TRUTH, 1, "a")
    )
    printed = '<div class="print-only"><p class="fine">2 questions had too few answers to show.'
    assert printed in drawn(alone)
    assert overview(report_of(room_of(Kind.DISCUSS, LOAD)).questions) == ""
