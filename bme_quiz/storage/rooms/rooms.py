"""Repository of sessions in a room."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bme_quiz.rules.rooms.room import Outcome, Room, SeatAnswer
from bme_quiz.storage.asked_texts import AskedText, keep_texts, read_texts
from bme_quiz.storage.engine.columns import letters_from
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.dialects import INSERT
from bme_quiz.storage.engine.schema import room_answers, rooms, seats
from bme_quiz.storage.rooms.batches import (
    NewAnswer,
    NewSeat,
    find_seats,
    store_answers,
    store_seats,
)
from bme_quiz.storage.rooms.rows import answer_from_row, hold, room_from_row, room_row

__all__ = ["NewAnswer", "NewSeat", "SqlRooms", "Tally"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many are in a room, and how many answered, by round and position."""

    joined: int
    answered: Mapping[tuple[int, int], int]


class SqlRooms:
    """The sessions with one course. Every method may raise
    :class:`~bme_quiz.storage.engine.errors.StorageError`.

    Whoever has a session's id, which is random, has it from here; so the methods that take one do
    not ask for the course again.

    Args:
        course: the key of the course, from ``storage.courses``.
    """

    def __init__(self, database: Database, course: str = "") -> None:
        self._database = database
        self._course = course

    def add(self, room: Room, asked: Iterable[AskedText] = (), language: str | None = None) -> bool:
        """Keep a new session; False where its code is in use, and nothing was kept.

        Args:
            asked: what its questions say, for its report.
            language: of these texts, a BCP 47 tag.
        """
        row = {**room_row(room), "course": self._course}
        new = INSERT[self._database.dialect](rooms).on_conflict_do_nothing()
        new = new.execution_options(preserve_rowcount=True)

        def work(connection: Connection) -> bool:
            added = connection.execute(new, row).rowcount > 0
            if added:
                keep_texts(connection, asked, language)
            stored = select(rooms.c.id).where(rooms.c.code == room.code)
            return added or bool(connection.execute(stored).scalar() == room.id)

        return self._database.write(work)

    def by_id(self, room_id: str) -> Room | None:
        """The session with this id, or None."""
        if not room_id.isalnum():
            # PostgreSQL takes no NUL in a text, not even to look for it.
            return None
        mine = (rooms.c.id == room_id) & self._mine
        return self._database.read(lambda c: _one(c, mine))

    def by_code(self, code: str, now: datetime) -> Room | None:
        """The session with this code; None where there is none or it has expired."""
        live = (rooms.c.code == code) & (rooms.c.expires_at > now) & self._mine
        return self._database.read(lambda c: _one(c, live))

    def has_code(self, code: str) -> bool:
        """Whether a session with this code is kept, expired or not."""
        found = select(rooms.c.id).where(rooms.c.code == code, self._mine)
        return self._database.read(lambda c: c.execute(found).first() is not None)

    def started_since(self, moment: datetime) -> tuple[Room, ...]:
        """The sessions that began since a moment, the latest first."""
        recent = select(rooms).where(rooms.c.started_at >= moment, self._mine)
        found = recent.order_by(rooms.c.number.desc())
        return self._database.read(lambda c: tuple(room_from_row(row) for row in c.execute(found)))

    def move(self, room_id: str, from_step: int, to_step: int) -> None:
        """Take a session from one step to another; nothing where it is at a third."""
        here = (rooms.c.id == room_id) & (rooms.c.step == from_step)
        statement = update(rooms).where(here).values(step=to_step)

        def work(connection: Connection) -> None:
            hold(connection, [room_id], alone=True)
            connection.execute(statement)

        self._database.write(work)

    def steps(self, room_ids: Sequence[str]) -> dict[str, int]:
        """The present step of each of these sessions that there is, by id."""
        found = select(rooms.c.id, rooms.c.step).where(rooms.c.id.in_(room_ids))
        return self._database.read(lambda c: {row.id: row.step for row in c.execute(found)})

    def take_seats(self, new: Sequence[NewSeat], most: int) -> tuple[Outcome, ...]:
        """Let people in, each once however often they come; the outcome of each.

        STORED, FULL where ``most``, or their share of it, are in the room already, ENDED where
        there is no such room.
        """
        return self._database.write(lambda c: store_seats(c, new, most))

    def have_seats(self, wanted: Sequence[NewSeat]) -> tuple[bool, ...]:
        """Whether these are in, each in their order."""
        return self._database.read(lambda c: find_seats(c, wanted))

    def seats(self, room_id: str) -> set[str]:
        """Participants of a room."""
        found = select(seats.c.id).join(rooms).where(rooms.c.id == room_id)
        return self._database.read(lambda c: set(c.execute(found).scalars()))

    def answer(self, new: Sequence[NewAnswer], most: int) -> tuple[Outcome, ...]:
        """Store answers; the outcome of each.

        An answer counts while its session is at the very step that it was given for; later it is
        compared with the one that stands, if any. Whoever is not in the room yet comes in, unless
        ``most`` who answered are in already: people who never did so take no place from them.
        Whether the step admits the question is for the caller to see to.
        """
        return self._database.write(lambda c: store_answers(c, new, most))

    def answers_of(self, room_id: str, seat: str) -> tuple[SeatAnswer, ...]:
        """What one person answered, in the order in which they did."""
        own = _ANSWERS.where(rooms.c.id == room_id, seats.c.id == seat)
        own = own.order_by(room_answers.c.number)
        return self._database.read(lambda c: tuple(answer_from_row(row) for row in c.execute(own)))

    def answers(self, room_id: str, position: int | None = None) -> tuple[SeatAnswer, ...]:
        """All answers of a session, or of one of its questions, in no telling order of people."""
        every = _ANSWERS.where(rooms.c.id == room_id)
        if position is not None:
            every = every.where(room_answers.c.position == position)
        every = every.order_by(room_answers.c.round, room_answers.c.position, seats.c.id)
        return self._database.read(
            lambda c: tuple(answer_from_row(row) for row in c.execute(every))
        )

    def ticked(self, room_id: str, round_: int, position: int) -> dict[str, tuple[str, ...]]:
        """What everybody ticked at one question, by seat."""
        found = (
            select(seats.c.id, room_answers.c.ticked)
            .select_from(_JOINED)
            .where(
                rooms.c.id == room_id,
                room_answers.c.round == round_,
                room_answers.c.position == position,
            )
        )
        return self._database.read(
            lambda c: {row.id: letters_from(row.ticked) for row in c.execute(found)}
        )

    def asked_texts(self, revisions: Collection[str]) -> dict[str, AskedText]:
        """What questions said that are kept with these revisions, by revision."""
        return self._database.read(lambda c: read_texts(c, revisions))

    @property
    def _mine(self) -> Any:
        return rooms.c.course == self._course

    def tally(self, room_id: str) -> Tally:
        """How many are in a room and how many answered."""
        number = select(rooms.c.number).where(rooms.c.id == room_id).scalar_subquery()
        joined = select(func.count()).select_from(seats).where(seats.c.room == number)
        answered = (
            select(room_answers.c.round, room_answers.c.position, func.count())
            .where(room_answers.c.room == number)
            .group_by(room_answers.c.round, room_answers.c.position)
        )
        return self._database.read(
            lambda c: Tally(
                c.execute(joined).scalar_one(),
                {(row[0], row[1]): row[2] for row in c.execute(answered)},
            )
        )


_JOINED = room_answers.join(seats, room_answers.c.seat == seats.c.number).join(
    rooms, seats.c.room == rooms.c.number
)
_ANSWERS = select(
    room_answers.c.seat,
    room_answers.c.round,
    room_answers.c.position,
    room_answers.c.ticked,
    room_answers.c.mark,
).select_from(_JOINED)


def _one(connection: Connection, which: Any) -> Room | None:
    row = connection.execute(select(rooms).where(which)).one_or_none()
    return None if row is None else room_from_row(row)
