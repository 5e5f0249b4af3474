"""Review log as a whole: a learner's log and figures, and schedules made anew from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, union, update

from bme_quiz.rules.cards.scheduling import Rating, Review, Schedule, State, replay
from bme_quiz.storage.cards.review_rows import (
    MY_REVIEWS,
    MY_SCHEDULES,
    CardOwner,
    CardSettings,
    lock_learner,
    read_settings,
    review_from_row,
    schedule_from_row,
    schedule_row,
)
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.schema import (
    card_settings,
    courses,
    learner_courses,
    reviews,
    schedules,
)

_WHOLE_LOG = select(reviews).where(*MY_REVIEWS).order_by(reviews.c.card, reviews.c.number)
_SCHEDULES = select(schedules).where(*MY_SCHEDULES)
_DUES = (
    select(schedules.c.due)
    .where(*MY_SCHEDULES, schedules.c.set_aside.is_(False), schedules.c.due < bindparam("until"))
    .order_by(schedules.c.due)
)
_STATES = (
    select(schedules.c.state, schedules.c.set_aside, func.count())
    .where(*MY_SCHEDULES)
    .group_by(schedules.c.state, schedules.c.set_aside)
)
_SET_ASIDE = (
    select(schedules.c.card)
    .where(*MY_SCHEDULES, schedules.c.set_aside.is_(True))
    .order_by(schedules.c.reviewed_at, schedules.c.card)
)
_RECALLED = select(
    func.count(), func.coalesce(func.sum(case((reviews.c.rating > Rating.AGAIN, 1), else_=0)), 0)
).where(*MY_REVIEWS, reviews.c.was == State.REVIEW, reviews.c.undone_at.is_(None))
_LEECHES = (
    select(
        schedules.c.card,
        func.sum(case((schedules.c.set_aside, 1), else_=0)).label("aside"),
        func.count().label("learners"),
    )
    .where(schedules.c.course == bindparam("of_course"))
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
class KeptCards:
    """A learner's cards in one course: wishes, and every entry of the log with its card.

    ``course`` is the course's id; empty where it was never served since courses have ids.
    """

    course: str
    settings: CardSettings
    log: tuple[tuple[str, Review], ...]


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
    """Whole logs of one course. Every method may raise
    :class:`~bme_quiz.storage.engine.errors.StorageError`.

    Args:
        course: the key of the course, from ``storage.courses``.
    """

    def __init__(self, database: Database, course: str = "") -> None:
        self._database = database
        self._course = course

    def log(self, learner: str) -> tuple[tuple[str, Review], ...]:
        """Every entry of a learner with its card, card by card, oldest first."""
        owner = CardOwner(learner, self._course)
        return self._database.read(lambda c: tuple(_log(c, owner)))

    def settings(self, learner: str) -> CardSettings:
        """What a learner wishes."""
        owner = CardOwner(learner, self._course)
        return self._database.read(lambda c: read_settings(c, owner))

    def whole(self, learner: str) -> tuple[KeptCards, ...]:
        """A learner's wishes and log in every course, course by course."""

        def work(connection: Connection) -> tuple[KeptCards, ...]:
            names: dict[str, str] = {
                row.key: row.id for row in connection.execute(select(courses.c.key, courses.c.id))
            }
            keys = {""}
            for table in (reviews, learner_courses):
                mine = select(table.c.course).where(table.c.learner == learner).distinct()
                keys |= set(connection.execute(mine).scalars())
            return tuple(
                KeptCards(
                    names.get(owner.course, owner.course),
                    read_settings(connection, owner),
                    tuple(_log(connection, owner)),
                )
                for owner in (CardOwner(learner, key) for key in sorted(keys))
            )

        return self._database.read(work)

    def figures(self, learner: str, until: datetime) -> CardFigures:
        """A learner's cards in figures; dues before ``until``."""
        owner = CardOwner(learner, self._course)
        mine = owner.values

        def work(connection: Connection) -> CardFigures:
            states: dict[State, int] = {}
            for state, set_aside, count in connection.execute(_STATES, mine):
                if not set_aside:
                    states[State(state)] = count
            asked, recalled = connection.execute(_RECALLED, mine).one()
            return CardFigures(
                states=states,
                set_aside=tuple(map(owner.card, connection.execute(_SET_ASIDE, mine).scalars())),
                asked=asked,
                recalled=int(recalled),
                dues=tuple(connection.execute(_DUES, {**mine, "until": until}).scalars()),
            )

        return self._database.read(work)

    def leeches(self) -> tuple[Leech, ...]:
        """The cards that are set aside with some learner, those with most learners first."""
        owner = CardOwner("", self._course)

        def work(connection: Connection) -> tuple[Leech, ...]:
            rows = connection.execute(_LEECHES, {"of_course": self._course})
            return tuple(Leech(owner.card(row.card), row.aside, row.learners) for row in rows)

        return self._database.read(work)

    def learners(self) -> tuple[str, ...]:
        """Everybody who has a log or a schedule."""
        mine = [
            select(table.c.learner).where(table.c.course == self._course)
            for table in (reviews, schedules)
        ]
        ids = union(*mine)
        return self._database.read(lambda c: tuple(sorted(c.execute(ids).scalars())))

    def compare(self, learner: str) -> Compared:
        """How many of a learner's schedules are not what the log says; changes nothing."""

        owner = CardOwner(learner, self._course)

        def work(connection: Connection) -> Compared:
            right, kept = _from_log(connection, owner), _kept(connection, owner)
            return Compared(len(right), _differing(right, kept))

        return self._database.read(work)

    def rebuild(self, learner: str) -> Compared:
        """Make a learner's schedules anew from the log; how many were wrong before."""

        owner = CardOwner(learner, self._course)

        def work(connection: Connection) -> Compared:
            connection.execute(lock_learner(self._database.dialect), {"of_learner": learner})
            right, kept = _from_log(connection, owner), _kept(connection, owner)
            differing = _differing(right, kept)
            if differing:
                _replace(connection, owner, right)
            return Compared(len(right), differing)

        return self._database.write(work)


def hand_over(connection: Connection, by: str, to: str) -> None:
    """Give one learner's log to another, entry by entry in the order of time.

    For a learner who carries on with another device: what this browser practised goes over.
    """
    theirs = select(reviews.c.card, reviews.c.course).where(reviews.c.learner == by)
    found = connection.execute(theirs.distinct()).all()
    cards = {row.card for row in found}
    if not cards:
        return
    both = select(reviews.c.id, reviews.c.card, reviews.c.course).where(
        reviews.c.learner.in_((by, to)), reviews.c.card.in_(cards)
    )
    rows = connection.execute(both.order_by(reviews.c.reviewed_at, reviews.c.id)).all()
    _join(connection, [(CardOwner(to, row.course), row.card, row.id) for row in rows])


def join_first_course(connection: Connection, key: str) -> None:
    """Give all logs of a course to the first course, entry by entry in the order of time.

    Args:
        key: of the course whose cards have been the first course's all along.
    """
    whose = select(reviews.c.learner).where(reviews.c.course == key).distinct()
    for learner in connection.execute(whose).scalars().all():
        old, new = CardOwner(learner, key), CardOwner(learner)
        mine = select(reviews.c.id, reviews.c.card, reviews.c.course).where(
            reviews.c.learner == learner, reviews.c.course.in_((key, new.course))
        )
        rows = connection.execute(mine.order_by(reviews.c.reviewed_at, reviews.c.id)).all()
        connection.execute(
            delete(schedules).where(schedules.c.learner == learner, schedules.c.course == key)
        )
        _join(
            connection,
            [(new, old.card(row.card) if row.course == key else row.card, row.id) for row in rows],
        )


def _join(connection: Connection, entries: Sequence[tuple[CardOwner, str, int]]) -> None:
    """Make one log of entries that had several, and the schedules that it amounts to.

    Args:
        entries: in the order of time, whose each now is, its card as it is stored, its id.
    """
    # By way of numbers that nobody has: on the way two entries would else have the same.
    for owner, card, number in entries:
        connection.execute(
            update(reviews)
            .where(reviews.c.id == number)
            .values(learner=owner.learner, course=owner.course, card=card, number=-number)
        )
    by_card = sorted(entries, key=lambda entry: entry[1])
    for _, of_card in groupby(by_card, key=lambda entry: entry[1]):
        for place, (_, _, number) in enumerate(of_card, start=1):
            connection.execute(update(reviews).where(reviews.c.id == number).values(number=place))
    for owner in dict.fromkeys(owner for owner, _, _ in entries):
        _replace(connection, owner, _from_log(connection, owner))


def forget_idle(connection: Connection, before: datetime, course: str | None = None) -> None:
    """Remove the log of a learner in a course where the latest review is older than a moment.

    Younger logs stay whole: what a card's next interval is follows from all of its reviews.

    Args:
        course: the key of the only course that is meant; None for every course.
    """
    idle = (
        select(reviews.c.learner, reviews.c.course)
        .group_by(reviews.c.learner, reviews.c.course)
        .having(func.max(reviews.c.reviewed_at) < before)
    )
    if course is not None:
        idle = idle.where(reviews.c.course == course)
    # A list and not a subquery: the tables are emptied one after the other.
    for learner, of_course in connection.execute(idle).all():
        for table in (schedules, reviews):
            mine = (table.c.learner == learner) & (table.c.course == of_course)
            connection.execute(delete(table).where(mine))
        if of_course:
            there = learner_courses.c.learner == learner, learner_courses.c.course == of_course
            wishes = update(learner_courses).where(*there)
            connection.execute(wishes.values(new_per_day=None, retention=None, deck="", met=0))
        else:
            connection.execute(delete(card_settings).where(card_settings.c.learner == learner))


def _log(connection: Connection, owner: CardOwner) -> Iterator[tuple[str, Review]]:
    for row in connection.execute(_WHOLE_LOG, owner.values):
        yield owner.card(row.card), review_from_row(row)


def _from_log(connection: Connection, owner: CardOwner) -> dict[str, Schedule]:
    by_card = groupby(_log(connection, owner), key=lambda pair: pair[0])
    replayed = ((card, replay(entry for _, entry in entries)) for card, entries in by_card)
    return {card: schedule for card, schedule in replayed if schedule is not None}


def _kept(connection: Connection, owner: CardOwner) -> dict[str, Schedule]:
    rows = connection.execute(_SCHEDULES, owner.values)
    return {owner.card(row.card): schedule_from_row(row) for row in rows}


def _differing(right: dict[str, Schedule], kept: dict[str, Schedule]) -> int:
    return sum(1 for card in {*right, *kept} if right.get(card) != kept.get(card))


def _replace(connection: Connection, owner: CardOwner, right: dict[str, Schedule]) -> None:
    mine = schedules.c.learner == owner.learner, schedules.c.course == owner.course
    connection.execute(delete(schedules).where(*mine))
    rows: list[dict[str, Any]] = [
        schedule_row(owner.learner, owner.stored(c), s, owner.course) for c, s in right.items()
    ]
    if rows:
        connection.execute(insert(schedules), rows)
    # The mark in the deck may have gone wrong with them; it is found again at the next review.
    table = learner_courses if owner.course else card_settings
    wishes = update(table).where(table.c.learner == owner.learner)
    if owner.course:
        wishes = wishes.where(learner_courses.c.course == owner.course)
    connection.execute(wishes.values(deck="", met=0))


def keeps_cards(learner_column: Any) -> Any:
    """Whether the learner in a column has a log, for a statement about learners."""
    return select(reviews.c.id).where(reviews.c.learner == learner_column).exists()
