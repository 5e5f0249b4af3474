"""The log of reviews on both databases: once each, taken back, rebuilt, handed over, erased."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import Connection, insert, text

from bme_quiz.rules.cards.scheduling import Rating, replay
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.cards.due_cards import DUE_AT_ONCE
from bme_quiz.storage.cards.review_rows import schedule_row
from bme_quiz.storage.engine.schema import schedules
from bme_quiz.storage.quiz.repository import Kept
from tests.support.attempts import ME, NOW, YOU
from tests.support.reviews import (
    AGAIN,
    DECK,
    EASY,
    FIRST,
    GOOD,
    HARD,
    deck_of,
    entry,
    latest,
    moment,
    schedule,
    study,
)
from tests.support.stored import everything


def test_three_quick_presses_are_one_review(store: Store) -> None:
    ratings = (GOOD, GOOD, AGAIN)
    added = [store.reviews.add(ME, DECK, FIRST, entry(1, rating)) for rating in ratings]
    assert added == [True, False, False]
    assert schedule(store) == replay([entry(1, GOOD)])
    assert [e.rating for _, e in store.review_records.log(ME)] == [GOOD]


def test_presses_at_the_same_moment_are_one_review(store: Store) -> None:
    store.database.open()
    with ThreadPoolExecutor(12) as pool:
        added = list(pool.map(lambda _: store.reviews.add(ME, DECK, FIRST, entry(1)), range(12)))
    assert added.count(True) == 1
    assert len(store.review_records.log(ME)) == 1
    assert store.review_records.compare(ME).differing == 0


def test_whatever_tabs_do_at_once_schedules_are_what_the_log_says(store: Store) -> None:
    store.database.open()

    def tab(seed: int) -> None:
        rng = Random(seed)
        for _ in range(15):
            card = rng.choice(DECK.ids[:3])
            _, number = store.reviews.standing(ME, card)
            store.reviews.add(ME, DECK, card, entry(number, rng.choice([*Rating])))
            recent = store.reviews.desk(ME, DECK, moment(), 0).recent
            if recent and rng.random() < 0.4:
                store.reviews.undo(ME, DECK, recent[0].id, NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(tab, range(6)))
    log = store.review_records.log(ME)
    assert len(log) > 20
    for card in DECK.ids[:3]:
        numbers = [e.number for of, e in log if of == card]
        assert numbers == list(range(1, len(numbers) + 1))
    assert store.review_records.compare(ME).differing == 0


def test_a_review_out_of_turn_is_refused_and_makes_nobody_known(store: Store) -> None:
    assert not store.reviews.add(ME, DECK, FIRST, entry(2))
    assert ME not in everything(store)


def test_after_undo_the_state_equals_the_state_before(store: Store) -> None:
    for number, rating in enumerate((GOOD, GOOD, AGAIN, HARD), start=1):
        at = NOW + timedelta(days=3 * number)
        before = schedule(store)
        desk_before = store.reviews.desk(ME, DECK, moment(at), 300)
        store.reviews.add(ME, DECK, FIRST, entry(2 * number - 1, rating, at))
        assert schedule(store) != before
        undone = latest_on(store, at)
        assert store.reviews.undo(ME, DECK, undone, at)
        assert schedule(store) == before
        desk = store.reviews.desk(ME, DECK, moment(at), 300)
        assert (desk.known, desk.unmet) == (desk_before.known, desk_before.unmet)
        assert not store.reviews.undo(ME, DECK, undone, at)
        assert store.reviews.add(ME, DECK, FIRST, entry(2 * number, rating, at))
    log = [e for _, e in store.review_records.log(ME)]
    assert [e.undone for e in log] == [True, False] * 4  # taken back, not taken away
    assert store.review_records.compare(ME).differing == 0


def latest_on(store: Store, at: datetime) -> int:
    return store.reviews.desk(ME, DECK, moment(at), 0).recent[0].id


def test_only_the_latest_rating_and_only_ones_own_can_be_taken_back(store: Store) -> None:
    store.reviews.add(ME, DECK, FIRST, entry(1))
    first = latest(store)
    store.reviews.add(ME, DECK, DECK.ids[1], entry(1))
    second = latest(store)
    assert not store.reviews.undo(ME, DECK, first, NOW)
    assert not store.reviews.undo(YOU, DECK, second, NOW)
    assert store.reviews.undo(ME, DECK, second, NOW)
    assert store.reviews.undo(ME, DECK, first, NOW)
    assert schedule(store) is None


@pytest.mark.parametrize("seed", [1, 2])
def test_schedules_are_what_the_log_says_and_can_be_made_anew(store: Store, seed: int) -> None:
    study(store, ME, seed)
    store.reviews.add(YOU, DECK, FIRST, entry(1))
    kept = everything(store)
    compared = store.review_records.compare(ME)
    assert compared.cards > 5
    assert compared.differing == 0
    assert store.review_records.learners() == tuple(sorted((ME, YOU)))
    store.database.write(spoil)
    assert store.review_records.compare(ME).differing == compared.cards
    assert store.review_records.rebuild(ME).differing == compared.cards
    assert store.review_records.compare(ME).differing == 0
    rebuilt = everything(store)
    for line in kept.splitlines():
        assert line in rebuilt or "'q:" not in line


def spoil(connection: Connection) -> None:
    mine = {"me": ME, "nonsense": "q:nonsense"}
    connection.execute(text("UPDATE schedules SET stability = 1.5 WHERE learner = :me"), mine)
    connection.execute(
        text(
            "DELETE FROM schedules WHERE learner = :me AND card = (SELECT min(card) FROM schedules)"
        ),
        mine,
    )


def test_new_cards_are_those_without_a_schedule_in_the_decks_order(store: Store) -> None:
    def unmet(most: int = 3) -> tuple[str, ...]:
        return store.reviews.desk(ME, DECK, moment(), most).unmet

    assert unmet() == DECK.ids[:3]
    for place in (0, 1, 4):
        store.reviews.add(ME, DECK, DECK.ids[place], entry(1))
    assert unmet() == (DECK.ids[2], DECK.ids[3], DECK.ids[5])
    assert store.reviews.settings(ME).met == 2
    store.reviews.undo(ME, DECK, latest(store), NOW)
    store.reviews.undo(ME, DECK, latest(store), NOW)
    assert unmet() == (DECK.ids[1], DECK.ids[2], DECK.ids[3])
    # Another edition of the course: a card more in front.
    longer = deck_of("q:before", *DECK.ids)
    assert store.reviews.desk(ME, longer, moment(), 2).unmet == ("q:before", DECK.ids[1])


def test_when_all_cards_are_met_nothing_is_looked_through_again(store: Store) -> None:
    small = deck_of("one", "two", "three")
    for card in small.ids:
        store.reviews.add(ME, small, card, entry(1))
    assert store.reviews.settings(ME).met == 3
    assert store.reviews.desk(ME, small, moment(), 5).unmet == ()


def test_the_desk_has_what_is_due_and_what_was_reviewed_today(store: Store) -> None:
    for number, card in enumerate(DECK.ids[:6]):
        store.reviews.add(ME, DECK, card, entry(1, EASY, NOW - timedelta(days=number * 3)))
    later = NOW + timedelta(days=2)
    desk = store.reviews.desk(ME, DECK, moment(later), 0)
    # "Easy" is due after eight days.
    assert set(desk.known) == set(DECK.ids[2:6])
    assert desk.introduced == 0
    assert store.reviews.next_dues(ME, moment(later).day_end) == (
        NOW + timedelta(days=5),
        NOW + timedelta(days=8),
    )
    today = store.reviews.desk(ME, DECK, moment(), 0)
    assert FIRST in today.known
    assert today.introduced == 1


def test_cards_that_are_gone_hide_none_that_are_there(store: Store) -> None:
    old = deck_of(*(f"q:old-{number:03d}" for number in range(DUE_AT_ONCE + 30)))
    store.reviews.add(ME, DECK, FIRST, entry(1, EASY, NOW - timedelta(days=20)))
    earlier = replay([entry(1, EASY, NOW - timedelta(days=30))])
    assert earlier is not None
    rows = [schedule_row(ME, card, earlier) for card in old.ids]
    store.database.write(lambda c: c.execute(insert(schedules), rows))
    assert FIRST in store.reviews.desk(ME, DECK, moment(), 0).known


def test_a_request_brings_a_card_nearer_once(store: Store) -> None:
    assert store.reviews.request(ME, DECK, FIRST, entry(1, None))
    assert not store.reviews.request(ME, DECK, FIRST, entry(1, None))
    found, number = store.reviews.standing(ME, FIRST)
    assert found is not None
    assert (found.due, number) == (NOW + timedelta(days=1), 2)
    assert store.reviews.add(ME, DECK, FIRST, entry(2, AGAIN, NOW + timedelta(days=1)))
    assert store.review_records.compare(ME).differing == 0


def test_wishes_are_kept_and_in_force_from_then_on(store: Store) -> None:
    assert store.reviews.settings(ME).new_per_day == 10
    store.reviews.set_wishes(ME, 3, 0.85)
    store.reviews.add(ME, DECK, FIRST, entry(1))
    settings = store.reviews.settings(ME)
    assert (settings.new_per_day, settings.retention, settings.met) == (3, 0.85, 1)


def test_figures_count_states_leeches_and_what_was_recalled(store: Store) -> None:
    at = NOW
    for number in range(1, 9):
        store.reviews.add(ME, DECK, FIRST, entry(number, AGAIN, at))
    second = DECK.ids[1]
    for number, rating in enumerate((EASY, GOOD, AGAIN), start=1):
        store.reviews.add(ME, DECK, second, entry(number, rating, at))
        at += timedelta(days=30)
    figures = store.review_records.figures(ME, at)
    assert figures.set_aside == (FIRST,)
    assert sum(figures.states.values()) == 1
    assert (figures.asked, figures.recalled) == (2, 1)
    assert len(figures.dues) == 1
    (leech,) = store.review_records.leeches()
    assert (leech.card, leech.set_aside, leech.learners) == (FIRST, 1, 1)
    assert FIRST not in store.reviews.desk(ME, DECK, moment(), 0).known
    store.reviews.request(ME, DECK, FIRST, entry(1, None, at))
    assert store.review_records.leeches() == ()


@pytest.fixture
def closed(address: str) -> Iterator[Store]:
    """The same database in a program that was started anew."""
    made = make_store(address)
    yield made
    made.database.close()


def test_everything_is_there_after_a_restart(store: Store, closed: Store) -> None:
    study(store, ME, 7, steps=40)
    store.database.close()
    log = closed.review_records.log(ME)
    assert len(log) >= 30
    assert closed.review_records.compare(ME).differing == 0
    for card in DECK.ids[:12]:
        assert schedule(closed, card) == replay(e for of, e in log if of == card)


def test_who_only_has_cards_is_known_and_has_no_attempt(store: Store) -> None:
    assert store.attempts.kept(ME) == Kept(known=False, latest=None)
    assert store.reviews.add(ME, DECK, FIRST, entry(1, GOOD))
    assert store.attempts.kept(ME) == Kept(known=True, latest=None)
    assert store.attempts.kept(YOU) == Kept(known=False, latest=None)
