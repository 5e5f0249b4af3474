"""Use cases say what they add, and store nothing where that is too much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path
from random import Random

import pytest

from bme_quiz.rules.cards.scheduling import Rating
from bme_quiz.rules.quiz.attempt import Preset
from bme_quiz.services import quota
from bme_quiz.services.cards.cards import Answer, Cards
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice, Quiz
from bme_quiz.services.quota import Added, TooMuchAddedError, admission
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.quiz.memory import MemoryAttempts
from tests.support.attempts import ME, NOW, attempt, response


class Counted:
    """Counts what is asked for, and lets so much of it through."""

    def __init__(self, most: int = 1_000) -> None:
        self.most = most
        self.asked: list[tuple[Added, int, str, bool]] = []

    def take(self, what: Added, count: int, network: str, is_known: Callable[[], bool]) -> bool:
        self.asked.append((what, count, network, is_known()))
        self.most -= count
        return self.most >= 0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = make_store(f"sqlite:///{tmp_path / 'quiz.db'}")
    yield made
    made.database.close()


@pytest.fixture
def counted() -> Iterator[Counted]:
    counted = Counted()
    quota.count_with(counted)
    yield counted
    quota.count_with(None)


def test_a_quiz_and_each_answer_are_counted_for_their_network(
    small_course: Course, counted: Counted
) -> None:
    attempts = MemoryAttempts()
    attempts.add(ME, attempt("long ago"))
    attempts.add_response(ME, "long ago", response("load-01", after=-timedelta(hours=2)), "rev")
    quiz = Quiz(small_course, attempts, lambda: NOW, Random(1), admission("203.0.113.9"))
    begun = quiz.start(ME, Choice(count=EVERY_QUESTION))
    assert begun is not None
    assert begun.turn is not None
    quiz.answer(ME, begun.id, begun.turn, ["a"])
    assert counted.asked == [
        (Added.QUIZ, 1, "203.0.113.9", True),
        (Added.ENTRY, 1, "203.0.113.9", True),
    ]
    # A page that is stale adds nothing, so it is not counted.
    quiz.answer(ME, begun.id, begun.turn, ["a"])
    assert len(counted.asked) == 2


def test_where_it_is_too_much_nothing_is_stored(small_course: Course, counted: Counted) -> None:
    attempts = MemoryAttempts()
    quiz = Quiz(small_course, attempts, lambda: NOW, Random(1), admission("x"))
    begun = quiz.start(ME, Choice(), Preset.LEARN)
    assert begun is not None
    assert begun.turn is not None
    counted.most = 0
    for work in (
        lambda: quiz.start(ME, Choice()),
        lambda: quiz.answer(ME, begun.id, begun.turn, ["a"]),
    ):
        with pytest.raises(TooMuchAddedError):
            work()
    assert attempts.latest(ME) == begun
    # Of this one nothing was answered an hour ago.
    assert counted.asked[-1][3] is False


def test_cards_are_counted_too(own_course: Course, store: Store, counted: Counted) -> None:
    cards = Cards(own_course, store.reviews, UTC, lambda: NOW, admission("x"))
    card = own_course.deck.cards[0].id
    assert cards.answer(ME, Answer(card, 1, Rating.GOOD))
    counted.most = 0
    for work in (
        lambda: cards.answer(ME, Answer(card, 2, Rating.GOOD)),
        lambda: cards.add_for_tomorrow(ME, card),
        lambda: cards.set_wishes(ME, 5, 0.9),
    ):
        with pytest.raises(TooMuchAddedError):
            work()
    assert len(store.review_records.log(ME)) == 1
    later = Cards(own_course, store.reviews, UTC, lambda: NOW + timedelta(hours=2))
    assert quota.is_known(later.reviews.first_review(ME), later.clock())


def test_without_anybody_who_counts_everything_is_admitted() -> None:
    admission("x")(Added.QUIZ, 1_000_000, lambda: False)
