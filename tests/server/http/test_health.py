"""Whether the process lives, and whether what learners answer can be stored: two questions."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bme_quiz.server.http import health
from bme_quiz.server.http.health import Readiness
from bme_quiz.services.settings import ENV_DATABASE
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.engine.errors import StorageError
from tests.support.attempts import ME, YOU, attempt
from tests.support.seconds import Seconds, in_loop


@pytest.fixture
def kept(sqlite_address: str) -> Iterator[Store]:
    store = make_store(sqlite_address)
    store.database.open()
    yield store
    store.database.close()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def client(kept: Store, seconds: Seconds) -> TestClient:
    """Asks a server; a second passes before each look."""
    readiness = Readiness(kept.database.try_writing, seconds)
    return TestClient(Starlette(routes=health.routes(readiness)))


def ask(client: TestClient, seconds: Seconds, path: str = "/readyz") -> tuple[int, str]:
    seconds.now += 1
    answer = client.get(path)
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.text


READY = (200, "ok\n")
NOT_READY = (503, "the database cannot be written\n")


def test_ready_is_only_said_while_the_database_can_be_written_and_alive_always(
    client: TestClient, kept: Store, seconds: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(client, seconds) == READY
    path = Path(kept.database.place)
    kept.database.close()
    good = path.read_bytes()
    path.write_bytes(b"garbage!" * 2_000)
    assert [ask(client, seconds) for _ in range(3)] == [NOT_READY] * 3
    assert ask(client, seconds, "/healthz") == READY
    path.write_bytes(good)
    assert ask(client, seconds) == READY
    # What is the matter stands in the log, once.
    messages = [r.getMessage() for r in caplog.records if r.name == "bme_quiz"]
    assert [str(path) in message for message in messages] == [True, False]


def test_a_database_that_can_be_read_and_not_written_is_not_ready(
    client: TestClient, kept: Store, seconds: Seconds
) -> None:
    kept.database._wait = 0.2
    kept.database.close()
    other = sqlite3.connect(kept.database.place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert ask(client, seconds) == NOT_READY
    kept.database.ping()
    other.execute("ROLLBACK")
    other.close()
    assert ask(client, seconds) == READY


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_not_ready(tmp_path: Path, seconds: Seconds) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False)
    if mounted.returncode:
        pytest.skip("this container may not mount anything")
    store = make_store(f"sqlite:///{disk / 'quiz.db'}")
    try:
        client = TestClient(
            Starlette(routes=health.routes(Readiness(store.database.try_writing, seconds)))
        )
        store.attempts.add(ME, attempt())
        assert ask(client, seconds) == READY
        filler = disk / "filler"
        filler.write_bytes(b"x" * (shutil.disk_usage(disk).free // 4096 * 4096))
        big = tuple(f"question-{n}" for n in range(3_000))
        with pytest.raises(StorageError, match="the disk is full"):
            store.attempts.add(YOU, attempt("big", big))
        while ask(client, seconds) == READY:
            pass  # What room is left in the log's file goes first.
        filler.unlink()
        assert ask(client, seconds) == READY
    finally:
        store.database.close()
        subprocess.run(["umount", disk], check=True)


def test_a_look_leaves_nothing_behind_and_really_writes(address: str) -> None:
    store = make_store(address)
    before = store.records.counts()
    for _ in range(3):
        store.database.try_writing()
    assert store.records.counts() == before
    count = "SELECT count(*) FROM tries"
    assert store.database.read(lambda c: c.exec_driver_sql(count).scalar_one()) == 0
    if address.startswith("sqlite"):
        log = Path(f"{store.database.place}-wal")
        assert store.database.empty_log()
        assert log.stat().st_size == 0
        store.database.try_writing()
        assert log.stat().st_size > 0
    store.database.close()


@in_loop
async def test_however_many_ask_one_looks_and_once_a_second() -> None:
    seconds, looked, gate = Seconds(), list[str](), threading.Event()

    def look() -> None:
        looked.append(threading.current_thread().name)
        assert gate.wait(20)

    readiness = Readiness(look, seconds, patience=20)
    asked = [asyncio.create_task(readiness.is_ready()) for _ in range(200)]
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(*asked) == [True] * 200
    assert [await readiness.is_ready() for _ in range(50)] == [True] * 50
    assert len(looked) == 1
    seconds.now += 1
    assert await readiness.is_ready()
    assert len(looked) == 2


@in_loop
async def test_a_look_that_does_not_end_is_not_waited_for_nor_joined_by_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seconds, looked, gate = Seconds(), list[int](), threading.Event()

    def look() -> None:
        looked.append(1)
        assert gate.wait(20)

    readiness = Readiness(look, seconds, patience=0.01)
    with caplog.at_level(logging.INFO, "bme_quiz"):
        for _ in range(5):
            seconds.now += 60
            assert not await readiness.is_ready()
    assert len(looked) == 1
    assert caplog.messages == ["not ready: the database takes too long to answer"]
    gate.set()
    while not await readiness.is_ready():
        pass
    assert caplog.messages[1:] == ["ready again: the database can be written"]


def test_the_server_looks_into_the_database_of_its_settings(
    sqlite_address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(ENV_DATABASE, sqlite_address)
    assert TestClient(Starlette(routes=health.routes())).get("/readyz").status_code == 200
    monkeypatch.setenv(ENV_DATABASE, f"sqlite:///{tmp_path}")
    assert TestClient(Starlette(routes=health.routes())).get("/readyz").status_code == 503
