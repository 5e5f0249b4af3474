"""The phones' front over the small course, and a clock for its limits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bme_quiz.server.phones.app import Phones
from bme_quiz.server.phones.limits import Limits
from bme_quiz.services.course import Course
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.store import Store, make_store
from tests.support.seconds import Seconds
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


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def phones(rooms: Rooms, seconds: Seconds) -> Phones:
    """The front; its limits see no time pass, its hub sees the world's."""
    return Phones(lambda: rooms, Limits(seconds))
