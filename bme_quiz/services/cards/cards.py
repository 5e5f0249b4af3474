"""Use cases of the flashcards: today's queue, rate, undo, put a card into tomorrow's queue.

Reading changes nothing, and every change may be repeated without harm: it names the review it
means, and the store takes each review once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from bme_quiz.rules.cards.queue import OTHERS_BETWEEN, Moment, Queue, make_queue
from bme_quiz.rules.cards.scheduling import (
    HIGHEST_RETENTION,
    LOWEST_RETENTION,
    Rating,
    Review,
    next_intervals,
)
from bme_quiz.rules.days import beginning_of, day_of
from bme_quiz.rules.rounding import rounded
from bme_quiz.services.cards.views import BackView, FrontView, NextCards, TodayView, back_view
from bme_quiz.services.clock import utc_now
from bme_quiz.services.course import Course
from bme_quiz.services.quota import Added, Admit, admit_all, is_known
from bme_quiz.storage.cards.due_cards import Desk
from bme_quiz.storage.cards.review_rows import CardSettings
from bme_quiz.storage.cards.reviews import SqlReviews

MOST_NEW_PER_DAY = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """A learner's rating of a card; ``number`` says which review of it is meant, from 1."""

    card_id: str
    number: int
    rating: Rating


@dataclass(frozen=True, slots=True)
class Cards:
    """The use cases over one course and one store; the clock comes from outside.

    Every method may raise :class:`~bme_quiz.storage.engine.errors.StorageError`. Whatever records a
    rating or a wish raises :class:`~bme_quiz.services.quota.TooMuchAddedError`, and nothing is
    stored, where ``admit`` does.

    Attributes:
        zone: the learner's, for when a day begins.
    """

    course: Course
    reviews: SqlReviews
    zone: tzinfo = UTC
    clock: Callable[[], datetime] = utc_now
    admit: Admit = admit_all

    def queue(self, learner: str) -> TodayView:
        """Today's cards as they now stand; changes nothing."""
        deck, at = self.course.deck, self._moment()
        desk, queue = self._read(learner, at)
        current = None
        upcoming = None
        if queue.first is None:
            upcoming = self._upcoming(learner, desk, at)
        else:
            _, number = self.reviews.standing(learner, queue.first)
            card = deck.by_id[queue.first]
            current = FrontView(card.id, number, card.kind, card.front, card.picture)
        last = desk.recent[0] if desk.recent else None
        leech = deck.by_id.get(last.card) if last and last.card in desk.set_aside else None
        return TodayView(
            current=current,
            reviews=queue.left - len(queue.new),
            new=len(queue.new),
            and_more=desk.more_due,
            undo=last.id if last else None,
            set_aside=leech.front if leech else "",
            upcoming=upcoming,
        )

    def due(self, learner: str) -> int:
        """How many cards that the learner has met are due today."""
        at = self._moment()
        desk = self.reviews.desk(learner, self.course.deck, at, 0)
        return self._queue(desk, at).left

    def back(self, learner: str, front: FrontView) -> BackView | None:
        """The back of a card, and what each rating would bring; None for a stale page.

        Stale is a page whose review is in the log already, or whose card is gone.
        """
        if front.card_id not in self.course.deck.by_id:
            return None
        schedule, number = self.reviews.standing(learner, front.card_id)
        if number != front.number:
            return None
        settings = self.reviews.settings(learner)
        entry = self._entry(number, None, settings)
        return back_view(self.course, front, next_intervals(schedule, entry))

    def answer(self, learner: str, answer: Answer) -> bool:
        """Record a rating; False where it was recorded already or the page was stale."""
        if answer.card_id not in self.course.deck.by_id:
            return False
        self._admit(learner)
        settings = self.reviews.settings(learner)
        entry = self._entry(answer.number, answer.rating, settings)
        return self.reviews.add(learner, self.course.deck, answer.card_id, entry)

    def undo(self, learner: str, review_id: int) -> bool:
        """Take the latest rating back; False where it is not the latest any more."""
        return self.reviews.undo(learner, self.course.deck, review_id, self.clock())

    def add_for_tomorrow(self, learner: str, card_id: str) -> bool:
        """Have a card shown tomorrow, also one that was set aside; False for an unknown card."""
        if card_id not in self.course.deck.by_id:
            return False
        self._admit(learner)
        at = self._moment()
        asked = Review(1, None, at.now, at.day, due=at.day_end)
        self.reviews.request(learner, self.course.deck, card_id, asked)
        return True

    def comes_by_tomorrow(self, learner: str, card_id: str) -> bool:
        """Whether a card is shown tomorrow at the latest anyway."""
        schedule, _ = self.reviews.standing(learner, card_id)
        if schedule is None or schedule.set_aside:
            return False
        return schedule.due <= self._moment().day_end

    def settings(self, learner: str) -> CardSettings:
        """What the learner wishes."""
        return self.reviews.settings(learner)

    def set_wishes(self, learner: str, new_per_day: int, retention: float) -> None:
        """Keep what the learner wishes, held to what makes sense."""
        self._admit(learner)
        self.reviews.set_wishes(
            learner,
            min(max(new_per_day, 0), MOST_NEW_PER_DAY),
            min(max(rounded(retention, 2), LOWEST_RETENTION), HIGHEST_RETENTION),
        )

    def _admit(self, learner: str) -> None:
        def known() -> bool:
            return is_known(self.reviews.first_review(learner), self.clock())

        self.admit(Added.ENTRY, 1, known)

    def _read(self, learner: str, at: Moment) -> tuple[Desk, Queue]:
        # Siblings that wait for tomorrow are passed over, so more are read than are shown.
        most = 50
        while True:
            desk = self.reviews.desk(learner, self.course.deck, at, most)
            queue = self._queue(desk, at)
            if len(queue.new) >= self._new_today(desk) or len(desk.unmet) < most:
                return desk, queue
            most *= 4

    def _queue(self, desk: Desk, at: Moment) -> Queue:
        return make_queue(
            desk.known,
            desk.unmet,
            self._new_today(desk),
            [rated.card for rated in desk.recent[:OTHERS_BETWEEN]],
            self.course.deck.siblings,
            at,
        )

    @staticmethod
    def _new_today(desk: Desk) -> int:
        return max(0, desk.settings.new_per_day - desk.introduced)

    def _upcoming(self, learner: str, desk: Desk, at: Moment) -> NextCards | None:
        """What comes next once today's cards are done.

        Tomorrow for what a sibling held back today and for new cards, else the next day that
        has a card due.
        """
        dues = self.reviews.next_dues(learner, at.day_end)
        held_back = sum(
            1
            for card, s in desk.known.items()
            if card in self.course.deck.by_id and s.due < at.day_end
        )
        # Siblings of new cards that were left out today are among the unmet.
        new = min(desk.settings.new_per_day, len(desk.unmet))
        tomorrow = at.day + timedelta(days=1)
        days = [day_of(due, self.zone) for due in dues]
        if held_back or new:
            day = tomorrow
        elif days:
            day = days[0]
        else:
            return None
        reviews = days.count(day) + (held_back if day == tomorrow else 0)
        return NextCards(day, (day - at.day).days, reviews, new)

    def _moment(self) -> Moment:
        now = self.clock()
        day = day_of(now, self.zone)
        return Moment(now, day, beginning_of(day + timedelta(days=1), self.zone))

    def _entry(self, number: int, rating: Rating | None, settings: CardSettings) -> Review:
        now = self.clock()
        return Review(number, rating, now, day_of(now, self.zone), settings.retention)
