"""A tap is stored where what the page knew still holds, and what it knew is then not read again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest

from bme_quiz.rules.quiz.attempt import Attempt, Stage
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice, Quiz, Standing
from bme_quiz.storage.quiz.memory import MemoryAttempts

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
ME = "me"


class CountedAttempts(MemoryAttempts):
    """Counts how often an attempt is read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    def latest(self, learner: str) -> Attempt | None:
        self.reads += 1
        return super().latest(learner)


@pytest.fixture
def store() -> CountedAttempts:
    return CountedAttempts()


@pytest.fixture
def quiz(small_course: Course, store: CountedAttempts) -> Quiz:
    return Quiz(small_course, store, clock=lambda: NOW, random=Random(1))


@pytest.fixture
def shown(quiz: Quiz) -> Standing:
    """A question on the screen."""
    quiz.start(ME, Choice(count=EVERY_QUESTION))
    return quiz.standing(ME)


def answer(quiz: Quiz, shown: Standing, known: Standing | None, letter: str = "a") -> Standing:
    attempt = shown.attempt
    assert attempt is not None
    assert attempt.turn is not None
    return quiz.answer(ME, attempt.id, attempt.turn, [letter], known=known)


def move_on(quiz: Quiz, shown: Standing, known: Standing | None) -> Standing:
    attempt = shown.attempt
    assert attempt is not None
    assert attempt.turn is not None
    return quiz.move_on(ME, attempt.id, attempt.turn, known=known)


def end(quiz: Quiz, shown: Standing, known: Standing | None) -> Standing:
    assert shown.attempt is not None
    return quiz.end(ME, shown.attempt.id, known=known)


def test_a_quiz_is_walked_through_without_reading_it_again(
    quiz: Quiz, shown: Standing, store: CountedAttempts
) -> None:
    reads = store.reads
    explained = answer(quiz, shown, shown)
    following = move_on(quiz, explained, explained)
    answered = answer(quiz, following, following)
    results = end(quiz, answered, answered)
    assert store.reads == reads
    assert [s.attempt.stage for s in (explained, following, results) if s.attempt] == [
        Stage.EXPLAINING,
        Stage.ASKING,
        Stage.FINISHED,
    ]
    assert quiz.standing(ME) == results


def _answered(quiz: Quiz, shown: Standing) -> None:
    answer(quiz, shown, None, "b")


def _answered_and_left(quiz: Quiz, shown: Standing) -> None:
    move_on(quiz, answer(quiz, shown, None, "b"), None)


def _ended(quiz: Quiz, shown: Standing) -> None:
    end(quiz, shown, None)


def _another_begun(quiz: Quiz, shown: Standing) -> None:
    del shown
    quiz.start(ME, Choice(("rest",), EVERY_QUESTION))


@pytest.mark.parametrize("meanwhile", [_answered, _answered_and_left, _ended, _another_begun])
@pytest.mark.parametrize("step", [answer, end])
def test_what_another_tab_did_meanwhile_is_seen(
    quiz: Quiz,
    shown: Standing,
    meanwhile: Callable[[Quiz, Standing], None],
    step: Callable[[Quiz, Standing, Standing], Standing],
) -> None:
    meanwhile(quiz, shown)
    before = quiz.standing(ME).attempt
    led_to = step(quiz, shown, shown)
    now = quiz.standing(ME)
    assert led_to == now
    assert now.attempt is not None
    assert before is not None
    # Nothing that was answered is answered again, and no attempt but the shown one is touched.
    assert now.attempt.responses == before.responses
    if meanwhile is _another_begun or step is answer:
        assert now.attempt == before


def test_an_explanation_left_in_another_tab_is_left_once(quiz: Quiz, shown: Standing) -> None:
    explained = answer(quiz, shown, shown)
    following = move_on(quiz, explained, explained)
    answer(quiz, following, None)
    # This tab still shows the first explanation.
    assert move_on(quiz, explained, explained) == quiz.standing(ME)
    now = quiz.standing(ME).attempt
    assert now is not None
    assert (len(now.responses), now.moved_on) == (2, 1)


def test_what_was_erased_meanwhile_does_not_come_back(
    small_course: Course, shown: Standing
) -> None:
    emptied = Quiz(small_course, MemoryAttempts(), clock=lambda: NOW, random=Random(1))
    assert answer(emptied, shown, shown) == Standing(None, is_new=True)


def test_where_questions_were_dropped_a_count_is_not_relied_on(quiz: Quiz, shown: Standing) -> None:
    explained = answer(quiz, shown, shown)
    assert explained.attempt is not None
    # As a page shows it whose course has lost the answered question.
    left = [d.question_id for d in explained.attempt.drawn if d.question_id != _first(shown)]
    known = Standing(explained.attempt.keeping(left), 1)
    assert move_on(quiz, explained, known) == quiz.standing(ME)
    now = quiz.standing(ME).attempt
    assert now is not None
    assert now.moved_on == 1


def _first(shown: Standing) -> str:
    assert shown.attempt is not None
    return shown.attempt.queue[0]
