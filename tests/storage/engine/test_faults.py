"""Each fault gives one sentence, leaves nothing half written, and is over when it is over."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.errors import StorageError
from tests.support.attempts import ME, YOU, attempt
from tests.support.postgres import PrivatePostgres
from tests.support.stored import answer, answered, file_of


def test_a_full_disk(sqlite_store: Store) -> None:
    sqlite_store.attempts.add(ME, attempt())
    assert answer(sqlite_store, "load-01")

    def limit(pages: int) -> None:
        # The same result code, SQLITE_FULL, that a disk without room gives.
        sqlite_store.database.run_alone(f"PRAGMA max_page_count = {pages}")

    limit(1)
    big = tuple(f"question-{n}" for n in range(3_000))
    with pytest.raises(StorageError, match="the disk is full"):
        sqlite_store.attempts.add(YOU, attempt("big", big))
    assert sqlite_store.attempts.latest(YOU) is None
    assert answered(sqlite_store) == ["load-01"]
    limit(1_000_000)
    sqlite_store.attempts.add(YOU, attempt("big", big))
    assert sqlite_store.attempts.latest(YOU) is not None
    assert answer(sqlite_store, "load-02")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False)
    if mounted.returncode:
        pytest.skip("this container may not mount anything")
    store = make_store(f"sqlite:///{disk / 'quiz.db'}")
    try:
        store.attempts.add(ME, attempt())
        assert answer(store, "load-01")
        filler = disk / "filler"
        filler.write_bytes(b"x" * (shutil.disk_usage(disk).free // 4096 * 4096))
        big = tuple(f"question-{n}" for n in range(3_000))
        with pytest.raises(StorageError, match="the disk is full"):
            store.attempts.add(YOU, attempt("big", big))
        assert store.attempts.latest(YOU) is None
        filler.unlink()
        assert answer(store, "load-02")
        assert answered(store) == ["load-01", "load-02"]
    finally:
        store.database.close()
        subprocess.run(["umount", disk], check=True)


READ_ONLY = """
import os, sys
from bme_quiz.services.store import make_store
from bme_quiz.storage.engine.errors import StorageError
from tests.support.attempts import ME, attempt, response
os.setuid(65534)
store = make_store(sys.argv[1])
try:
    print("answered", store.attempts.add_response(ME, "first", response("load-02"), "rev"))
except StorageError as error:
    print(error)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")
def test_a_read_only_folder(sqlite_store: Store, sqlite_address: str) -> None:
    """Root may write anywhere, so another user tries."""
    sqlite_store.attempts.add(ME, attempt())
    sqlite_store.database.close()
    folder = file_of(sqlite_address).parent
    for parent in folder.parents:
        if parent.stat().st_uid == 0 and parent != Path(parent.anchor):
            parent.chmod(parent.stat().st_mode | 0o055)
    file_of(sqlite_address).chmod(0o644)

    def other_user(address: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, address], capture_output=True, text=True, check=False
        )
        return done.stdout.strip() + done.stderr

    assert "read-only" in other_user(sqlite_address)
    assert "read-only" in other_user(f"sqlite:///{folder / 'new.db'}")
    shutil.chown(folder, 65534)
    shutil.chown(file_of(sqlite_address), 65534)
    assert other_user(sqlite_address) == "answered True"


def test_a_locked_database(sqlite_address: str) -> None:
    store = make_store(sqlite_address)
    store.database.close()
    store.database._wait = 0.2
    store.attempts.add(ME, attempt())
    with closing(sqlite3.connect(file_of(sqlite_address), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked by another program"):
            answer(store, "load-01")
        assert answered(store) == []  # reading goes on
    assert answer(store, "load-01")
    store.database.close()


def test_a_damaged_file_put_back_by_its_keeper(sqlite_store: Store, sqlite_address: str) -> None:
    sqlite_store.attempts.add(ME, attempt())
    assert answer(sqlite_store, "load-01")
    sqlite_store.database.close()
    path = file_of(sqlite_address)
    good = path.read_bytes()
    path.write_bytes(b"garbage!" * (len(good) // 8))
    for _ in range(2):
        with pytest.raises(StorageError, match=r"no SQLite database, or is damaged"):
            sqlite_store.attempts.latest(ME)
        with pytest.raises(StorageError, match=r"no SQLite database, or is damaged"):
            answer(sqlite_store, "load-02")
    path.write_bytes(good)
    assert answer(sqlite_store, "load-02")
    assert answered(sqlite_store) == ["load-01", "load-02"]


def test_a_file_damaged_while_it_is_in_use(sqlite_store: Store, sqlite_address: str) -> None:
    sqlite_store.attempts.add(ME, attempt())
    sqlite_store.database.run_alone("PRAGMA wal_checkpoint(TRUNCATE)")
    path = file_of(sqlite_address)
    good = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (len(good) - 4096))
    other = make_store(sqlite_address)
    with pytest.raises(StorageError, match="damaged"):
        other.attempts.latest(ME)
    with path.open("r+b") as file:
        file.write(good)
    assert other.attempts.latest(ME) == attempt()
    other.database.close()


def test_another_file_put_in_its_place_is_opened(sqlite_store: Store, sqlite_address: str) -> None:
    """Answers to a file that was moved away would be lost with its last open handle."""
    sqlite_store.attempts.add(ME, attempt())
    assert answer(sqlite_store, "load-01")
    path = file_of(sqlite_address)
    backup = path.with_name("backup.db")
    sqlite_store.database.run_alone("VACUUM INTO ?", str(backup))
    assert answer(sqlite_store, "load-02")
    backup.replace(path)
    assert answered(sqlite_store) == ["load-01"]
    assert answer(sqlite_store, "rest-01")
    sqlite_store.database.close()
    with closing(sqlite3.connect(path)) as check:
        rows = check.execute("SELECT question FROM responses ORDER BY number").fetchall()
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert rows == [("load-01",), ("rest-01",)]


def test_a_file_that_is_gone_is_waited_for_and_not_made_anew(
    sqlite_store: Store, sqlite_address: str
) -> None:
    """A disk that is not mounted for a minute must not leave answers on the disk below it."""
    sqlite_store.attempts.add(ME, attempt())
    path = file_of(sqlite_address)
    away = path.with_name("away.db")
    path.rename(away)
    for _ in range(2):
        with pytest.raises(StorageError, match="is gone; put the file back"):
            answer(sqlite_store, "load-01")
        with pytest.raises(StorageError, match="is gone"):
            sqlite_store.database.ping()
    assert not path.exists()
    away.rename(path)
    assert answer(sqlite_store, "load-01")
    assert answered(sqlite_store) == ["load-01"]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_postgresql_goes_away_and_comes_back(
    postgres: PrivatePostgres, postgres_address: str, mode: str
) -> None:
    store = make_store(postgres_address)
    store.attempts.add(ME, attempt())
    assert answer(store, "load-01")
    postgres.stop(mode)
    try:
        for _ in range(2):
            with pytest.raises(StorageError, match=r"does not answer|stopping"):
                answer(store, "load-02")
            with pytest.raises(StorageError, match=r"does not answer|stopping"):
                store.database.ping()
    finally:
        postgres.start()
    assert answered(store) == ["load-01"]
    assert answer(store, "load-02")
    store.database.ping()
    store.database.close()


@pytest.mark.slow
def test_a_restart_between_two_answers_is_not_even_noticed(
    postgres: PrivatePostgres, postgres_address: str
) -> None:
    store = make_store(postgres_address)
    store.attempts.add(ME, attempt())
    assert answer(store, "load-01")
    postgres.stop()
    postgres.start()
    assert answer(store, "load-02")
    assert answered(store) == ["load-01", "load-02"]
    store.database.close()


def test_a_locked_row_of_postgresql_gives_up_in_time(postgres_address: str) -> None:
    store = make_store(postgres_address)
    store.attempts.add(ME, attempt())
    impatient = Database(postgres_address, wait=0.2)
    update = text("UPDATE attempts SET ended = true")

    def while_held(connection: Connection) -> None:
        connection.execute(update)
        with pytest.raises(StorageError, match="locked by another program"):
            impatient.write(lambda c: c.execute(update))

    store.database.write(while_held)
    impatient.close()
    store.database.close()
