"""A session's use cases over one store, and the databases of the storage tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bme_quiz.rules.rooms.room import Kind
from bme_quiz.services.course import Course
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.store import Store, make_store
from tests.support.server import Server
from tests.conftest import ROWS, write_course
from tests.support.halls import Educator, educator, server
from tests.support.hostile import HOSTILE, Hall
from tests.support.phones import Phone
from tests.support.rooms import Clock, rooms_of
from tests.support.databases import postgres, postgres_address, sqlite_address

__all__ = ["postgres", "postgres_address", "sqlite_address"]


@pytest.fixture
def store(sqlite_address: str) -> Iterator[Store]:
    made = make_store(sqlite_address)
    yield made
    made.database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rooms(store: Store, small_course: Course, clock: Clock) -> Rooms:
    """The use cases over the small course; the clock stands still."""
    return rooms_of(small_course, store.rooms, clock)


@pytest.fixture(scope="package")
def served(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Server, Educator, Path]]:
    """A server over the small course, an educator, and the file of its log."""
    folder = tmp_path_factory.mktemp("hostile")
    course = write_course(folder / "course", ROWS)
    database = f"sqlite:///{folder / 'quiz.db'}"
    log = folder / "log"
    with server(course, database, log) as started, educator(course, database) as leader:
        yield started, leader, log


@pytest.fixture
def hall(served: tuple[Server, Educator, Path]) -> Iterator[Hall]:
    """A discussion at its first question; afterwards its log is looked at."""
    started, leader, log = served
    room = leader.starts(Kind.DISCUSS, steps=1)
    honest = [Phone(started.port, room.code, host=f"203.0.113.{n}") for n in (1, 2)]
    hostile = Phone(started.port, room.code, host=HOSTILE)
    for phone in (*honest, hostile):
        phone.come_in()
    before = len(log.read_bytes())
    hall = Hall(leader, log, room, honest, hostile)
    yield hall
    hall.nothing_personal_in(log.read_bytes()[before:].decode())
