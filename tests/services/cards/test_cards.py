"""The flashcards' use cases, on a real database, with a clock that tests move."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bme_quiz.cli.main import main
from bme_quiz.rules.cards.scheduling import LEECH_AFTER, Rating
from bme_quiz.services.accounts.my_data import MyData
from bme_quiz.services.cards.cards import Answer, Cards
from bme_quiz.services.cards.progress import card_progress
from bme_quiz.services.cards.views import FrontView
from bme_quiz.services.store import Store, make_store
from tests.support.cards import EVENING, ME, ROWS, YOU, Clock, course_with_cards

AGAIN, HARD, GOOD, EASY = Rating
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = make_store(f"sqlite:///{tmp_path / 'cards.db'}")
    yield made
    made.database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cards(store: Store, clock: Clock) -> Cards:
    return Cards(course_with_cards(ROWS), store.reviews, BERLIN, clock)


def rate(cards: Cards, rating: Rating) -> str:
    front = cards.queue(ME).current
    assert front is not None
    assert cards.answer(ME, Answer(front.card_id, front.number, rating))
    return front.card_id


def study_all(cards: Cards, rating: Rating = GOOD) -> list[str]:
    shown = []
    while cards.queue(ME).current is not None:
        shown.append(rate(cards, rating))
        assert len(shown) < 50
    return shown


def test_todays_cards_then_tomorrow_exactly_those_that_are_due(cards: Cards, clock: Clock) -> None:
    """Study, close the laptop, come back the next morning, thirteen hours later."""
    first = study_all(cards)
    # Siblings wait: of each term one direction, and every card twice for its two steps.
    assert sorted(set(first)) == ["q:load-01", "q:rest-01", "t:boot>", "t:load>"]
    assert len(first) == 8
    end = cards.queue(ME)
    assert (end.current, end.left) == (None, 0)
    assert end.upcoming is not None
    assert (end.upcoming.days_away, end.upcoming.reviews, end.upcoming.new) == (1, 0, 2)
    clock.now += timedelta(hours=13)
    assert sorted(set(study_all(cards, EASY))) == ["t:boot<", "t:load<"]
    clock.now += timedelta(days=1)
    # Learned with "Good" twice, due after two days.
    assert cards.due(ME) == 4
    assert sorted(study_all(cards)) == ["q:load-01", "q:rest-01", "t:boot>", "t:load>"]


def test_at_night_it_is_still_the_day_before(cards: Cards, clock: Clock) -> None:
    study_all(cards, EASY)
    clock.now = EVENING + timedelta(hours=7, minutes=59)  # 3:59 in Berlin
    assert cards.queue(ME).current is None
    clock.now += timedelta(minutes=1)
    assert cards.queue(ME).left == 2


def test_reading_changes_nothing(cards: Cards, store: Store) -> None:
    rate(cards, AGAIN)
    before = store.review_records.log(ME), cards.queue(ME)
    for _ in range(3):
        view = cards.queue(ME)
        assert view.current is not None
        cards.back(ME, view.current)
        cards.due(ME)
    assert (store.review_records.log(ME), cards.queue(ME)) == before


def test_a_front_holds_nothing_of_its_back(cards: Cards) -> None:
    view = cards.queue(ME)
    assert view.current is not None
    back = cards.back(ME, view.current)
    assert back is not None
    shown = repr(view)
    assert not any(answer in shown for answer in back.answers)


def test_a_back_has_keys_reasons_passage_sources_and_intervals(cards: Cards) -> None:
    back = cards.back(ME, FrontView("q:rest-01", 1, cards.course.deck.by_id["q:rest-01"].kind, ""))
    assert back is not None
    assert back.answers == ("Crutches", "A boot")
    assert back.section is not None
    text = back.section.text
    assert [text[p.start : p.end] for p in back.passages] == [
        "Crutches keep weight off the leg",
        "A boot protects the foot",
    ]
    assert [s.number for s in back.sources] == ["2"]
    assert list(back.intervals.values()) == [
        timedelta(minutes=1),
        timedelta(minutes=5, seconds=30),
        timedelta(minutes=10),
        timedelta(days=8),
    ]


def test_a_stale_page_rates_nothing_and_shows_no_back(cards: Cards, store: Store) -> None:
    front = cards.queue(ME).current
    assert front is not None
    answer = Answer(front.card_id, front.number, GOOD)
    assert [cards.answer(ME, answer) for _ in range(3)] == [True, False, False]
    assert cards.back(ME, front) is None
    assert not cards.answer(ME, Answer("q:gone", 1, GOOD))
    assert len(store.review_records.log(ME)) == 1
    assert cards.queue(YOU).undo is None


def test_undo_brings_the_same_card_back_with_everything_else(cards: Cards, clock: Clock) -> None:
    for rating in (GOOD, AGAIN, EASY, GOOD, HARD):
        before = cards.queue(ME)
        card = rate(cards, rating)
        view = cards.queue(ME)
        assert view.undo is not None
        assert [cards.undo(ME, view.undo) for _ in range(3)] == [True, False, False]
        after = cards.queue(ME)
        assert after.current is not None
        assert before.current is not None
        # A number more than before: a page that still shows the old one cannot rate again.
        assert after.current.number == before.current.number + 1
        assert (after.current.card_id, after.left, after.undo) == (card, before.left, before.undo)
        rate(cards, rating)
        clock.now += timedelta(seconds=20)


def test_yesterdays_rating_cannot_be_taken_back(cards: Cards, clock: Clock) -> None:
    rate(cards, EASY)
    clock.now += timedelta(days=1)
    assert cards.queue(ME).undo is None


def test_new_cards_a_day_and_retention_are_the_learners(cards: Cards, store: Store) -> None:
    cards.set_wishes(ME, 1, 0.8)
    assert cards.queue(ME).new == 1
    rate(cards, EASY)
    assert cards.queue(ME).left == 0
    assert store.review_records.log(ME)[0][1].retention == 0.8
    cards.set_wishes(ME, 10_000, 2.0)
    assert (cards.settings(ME).new_per_day, cards.settings(ME).retention) == (100, 0.97)
    assert cards.settings(YOU).new_per_day == 10


def test_a_missed_question_comes_tomorrow_and_not_today(cards: Cards, clock: Clock) -> None:
    cards.set_wishes(ME, 0, 0.9)
    assert not cards.comes_by_tomorrow(ME, "q:rest-01")
    for _ in range(3):
        assert cards.add_for_tomorrow(ME, "q:rest-01")
    assert cards.comes_by_tomorrow(ME, "q:rest-01")
    assert not cards.add_for_tomorrow(ME, "q:gone")
    view = cards.queue(ME)
    assert view.current is None
    assert view.upcoming is not None
    assert (view.upcoming.days_away, view.upcoming.reviews) == (1, 1)
    clock.now += timedelta(hours=9)
    assert cards.due(ME) == 1
    assert study_all(cards, EASY) == ["q:rest-01"]


def test_a_leech_is_set_aside_with_a_word_and_can_be_brought_back(
    cards: Cards, clock: Clock, store: Store
) -> None:
    cards.set_wishes(ME, 1, 0.9)
    for _ in range(LEECH_AFTER):
        assert cards.queue(ME).set_aside == ""
        card = rate(cards, AGAIN)
    view = cards.queue(ME)
    assert view.current is None
    assert view.set_aside == cards.course.deck.by_id[card].front
    figures = card_progress(cards.course, store.review_records, ME, clock.now, BERLIN)
    assert figures.set_aside == ((card, view.set_aside),)
    cards.add_for_tomorrow(ME, card)
    clock.now += timedelta(days=1)
    shown = cards.queue(ME).current
    assert shown is not None
    assert shown.card_id == card


def test_progress_has_what_is_coming_what_was_known_and_where_cards_stand(
    cards: Cards, clock: Clock, store: Store
) -> None:
    study_all(cards)
    clock.now += timedelta(days=2)
    rate(cards, GOOD)
    rate(cards, AGAIN)
    figures = card_progress(cards.course, store.review_records, ME, clock.now, BERLIN)
    assert (figures.asked, figures.recalled) == (2, 1)
    assert (figures.unmet, figures.learning, figures.in_review) == (2, 1, 3)
    days = dict(figures.forecast)
    assert len(days) == 14
    # Two more are due today, and the failed one in some minutes.
    assert figures.forecast[0][1] == 3
    assert sum(days.values()) == 4


def test_downloads_hold_the_reviews_and_no_id(cards: Cards, store: Store) -> None:
    rate(cards, GOOD)
    rate(cards, AGAIN)
    undo = cards.queue(ME).undo
    assert undo is not None
    cards.undo(ME, undo)
    whole = MyData(store.records, store.review_records, ME).as_json()
    assert f'"{ME}"' not in whole
    reviews = json.loads(whole)["cards"]["reviews"]
    assert {(r["rating"], r["undone"]) for r in reviews} == {("Good", False), ("Again", True)}
    assert len(reviews) == 2


def test_the_commands_rebuild_and_list(
    cards: Cards, store: Store, capsys: pytest.CaptureFixture[str], small_folder: Path
) -> None:
    del small_folder
    cards.set_wishes(ME, 1, 0.9)
    for _ in range(LEECH_AFTER):
        card = rate(cards, AGAIN)
    address = ["--database", f"sqlite:///{store.database.place}"]
    assert main(["rebuild-cards", "--check", *address]) == 0
    assert capsys.readouterr().out == "Compared 1 schedule of 1 learner; 0 were wrong.\n"
    assert main(["leeches", *address]) == 0
    assert f"1 of 1 learner  {card}" in capsys.readouterr().out
    store.database.write(lambda c: c.exec_driver_sql("UPDATE schedules SET difficulty = 3.25"))
    assert main(["rebuild-cards", "--check", *address]) == 1
    assert main(["rebuild-cards", *address]) == 0
    capsys.readouterr()
    assert main(["rebuild-cards", "--check", *address]) == 0
