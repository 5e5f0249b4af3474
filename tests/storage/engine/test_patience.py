"""Locks that SQLite does not wait for are waited for by hand, with random pauses and an end."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bme_quiz.services.store import make_store
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.engine.patience import Patience
from tests.support.attempts import ME, attempt
from tests.support.courses import ROOT


@dataclass
class Waiting:
    """Time that passes with pauses alone; something may happen while somebody waits."""

    meanwhile: Callable[[], None] = lambda: None
    now: float = 1_000.0
    pauses: list[float] = field(default_factory=list)
    drawn: float = 0.0

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds
        self.meanwhile()

    def draw(self) -> float:
        self.drawn = (self.drawn + 0.31) % 1
        return self.drawn

    @property
    def patience(self) -> Patience:
        return Patience(lambda: self.now, self.draw, self.pause)


def restored(path: Path) -> Path:
    """A database as a backup leaves it: whole, and without a write-ahead log."""
    store = make_store(f"sqlite:///{path.with_name('before.db')}")
    store.attempts.add(ME, attempt())
    store.database.run_alone("VACUUM INTO ?", str(path))
    store.database.close()
    with sqlite3.connect(path) as check:
        assert check.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    check.close()
    return path


@pytest.fixture(params=["empty", "restored"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file that is no database with a write-ahead log yet."""
    found = tmp_path / "quiz.db"
    if request.param == "restored":
        return restored(found)
    found.touch()
    return found


def test_a_lock_at_the_very_start_is_waited_for(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = Waiting()

    def let_go_in_time() -> None:
        if len(waiting.pauses) == 3:
            other.execute("ROLLBACK")

    waiting.meanwhile = let_go_in_time
    database = Database(f"sqlite:///{path}", wait=5, patience=waiting.patience)
    database.write(lambda _: None)
    assert len(waiting.pauses) == 3
    assert len(set(waiting.pauses)) == 3
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
    database.close()


def test_a_lock_that_stays_is_given_up_in_the_end(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = Waiting()
    database = Database(f"sqlite:///{path}", wait=5, patience=waiting.patience)
    with pytest.raises(StorageError, match="locked by another program"):
        database.write(lambda _: None)
    assert 5 <= waiting.now - 1_000 < 5.1
    other.execute("ROLLBACK")
    database.write(lambda _: None)
    database.close()
    other.close()


def can_write(connection: sqlite3.Connection) -> bool:
    """Whether nobody holds the lock for writing, as a checkpoint does that empties the log."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    connection.execute("ROLLBACK")
    return True


def test_a_checkpoint_of_another_program_is_waited_for(tmp_path: Path) -> None:
    """What was erased must leave the log, whoever tidies it up at that moment."""
    path = tmp_path / "quiz.db"
    waiting = Waiting()
    database = Database(f"sqlite:///{path}", patience=waiting.patience)
    database.write(lambda _: None)
    reader, other, third = (
        sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
        for wait in (20, 20, 0)
    )
    # As long as somebody reads from the log, the other's checkpoint does not end.
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM learners").fetchone()
    tidying = threading.Thread(target=other.execute, args=("PRAGMA wal_checkpoint(TRUNCATE)",))
    tidying.start()
    while can_write(third):
        pass

    def let_go() -> None:
        if len(waiting.pauses) == 2:
            reader.execute("ROLLBACK")
            tidying.join()

    waiting.meanwhile = let_go
    assert database.empty_log()
    assert len(waiting.pauses) == 2
    assert Path(f"{path}-wal").stat().st_size == 0
    for connection in (reader, other, third):
        connection.close()
    database.close()


def test_what_is_no_lock_is_not_tried_again() -> None:
    waiting = Waiting()

    def fail() -> None:
        raise sqlite3.OperationalError("no such table")

    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        waiting.patience.unlocked(fail, 5)
    assert waiting.pauses == []


# Each round is announced by a line on the standard input, so that all begin together.
OPEN = """
import sys
from bme_quiz.storage.engine.database import Database
for line in sys.stdin:
    database = Database(line.strip())
    database.write(lambda c: None)
    database.close()
    print("open", flush=True)
"""


@pytest.mark.slow
def test_programs_that_start_together_again_and_again_all_start(tmp_path: Path) -> None:
    """A dozen rounds of four programs, every other on a restored file."""
    rounds = 12
    kept = restored(tmp_path / "kept.db")
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(4)
    ]
    said = []
    for number in range(rounds):
        path = tmp_path / f"{number}.db"
        path.write_bytes(kept.read_bytes() if number % 2 else b"")
        for program in programs:
            assert program.stdin is not None
            program.stdin.write(f"sqlite:///{path}\n")
        for program in programs:
            assert program.stdin is not None
            program.stdin.flush()
        for program in programs:
            assert program.stdout is not None
            said.append(program.stdout.readline())
            assert said[-1] == "open\n", program.communicate()[1]
    for program in programs:
        program.communicate(timeout=30)
    assert said == ["open\n"] * 4 * rounds
