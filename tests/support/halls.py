"""A server process, the course it serves, and an educator who leads from another process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bme_quiz.rules.rooms.room import Kind, Room
from bme_quiz.services.course import load_course
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.settings import ENV_ADDRESS, ENV_DATABASE, ENV_PASSCODE
from bme_quiz.services.store import make_store
from tests.support.courses import row, write_course
from tests.support.server import Server, free_port

PASSCODE = "the tests' passcode"


def many_questions(folder: Path, count: int) -> Path:
    """A course's folder with so many questions; b is right in each."""
    rows = [
        row(id=f"load-{n:02d}", stem=f"Case {n}: which step lets a bone mend?")
        for n in range(count)
    ]
    return write_course(folder, rows)


def server(course: Path, database: str, log: Path, **env: str) -> Server:
    """A server whose output goes to a file."""
    port = free_port()
    command = [
        *("/bin/sh", "-c", 'log="$1"; shift; exec "$0" "$@" >>"$log" 2>&1', sys.executable),
        *(str(log), "-m", "bme_quiz", "serve", "--no-browser"),
        *("--port", str(port), "--questions", str(course)),
    ]
    settings = {ENV_DATABASE: database, ENV_PASSCODE: PASSCODE, ENV_ADDRESS: ""}
    return Server(course, port, command, **settings | env)


@dataclass
class Educator:
    """Leads sessions through a database that servers use too, as another server would."""

    rooms: Rooms

    def starts(self, kind: Kind = Kind.DISCUSS, steps: int = 0) -> Room:
        """A session over every question, some steps on."""
        room = self.rooms.start(kind, Choice(count=EVERY_QUESTION))
        assert room is not None
        for _ in range(steps):
            room = self.goes_on(room)
        return room

    def goes_on(self, room: Room) -> Room:
        """The next step."""
        now = self.rooms.room(room.id)
        assert now is not None
        moved = self.rooms.go_on(room.id, now.step)
        assert moved is not None
        return moved


@contextmanager
def educator(course: Path, database: str) -> Iterator[Educator]:
    """An educator in this process."""
    store = make_store(database)
    try:
        yield Educator(Rooms(load_course(course), store.rooms))
    finally:
        store.database.close()
