"""A write-ahead log that is deleted or exchanged in use takes no acknowledged answer with it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.engine.engines import Engines
from tests.support.attempts import ME, attempt
from tests.support.stored import answer, answered, file_of


def on_the_disk(path: Path, folder: Path) -> list[str]:
    """The questions whose answers a program finds that starts after this one was killed."""
    folder.mkdir()
    for name in (path.name, f"{path.name}-wal"):
        if path.with_name(name).exists():
            shutil.copy(path.with_name(name), folder / name)
    copy = sqlite3.connect(folder / path.name)
    try:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = copy.execute("SELECT question FROM responses ORDER BY number").fetchall()
    finally:
        copy.close()
    return [row[0] for row in rows]


@pytest.mark.parametrize("files", [["-wal"], ["-shm"], ["-wal", "-shm"]])
@pytest.mark.parametrize("others", [True, False], ids=["exchanged", "deleted"])
def test_a_log_that_is_deleted_or_exchanged_in_use_takes_no_answer_with_it(
    sqlite_store: Store,
    sqlite_address: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    files: list[str],
    others: bool,
) -> None:
    sqlite_store.attempts.add(ME, attempt())
    assert answer(sqlite_store, "load-01")
    path = file_of(sqlite_address)
    for number, question in enumerate(("load-02", "rest-01")):
        for ending in files:
            path.with_name(path.name + ending).unlink()
            if others:
                path.with_name(path.name + ending).touch()
        assert answer(sqlite_store, question)
        # Were the program killed now, all that it acknowledged would be there.
        expected = ["load-01", "load-02", "rest-01"][: number + 2]
        assert on_the_disk(path, tmp_path / f"{number}") == expected
        assert answered(sqlite_store) == expected
    assert caplog.text.count("what stood in it is saved") == 2
    assert answer(sqlite_store, "rest-02")
    assert caplog.text.count("what stood in it is saved") == 2


def test_a_log_deleted_between_a_look_and_a_write_is_not_written_to(
    sqlite_store: Store, sqlite_address: str, tmp_path: Path
) -> None:
    sqlite_store.attempts.add(ME, attempt())
    path = file_of(sqlite_address)
    log = Path(f"{path}-wal")
    deleted: list[bool] = []
    real = sqlite_store.database._enter

    def looked_and_then() -> Engines:
        engines = real()
        if not deleted:
            deleted.append(True)
            log.unlink()
        return engines

    sqlite_store.database._enter = looked_and_then  # type: ignore[method-assign]
    assert answer(sqlite_store, "load-01")
    assert deleted
    assert on_the_disk(path, tmp_path / "copy") == ["load-01"]


def test_two_stores_on_a_deleted_log_lose_nothing(sqlite_address: str, tmp_path: Path) -> None:
    one, two = make_store(sqlite_address), make_store(sqlite_address)
    one.attempts.add(ME, attempt())
    assert answered(two) == []
    path = file_of(sqlite_address)
    expected = []
    for first, second, questions in [
        (one, two, ["load-01", "load-02"]),
        (two, one, ["rest-01", "rest-02"]),
    ]:
        Path(f"{path}-wal").unlink()
        for store, question in zip((first, second), questions, strict=True):
            assert answer(store, question)
            expected.append(question)
            assert on_the_disk(path, tmp_path / question) == expected
    assert answered(one) == answered(two) == expected
    one.database.close()
    two.database.close()


def test_a_log_beside_what_a_link_leads_to_is_looked_after(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "quiz.db"
    link.symlink_to(tmp_path / "disk" / "real.db")
    (tmp_path / "disk" / "real.db").touch()
    store = make_store(f"sqlite:///{link}")
    store.attempts.add(ME, attempt())
    assert answer(store, "load-01")
    (tmp_path / "disk" / "real.db-wal").unlink()
    assert answer(store, "load-02")
    found = on_the_disk(tmp_path / "disk" / "real.db", tmp_path / "copy")
    assert found == answered(store) == ["load-01", "load-02"]
    store.database.close()
