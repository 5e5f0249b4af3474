"""Stores on both databases; every test gets an empty one of its own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bme_quiz.services.store import Store, make_store
from tests.support.postgres import PrivatePostgres, binaries

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """A running PostgreSQL server; where there is no such program, CI fails, others skip."""
    programs = binaries()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed: apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    server = PrivatePostgres(programs)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres_address(postgres: PrivatePostgres) -> str:
    """An empty PostgreSQL database."""
    name = f"test_{next(_numbers)}"
    postgres.execute(f"CREATE DATABASE {name}")
    return postgres.address(name)


@pytest.fixture
def sqlite_address(tmp_path: Path) -> str:
    """An SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'data' / 'quiz.db'}"


# The quick selection goes without the server: each test makes and migrates a database on it.
@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def address(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    kind = "sqlite" if request.param == "sqlite" else "postgres"
    return str(request.getfixturevalue(f"{kind}_address"))


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """A store on each kind of database in turn."""
    made = make_store(address)
    yield made
    made.database.close()


@pytest.fixture
def sqlite_store(sqlite_address: str) -> Iterator[Store]:
    """A store on SQLite."""
    made = make_store(sqlite_address)
    yield made
    made.database.close()
