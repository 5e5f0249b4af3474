"""Threads that wait share a commit; one that fails takes nobody with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text

from bme_quiz.storage.engine.group_commit import GroupCommit


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = create_engine(
        f"sqlite:///{tmp_path / 'q.db'}",
        connect_args={"check_same_thread": False, "isolation_level": None},
    )
    event.listen(made, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY)"))
    yield made
    made.dispose()


class Crowd:
    """Threads that all come while the first one is at work."""

    def __init__(self, turns: GroupCommit, engine: Engine) -> None:
        self.turns = turns
        self.begun = 0
        self.results: dict[int, object] = {}
        event.listen(engine, "begin", self._count)
        self._all_wait = threading.Event()

    def _count(self, _connection: Connection) -> None:
        self.begun += 1

    def write(self, number: int) -> None:
        def work(connection: Connection) -> int:
            if number == 0:
                self._all_wait.wait(10)
            if number < 0:
                raise ValueError(number)
            connection.execute(text("INSERT INTO t VALUES (:n)"), {"n": number})
            return number

        try:
            self.results[number] = self.turns.run(work, 10)
        except ValueError as error:
            self.results[number] = error

    def run(self, numbers: list[int]) -> None:
        threads = [threading.Thread(target=self.write, args=(n,)) for n in (0, *numbers)]
        threads[0].start()
        while not self.turns._led:
            threading.Event().wait(0.001)
        for thread in threads[1:]:
            thread.start()
        while len(self.turns._waiting) < len(numbers):
            threading.Event().wait(0.001)
        self._all_wait.set()
        for thread in threads:
            thread.join()


def rows(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT n FROM t ORDER BY n")).scalars())


def test_all_who_wait_share_one_commit_and_get_their_own_result(engine: Engine) -> None:
    turns = GroupCommit(engine)
    crowd = Crowd(turns, engine)
    crowd.run(list(range(1, 21)))
    assert crowd.begun == 2
    assert crowd.results == {n: n for n in range(21)}
    turns.close()
    assert rows(engine) == list(range(21))


def test_a_batch_has_an_upper_size(engine: Engine) -> None:
    turns = GroupCommit(engine)
    crowd = Crowd(turns, engine)
    crowd.run(list(range(1, 101)))
    assert crowd.begun == 3  # the first alone, 64, and the rest
    turns.close()
    assert rows(engine) == list(range(101))


def test_one_that_fails_takes_nobody_with_it(engine: Engine) -> None:
    turns = GroupCommit(engine)
    crowd = Crowd(turns, engine)
    crowd.run([1, 2, -3, 4])
    assert isinstance(crowd.results[-3], ValueError)
    assert {n: r for n, r in crowd.results.items() if n >= 0} == {0: 0, 1: 1, 2: 2, 4: 4}
    turns.close()
    assert rows(engine) == [0, 1, 2, 4]


def test_whoever_waits_too_long_gives_up_and_has_changed_nothing(engine: Engine) -> None:
    turns = GroupCommit(engine)
    gate, inside = threading.Event(), threading.Event()

    def holds(connection: Connection) -> None:
        inside.set()
        gate.wait(10)
        connection.execute(text("INSERT INTO t VALUES (1)"))

    holder = threading.Thread(target=turns.run, args=(holds, 10))
    holder.start()
    inside.wait(10)
    with pytest.raises(TimeoutError):
        turns.run(lambda c: c.execute(text("INSERT INTO t VALUES (2)")), 0.05)
    gate.set()
    holder.join()
    turns.run(lambda c: c.execute(text("INSERT INTO t VALUES (3)")), 1)
    turns.close()
    assert rows(engine) == [1, 3]


def test_a_lock_that_never_comes_is_waited_for_once_and_not_by_each(engine: Engine) -> None:
    turns = GroupCommit(engine)
    crowd = Crowd(turns, engine)
    refused = threading.Event()

    def refuse(_connection: Connection) -> None:
        # The first transaction may begin; the batch's may not.
        if crowd.begun > 1:
            refused.set()
            raise ValueError("locked")

    event.listen(engine, "begin", refuse)
    crowd.run([1, 2, 3])
    assert refused.is_set()
    assert crowd.begun == 2
    assert [str(crowd.results[n]) for n in (1, 2, 3)] == ["locked"] * 3
    event.remove(engine, "begin", refuse)
    turns.run(lambda c: c.execute(text("INSERT INTO t VALUES (5)")), 1)
    turns.close()
    assert rows(engine) == [0, 5]
