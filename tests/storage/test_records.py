"""Erasing, forgetting, exporting, copying."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.engine.backup import backup
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.quiz import records
from tests.support.attempts import ME, NOW, YOU, attempt, response
from tests.support.courses import ROWS, course_of
from tests.support.postgres import PrivatePostgres
from tests.support.stored import everything


def fill(store: Store, learner: str, name: str) -> None:
    store.attempts.add(learner, attempt(name))
    for question in ("load-01", "load-02"):
        store.attempts.add_response(learner, name, response(question), "rev")
    store.device_codes.add(f"digest-{name}", learner, NOW, NOW + timedelta(minutes=10))


def test_erasing_leaves_no_trace_of_the_learner_and_all_of_the_others(store: Store) -> None:
    fill(store, ME, "first")
    fill(store, YOU, "second")
    others = everything(store)
    assert ME in others
    store.records.erase(ME)
    left = everything(store)
    assert ME not in left
    assert "first" not in left
    assert store.records.counts() == {
        "learners": 1,
        "attempts": 1,
        "responses": 2,
        "device_codes": 1,
        "rooms": 0,
        "seats": 0,
        "room_answers": 0,
    }
    assert store.attempts.latest(YOU) is not None
    assert store.attempts.latest(ME) is None
    store.records.erase(ME)  # again: nothing to do, nothing wrong


def test_who_has_answered_of_late_is_found_and_who_only_began_is_not(store: Store) -> None:
    fill(store, ME, "first")
    fill(store, YOU, "second")
    fill(store, ME, "third")
    store.attempts.add("b" * 22, attempt("only begun"))
    assert store.records.recent_learners(10) == [ME, YOU]
    assert store.records.recent_learners(1) == [ME]
    store.records.erase(ME)
    assert store.records.recent_learners(10) == [YOU]


def test_what_was_erased_stands_in_none_of_sqlites_files(
    sqlite_store: Store, sqlite_address: str
) -> None:
    fill(sqlite_store, ME, "my-own-attempt")
    fill(sqlite_store, YOU, "second")
    folder = Path(sqlite_address.removeprefix("sqlite:///")).parent

    def bytes_now() -> bytes:
        return b"".join(path.read_bytes() for path in folder.iterdir())

    assert b"my-own-attempt" in bytes_now()
    sqlite_store.records.erase(ME)
    assert b"my-own-attempt" not in bytes_now()
    assert ME.encode() not in bytes_now()
    assert YOU.encode() in bytes_now()


def test_answering_after_erasing_in_another_tab_brings_nothing_back(store: Store) -> None:
    fill(store, ME, "first")
    store.records.erase(ME)
    assert not store.attempts.add_response(ME, "first", response("rest-01"), "rev")
    store.attempts.end(ME, "first")
    assert ME not in everything(store)


def test_purging_forgets_what_was_not_touched_since(store: Store) -> None:
    store.attempts.add("old", attempt("old", started_at=NOW))
    store.attempts.add("resumed", attempt("resumed", started_at=NOW))
    late = response("load-01", after=timedelta(days=100))
    store.attempts.add_response("resumed", "resumed", late, "rev")
    store.attempts.add("new", attempt("older", started_at=NOW))
    store.attempts.add("new", attempt("newer", started_at=NOW + timedelta(days=100)))
    limit = NOW + timedelta(days=100)
    purged = store.records.purge(limit)
    assert (purged.attempts, purged.learners) == (2, 1)
    assert store.attempts.latest("old") is None
    assert store.attempts.latest("resumed") is not None
    assert [kept.attempt.id for kept in store.records.attempts("new")] == ["newer"]
    again = store.records.purge(limit)
    assert (again.attempts, again.learners) == (0, 0)


def test_all_responses_are_exported_once_each_and_without_the_learner(store: Store) -> None:
    for number in range(450):  # more than two batches
        store.attempts.add(f"learner-{number % 7}", attempt(f"attempt-{number:03d}"))
        store.attempts.add_response(
            f"learner-{number % 7}", f"attempt-{number:03d}", response("load-01"), "rev"
        )
    store.attempts.add_response("learner-0", "attempt-000", response("load-02", 0.5), "rev")
    rows = list(store.records.responses())
    assert len(rows) == 451
    assert [(r.question_id, r.position) for r in rows if r.attempt_id == "attempt-000"] == [
        ("load-01", 1),
        ("load-02", 2),
    ]
    assert "learner" not in repr(rows)
    assert list(store.records.responses(NOW + timedelta(seconds=1))) == []
    assert len(list(store.records.responses(NOW))) == 451


def test_the_texts_as_shown_are_found_by_their_revision(store: Store) -> None:
    course = course_of(ROWS)
    store.attempts.add(ME, attempt(), course.questions)
    store.attempts.add(YOU, attempt("second"), course.questions)
    texts = store.records.question_texts()
    question = course.by_id["load-01"]
    shown = texts[question.revision]
    assert shown["stem"] == question.stem
    assert [(o["letter"], o["text"], o["key"]) for o in shown["options"]] == [
        ("a", "A brace while going on", False),
        ("b", "Rest from the load", True),
        ("c", "Painkillers before the load", False),
    ]
    assert len(texts) == len(course.questions)


def test_a_backup_of_sqlite_is_a_whole_database(sqlite_store: Store, tmp_path: Path) -> None:
    fill(sqlite_store, ME, "first")
    target = tmp_path / "copy.db"
    backup(sqlite_store.database, target)
    fill(sqlite_store, YOU, "second")
    copy = make_store(f"sqlite:///{target}")
    assert copy.attempts.latest(ME) == sqlite_store.attempts.latest(ME)
    assert copy.attempts.latest(YOU) is None
    copy.database.close()
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(StorageError, match="exists already"):
        backup(sqlite_store.database, target)
    with pytest.raises(StorageError, match="no such file or directory"):
        backup(sqlite_store.database, tmp_path / "nowhere" / "copy.db")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.db", "data"]


def test_a_backup_of_postgresql_can_be_restored(
    postgres_address: str, tmp_path: Path, postgres: PrivatePostgres
) -> None:
    store = make_store(postgres_address)
    fill(store, ME, "first")
    expected = store.attempts.latest(ME)
    backup(store.database, tmp_path / "copy.dump")
    store.database.close()
    postgres.execute("CREATE DATABASE restored")
    plain = postgres.address("restored").replace("+psycopg", "")
    subprocess.run(
        ["pg_restore", "--exit-on-error", f"--dbname={plain}", tmp_path / "copy.dump"],
        check=True,
    )
    restored = make_store(postgres.address("restored"))
    assert restored.attempts.latest(ME) == expected
    restored.database.close()


def test_what_was_begun_and_never_answered_is_cleared_away(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_BATCH", 10)
    old, young = NOW - timedelta(days=2), NOW
    for number in range(25):
        store.attempts.add(f"stranger-{number}", attempt(f"bare-{number}", started_at=old))
    store.attempts.add(ME, attempt("mine", started_at=old))
    store.attempts.add_response(ME, "mine", response("load-01"), "rev")
    store.attempts.add(ME, attempt("also-bare", started_at=old))
    store.attempts.add(YOU, attempt("just-begun", started_at=young))
    removed, after = 0, 0
    while (batch := store.records.clear_unanswered(NOW - timedelta(days=1), after)) is not None:
        after, count = batch
        removed += count
    assert removed == 26
    counts = store.records.counts()
    assert (counts["learners"], counts["attempts"], counts["responses"]) == (2, 2, 1)
    assert [kept.attempt.id for kept in store.records.attempts(ME)] == ["mine"]
    assert store.attempts.latest(YOU) is not None
    # Whoever goes on where nothing is any more has nothing lost but the order of the questions.
    assert store.attempts.latest(ME) is None
    assert not store.attempts.add_response(ME, "also-bare", response("load-01"), "rev")


def test_an_answer_that_comes_while_it_is_cleared_keeps_its_attempt(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.attempts.add(ME, attempt("mine", started_at=NOW - timedelta(days=2)))
    write = store.database.write

    def answered_first(work: Callable[[Connection], object]) -> object:
        monkeypatch.undo()
        assert store.attempts.add_response(ME, "mine", response("load-01"), "rev")
        return write(work)

    monkeypatch.setattr(store.database, "write", answered_first)
    assert store.records.clear_unanswered(NOW - timedelta(days=1)) is not None
    found = store.attempts.latest(ME)
    assert found is not None
    assert len(found.responses) == 1
