"""A server with a session, honest phones and a hostile one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bme_quiz.rules.rooms.room import Kind
from tests.support.courses import ROWS, write_course
from tests.support.halls import Educator, educator, server
from tests.support.hostile import HOSTILE, Hall
from tests.support.phones import Phone
from tests.support.server import Server


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
