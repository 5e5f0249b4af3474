"""Flashcards in the database: an append-only log, and the schedules that it amounts to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bme_quiz.rules.cards.deck import Deck
from bme_quiz.rules.cards.queue import Moment
from bme_quiz.rules.cards.scheduling import Review, Schedule, replay, review
from bme_quiz.storage.cards.due_cards import DUE_AT_ONCE, Desk, read_desk, unmet, where_to_begin
from bme_quiz.storage.cards.review_rows import (
    LAST_NUMBER,
    LATEST_RATINGS,
    LOG_OF_CARD,
    MY_SCHEDULES,
    SCHEDULE,
    CardOwner,
    CardSettings,
    keep_settings,
    lock_learner,
    read_settings,
    review_from_row,
    review_row,
    schedule_from_row,
    schedule_row,
    upsert,
)
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.dialects import INSERT
from bme_quiz.storage.engine.schema import reviews, schedules

_NEXT_DUES = (
    select(schedules.c.due)
    .where(*MY_SCHEDULES, schedules.c.set_aside.is_(False), schedules.c.due >= bindparam("since"))
    .order_by(schedules.c.due)
    .limit(DUE_AT_ONCE)
)
_UNDO = (
    update(reviews)
    .where(reviews.c.id == bindparam("review_id"))
    .values(undone_at=bindparam("undone"))
)
_FORGET_SCHEDULE = schedules.delete().where(
    schedules.c.learner == bindparam("of_learner"), schedules.c.card == bindparam("of_card")
)


class SqlReviews:
    """The flashcards' store of one course. Every method may raise
    :class:`~bme_quiz.storage.engine.errors.StorageError`.

    Args:
        course: the key of the course, from ``storage.courses``.
    """

    def __init__(self, database: Database, course: str = "") -> None:
        self._database = database
        self._course = course

    def settings(self, learner: str) -> CardSettings:
        """A learner's settings; the defaults where none are kept."""
        return self._database.read(lambda c: read_settings(c, self._owner(learner)))

    def set_wishes(self, learner: str, new_per_day: int, retention: float) -> None:
        """Keep how many new cards a day, and which retention, a learner wishes."""
        owner = self._owner(learner)

        def work(connection: Connection) -> None:
            connection.execute(lock_learner(self._database.dialect), {"of_learner": learner})
            wishes = replace(
                read_settings(connection, owner), new_per_day=new_per_day, retention=retention
            )
            keep_settings(connection, owner, wishes)

        self._database.write(work)

    def first_review(self, learner: str) -> datetime | None:
        """When the learner's first entry in the log was taken, of any course; None without one."""
        first = select(reviews.c.reviewed_at).where(reviews.c.learner == learner)
        first = first.order_by(reviews.c.id).limit(1)
        return self._database.read(lambda c: c.execute(first).scalar())

    def desk(self, learner: str, deck: Deck, at: Moment, most_unmet: int) -> Desk:
        """What lies on the learner's desk; changes nothing."""
        owner = self._owner(learner)
        return self._database.read(lambda c: read_desk(c, owner, deck, at, most_unmet))

    def standing(self, learner: str, card: str) -> tuple[Schedule | None, int]:
        """A card's schedule, and the number that its next review gets."""
        key = self._owner(learner).of_card(card)

        def work(connection: Connection) -> tuple[Schedule | None, int]:
            return _schedule(connection, key), _last_number(connection, key) + 1

        return self._database.read(work)

    def next_dues(self, learner: str, since: datetime) -> tuple[datetime, ...]:
        """When the next cards are due, of those due then or later; not all, but some hundreds."""
        values = {**self._owner(learner).values, "since": since}
        return self._database.read(lambda c: tuple(c.execute(_NEXT_DUES, values).scalars()))

    def add(self, learner: str, deck: Deck, card: str, entry: Review) -> bool:
        """Append a rating; whether it was new.

        False where the review of that number is in the log already, or an earlier one is not.
        """
        key = self._owner(learner).of_card(card)

        def work(connection: Connection) -> bool:
            # Looked at first, so that a stale page makes no learner known anew.
            if _last_number(connection, key) != entry.number - 1:
                return False
            connection.execute(lock_learner(self._database.dialect), {"of_learner": learner})
            if _last_number(connection, key) != entry.number - 1:
                return False
            return self._append(connection, self._owner(learner), deck, card, entry)

        return self._database.write(work)

    def request(self, learner: str, deck: Deck, card: str, asked: Review) -> bool:
        """Append a learner's wish to see a card; whether it changes anything.

        The wish's number does not matter; it gets the next one.
        """
        key = self._owner(learner).of_card(card)

        def work(connection: Connection) -> bool:
            connection.execute(lock_learner(self._database.dialect), {"of_learner": learner})
            before = _schedule(connection, key)
            numbered = replace(asked, number=_last_number(connection, key) + 1)
            if before is not None and review(before, numbered) == before:
                return False
            return self._append(connection, self._owner(learner), deck, card, numbered)

        return self._database.write(work)

    def undo(self, learner: str, deck: Deck, review_id: int, at: datetime) -> bool:
        """Mark a learner's latest rating as undone; False where it is not the latest any more.

        The card stands as it stood before, worked out from its log.
        """

        owner = self._owner(learner)

        def work(connection: Connection) -> bool:
            if _latest(connection, owner) is None:
                return False
            connection.execute(lock_learner(self._database.dialect), {"of_learner": learner})
            latest = _latest(connection, owner)
            if latest is None or latest.id != review_id:
                return False
            connection.execute(_UNDO, {"review_id": review_id, "undone": at})
            card = owner.card(latest.card)
            key = owner.of_card(card)
            log = [review_from_row(row) for row in connection.execute(LOG_OF_CARD, key)]
            before = replay(log)
            if before is not None:
                self._keep(connection, owner, card, before)
                return True
            connection.execute(_FORGET_SCHEDULE, key)
            settings = read_settings(connection, owner)
            place = deck.places.get(card, settings.met)
            if place < settings.met:
                keep_settings(connection, owner, replace(settings, met=place))
            return True

        # A second call of ``work``, after a lost connection, finds another rating as the latest
        # and says False, although the first may have been stored: the page then shows it as it is.
        return self._database.write(work)

    def _owner(self, learner: str) -> CardOwner:
        return CardOwner(learner, self._course)

    def _append(
        self, connection: Connection, owner: CardOwner, deck: Deck, card: str, entry: Review
    ) -> bool:
        before = _schedule(connection, owner.of_card(card))
        added = connection.execute(
            INSERT[self._database.dialect](reviews)
            .on_conflict_do_nothing(index_elements=["learner", "card", "number"])
            .execution_options(preserve_rowcount=True),
            review_row(owner.learner, owner.stored(card), entry, before, owner.course),
        )
        if not added.rowcount:
            return False
        self._keep(connection, owner, card, review(before, entry))
        settings = read_settings(connection, owner)
        if before is None or settings.deck != deck.fingerprint:
            met = len(deck.ids)
            for place in unmet(connection, owner, deck, where_to_begin(settings, deck)):
                met = place
                break
            moved = replace(settings, deck=deck.fingerprint, met=met)
            if moved != settings:
                keep_settings(connection, owner, moved)
        return True

    def _keep(
        self, connection: Connection, owner: CardOwner, card: str, schedule: Schedule
    ) -> None:
        statement = upsert(self._database.dialect, schedules, ("learner", "card"))
        row = schedule_row(owner.learner, owner.stored(card), schedule, owner.course)
        connection.execute(statement, row)


def _schedule(connection: Connection, key: dict[str, Any]) -> Schedule | None:
    row = connection.execute(SCHEDULE, key).one_or_none()
    return None if row is None else schedule_from_row(row)


def _last_number(connection: Connection, key: dict[str, Any]) -> int:
    return int(connection.execute(LAST_NUMBER, key).scalar_one())


def _latest(connection: Connection, owner: CardOwner) -> Any:
    return connection.execute(LATEST_RATINGS, {**owner.values, "most": 1}).first()
