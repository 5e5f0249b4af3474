"""Card scheduling by FSRS: one pure function from a schedule and a rating to the next schedule.

The formulas are those of the Free Spaced Repetition Scheduler, version 6
(https://github.com/open-spaced-repetition/py-fsrs), with its published default parameters.
The library counts whole blocks of 24 hours; people count days. A card that was learned in the
evening is asked for the next morning, and that is a day later. So the library is told the number
of the learner's days between two reviews, and everything else is left to it. Its fuzz is off: it
draws from the process's global random numbers, and a log could not be replayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache

import fsrs

DEFAULT_RETENTION = 0.9
LOWEST_RETENTION, HIGHEST_RETENTION = 0.7, 0.97
# A card that was failed this often wants to be written anew, not asked once more.
LEECH_AFTER = 8
LONGEST_INTERVAL_DAYS = 36500


class Rating(IntEnum):
    """What a learner says of a card after seeing its back."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class State(IntEnum):
    """Where a card stands with a learner; a closed set.

    NEW was asked for by the learner and not reviewed yet; cards that nothing is known of have no
    schedule at all.
    """

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3

    @property
    def in_steps(self) -> bool:
        """Whether the next showing is minutes away and not days."""
        return self in (State.LEARNING, State.RELEARNING)


@dataclass(frozen=True, slots=True)
class Review:
    """One rating, as the log keeps it.

    Attributes:
        number: counts the entries of one card of one learner from 1, without a gap.
        rating: None for a request: the learner asked for the card, ``due`` says for when.
        at: when the server took it, with time zone.
        day: the learner's day then.
        retention: the desired retention in force, 0.7 to 0.97.
        due: of a request only.
        undone: the learner took it back; it counts for nothing.
    """

    number: int
    rating: Rating | None
    at: datetime
    day: date
    retention: float = DEFAULT_RETENTION
    due: datetime | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the reviews of a card so far amount to; a cache, made from them alone.

    Attributes:
        due: when the card is to be shown next, in UTC.
        step: which of the learning steps, from 0; None in review.
        stability: days after which recall falls to 90 %; None before the first rating.
        difficulty: 1 to 10; None before the first rating.
        rating: the last one.
        reviewed_at: when that was, in UTC; ``day`` is the learner's day then.
        first_day: the learner's day of the first rating.
        reviews: how many ratings.
        failures: how many of them were "Again", since it was last brought back as a leech.
    """

    state: State
    due: datetime
    step: int | None = 0
    stability: float | None = None
    difficulty: float | None = None
    rating: Rating | None = None
    reviewed_at: datetime | None = None
    day: date | None = None
    first_day: date | None = None
    reviews: int = 0
    failures: int = 0

    @property
    def set_aside(self) -> bool:
        """Whether the card is a leech: failed so often that it is not shown any more."""
        return self.failures >= LEECH_AFTER


def review(before: Schedule | None, done: Review) -> Schedule:
    """The schedule after one more entry of the log.

    Args:
        before: the schedule until then; None for a card that was never reviewed.
        done: the entry, not one that was undone.

    Raises:
        ValueError: a request without a date.
    """
    if done.rating is None:
        return _requested(before, done)
    now = done.at.astimezone(UTC)
    card, _ = _scheduler(done.retention).review_card(
        _library_card(before, now, done.day), fsrs.Rating(done.rating), now
    )
    failed = done.rating is Rating.AGAIN
    return Schedule(
        state=State(card.state.value),
        due=card.due,
        step=card.step,
        stability=card.stability,
        difficulty=card.difficulty,
        rating=done.rating,
        reviewed_at=now,
        day=done.day,
        first_day=(before.first_day if before else None) or done.day,
        reviews=(before.reviews if before else 0) + 1,
        failures=(before.failures if before else 0) + failed,
    )


def replay(log: Iterable[Review]) -> Schedule | None:
    """The schedule that a card's whole log leads to, oldest entry first; None for no entry."""
    schedule = None
    for entry in log:
        if not entry.undone:
            schedule = review(schedule, entry)
    return schedule


def next_intervals(before: Schedule | None, done: Review) -> Mapping[Rating, timedelta]:
    """How far away the card would be after each of the four ratings.

    Args:
        before: the schedule until now.
        done: the entry that a rating would make; its own rating does not matter.
    """
    return {rating: review(before, replace(done, rating=rating)).due - done.at for rating in Rating}


def _requested(before: Schedule | None, asked: Review) -> Schedule:
    """A card that the learner asked for: due by then, and no leech any more."""
    if asked.due is None:
        raise ValueError("a request says for when")
    due = asked.due.astimezone(UTC)
    if before is None:
        return Schedule(State.NEW, due)
    if before.set_aside:
        return replace(before, due=due, failures=0)
    return replace(before, due=min(before.due, due))


def _library_card(before: Schedule | None, now: datetime, day: date) -> fsrs.Card:
    """The library's card, last reviewed as many whole days ago as the learner counts."""
    # The library makes ids from the clock, with a pause; it needs one only for its own log.
    if before is None or before.state is State.NEW or before.day is None:
        return fsrs.Card(card_id=0, due=now)
    days = max(0, (day - before.day).days)
    return fsrs.Card(
        card_id=0,
        state=fsrs.State(before.state),
        step=before.step,
        stability=before.stability,
        difficulty=before.difficulty,
        due=before.due,
        last_review=now - timedelta(days=days),
    )


@lru_cache(maxsize=64)
def _scheduler(retention: float) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        desired_retention=retention,
        maximum_interval=LONGEST_INTERVAL_DAYS,
        enable_fuzzing=False,
    )
