"""Rows of sessions in a room, and the lock under which one is written."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, cast, delete, func, select

from bme_quiz.rules.rooms.room import Kind, Room, SeatAnswer
from bme_quiz.storage.engine.columns import form_from, form_value, letters_from
from bme_quiz.storage.engine.schema import rooms

# The first half of an advisory lock's name, the session's number is the second. Any will do, as
# long as every version of this program takes the same.
_LOCK = 0x726F6F6D


def hold(connection: Connection, room_ids: Collection[str], *, alone: bool = False) -> None:
    """Keep sessions as they are until the transaction ends, so that no answer slips in behind a
    reveal: together with others that store answers, or alone to move or remove them.

    On SQLite there is one writer. On PostgreSQL this is not a lock on the row, since those that
    share one come past whoever waits to change it: two processes storing a hall's answers without
    pause kept a reveal waiting for more than ten seconds. Advisory locks are given out in turn.
    What is read afterwards is what held when the turn came.
    """
    if connection.dialect.name != "postgresql":
        return
    lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
    # In one order for everybody, so that no two ever wait for each other in a circle.
    found = select(rooms.c.number).where(rooms.c.id.in_(room_ids)).order_by(rooms.c.number)
    numbers = found.subquery()
    connection.execute(select(lock(_LOCK, cast(numbers.c.number, Integer))))


def forget_old(connection: Connection, before: datetime, course: str | None = None) -> int:
    """Remove sessions begun before a moment, with all that belongs to them; how many.

    Args:
        course: the key of the only course that is meant; None for every course.
    """
    old = [rooms.c.started_at < before]
    if course is not None:
        old.append(rooms.c.course == course)
    ids = connection.execute(select(rooms.c.id).where(*old)).scalars().all()
    if ids:
        hold(connection, ids, alone=True)
    return connection.execute(delete(rooms).where(*old)).rowcount


def room_from_row(row: Row[Any]) -> Room:
    """A session from its row."""
    return Room(
        id=row.id,
        code=row.code,
        kind=Kind(row.kind),
        started_at=row.started_at,
        expires_at=row.expires_at,
        sections=tuple(row.sections),
        audience=row.audience,
        drawn=form_from(row.drawn),
        step=row.step,
        bank=row.bank,
        article=row.article,
    )


def room_row(room: Room) -> dict[str, Any]:
    """A session's row, by column."""
    return {
        "id": room.id,
        "code": room.code,
        "kind": room.kind.value,
        "started_at": room.started_at,
        "expires_at": room.expires_at,
        "sections": list(room.sections),
        "audience": room.audience,
        "bank": room.bank,
        "article": room.article,
        "drawn": form_value(room.drawn),
        "step": room.step,
    }


def answer_from_row(row: Any) -> SeatAnswer:
    """An answer from its row."""
    return SeatAnswer(row.seat, row.round, row.position, letters_from(row.ticked), row.mark)
