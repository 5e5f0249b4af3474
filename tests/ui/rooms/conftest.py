"""A course, a store and a browser that the educator's door has let in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bme_quiz.services.accounts.educators import Educators
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.store import Store
from bme_quiz.ui.shell import dependencies

PASSCODE = "a passcode for tests"


@pytest.fixture(autouse=True)
def course(small_folder: Path) -> Path:
    return small_folder


@pytest.fixture
def store() -> Iterator[Store]:
    opened = dependencies.store()
    yield opened
    opened.database.close()


@pytest.fixture
def rooms(store: Store) -> Rooms:
    return Rooms(dependencies.course(), store.rooms)


@pytest.fixture
def token(store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    """Lets this browser in."""
    educators = Educators(store.educators)
    educators.prepare(PASSCODE)
    token = educators.enter(PASSCODE, "127.0.0.1")
    assert isinstance(token, str)
    monkeypatch.setattr(dependencies, "educator_token", lambda: token)
    return token
