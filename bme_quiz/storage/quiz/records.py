"""Records as a whole: erasing and exporting a learner's, and the keeper's view of all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby, takewhile
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, exists, func, select

from bme_quiz.rules.quiz.attempt import Attempt
from bme_quiz.storage.accounts.tries import code_tries_of, forget_tries
from bme_quiz.storage.cards.review_records import forget_idle, keeps_cards
from bme_quiz.storage.engine.columns import letters_from
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.engine.schema import (
    attempts,
    courses,
    device_codes,
    learners,
    question_texts,
    responses,
    reviews,
    room_answers,
    rooms,
    seats,
)
from bme_quiz.storage.quiz.attempt_rows import attempt_from_rows
from bme_quiz.storage.rooms.rows import forget_old

_COUNTED = (learners, attempts, responses, device_codes, rooms, seats, room_answers)

# Attempts read at a time, so that an export of any length takes little memory.
_BATCH = 200


@dataclass(frozen=True, slots=True)
class KeptResponse:
    """A response as the keeper may see it: by attempt, without the learner.

    ``position`` counts the attempt's responses from 1. ``mark`` is 0 to 1. ``course`` is the id of
    the course; empty where the course was never served since courses have ids.
    """

    attempt_id: str
    preset: str
    position: int
    question_id: str
    revision: str
    try_number: int
    ticked: tuple[str, ...]
    mark: float
    seconds: float | None
    answered_at: datetime
    course: str


@dataclass(frozen=True, slots=True)
class KeptAttempt:
    """An attempt, and the id of its course; empty where that is not known, as with responses."""

    course: str
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Purged:
    """How much a purge took away."""

    attempts: int
    learners: int
    sessions: int


_HAS_ANSWER = exists().where(responses.c.attempt == attempts.c.number).label("has_answer")
_ATTEMPTS = (
    select(attempts, courses.c.id.label("course_id"))
    .outerjoin(courses, courses.c.key == attempts.c.course)
    .where(attempts.c.learner == bindparam("learner"))
    .order_by(attempts.c.number)
)
_RESPONSES_OF_LEARNER = (
    select(responses)
    .join(attempts, responses.c.attempt == attempts.c.number)
    .where(attempts.c.learner == bindparam("learner"))
    .order_by(responses.c.number)
)


class Records:
    """Whole records. Every method may raise
    :class:`~bme_quiz.storage.engine.errors.StorageError`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def attempts(self, learner: str) -> tuple[KeptAttempt, ...]:
        """All attempts of a learner in every course, with their responses, oldest first."""

        def work(connection: Connection) -> tuple[KeptAttempt, ...]:
            given: dict[int, list[Any]] = {}
            for row in connection.execute(_RESPONSES_OF_LEARNER, {"learner": learner}):
                given.setdefault(row.attempt, []).append(row)
            return tuple(
                KeptAttempt(row.course_id or "", attempt_from_rows(row, given.get(row.number, ())))
                for row in connection.execute(_ATTEMPTS, {"learner": learner})
            )

        return self._database.read(work)

    def recent_learners(self, most: int) -> list[str]:
        """Learners who have answered a question or reviewed a card, in any course: of so many
        attempts and as many reviews, the latest of each first."""
        answered = exists().where(responses.c.attempt == attempts.c.number)
        found = (
            select(attempts.c.learner).where(answered).order_by(attempts.c.number.desc()),
            select(reviews.c.learner).order_by(reviews.c.id.desc()),
        )

        def work(connection: Connection) -> list[str]:
            rows = [learner for q in found for (learner,) in connection.execute(q.limit(most))]
            return list(dict.fromkeys(rows))[:most]

        return self._database.read(work)

    def question_texts(self) -> dict[str, dict[str, Any]]:
        """What learners saw, by revision: ``type``, ``stem``, ``options`` and, where it is known,
        the ``language`` of these."""

        def text(row: Row[Any]) -> dict[str, Any]:
            shown: dict[str, Any] = json.loads(row.text)
            return shown if row.language is None else {**shown, "language": row.language}

        return self._database.read(
            lambda c: {row.revision: text(row) for row in c.execute(select(question_texts))}
        )

    def erase(self, learner: str) -> None:
        """Remove a learner and everything that hangs on the id, in every course."""

        def work(connection: Connection) -> None:
            connection.execute(delete(learners).where(learners.c.id == learner))
            forget_tries(connection, code_tries_of(learner))

        self._database.write(work)
        self._forget_the_log()

    def purge(self, before: datetime, course: str | None = None) -> Purged:
        """Remove attempts begun before and not answered since, the cards that a learner has in a
        course and reviewed none of since, learners of whom nothing is left, and sessions in a room
        begun before.

        Args:
            course: the key of the only course that is meant; None for every course.
        """

        def work(connection: Connection) -> Purged:
            answered_since = exists().where(
                responses.c.attempt == attempts.c.number, responses.c.answered_at >= before
            )
            old = [attempts.c.started_at < before, ~answered_since]
            if course is not None:
                old.append(attempts.c.course == course)
            # On PostgreSQL the rows are locked, and looked at again once they are: an answer
            # or a new attempt that came in meanwhile keeps its attempt and its learner.
            _lock(connection, select(attempts.c.number).where(*old))
            gone = connection.execute(delete(attempts).where(*old)).rowcount
            forget_idle(connection, before, course)
            idle = and_(
                ~exists().where(attempts.c.learner == learners.c.id),
                ~keeps_cards(learners.c.id),
            )
            _lock(connection, select(learners.c.id).where(idle))
            learners_gone = connection.execute(delete(learners).where(idle)).rowcount
            return Purged(gone, learners_gone, forget_old(connection, before, course))

        purged = self._database.write(work)
        if purged.attempts or purged.learners or purged.sessions:
            self._forget_the_log()
        return purged

    def clear_unanswered(self, before: datetime, after: int = 0) -> tuple[int, int] | None:
        """Remove attempts in which nothing was answered, some hundreds at a time, and learners of
        whom nothing is left by that.

        Args:
            before: only attempts that were begun before.
            after: only attempts with a higher number, which grows with time.

        Returns:
            The number up to which all have been looked at, and how many were removed; None where
            there was nothing to look at.
        """
        begun = select(attempts.c.number, attempts.c.started_at, attempts.c.learner, _HAS_ANSWER)
        begun = begun.where(attempts.c.number > after).order_by(attempts.c.number).limit(_BATCH)
        rows = self._database.read(lambda c: c.execute(begun).all())
        # The first that is too young ends the batch: those after it are younger still.
        old = list(takewhile(lambda row: row.started_at < before, rows))
        if not old:
            return None
        bare = {row.number: row.learner for row in old if not row.has_answer}
        if not bare:
            return old[-1].number, 0

        def work(connection: Connection) -> int:
            mine = attempts.c.number.in_(bare)
            _lock(connection, select(attempts.c.number).where(mine))
            # Looked at again, now that nobody can answer meanwhile.
            gone = delete(attempts).where(mine, ~_HAS_ANSWER.element)
            count = connection.execute(gone).rowcount
            idle = and_(
                learners.c.id.in_(set(bare.values())),
                ~exists().where(attempts.c.learner == learners.c.id),
                ~keeps_cards(learners.c.id),
            )
            _lock(connection, select(learners.c.id).where(idle))
            connection.execute(delete(learners).where(idle))
            return count

        return old[-1].number, self._database.write(work)

    def responses(
        self, since: datetime | None = None, course: str | None = None
    ) -> Iterator[KeptResponse]:
        """All responses since a moment, attempt by attempt, in the random order of their ids.

        They are read some attempts at a time, so the whole is not one snapshot; each attempt is.

        Args:
            course: the key of the only course that is meant; None for every course.
        """
        after = ""
        while True:
            batch = partial(_read_batch, since=since, after=after, course=course)
            rows, last = self._database.read(batch)
            yield from rows
            if last is None:
                return
            after = last

    def counts(self) -> dict[str, int]:
        """How many rows there are of learners and sessions, and of what belongs to them."""

        def work(connection: Connection) -> dict[str, int]:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in _COUNTED
            }

        return self._database.read(work)

    def _forget_the_log(self) -> None:
        """Empty SQLite's write-ahead log, where what was just removed still stands.

        Where others are reading it stays until the next checkpoint; what the tables hold is
        gone in any case.
        """
        if self._database.dialect == "sqlite":
            with suppress(StorageError):
                self._database.empty_log()


def _lock(connection: Connection, rows: Select[Any]) -> None:
    """Hold these rows until the transaction ends; SQLite's one writer holds everything."""
    if connection.dialect.name == "postgresql":
        connection.execute(rows.with_for_update())


def _read_batch(
    connection: Connection, *, since: datetime | None, after: str, course: str | None
) -> tuple[list[KeptResponse], str | None]:
    """The responses of the next attempts after an id, and the last id; None at the end."""
    page = select(attempts.c.number, attempts.c.id).where(attempts.c.id > after)
    mine = [] if course is None else [attempts.c.course == course]
    page = page.where(*mine)
    found = connection.execute(page.order_by(attempts.c.id).limit(_BATCH)).all()
    if not found:
        return [], None
    rows = connection.execute(
        select(
            responses,
            attempts.c.id.label("attempt_id"),
            attempts.c.preset,
            courses.c.id.label("course_id"),
        )
        .join(attempts, responses.c.attempt == attempts.c.number)
        .outerjoin(courses, courses.c.key == attempts.c.course)
        .where(attempts.c.id > after, attempts.c.id <= found[-1].id, *mine)
        .order_by(attempts.c.id, responses.c.number)
    )
    kept = []
    for _, of_one in groupby(rows, key=lambda row: row.attempt_id):
        for position, row in enumerate(of_one, start=1):
            if since is None or row.answered_at >= since:
                kept.append(_kept(row, position))
    return kept, found[-1].id


def _kept(row: Row[Any], position: int) -> KeptResponse:
    return KeptResponse(
        attempt_id=row.attempt_id,
        preset=row.preset,
        position=position,
        question_id=row.question,
        revision=row.revision,
        try_number=row._mapping["try"],
        ticked=letters_from(row.ticked),
        mark=row.mark,
        seconds=row.seconds,
        answered_at=row.answered_at,
        course=row.course_id or "",
    )
