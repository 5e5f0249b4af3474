"""The phones' front over the small course, and a clock for its limits."""

from __future__ import annotations

import pytest

from bme_quiz.server.phones.app import Phones
from bme_quiz.server.phones.limits import Limits
from bme_quiz.services.rooms.rooms import Rooms
from tests.support.room_fixtures import clock, rooms, store
from tests.support.seconds import Seconds

__all__ = ["clock", "rooms", "store"]


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def phones(rooms: Rooms, seconds: Seconds) -> Phones:
    """The front; its limits see no time pass, its hub sees the world's."""
    return Phones(lambda: rooms, Limits(seconds))
