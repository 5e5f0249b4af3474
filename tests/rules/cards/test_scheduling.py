"""FSRS as this package uses it: golden intervals, the learner's days, and the library beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.rules.cards.scheduling import (
    LEECH_AFTER,
    Rating,
    Review,
    Schedule,
    State,
    next_intervals,
    replay,
    review,
)
from bme_quiz.rules.days import beginning_of, day_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
AGAIN, HARD, GOOD, EASY = Rating


def rated(rating: Rating, at: datetime, number: int = 1, retention: float = 0.9) -> Review:
    return Review(number, rating, at, day_of(at, UTC), retention)


def at_due(ratings: list[Rating], retention: float = 0.9) -> list[timedelta]:
    """The intervals of a card that is reviewed exactly when it is due."""
    schedule, at, intervals = None, NOON, []
    for number, rating in enumerate(ratings, start=1):
        schedule = review(schedule, rated(rating, at, number, retention))
        intervals.append(schedule.due - at)
        at = schedule.due
    return intervals


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.mark.parametrize(
    ("ratings", "retention", "intervals"),
    [
        ([GOOD] * 5, 0.9, [minutes(10), days(2), days(11), days(46), days(163)]),
        ([EASY] * 4, 0.9, [days(8), days(66), days(397), days(1875)]),
        (
            [AGAIN, GOOD, GOOD, GOOD, AGAIN, GOOD, GOOD],
            0.9,
            [minutes(1), minutes(10), days(1), days(2), minutes(10), days(1), days(2)],
        ),
        ([HARD] * 4, 0.9, [minutes(5.5)] * 4),
        ([GOOD] * 5, 0.8, [minutes(10), days(8), days(76), days(525), days(2781)]),
    ],
)
def test_intervals_at_due_are_these(
    ratings: list[Rating], retention: float, intervals: list[timedelta]
) -> None:
    assert at_due(ratings, retention) == intervals


def test_a_year_agrees_with_the_library_to_the_digit() -> None:
    """Ratings at odd hours; the library, which counts blocks of 24 hours, is asked at noon."""
    zone = ZoneInfo("Europe/Berlin")
    rng = Random(20260101)
    scheduler = fsrs.Scheduler(enable_fuzzing=False)
    compared = 0
    for card_number in range(25):
        theirs = fsrs.Card(card_id=card_number, due=NOON)
        ours: Schedule | None = None
        number = 0
        day = date(2026, 1, 1)
        while day < date(2027, 1, 1):
            moment = beginning_of(day, zone) + timedelta(hours=rng.uniform(0, 22))
            while True:
                number += 1
                rating = rng.choices(list(Rating), [2, 1, 6, 1])[0]
                entry = Review(number, rating, moment, day_of(moment, zone), 0.9)
                assert entry.day == day
                ours = review(ours, entry)
                noon = datetime.combine(day, time(12), UTC)
                theirs, _ = scheduler.review_card(theirs, fsrs.Rating(rating), noon)
                assert ours.stability == theirs.stability
                assert ours.difficulty == theirs.difficulty
                assert (ours.state, ours.step) == (theirs.state, theirs.step)
                assert ours.due - moment == theirs.due - noon
                compared += 1
                if not ours.state.in_steps:
                    break
                moment += timedelta(minutes=1)
            day = max(day_of(ours.due, zone), day + timedelta(days=1))
    assert compared > 500


def test_an_evening_and_the_next_morning_are_a_day_apart() -> None:
    evening = datetime(2026, 1, 1, 22, tzinfo=UTC)
    learned = review(review(None, rated(GOOD, evening)), rated(EASY, evening, 2))
    morning = review(learned, rated(GOOD, evening + timedelta(hours=10), 3))
    whole_day = review(learned, rated(GOOD, evening + timedelta(hours=24), 3))
    assert morning.stability == whole_day.stability
    same_night = review(learned, rated(GOOD, evening + timedelta(hours=5), 3))
    assert same_night.stability != whole_day.stability


def test_a_card_failed_eight_times_is_set_aside_until_it_is_asked_for() -> None:
    schedule = None
    for number in range(1, LEECH_AFTER + 1):
        assert schedule is None or not schedule.set_aside
        schedule = review(schedule, rated(AGAIN, NOON + timedelta(days=number), number))
    assert LEECH_AFTER == 8
    assert schedule is not None
    assert schedule.set_aside
    asked = Review(9, None, NOON, NOON.date(), due=NOON + timedelta(days=30))
    again = review(schedule, asked)
    assert not again.set_aside
    assert again.stability == schedule.stability


def test_a_request_never_puts_a_card_off() -> None:
    tomorrow = NOON + timedelta(days=1)
    asked = Review(1, None, NOON, NOON.date(), due=tomorrow)
    new = review(None, asked)
    assert (new.state, new.due, new.reviews) == (State.NEW, tomorrow, 0)
    steps = review(None, rated(AGAIN, NOON))
    assert review(steps, asked) == steps
    far = review(None, rated(EASY, NOON))
    assert review(far, asked) == replace(far, due=tomorrow)
    # The first rating of a card that was asked for is as of any new card.
    assert review(new, rated(GOOD, NOON)) == review(None, rated(GOOD, NOON))


def test_the_next_intervals_are_those_that_come_true() -> None:
    schedule = review(None, rated(GOOD, NOON))
    entry = rated(GOOD, NOON + timedelta(minutes=10), 2)
    promised = next_intervals(schedule, entry)
    for rating, interval in promised.items():
        assert review(schedule, replace(entry, rating=rating)).due == entry.at + interval
    assert list(promised.values()) == sorted(promised.values())


entries = st.lists(
    st.tuples(st.sampled_from(Rating), st.integers(0, 60 * 24 * 40), st.booleans()), max_size=12
)


@given(entries)
def test_what_was_undone_counts_for_nothing(drawn: list[tuple[Rating, int, bool]]) -> None:
    at = NOON
    log = []
    for number, (rating, wait, undone) in enumerate(drawn, start=1):
        at += timedelta(minutes=wait)
        log.append(replace(rated(rating, at, number), undone=undone))
    assert replay(log) == replay(entry for entry in log if not entry.undone)


@given(entries)
def test_a_better_rating_never_brings_a_card_back_sooner(
    drawn: list[tuple[Rating, int, bool]],
) -> None:
    at = NOON
    schedule = None
    for number, (rating, wait, _) in enumerate(drawn, start=1):
        at += timedelta(minutes=wait)
        promised = list(next_intervals(schedule, rated(rating, at, number)).values())
        assert promised == sorted(promised)
        assert all(timedelta(0) < interval <= timedelta(days=36500) for interval in promised)
        schedule = review(schedule, rated(rating, at, number))


ZONES = [
    UTC,
    *map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati")),
    ZoneInfo("Australia/Lord_Howe"),
]


@given(st.integers(0, 10 * 366 * 24 * 60), st.sampled_from(ZONES))
def test_a_moment_lies_in_its_day(minutes_on: int, zone: ZoneInfo) -> None:
    moment = NOON + timedelta(minutes=minutes_on)
    day = day_of(moment, zone)
    assert beginning_of(day, zone) <= moment < beginning_of(day + timedelta(days=1), zone)


def test_a_day_begins_at_four_where_the_learner_is() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert day_of(datetime(2026, 3, 1, 2, 59, tzinfo=UTC), berlin) == date(2026, 2, 28)
    assert day_of(datetime(2026, 3, 1, 3, 0, tzinfo=UTC), berlin) == date(2026, 3, 1)
    assert beginning_of(date(2026, 7, 1), berlin) == datetime(2026, 7, 1, 2, tzinfo=UTC)
