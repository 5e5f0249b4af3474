"""Flashcards as a whole: a learner's log and figures, and making schedules anew from the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, update

from bme_quiz.rules.scheduling import Rating, Review, Schedule, State, replay
from bme_quiz.storage.card_desk import read_settings
from bme_quiz.storage.database import Database
from bme_quiz.storage.review_rows import (
    OF_LEARNER,
    CardSettings,
    lock_learner,
    review_from_row,
    schedule_from_row,
    schedule_row,
)
from bme_quiz.storage.schema import card_settings, reviews, schedules

_MINE = schedules.c.learner == bindparam("of_learner")
_WHOLE_LOG = select(reviews).where(OF_LEARNER).order_by(reviews.c.card, reviews.c.number)
_SCHEDULES = select(schedules).where(_MINE)
_DUES = (
    select(schedules.c.due)
    .where(_MINE, schedules.c.set_aside.is_(False), schedules.c.due < bindparam("until"))
    .order_by(schedules.c.due)
)
_STATES = (
    select(schedules.c.state, schedules.c.set_aside, func.count())
    .where(_MINE)
    .group_by(schedules.c.state, schedules.c.set_aside)
)
_SET_ASIDE = (
    select(schedules.c.card)
    .where(_MINE, schedules.c.set_aside.is_(True))
    .order_by(schedules.c.reviewed_at, schedules.c.card)
)
_RECALLED = select(
    func.count(), func.coalesce(func.sum(case((reviews.c.rating > Rating.AGAIN, 1), else_=0)), 0)
).where(OF_LEARNER, reviews.c.was == State.REVIEW, reviews.c.undone_at.is_(None))
_LEECHES = (
    select(
        schedules.c.card,
        func.sum(case((schedules.c.set_aside, 1), else_=0)).label("aside"),
        func.count().label("learners"),
    )
    .group_by(schedules.c.card)
    .having(func.sum(case((schedules.c.set_aside, 1), else_=0)) > 0)
    .order_by(func.sum(case((schedules.c.set_aside, 1), else_=0)).desc(), schedules.c.card)
)


@dataclass(frozen=True, slots=True)
class CardFigures:
    """A learner's cards in figures.

    Attributes:
        states: how many cards are in each state, leeches left out.
        set_aside: ids of the leeches, the one set aside last at the end.
        asked: reviews of cards that were in review, so a day or more after the one before.
        recalled: how many of those were rated better than "Again".
        dues: when each card is due that is due before the moment asked about.
    """

    states: dict[State, int]
    set_aside: tuple[str, ...]
    asked: int
    recalled: int
    dues: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Leech:
    """A card that learners failed so often that it was set aside.

    ``learners`` counts those who have met it, ``set_aside`` those with whom it is a leech.
    """

    card: str
    set_aside: int
    learners: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Schedules against their log: how many there are, and how many were not as the log says."""

    cards: int
    differing: int


class ReviewRecords:
    """Whole logs. Every method may raise :class:`~bme_quiz.storage.errors.StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def log(self, learner: str) -> tuple[tuple[str, Review], ...]:
        """Every entry of a learner with its card, card by card, oldest first."""
        return self._database.read(lambda c: tuple(_log(c, learner)))

    def settings(self, learner: str) -> CardSettings:
        """What a learner wishes."""
        return self._database.read(lambda c: read_settings(c, learner))

    def figures(self, learner: str, until: datetime) -> CardFigures:
        """A learner's cards in figures; dues before ``until``."""
        mine = {"of_learner": learner}

        def work(connection: Connection) -> CardFigures:
            states: dict[State, int] = {}
            for state, set_aside, count in connection.execute(_STATES, mine):
                if not set_aside:
                    states[State(state)] = count
            asked, recalled = connection.execute(_RECALLED, mine).one()
            return CardFigures(
                states=states,
                set_aside=tuple(connection.execute(_SET_ASIDE, mine).scalars()),
                asked=asked,
                recalled=int(recalled),
                dues=tuple(connection.execute(_DUES, {**mine, "until": until}).scalars()),
            )

        return self._database.read(work)

    def leeches(self) -> tuple[Leech, ...]:
        """The cards that are set aside with some learner, those with most learners first."""
        return self._database.read(
            lambda c: tuple(Leech(row.card, row.aside, row.learners) for row in c.execute(_LEECHES))
        )

    def learners(self) -> tuple[str, ...]:
        """Everybody who has a log or a schedule."""
        ids = select(reviews.c.learner).union(select(schedules.c.learner))
        return self._database.read(lambda c: tuple(sorted(c.execute(ids).scalars())))

    def compare(self, learner: str) -> Compared:
        """How many of a learner's schedules are not what the log says; changes nothing."""

        def work(connection: Connection) -> Compared:
            right, kept = _from_log(connection, learner), _kept(connection, learner)
            return Compared(len(right), _differing(right, kept))

        return self._database.read(work)

    def rebuild(self, learner: str) -> Compared:
        """Make a learner's schedules anew from the log; how many were wrong before."""

        def work(connection: Connection) -> Compared:
            connection.execute(lock_learner(self._database.dialect), {"of_learner": learner})
            right, kept = _from_log(connection, learner), _kept(connection, learner)
            differing = _differing(right, kept)
            if differing:
                _replace(connection, learner, right)
            return Compared(len(right), differing)

        return self._database.write(work)


def hand_over(connection: Connection, by: str, to: str) -> None:
    """Give one learner's log to another, entry by entry in the order of time.

    For a learner who carries on with another device: what this browser practised goes over.
    """
    theirs = select(reviews).where(reviews.c.learner == by)
    cards = {row.card for row in connection.execute(theirs)}
    if not cards:
        return
    both = select(reviews.c.id, reviews.c.card).where(
        reviews.c.learner.in_((by, to)), reviews.c.card.in_(cards)
    )
    rows = connection.execute(
        both.order_by(reviews.c.card, reviews.c.reviewed_at, reviews.c.id)
    ).all()
    # By way of numbers that nobody has: on the way two entries would else have the same.
    for row in rows:
        connection.execute(
            update(reviews).where(reviews.c.id == row.id).values(learner=to, number=-row.id)
        )
    for _, of_card in groupby(rows, key=lambda row: row.card):
        for number, row in enumerate(of_card, start=1):
            connection.execute(update(reviews).where(reviews.c.id == row.id).values(number=number))
    _replace(connection, to, _from_log(connection, to))


def forget_idle(connection: Connection, before: datetime) -> None:
    """Remove the whole log of learners whose latest review is older than a moment.

    Younger logs stay whole: what a card's next interval is follows from all of its reviews.
    """
    idle = (
        select(reviews.c.learner)
        .group_by(reviews.c.learner)
        .having(func.max(reviews.c.reviewed_at) < before)
    )
    # A list and not a subquery: the tables are emptied one after the other.
    gone = connection.execute(idle).scalars().all()
    for learner in gone:
        for table in (schedules, card_settings, reviews):
            connection.execute(delete(table).where(table.c.learner == learner))


def _log(connection: Connection, learner: str) -> Iterator[tuple[str, Review]]:
    for row in connection.execute(_WHOLE_LOG, {"of_learner": learner}):
        yield row.card, review_from_row(row)


def _from_log(connection: Connection, learner: str) -> dict[str, Schedule]:
    by_card = groupby(_log(connection, learner), key=lambda pair: pair[0])
    replayed = ((card, replay(entry for _, entry in entries)) for card, entries in by_card)
    return {card: schedule for card, schedule in replayed if schedule is not None}


def _kept(connection: Connection, learner: str) -> dict[str, Schedule]:
    rows = connection.execute(_SCHEDULES, {"of_learner": learner})
    return {row.card: schedule_from_row(row) for row in rows}


def _differing(right: dict[str, Schedule], kept: dict[str, Schedule]) -> int:
    return sum(1 for card in {*right, *kept} if right.get(card) != kept.get(card))


def _replace(connection: Connection, learner: str, right: dict[str, Schedule]) -> None:
    connection.execute(delete(schedules).where(schedules.c.learner == learner))
    rows: list[dict[str, Any]] = [schedule_row(learner, c, s) for c, s in right.items()]
    if rows:
        connection.execute(insert(schedules), rows)
    # The mark in the deck may have gone wrong with them; it is found again at the next review.
    connection.execute(
        update(card_settings).where(card_settings.c.learner == learner).values(deck="", met=0)
    )


def keeps_cards(learner_column: Any) -> Any:
    """Whether the learner in a column has a log, for a statement about learners."""
    return select(reviews.c.id).where(reviews.c.learner == learner_column).exists()
