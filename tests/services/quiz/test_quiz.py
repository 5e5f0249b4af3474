"""The quiz's use cases, over a store in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from bme_quiz.content.bank import Audience
from bme_quiz.rules.quiz.attempt import Attempt, Stage, Turn
from bme_quiz.rules.quiz.marking import Verdict
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice, NothingChosenError, Quiz
from bme_quiz.services.quiz.views import OptionState, asked_view, explained_view, results_view
from bme_quiz.storage.quiz.memory import MemoryAttempts
from tests.support.courses import ROWS, course_of, row

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
ME, YOU = "me", "you"


@pytest.fixture
def quiz(small_course: Course) -> Quiz:
    return Quiz(small_course, MemoryAttempts(), clock=lambda: NOW, random=Random(1))


def started(quiz: Quiz, choice: Choice | None = None) -> Attempt:
    attempt = quiz.start(ME, choice or Choice(count=EVERY_QUESTION))
    assert attempt is not None
    return attempt


def answer(quiz: Quiz, right: bool) -> Attempt:
    attempt = quiz.current(ME)
    assert attempt is not None
    assert attempt.turn is not None
    question = quiz.course.by_id[attempt.turn.question_id]
    wrong = set(question.letters) - question.key
    after = quiz.answer(ME, attempt.id, attempt.turn, question.key if right else wrong)
    assert after.attempt is not None
    return after.attempt


def go_on(quiz: Quiz) -> None:
    attempt = quiz.current(ME)
    assert attempt is not None
    assert attempt.turn is not None
    quiz.move_on(ME, attempt.id, attempt.turn)


def test_a_choice_narrows_what_is_drawn(quiz: Quiz) -> None:
    def ids(choice: Choice) -> set[str]:
        return {d.question_id for d in started(quiz, choice).drawn}

    everything = {"load-01", "load-02", "rest-01", "rest-02"}
    assert ids(Choice(count=EVERY_QUESTION)) == everything
    assert ids(Choice(("rest",), EVERY_QUESTION)) == {"rest-01", "rest-02"}
    assert ids(Choice((), EVERY_QUESTION, Audience.PATIENT)) == everything - {"rest-02"}
    assert ids(Choice((), EVERY_QUESTION, Audience.STUDENT)) == everything - {"load-02"}
    assert len(ids(Choice(count=2))) == 2


def test_a_choice_that_admits_nothing_starts_nothing(quiz: Quiz) -> None:
    assert quiz.start(ME, Choice(("nowhere",))) is None
    assert quiz.current(ME) is None


def test_an_answer_is_marked_once_however_often_it_is_sent(quiz: Quiz) -> None:
    attempt = started(quiz)
    assert attempt.turn is not None
    question = quiz.course.by_id[attempt.turn.question_id]
    for letters in (question.key, set(question.letters) - question.key, question.key):
        after = quiz.answer(ME, attempt.id, attempt.turn, letters).attempt
    assert after is not None
    assert [r.mark for r in after.responses] == [1.0]


def test_an_answer_without_a_tick_is_refused_and_records_nothing(quiz: Quiz) -> None:
    attempt = started(quiz)
    assert attempt.turn is not None
    with pytest.raises(NothingChosenError):
        quiz.answer(ME, attempt.id, attempt.turn, [])
    assert quiz.current(ME) == attempt


def test_another_learner_cannot_answer_or_end_my_attempt(quiz: Quiz) -> None:
    attempt = started(quiz)
    assert attempt.turn is not None
    quiz.answer(YOU, attempt.id, attempt.turn, ["a"])
    quiz.end(YOU, attempt.id)
    assert quiz.current(ME) == attempt


def test_a_stale_page_changes_nothing(quiz: Quiz) -> None:
    old = started(quiz)
    assert old.turn is not None
    new = started(quiz)
    quiz.answer(ME, old.id, old.turn, ["a"])
    quiz.move_on(ME, old.id, old.turn)
    quiz.end(ME, old.id)
    assert quiz.current(ME) == new


def test_the_least_seen_questions_are_drawn_first(quiz: Quiz) -> None:
    started(quiz, Choice(("rest",), 1))
    first = answer(quiz, right=True).drawn[0].question_id
    for _ in range(5):
        again = started(quiz, Choice(("rest",), 1))
        assert again.drawn[0].question_id != first


def test_missed_questions_can_be_retried_and_only_those(quiz: Quiz) -> None:
    attempt = started(quiz)
    missed = attempt.queue[0]
    answer(quiz, right=False)
    go_on(quiz)
    quiz.end(ME, attempt.id)
    retry = quiz.retry_missed(ME)
    assert retry is not None
    assert [d.question_id for d in retry.drawn] == [missed]
    assert quiz.retry_missed(ME) is None  # the retry itself has missed nothing yet


def test_a_question_being_asked_shows_nothing_of_its_key(quiz: Quiz) -> None:
    attempt = started(quiz)
    view = asked_view(quiz.course, attempt)
    question = quiz.course.by_id[view.turn.question_id]
    shown = repr(view)
    for option in question.options:
        assert option.why not in shown
        if option.quote:
            assert option.quote not in shown
    assert dict(view.options) == {o.letter: o.text for o in question.options}
    assert "key" not in view.__dataclass_fields__


def test_options_keep_their_order_from_question_to_explanation(quiz: Quiz) -> None:
    attempt = started(quiz, Choice(("load",), EVERY_QUESTION))
    asked = [text for _, text in asked_view(quiz.course, attempt).options]
    after = answer(quiz, right=True)
    explained = explained_view(quiz.course, after, after.responses[-1])
    assert [o.text for o in explained.explanation.options] == asked


def test_an_explanation_says_of_every_option_whether_it_was_chosen_and_why(quiz: Quiz) -> None:
    attempt = started(quiz, Choice(("rest",), EVERY_QUESTION, Audience.PATIENT))
    assert attempt.turn == Turn("rest-01", 1)
    after = quiz.answer(ME, attempt.id, attempt.turn, ["a", "b"]).attempt
    assert after is not None
    view = explained_view(quiz.course, after, after.responses[-1])
    assert view.verdict is Verdict.NOT_QUITE  # one key less one wrong tick
    states = {o.text: o.state for o in view.explanation.options}
    assert states == {
        "Crutches": OptionState.CHOSEN_RIGHT,
        "Walking on": OptionState.CHOSEN_WRONG,
        "A boot": OptionState.MISSED_RIGHT,
        "A brace": OptionState.LEFT_WRONG,
    }
    grounds = view.explanation.grounds
    text = grounds.section.text
    assert [text[p.start : p.end] for p in grounds.passages] == [
        "Crutches keep weight off the leg",
        "A boot protects the foot",
    ]
    assert [s.number for s in grounds.sources] == ["2"]
    assert view.returns


def test_results_count_first_tries_only(quiz: Quiz) -> None:
    attempt = started(quiz)
    for right in (False, True, True, True):
        answer(quiz, right)
        go_on(quiz)
    state = quiz.current(ME)
    assert state is not None
    assert state.all_asked
    answer(quiz, right=True)  # the missed one, come back
    go_on(quiz)
    state = quiz.current(ME)
    assert state is not None
    assert state.stage is Stage.FINISHED
    view = results_view(quiz.course, state)
    assert (view.points, view.answered, view.drawn, view.missed) == (3.0, 4, 4, 1)
    assert sum(s.points for s in view.sections) == 3.0
    assert [s.section.id for s in view.sections] == ["load", "rest"]
    assert [v.number for v in view.reviews] == [1, 2, 3, 4]
    assert attempt.id == view.attempt_id


def test_a_broken_question_is_withheld_and_the_sound_ones_still_work() -> None:
    broken = row(id="load-09", stem="What helps?", quote_b="words that stand nowhere")
    course = course_of([*ROWS, broken])
    assert "load-09" not in course.by_id
    assert len(course.questions) == len(ROWS)
    assert [(p.code, p.row, p.id, p.column) for p in course.problems] == [
        ("G01", 6, "load-09", "quote_b")
    ]


def test_a_quiz_that_was_stopped_goes_on_where_it_was(quiz: Quiz) -> None:
    attempt = started(quiz)
    stopped_at = answer(quiz, right=False)
    go_on(quiz)
    asked = quiz.current(ME)
    assert asked is not None
    ended = quiz.end(ME, attempt.id).attempt
    assert ended is not None
    assert results_view(quiz.course, ended).can_go_on
    again = quiz.take_up(ME, attempt.id).attempt
    assert again == asked
    assert again.responses == stopped_at.responses


def test_a_quiz_with_every_question_asked_is_over(quiz: Quiz) -> None:
    attempt = started(quiz)
    while (now := quiz.current(ME)) is not None and not now.all_asked:
        answer(quiz, right=False)
        go_on(quiz)
    ended = quiz.end(ME, attempt.id).attempt
    assert ended is not None
    assert ended.queue
    assert not results_view(quiz.course, ended).can_go_on


def test_only_the_latest_own_quiz_that_was_stopped_can_be_taken_up(quiz: Quiz) -> None:
    first = started(quiz)
    assert quiz.take_up(ME, first.id).attempt == first
    quiz.end(ME, first.id)
    second = started(quiz)
    assert quiz.take_up(ME, first.id).attempt == second
    quiz.end(ME, second.id)
    quiz.take_up(YOU, second.id)
    now = quiz.current(ME)
    assert now is not None
    assert now.ended
