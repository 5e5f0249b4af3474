"""Progress of a learner's cards: what is coming, what was remembered, where each card stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from bme_quiz.rules.cards.scheduling import State
from bme_quiz.rules.days import beginning_of, day_of
from bme_quiz.services.course import Course
from bme_quiz.storage.cards.review_records import ReviewRecords

FORECAST_DAYS = 14


@dataclass(frozen=True, slots=True)
class CardProgress:
    """The progress page's figures of the cards.

    Attributes:
        forecast: (day, cards due) for today and the days after it; today's count has what is
            overdue.
        asked: reviews of cards that had been learned before.
        recalled: how many of those were not failed.
        unmet: cards that were never shown.
        learning: cards in their learning steps, or waiting to be shown for the first time.
        in_review: cards that come back after days.
        set_aside: (card id, front) of the leeches.
    """

    forecast: tuple[tuple[date, int], ...]
    asked: int
    recalled: int
    unmet: int
    learning: int
    in_review: int
    set_aside: tuple[tuple[str, str], ...]

    @property
    def met(self) -> int:
        """How many cards the learner has met."""
        return self.learning + self.in_review + len(self.set_aside)


def card_progress(
    course: Course, records: ReviewRecords, learner: str, now: datetime, zone: tzinfo
) -> CardProgress:
    """The figures of a learner's cards.

    Raises:
        StorageError: the database cannot be used now.
    """
    today = day_of(now, zone)
    end = today + timedelta(days=FORECAST_DAYS)
    figures = records.figures(learner, beginning_of(end, zone))
    due = Counter(max(today, day_of(moment, zone)) for moment in figures.dues)
    days = (today + timedelta(days=n) for n in range(FORECAST_DAYS))
    by_id = course.deck.by_id
    learning = sum(count for state, count in figures.states.items() if state is not State.REVIEW)
    in_review = figures.states.get(State.REVIEW, 0)
    aside = tuple((card, by_id[card].front) for card in figures.set_aside if card in by_id)
    return CardProgress(
        forecast=tuple((day, due[day]) for day in days),
        asked=figures.asked,
        recalled=figures.recalled,
        unmet=max(0, len(course.deck.cards) - learning - in_review - len(figures.set_aside)),
        learning=learning,
        in_review=in_review,
        set_aside=aside,
    )
