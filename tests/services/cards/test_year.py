"""A year of reviews through this package, and the same through the library: to the digit."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import fsrs
import pytest

from bme_quiz.rules.cards.scheduling import Rating
from bme_quiz.rules.days import beginning_of
from bme_quiz.services.cards.cards import Answer, Cards
from bme_quiz.services.store import Store, make_store
from tests.support.cards import GLOSSARY, ME, Clock, course_with_cards
from tests.support.courses import row

ZONE = ZoneInfo("America/New_York")
HEADER = GLOSSARY.splitlines(keepends=True)[0]


@pytest.mark.slow
def test_a_year_through_the_package_agrees_with_the_library_to_the_digit(tmp_path: Path) -> None:
    store = make_store(f"sqlite:///{tmp_path / 'year.db'}")
    cards, clock = a_year(store)
    log = store.review_records.log(ME)
    assert len(log) > 500
    # The library counts blocks of 24 hours and not the learner's days, so it is asked at noon.
    scheduler = fsrs.Scheduler(enable_fuzzing=False)
    for card_id in cards.course.deck.ids:
        reviews = [entry for of, entry in log if of == card_id]
        theirs = fsrs.Card(card_id=1, due=clock.now)
        for entry in reviews:
            assert entry.rating is not None
            noon = datetime.combine(entry.day, time(12), UTC)
            theirs, _ = scheduler.review_card(theirs, fsrs.Rating(entry.rating), noon)
        ours, number = store.reviews.standing(ME, card_id)
        assert number == len(reviews) + 1
        if not reviews:
            continue
        assert ours is not None
        assert (ours.stability, ours.difficulty) == (theirs.stability, theirs.difficulty)
        assert (ours.state, ours.step) == (theirs.state, theirs.step)
        assert ours.due - reviews[-1].at == theirs.due - noon
    assert store.review_records.compare(ME).differing == 0
    store.database.close()


def a_year(store: Store) -> tuple[Cards, Clock]:
    """Every day at another hour, also across the days when the clocks change."""
    terms = "".join(f"term {number},Meaning {number}.,load,\n" for number in range(20))
    course = course_with_cards([row(card="")], HEADER + terms.encode())
    clock = Clock()
    cards = Cards(course, store.reviews, ZONE, clock)
    cards.set_wishes(ME, 2, 0.9)
    rng = Random(7)
    day = datetime(2026, 1, 5, tzinfo=UTC).date()
    for _ in range(365):
        clock.now = beginning_of(day, ZONE) + timedelta(hours=rng.uniform(0, 20))
        while (front := cards.queue(ME).current) is not None:
            rating = rng.choices([*Rating], [2, 1, 6, 1])[0]
            assert cards.answer(ME, Answer(front.card_id, front.number, rating))
            clock.now += timedelta(seconds=rng.uniform(3, 90))
        day += timedelta(days=1)
    return cards, clock
