"""SQL that stores many seats or answers in one transaction; phones' ``Desk`` gathers them.

A hall that answers within one second makes a thousand answers, and a batch costs little more than a
single one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, exists, func, select

from bme_quiz.rules.rooms.room import Outcome
from bme_quiz.storage.engine.columns import letters_value
from bme_quiz.storage.engine.dialects import INSERT
from bme_quiz.storage.engine.schema import room_answers, rooms, seats
from bme_quiz.storage.rooms.rows import hold

T = TypeVar("T")

# Rows in one statement: SQLite takes 32,766 values (SQLITE_MAX_VARIABLE_NUMBER), a row has 7.
_ROWS = 500


@dataclass(frozen=True, slots=True)
class NewSeat:
    """Somebody who comes in.

    Attributes:
        seat: an id that stands for the person in this room only.
        share: the part of the room's places, 0 to 1, that may be taken by others when they come.
    """

    room_id: str
    seat: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer as it came.

    Attributes:
        step: the step of the session that the answer was given for.
        mark: 0 to 1.
        share: as of :class:`NewSeat`, for whoever comes in by this answer.
    """

    room_id: str
    seat: str
    step: int
    round: int
    position: int
    ticked: tuple[str, ...]
    mark: float
    answered_at: datetime
    share: float = 1.0


def _rooms_at(connection: Connection, room_ids: set[str]) -> dict[str, Any]:
    """Number and step of sessions; none of them moves on until the transaction ends."""
    hold(connection, room_ids)
    found = select(rooms.c.id, rooms.c.number, rooms.c.step).where(rooms.c.id.in_(room_ids))
    return {row.id: row for row in connection.execute(found)}


def store_seats(connection: Connection, new: Sequence[NewSeat], most: int) -> tuple[Outcome, ...]:
    """Let people in, each once; the outcome of each in their order."""
    there = _rooms_at(connection, {one.room_id for one in new})
    wanted = {(one.room_id, one.seat): int(one.share * most) for one in new}
    numbers = _seat_numbers(connection, there, wanted, answering=False)
    return tuple(
        Outcome.ENDED
        if one.room_id not in there
        else Outcome.STORED
        if (one.room_id, one.seat) in numbers
        else Outcome.FULL
        for one in new
    )


def find_seats(connection: Connection, wanted: Sequence[NewSeat]) -> tuple[bool, ...]:
    """Whether these are in, each in their order; nobody comes in by that."""
    by_room: dict[str, set[str]] = {}
    for one in wanted:
        by_room.setdefault(one.room_id, set()).add(one.seat)
    there: set[tuple[str, str]] = set()
    for room_id, ids in by_room.items():
        for some in _batches(sorted(ids)):
            found = select(seats.c.id).join(rooms)
            found = found.where(rooms.c.id == room_id, seats.c.id.in_(some))
            there |= {(room_id, seat) for seat in connection.execute(found).scalars()}
    return tuple((one.room_id, one.seat) in there for one in wanted)


def _seat_numbers(
    connection: Connection,
    there: Mapping[str, Any],
    wanted: Mapping[tuple[str, str], int],
    *,
    answering: bool,
) -> dict[tuple[str, str], int]:
    """The numbers of seats by (room id, seat); those that are not there yet are taken.

    Args:
        wanted: of each, among how many others a place may be taken.
        answering: whether those who come in do so by an answer.
    """
    by_room: dict[str, dict[str, int]] = {}
    for (room_id, seat), most in wanted.items():
        if room_id in there:
            by_room.setdefault(room_id, {})[seat] = most
    found: dict[tuple[str, str], int] = {}
    # In one order for everybody, so that two processes never wait for each other in a circle.
    for room_id, ids in sorted(by_room.items()):
        room = there[room_id].number
        known = _known_seats(connection, room, ids)
        missing = {seat: most for seat, most in sorted(ids.items()) if seat not in known}
        if missing:
            answered = known.values() if answering else None
            _insert_seats(connection, room, missing, answered)
            known |= _known_seats(connection, room, missing)
        found |= {(room_id, seat): number for seat, number in known.items()}
    return found


def _known_seats(connection: Connection, room: int, ids: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _batches(sorted(ids)):
        known = select(seats.c.id, seats.c.number).where(seats.c.room == room, seats.c.id.in_(some))
        found |= {row.id: row.number for row in connection.execute(known)}
    return found


def _insert_seats(
    connection: Connection, room: int, wanted: Mapping[str, int], answering: Collection[int] | None
) -> None:
    """Take the seats for which there is a place.

    Of whoever comes in by an answer, only those who answered before stand in the way. So made-up
    people who fill a room by looking on keep no answer out, and nobody loses a seat for it.

    Args:
        wanted: of each seat, in order, among how many others a place may be taken.
        answering: seats that are there and answer just now; None where nobody answers.
    """
    count = select(func.count()).select_from(seats).where(seats.c.room == room)
    taken = connection.execute(count).scalar_one()
    if answering is not None and taken + len(wanted) > min(wanted.values()):
        have = exists().where(room_answers.c.seat == seats.c.number)
        found = select(seats.c.number).where(seats.c.room == room, have)
        taken = len({*connection.execute(found).scalars(), *answering})
    new: list[str] = []
    for seat, most in wanted.items():
        if taken + len(new) < most:
            new.append(seat)
    insert = INSERT[connection.dialect.name](seats).on_conflict_do_nothing()
    for some in _batches(new):
        connection.execute(insert, [{"room": room, "id": seat} for seat in some])


def store_answers(
    connection: Connection, new: Sequence[NewAnswer], most: int
) -> tuple[Outcome, ...]:
    """Store answers, the first of each person to each question; the outcome of each."""
    there = _rooms_at(connection, {one.room_id for one in new})
    in_time = [one for one in new if one.room_id in there and there[one.room_id].step == one.step]
    wanted = {(one.room_id, one.seat): int(one.share * most) for one in in_time}
    numbers = _seat_numbers(connection, there, wanted, answering=True)
    rows: dict[tuple[int, int, int], dict[str, Any]] = {}
    for one in in_time:
        seat = numbers.get((one.room_id, one.seat))
        if seat is not None:
            # The first of two in one batch stands, as it would in two.
            rows.setdefault((seat, one.round, one.position), _answer_row(one, there, seat))
    stored = _insert_answers(connection, rows)
    late = [one for one in new if one.room_id in there and there[one.room_id].step != one.step]
    # Whoever never heard that an answer is in sends it again, maybe when the session has moved on.
    standing = _standing_answers(connection, there, late)

    def outcome(one: NewAnswer) -> Outcome:
        if one.room_id not in there:
            return Outcome.ENDED
        if there[one.room_id].step != one.step:
            ticked = standing.get(_place(one))
            return Outcome.LATE if ticked is None else _compared(one, ticked)
        seat = numbers.get((one.room_id, one.seat))
        if seat is None:
            return Outcome.FULL
        return _compared(one, stored[seat, one.round, one.position])

    return tuple(outcome(one) for one in new)


def _compared(one: NewAnswer, ticked: str) -> Outcome:
    """What became of an answer where this stands ticked."""
    return Outcome.STORED if ticked == letters_value(one.ticked) else Outcome.TWICE


def _place(one: NewAnswer) -> tuple[str, str, int, int]:
    return one.room_id, one.seat, one.round, one.position


def _standing_answers(
    connection: Connection, there: Mapping[str, Any], late: Sequence[NewAnswer]
) -> dict[tuple[str, str, int, int], str]:
    """Options already stored for the answers that came late; nothing is read where none did."""
    by_question: dict[tuple[str, int, int], set[str]] = {}
    for one in late:
        by_question.setdefault((one.room_id, one.round, one.position), set()).add(one.seat)
    standing: dict[tuple[str, str, int, int], str] = {}
    joined = room_answers.join(seats, room_answers.c.seat == seats.c.number)
    for (room_id, round_, position), people in by_question.items():
        for some in _batches(sorted(people)):
            found = (
                select(seats.c.id, room_answers.c.ticked)
                .select_from(joined)
                .where(
                    seats.c.room == there[room_id].number,
                    seats.c.id.in_(some),
                    room_answers.c.round == round_,
                    room_answers.c.position == position,
                )
            )
            for row in connection.execute(found):
                standing[room_id, row.id, round_, position] = row.ticked
    return standing


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
        "ticked": letters_value(one.ticked),
        "mark": one.mark,
        "answered_at": one.answered_at,
    }


def _batches(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    return (keys[i : i + _ROWS] for i in range(0, len(keys), _ROWS))
