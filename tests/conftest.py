"""Fixtures of every test: an empty database, and the small courses.

What tests import stands in :mod:`tests.support`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bme_quiz.services.accounts import passcodes
from bme_quiz.services.course import Course, load_course
from bme_quiz.services.settings import ENV_DATABASE, ENV_QUESTIONS
from bme_quiz.services.store import close_shared_stores
from tests.support.connections import forget_connections, open_connections
from tests.support.courses import OWN_QUESTIONS, ROWS, course_of, write_course

pytest_plugins = ["tests.support.databases"]

# How long an example takes is a matter of what else the machine does.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs PostgreSQL, which takes seconds to be made, is left out of the quick selection."""
    for item in items:
        chosen = getattr(item, "callspec", None)
        names = {*getattr(item, "fixturenames", ())}
        names |= set(map(str, chosen.params.values())) if chosen else set()
        if names & {"postgres", "postgres_address"}:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def _no_real_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing that a test starts, servers included, comes near the user's own answers."""
    with pytest.MonkeyPatch.context() as patch:
        file = tmp_path_factory.mktemp("database") / "quiz.db"
        patch.setenv(ENV_DATABASE, f"sqlite:///{file}")
        yield


@pytest.fixture(scope="session", autouse=True)
def _what_takes_long_and_is_tested_elsewhere() -> Iterator[None]:
    """A passcode's hash takes a fifth of a second on purpose, and for each test of a page Streamlit
    would look through all installed packages for components. Servers that tests start do both."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passcodes, "COST", passcodes.Cost(n=16, r=8, p=1))
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda *_, **__: [])
        yield


@pytest.fixture(autouse=True)
def _connections_are_closed(tmp_path: Path) -> Iterator[None]:
    """Whoever opens an SQLite file of a test, program or test, closes it by the test's end.

    A file of several tests' lies elsewhere, and is closed with what opened it.
    """
    forget_connections()
    yield
    close_shared_stores()
    left = open_connections(tmp_path)
    forget_connections()
    for connection in left:
        connection.close()
    assert not left, f"{len(left)} connections to SQLite were left open"


@pytest.fixture(autouse=True)
def _own_database(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    _no_real_data: None,
    _connections_are_closed: None,
) -> None:
    """Every test begins with an empty database."""
    monkeypatch.setenv(ENV_DATABASE, f"sqlite:///{tmp_path / 'quiz.db'}")


@pytest.fixture
def small_course() -> Course:
    """Four sound questions in two sections, of every type."""
    return course_of(ROWS)


@pytest.fixture(scope="session")
def own_course() -> Course:
    """The course that the project ships."""
    return load_course(OWN_QUESTIONS)


@pytest.fixture
def small_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small course on disk, named in the environment as the course to show."""
    folder = write_course(tmp_path / "course", ROWS)
    monkeypatch.setenv(ENV_QUESTIONS, str(folder))
    return folder
