"""Queue of today's cards: which comes next, from schedules, the clock and the siblings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bme_quiz.rules.cards.scheduling import Rating, Schedule, State

# A failed card comes back after this many others: long enough to have left the learner's
# short-term memory, short enough to fall into the same sitting.
OTHERS_BETWEEN = 3
# Nobody is sent away for a card that comes back this soon; it is shown ahead of its time.
LEARN_AHEAD = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a learner studies: the moment, their day, and the moment that day ends."""

    now: datetime
    day: date
    day_end: datetime

    @property
    def horizon(self) -> datetime:
        """Cards that are due later than this are not for today."""
        return max(self.day_end, self.now + LEARN_AHEAD)


@dataclass(frozen=True, slots=True)
class Queue:
    """Today's cards by id, each group in its order.

    Attributes:
        steps: cards within their learning steps that may be shown now.
        due: cards to be reviewed, and those the learner asked for.
        new: cards that were never reviewed.
        ahead: cards in their steps whose minutes are not over or that were failed a moment ago;
            they are shown when nothing else is left.
    """

    steps: tuple[str, ...]
    due: tuple[str, ...]
    new: tuple[str, ...]
    ahead: tuple[str, ...]

    @property
    def first(self) -> str | None:
        """The card to show now."""
        return next(iter((*self.steps, *self.due, *self.new, *self.ahead)), None)

    @property
    def left(self) -> int:
        """How many cards today still has."""
        return len(self.steps) + len(self.due) + len(self.new) + len(self.ahead)


def make_queue(
    known: Mapping[str, Schedule],
    unmet: Iterable[str],
    most_new: int,
    recent: Collection[str],
    siblings: Mapping[str, Collection[str]],
    at: Moment,
) -> Queue:
    """Today's queue. Of siblings only the first is shown; the others wait until tomorrow.

    Args:
        known: schedules of the cards that were reviewed today or are due, none set aside.
        unmet: ids of cards without a schedule, in the order in which they are met.
        most_new: how many of those today may still bring.
        recent: the cards rated last, at least OTHERS_BETWEEN of them where there are.
        siblings: by card those that give it away; a card that is missing here is in no deck any
            more and is left out.
        at: when.
    """
    today = {card for card, schedule in known.items() if schedule.day == at.day}
    shown = set(today)
    by_due = sorted(
        (card for card, s in known.items() if card in siblings and s.due < at.horizon),
        key=lambda card: (known[card].due, card),
    )
    stepping = [card for card in by_due if known[card].state.in_steps]
    failed = [card for card in stepping if known[card].rating is Rating.AGAIN]
    # A failed card returns by the count of others, whatever the clock says: its minute may be
    # over before the learner has thought of anything else.
    back = sorted((c for c in failed if c not in recent), key=lambda c: _reviewed(known[c]))
    over = [c for c in stepping if c not in failed and known[c].due <= at.now]
    # The one rated longest ago first, so that two cards take turns.
    early = sorted(
        (c for c in stepping if c not in back and c not in over), key=lambda c: _reviewed(known[c])
    )
    # What was reviewed today has had its turn, also on a day of 25 hours.
    due = [
        card
        for card in by_due
        if known[card].state in (State.REVIEW, State.NEW)
        and card not in today
        and known[card].due < at.day_end
    ]

    def free(card: str) -> bool:
        if card not in today and shown.intersection(siblings[card]):
            return False
        shown.add(card)
        return True

    steps = tuple(card for card in (*back, *over) if free(card))
    ahead = tuple(card for card in early if free(card))
    reviews = tuple(card for card in due if free(card))
    new: list[str] = []
    for card in unmet:
        if len(new) >= most_new:
            break
        if free(card):
            new.append(card)
    return Queue(steps, reviews, tuple(new), ahead)


def _reviewed(schedule: Schedule) -> datetime:
    return schedule.reviewed_at or schedule.due
