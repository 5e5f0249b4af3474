"""A session's use cases over one store on SQLite, for the folders that need them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bme_quiz.services.course import Course
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.store import Store, make_store
from tests.support.rooms import Clock, rooms_of


@pytest.fixture
def store(sqlite_address: str) -> Iterator[Store]:
    """A store on SQLite alone: what is looked at does not hang on the database."""
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
