"""Sets taken in their order, and questions that are asked no more, through the quiz's use cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from bme_quiz.content.bank import Audience
from bme_quiz.rules.quiz.attempt import Attempt, Stage
from bme_quiz.rules.quiz.drawing import rest_of_set
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice, Quiz, SetStanding
from bme_quiz.services.quiz.views import results_view
from bme_quiz.storage.quiz.memory import MemoryAttempts
from tests.support.illustrated import ILLUSTRATED, illustrated

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
ME = "me"
ESSENTIALS = Choice(set_name="essentials")
IN_ORDER = ["load-01", "load-03", "rest-01"]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return illustrated(tmp_path / "course")


@pytest.fixture
def quiz(course: Course) -> Quiz:
    return Quiz(course, MemoryAttempts(), clock=lambda: NOW, random=Random(1))


def drawn(attempt: Attempt | None) -> list[str]:
    assert attempt is not None
    return [one.question_id for one in attempt.drawn]


def answer(quiz: Quiz, right: bool = True) -> str:
    """Answer the question that is on, and leave its explanation."""
    attempt = quiz.current(ME)
    assert attempt is not None
    assert attempt.turn is not None
    question = quiz.course.by_id[attempt.turn.question_id]
    wrong = set(question.letters) - question.key
    quiz.answer(ME, attempt.id, attempt.turn, question.key if right else wrong)
    quiz.move_on(ME, attempt.id, attempt.turn)
    return question.id


def now_retired(quiz: Quiz, *ids: str) -> Quiz:
    """The quiz after the author has retired some questions."""
    course = quiz.course
    asked = tuple(q for q in course.questions if q.id not in ids)
    gone = tuple(q for q in course.questions if q.id in ids)
    return replace(quiz, course=replace(course, questions=asked, retired=course.retired + gone))


def test_a_set_is_taken_in_its_order_and_taken_up_where_one_stopped(quiz: Quiz) -> None:
    assert quiz.set_standing(ME, "essentials", Audience.BOTH) == SetStanding(3, 3, False)
    assert drawn(quiz.start(ME, ESSENTIALS)) == IN_ORDER
    assert answer(quiz, right=False) == "load-01"
    assert quiz.set_standing(ME, "essentials", Audience.BOTH) == SetStanding(3, 2, False)
    # A quiz in between, over the same questions even, is no part of it.
    quiz.start(ME, Choice(count=EVERY_QUESTION))
    for _ in range(3):
        answer(quiz)
    assert drawn(quiz.start(ME, ESSENTIALS)) == IN_ORDER[1:]
    answer(quiz)
    assert drawn(quiz.start(ME, ESSENTIALS)) == IN_ORDER[2:]
    answer(quiz)
    assert quiz.set_standing(ME, "essentials", Audience.BOTH) == SetStanding(3, 3, True)
    assert drawn(quiz.start(ME, ESSENTIALS)) == IN_ORDER, "through, it begins anew"


def test_what_comes_back_or_is_retried_is_no_second_pass(quiz: Quiz) -> None:
    quiz.start(ME, ESSENTIALS)
    answer(quiz, right=False)
    while (attempt := quiz.current(ME)) and attempt.stage is not Stage.FINISHED:
        answer(quiz)
    retried = quiz.retry_missed(ME)
    assert drawn(retried) == ["load-01"]
    assert retried is not None
    assert retried.sections == ()
    answer(quiz)
    assert quiz.set_standing(ME, "essentials", Audience.BOTH) == SetStanding(3, 3, True)


def test_a_set_has_for_each_audience_what_is_for_it(quiz: Quiz) -> None:
    assert drawn(quiz.start(ME, Choice(set_name="more", audience=Audience.PATIENT))) == ["load-02"]
    assert quiz.start(ME, Choice(set_name="more", audience=Audience.STUDENT)) is None
    assert quiz.start(ME, Choice(set_name="none")) is None


def test_a_question_that_joins_a_set_later_comes_by_itself(quiz: Quiz) -> None:
    questions = quiz.course.set_for("essentials", Audience.BOTH)
    assert rest_of_set(questions, {}) == questions
    assert rest_of_set(questions, {"load-01": 1, "rest-01": 1}) == questions[1:2]
    assert rest_of_set(questions, {"load-01": 2, "load-03": 1, "rest-01": 1}) == questions[1:]
    assert rest_of_set((), {}) == ()


def test_retired_and_example_rows_are_never_asked(quiz: Quiz) -> None:
    ids = {r["id"] for r in ILLUSTRATED if not r.get("status")}
    assert set(drawn(quiz.start(ME, Choice(count=EVERY_QUESTION)))) == ids
    assert set(drawn(quiz.start(ME, Choice(("load",), EVERY_QUESTION)))) == {
        "load-01",
        "load-02",
        "load-03",
    }
    assert {card.id for card in quiz.course.deck.cards} == {"q:load-03"}
    assert quiz.course.set_for("essentials", Audience.BOTH)


def test_what_was_answered_before_a_question_was_retired_stands(quiz: Quiz) -> None:
    quiz.start(ME, ESSENTIALS)
    answer(quiz, right=False)
    later = now_retired(quiz, "load-01")
    standing = later.standing(ME)
    assert standing.dropped == 0, "without a word"
    attempt = standing.attempt
    assert attempt is not None
    assert attempt.queue == ("load-03", "rest-01"), "a missed one does not come back"
    for _ in range(2):
        answer(later)
    attempt = later.current(ME)
    assert attempt is not None
    assert attempt.stage is Stage.FINISHED
    view = results_view(later.course, attempt)
    assert [one.turn.question_id for one in view.reviews] == IN_ORDER
    assert (view.answered, view.missed, view.can_retry) == (3, 1, False)
    assert later.retry_missed(ME) is None
    assert later.missed_ever(ME) == ()
    assert quiz.missed_ever(ME), "as long as it is asked, it is there"


def test_what_was_not_answered_yet_is_left_out_quietly(quiz: Quiz) -> None:
    attempt = quiz.start(ME, ESSENTIALS)
    assert attempt is not None
    assert now_retired(quiz, *IN_ORDER).standing(ME).attempt is None
    later = now_retired(quiz, "load-01", "rest-01")
    standing = later.standing(ME)
    assert standing.dropped == 0
    assert drawn(standing.attempt) == ["load-03"]
    # The page still shows the retired question: its answer is not taken, and nothing breaks.
    assert attempt.turn is not None
    after = later.answer(ME, attempt.id, attempt.turn, ["b"], known=standing)
    assert after.attempt is not None
    assert after.attempt.responses == ()
    assert answer(later) == "load-03"


def test_an_explanation_on_the_screen_stays_when_its_question_is_retired(quiz: Quiz) -> None:
    attempt = quiz.start(ME, ESSENTIALS)
    assert attempt is not None
    assert attempt.turn is not None
    quiz.answer(ME, attempt.id, attempt.turn, ["a"])
    later = now_retired(quiz, "load-01")
    shown = later.current(ME)
    assert shown is not None
    assert shown.stage is Stage.EXPLAINING
    assert later.move_on(ME, attempt.id, attempt.turn).attempt is not None


def test_a_changed_question_is_still_said_to_be(quiz: Quiz) -> None:
    quiz.start(ME, ESSENTIALS)
    changed = tuple(
        replace(q, stem="Another stem?") if q.id == "load-01" else q for q in quiz.course.questions
    )
    later = replace(quiz, course=replace(quiz.course, questions=changed))
    assert later.standing(ME).dropped == 1
