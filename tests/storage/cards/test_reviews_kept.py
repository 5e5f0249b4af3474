"""Whose log it is: erasing, forgetting, carrying on with another device."""

from __future__ import annotations

from datetime import timedelta

from bme_quiz.rules.cards.scheduling import replay
from bme_quiz.services.store import Store
from tests.support.attempts import ME, NOW, YOU, attempt
from tests.support.reviews import AGAIN, DECK, EASY, FIRST, GOOD, HARD, entry, schedule, study
from tests.support.stored import everything


def test_erasing_takes_log_schedules_and_wishes(store: Store) -> None:
    study(store, ME, 5, steps=20)
    store.reviews.set_wishes(ME, 3, 0.85)
    store.reviews.add(YOU, DECK, FIRST, entry(1))
    store.records.erase(ME)
    left = everything(store)
    assert ME not in left
    assert YOU in left
    # A page that was open all the while brings nothing back.
    assert not store.reviews.add(ME, DECK, FIRST, entry(3))
    assert ME not in everything(store)


def test_purging_forgets_cards_that_were_left_alone_and_no_others(store: Store) -> None:
    limit = NOW + timedelta(days=100)
    store.reviews.add("idle", DECK, FIRST, entry(1))
    store.reviews.add("active", DECK, FIRST, entry(1))
    store.reviews.add("active", DECK, FIRST, entry(2, GOOD, limit))
    store.reviews.add("idle-with-attempt", DECK, FIRST, entry(1))
    store.attempts.add("idle-with-attempt", attempt("recent", started_at=limit))
    assert store.records.purge(limit).learners == 1
    assert schedule(store, learner="idle") is None
    assert len(store.review_records.log("active")) == 2
    assert store.review_records.log("idle-with-attempt") == ()
    assert store.attempts.latest("idle-with-attempt") is not None


def test_with_another_device_the_log_goes_over_in_the_order_of_time(store: Store) -> None:
    hour = timedelta(hours=1)
    store.reviews.add(ME, DECK, FIRST, entry(1, GOOD, NOW))
    store.reviews.add(YOU, DECK, FIRST, entry(1, AGAIN, NOW + hour))
    store.reviews.add(ME, DECK, FIRST, entry(2, EASY, NOW + 2 * hour))
    store.reviews.add(YOU, DECK, DECK.ids[1], entry(1, HARD, NOW))
    store.device_codes.add("digest", ME, NOW, NOW + hour)
    assert store.device_codes.claim("digest", NOW, YOU) == ME
    log = store.review_records.log(ME)
    assert [(card, e.number, e.rating) for card, e in log] == [
        (FIRST, 1, GOOD),
        (FIRST, 2, AGAIN),
        (FIRST, 3, EASY),
        (DECK.ids[1], 1, HARD),
    ]
    assert store.review_records.compare(ME).differing == 0
    assert schedule(store) == replay(e for card, e in log if card == FIRST)
    assert YOU not in everything(store)
