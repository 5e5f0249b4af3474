"""Shared pieces: the project's own course, and small ones made on the spot."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from bme_quiz.content.bank import COLUMNS
from bme_quiz.content.course import CourseFiles, parse_course
from bme_quiz.content.table import write_table
from bme_quiz.services.accounts import passcodes
from bme_quiz.services.course import Course, load_course, make_course
from bme_quiz.services.settings import ENV_DATABASE, ENV_QUESTIONS
from bme_quiz.services.store import close_shared_stores

ROOT = Path(__file__).resolve().parents[1]
OWN_QUESTIONS = ROOT / "questions"

ARTICLE = """# Knees and loads

Written for tests. <!-- not asked -->

## What a load does {#load}

A load pushes on the bone.[^1] Too much load can hurt the bone. Rest lets the bone mend.

A brace does not take the load away. Painkillers leave the load unchanged.

## How to rest {#rest}

Crutches keep weight off the leg. A boot protects the foot.[^2] Walking on is not rest.

Mending takes from four weeks to a year. No number of weeks holds for everybody.

[^1]: A source about *loads*. <https://doi.org/10.1000/loads>
[^2]: A source about boots.
"""


# How long an example takes is a matter of what else the machine does.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def row(**cells: str) -> dict[str, str]:
    """A sound row about loads, with some cells changed."""
    base = dict.fromkeys(COLUMNS, "")
    base.update(
        id="load-01",
        section="load",
        type="single",
        level="understand",
        audience="both",
        stem="A bone aches after weeks of loading. Which step lets it mend?",
        answer="b",
        option_a="A brace while going on",
        option_b="Rest from the load",
        option_c="Painkillers before the load",
        why_a="A brace leaves the load where it was.",
        why_b="Rest gives the bone the time it needs.",
        why_c="Painkillers hide the ache and change nothing for the bone.",
        quote_a="A brace does not take the load away",
        quote_b="Rest lets the bone mend",
        quote_c="Painkillers leave the load unchanged",
        harm="c",
        hint="Think of time.",
    )
    return {**base, **cells}


MULTIPLE = row(
    id="rest-01",
    section="rest",
    type="multiple",
    stem="Which two of these help a leg?",
    answer="a;c",
    option_a="Crutches",
    option_b="Walking on",
    option_c="A boot",
    option_d="A brace",
    why_a="Crutches keep weight off.",
    why_b="Walking on is no rest.",
    why_c="A boot protects the foot.",
    why_d="A brace leaves the load where it was.",
    quote_a="Crutches keep weight off the leg",
    quote_b="Walking on is not rest",
    quote_c="A boot protects the foot",
    quote_d="A brace does not take the load away",
    harm="",
    hint="",
)

TRUE_FALSE = row(
    id="rest-02",
    section="rest",
    type="truefalse",
    audience="student",
    stem="True or false: one number of weeks holds for everybody.",
    answer="b",
    option_a="True",
    option_b="False",
    option_c="",
    why_a="Mending takes very different times.",
    why_b="Mending takes very different times.",
    why_c="",
    quote_a="No number of weeks holds for everybody",
    quote_b="No number of weeks holds for everybody",
    quote_c="",
    harm="",
    hint="",
)

ROWS = [row(), row(id="load-02", audience="patient", stem="Which of these lets a bone mend?")]
ROWS += [MULTIPLE, TRUE_FALSE]


def bank_bytes(rows: list[dict[str, str]]) -> bytes:
    """A bank file of these rows."""
    return write_table(COLUMNS, rows).encode()


def files(rows: list[dict[str, str]], article: str = ARTICLE) -> CourseFiles:
    """A course read from these rows and this article."""
    return parse_course(bank_bytes(rows), article.encode())


def course_of(rows: list[dict[str, str]], article: str = ARTICLE) -> Course:
    """A checked course of these rows and this article."""
    return make_course(Path("small"), files(rows, article))


def write_course(folder: Path, rows: list[dict[str, str]], article: str = ARTICLE) -> Path:
    """A course's folder on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "article.md").write_text(article, "utf-8")
    (folder / "bank.csv").write_bytes(bank_bytes(rows))
    return folder


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


_opening = threading.local()
_opened: list[tuple[str, sqlite3.Connection]] = []


def _note_connection(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "sqlite3.connect":
        _opening.file = os.fsdecode(arguments[0])
    elif event == "sqlite3.connect/handle":
        _opened.append((_opening.file, arguments[0]))


# Python 3.13 warns of a connection that nobody closed when it happens to be collected, in whatever
# test that is; this finds it on every Python, in the test that opened it.
sys.addaudithook(_note_connection)


def is_open(connection: sqlite3.Connection) -> bool:
    """Whether nobody has closed the connection yet."""
    try:
        return connection.total_changes >= 0
    except sqlite3.ProgrammingError:
        return False


def open_connections(folder: Path) -> list[sqlite3.Connection]:
    """SQLite connections to files below a folder that this test opened and nobody has closed."""
    own = [connection for file, connection in _opened if Path(file).is_relative_to(folder)]
    return [connection for connection in own if is_open(connection)]


@pytest.fixture(autouse=True)
def _connections_are_closed(tmp_path: Path) -> Iterator[None]:
    """Whoever opens an SQLite file of a test, program or test, closes it by the test's end.

    A file of several tests' lies elsewhere, and is closed with what opened it.
    """
    _opened.clear()
    yield
    close_shared_stores()
    left = open_connections(tmp_path)
    _opened.clear()
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
