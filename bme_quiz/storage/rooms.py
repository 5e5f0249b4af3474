"""Sessions in a room in the database.

Answers and seats come in batches: a hall that answers within one second makes a thousand of them,
and a batch costs little more than a single one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select, update

from bme_quiz.rules.room import Outcome, Room, SeatAnswer
from bme_quiz.storage.database import Database
from bme_quiz.storage.dialects import INSERT
from bme_quiz.storage.room_rows import answer_from_row, hold, room_from_row, room_row
from bme_quiz.storage.schema import room_answers, rooms, seats

T = TypeVar("T")

# Rows in one statement: SQLite takes 32,766 values (SQLITE_MAX_VARIABLE_NUMBER), a row has 7.
_ROWS = 500


@dataclass(frozen=True, slots=True)
class NewSeat:
    """Somebody who comes in; ``seat`` is an id that stands for the person in this room only."""

    room_id: str
    seat: str


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer as it came.

    Attributes:
        step: the step of the session that the answer was given for.
        mark: 0 to 1.
    """

    room_id: str
    seat: str
    step: int
    round: int
    position: int
    ticked: tuple[str, ...]
    mark: float
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many are in a room, and how many answered, by round and position."""

    joined: int
    answered: Mapping[tuple[int, int], int]


class SqlRooms:
    """The sessions. Every method may raise :class:`~bme_quiz.storage.errors.StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, room: Room) -> bool:
        """Keep a new session; False where its code is in use, and nothing was kept."""
        row = room_row(room)
        new = INSERT[self._database.dialect](rooms).on_conflict_do_nothing()
        new = new.execution_options(preserve_rowcount=True)

        def work(connection: Connection) -> bool:
            added = connection.execute(new, row).rowcount > 0
            stored = select(rooms.c.id).where(rooms.c.code == room.code)
            return added or bool(connection.execute(stored).scalar() == room.id)

        return self._database.write(work)

    def by_id(self, room_id: str) -> Room | None:
        """The session with this id, or None."""
        return self._database.read(lambda c: _one(c, rooms.c.id == room_id))

    def by_code(self, code: str, now: datetime) -> Room | None:
        """The session with this code; None where there is none or it has expired."""
        live = (rooms.c.code == code) & (rooms.c.expires_at > now)
        return self._database.read(lambda c: _one(c, live))

    def has_code(self, code: str) -> bool:
        """Whether a session with this code is kept, expired or not."""
        found = select(rooms.c.id).where(rooms.c.code == code)
        return self._database.read(lambda c: c.execute(found).first() is not None)

    def started_since(self, moment: datetime) -> tuple[Room, ...]:
        """The sessions that began since a moment, the latest first."""
        found = select(rooms).where(rooms.c.started_at >= moment).order_by(rooms.c.number.desc())
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

        STORED, FULL where ``most`` are in the room already, ENDED where there is no such room.
        """
        return self._database.write(lambda c: _take_seats(c, new, most))

    def seats(self, room_id: str) -> set[str]:
        """Whoever is in a room."""
        found = select(seats.c.id).join(rooms).where(rooms.c.id == room_id)
        return self._database.read(lambda c: set(c.execute(found).scalars()))

    def answer(self, new: Sequence[NewAnswer], most: int) -> tuple[Outcome, ...]:
        """Store answers; the outcome of each.

        An answer counts while its session is at the very step that it was given for. Whoever is
        not in the room yet comes in, as with :meth:`take_seats`. Whether the step admits the
        question is for the caller to see to.
        """
        return self._database.write(lambda c: _answer(c, new, most))

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
            lambda c: {row.id: tuple(row.ticked.split(";")) for row in c.execute(found)}
        )

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


def _rooms_at(connection: Connection, room_ids: set[str]) -> dict[str, Any]:
    """Number and step of sessions; none of them moves on until the transaction ends."""
    hold(connection, room_ids)
    found = select(rooms.c.id, rooms.c.number, rooms.c.step).where(rooms.c.id.in_(room_ids))
    return {row.id: row for row in connection.execute(found)}


def _take_seats(connection: Connection, new: Sequence[NewSeat], most: int) -> tuple[Outcome, ...]:
    there = _rooms_at(connection, {one.room_id for one in new})
    numbers = _seat_numbers(connection, there, {(one.room_id, one.seat) for one in new}, most)
    return tuple(
        Outcome.ENDED
        if one.room_id not in there
        else Outcome.STORED
        if (one.room_id, one.seat) in numbers
        else Outcome.FULL
        for one in new
    )


def _seat_numbers(
    connection: Connection,
    there: Mapping[str, Any],
    wanted: Collection[tuple[str, str]],
    most: int,
) -> dict[tuple[str, str], int]:
    """The numbers of seats by (room id, seat); those that are not there yet are taken."""
    by_room: dict[str, set[str]] = {}
    for room_id, seat in wanted:
        if room_id in there:
            by_room.setdefault(room_id, set()).add(seat)
    found: dict[tuple[str, str], int] = {}
    # In one order for everybody, so that two processes never wait for each other in a circle.
    for room_id, ids in sorted(by_room.items()):
        room = there[room_id].number
        known = _known_seats(connection, room, ids)
        missing = sorted(ids - known.keys())
        if missing:
            _insert_seats(connection, room, missing, most)
            known |= _known_seats(connection, room, missing)
        found |= {(room_id, seat): number for seat, number in known.items()}
    return found


def _known_seats(connection: Connection, room: int, ids: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _batches(sorted(ids)):
        known = select(seats.c.id, seats.c.number).where(seats.c.room == room, seats.c.id.in_(some))
        found |= {row.id: row.number for row in connection.execute(known)}
    return found


def _insert_seats(connection: Connection, room: int, ids: Sequence[str], most: int) -> None:
    count = select(func.count()).select_from(seats).where(seats.c.room == room)
    free = max(0, most - connection.execute(count).scalar_one())
    insert = INSERT[connection.dialect.name](seats).on_conflict_do_nothing()
    for some in _batches(ids[:free]):
        connection.execute(insert, [{"room": room, "id": seat} for seat in some])


def _answer(connection: Connection, new: Sequence[NewAnswer], most: int) -> tuple[Outcome, ...]:
    there = _rooms_at(connection, {one.room_id for one in new})
    in_time = [one for one in new if one.room_id in there and there[one.room_id].step == one.step]
    numbers = _seat_numbers(connection, there, {(x.room_id, x.seat) for x in in_time}, most)
    rows: dict[tuple[int, int, int], dict[str, Any]] = {}
    for one in in_time:
        seat = numbers.get((one.room_id, one.seat))
        if seat is not None:
            # The first of two in one batch stands, as it would in two.
            rows.setdefault((seat, one.round, one.position), _answer_row(one, there, seat))
    stored = _insert_answers(connection, rows)

    def outcome(one: NewAnswer) -> Outcome:
        if one.room_id not in there:
            return Outcome.ENDED
        if there[one.room_id].step != one.step:
            return Outcome.LATE
        seat = numbers.get((one.room_id, one.seat))
        if seat is None:
            return Outcome.FULL
        same = stored[(seat, one.round, one.position)] == ";".join(one.ticked)
        return Outcome.STORED if same else Outcome.TWICE

    return tuple(outcome(one) for one in new)


def _insert_answers(
    connection: Connection, rows: Mapping[tuple[int, int, int], dict[str, Any]]
) -> dict[tuple[int, int, int], str]:
    """Store what is not stored yet; what now stands ticked, by seat, round and position."""
    standing: dict[tuple[int, int, int], str] = {}
    insert = INSERT[connection.dialect.name](room_answers).on_conflict_do_nothing()
    by_question: dict[tuple[int, int], list[int]] = {}
    for seat, round_, position in sorted(rows):
        by_question.setdefault((round_, position), []).append(seat)
    for (round_, position), people in sorted(by_question.items()):
        for some in _batches(people):
            connection.execute(insert, [rows[seat, round_, position] for seat in some])
            found = select(room_answers.c.seat, room_answers.c.ticked).where(
                room_answers.c.seat.in_(some),
                room_answers.c.round == round_,
                room_answers.c.position == position,
            )
            for row in connection.execute(found):
                standing[row.seat, round_, position] = row.ticked
    return standing


def _answer_row(one: NewAnswer, there: Mapping[str, Any], seat: int) -> dict[str, Any]:
    return {
        "room": there[one.room_id].number,
        "seat": seat,
        "round": one.round,
        "position": one.position,
        "ticked": ";".join(one.ticked),
        "mark": one.mark,
        "answered_at": one.answered_at,
    }


def _batches(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    return (keys[i : i + _ROWS] for i in range(0, len(keys), _ROWS))
