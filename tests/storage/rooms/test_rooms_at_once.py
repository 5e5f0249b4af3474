"""Sessions in a room when many write at once, from several threads and several processes.

A process of its own is a ``Database`` of its own: they share nothing but the database itself.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from random import Random

import pytest

from bme_quiz.rules.rooms.room import FIRST, Outcome
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.rooms.rooms import NewAnswer, NewSeat, SqlRooms
from tests.support.rooms import MANY, answer, room

PROCESSES = 2


@pytest.fixture
def processes(address: str) -> Iterator[list[SqlRooms]]:
    """The same database as several processes have it."""
    with ExitStack() as stack:
        opened = [stack.enter_context(closing(Database(address))) for _ in range(PROCESSES)]
        yield [SqlRooms(database) for database in opened]


@pytest.fixture
def writers(address: str) -> Iterator[list[SqlRooms]]:
    """The same for those who write without pause; on SQLite they are of one process.

    Two that never pause fight for its file, and who gets it next is chance: SQLite has no queue.
    Two processes are what PostgreSQL is for.
    """
    with ExitStack() as stack:
        count = 1 if address.startswith("sqlite") else PROCESSES
        opened = [stack.enter_context(closing(Database(address))) for _ in range(count)]
        yield [SqlRooms(opened[number % count]) for number in range(PROCESSES)]


def at_once(work: Sequence[Callable[[], None]]) -> None:
    """Run all of it in threads that begin together; what one of them raises is raised."""
    begin = threading.Barrier(len(work))
    raised: list[BaseException] = []

    def run(one: Callable[[], None]) -> None:
        try:
            begin.wait(timeout=30)
            one()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    assert raised == []


def test_of_many_answers_of_one_person_one_is_stored_and_the_outcomes_say_which(
    processes: list[SqlRooms],
) -> None:
    processes[0].add(room(step=1))
    people = [f"seat-{n:02d}" for n in range(20)]
    said: list[tuple[NewAnswer, Outcome]] = []

    def send(rooms: SqlRooms, seed: int) -> None:
        rng = Random(seed)
        for seat in rng.sample(people, len(people)):
            batch = [answer(seat, rng.choice("abc")) for _ in range(rng.randint(1, 3))]
            said.extend(zip(batch, rooms.answer(batch, MANY), strict=True))

    at_once([lambda r=rooms, s=s: send(r, s) for s in range(8) for rooms in processes])
    stored = processes[0].ticked("room", FIRST, 0)
    assert sorted(stored) == people
    assert len(processes[0].answers("room")) == len(people)
    for one, outcome in said:
        expected = Outcome.STORED if one.ticked == stored[one.seat] else Outcome.TWICE
        assert outcome is expected


def test_who_comes_in_at_many_doors_at_once_takes_one_seat(processes: list[SqlRooms]) -> None:
    processes[0].add(room())
    people = [NewSeat("room", f"seat-{n}") for n in range(50)]

    def come_in(rooms: SqlRooms, seed: int) -> None:
        rng = Random(seed)
        for _ in range(5):
            outcomes = rooms.take_seats(rng.sample(people, 30), MANY)
            assert set(outcomes) == {Outcome.STORED}

    at_once([lambda r=rooms, s=s: come_in(r, s) for s in range(4) for rooms in processes])
    processes[0].take_seats(people, MANY)
    assert processes[0].tally("room").joined == len(people)


@pytest.mark.slow
def test_no_answer_is_stored_behind_a_reveal(writers: list[SqlRooms]) -> None:
    """What is counted once the session has moved is all that was ever said to be stored."""
    steps = 20
    writers[0].add(room(questions=steps, step=1))
    educator = writers[0]
    said: Counter[int] = Counter()
    counted: dict[int, int] = {}
    lock = threading.Lock()
    over = threading.Event()

    def answer_without_pause(rooms: SqlRooms, name: str) -> None:
        for number in range(100_000):
            if over.is_set():
                return
            position = min(rooms.steps(["room"])["room"] // 2, steps - 1)
            batch = [
                answer(f"{name}-{number}-{n}", step=2 * position + 1, position=position)
                for n in range(3)
            ]
            outcomes = rooms.answer(batch, MANY)
            assert set(outcomes) <= {Outcome.STORED, Outcome.LATE}
            with lock:
                said[position] += outcomes.count(Outcome.STORED)

    def lead() -> None:
        try:
            for position in range(steps):
                while not educator.tally("room").answered.get((FIRST, position)):
                    pass
                educator.move("room", 2 * position + 1, 2 * position + 2)
                counted[position] = educator.tally("room").answered[FIRST, position]
                educator.move("room", 2 * position + 2, 2 * position + 3)
        finally:
            over.set()

    at_once(
        [
            lead,
            *(
                lambda r=rooms, n=f"{n}-{i}": answer_without_pause(r, n)
                for i, rooms in enumerate(writers)
                for n in "ab"
            ),
        ]
    )
    assert counted == {position: said[position] for position in range(steps)}
    assert min(counted.values()) > 0


@pytest.mark.slow
def test_answers_without_pause_do_not_keep_a_reveal_out(writers: list[SqlRooms]) -> None:
    """Those who store answers share the session; whoever would move it must get a turn.

    A lock on the row gave none for as long as answers kept coming, and the database then ended
    the wait with an error, which fails this test.
    """
    moves = 3
    writers[0].add(room(questions=moves, step=0))
    over = threading.Event()

    def store_without_pause(rooms: SqlRooms, name: str) -> None:
        number = 0
        while not over.is_set():
            step = rooms.steps(["room"])["room"]
            batch = [answer(f"{name}-{number}-{n}", step=step, position=step) for n in range(50)]
            rooms.answer(batch, 10 * MANY)
            number += 1

    def move() -> None:
        try:
            for step in range(moves):
                while writers[0].tally("room").answered.get((FIRST, step), 0) < 1_000:
                    pass
                writers[0].move("room", step, step + 1)
        finally:
            over.set()

    crowd = [
        lambda r=rooms, n=f"{n}-{i}": store_without_pause(r, n)
        for i, rooms in enumerate(writers)
        for n in "abc"
    ]
    at_once([move, *crowd])
    assert writers[1].steps(["room"]) == {"room": moves}


def test_batches_in_any_order_never_wait_for_each_other_in_a_circle(
    processes: list[SqlRooms],
) -> None:
    """PostgreSQL would break such a circle with an error; SQLite has one writer."""
    names = ["room", "other", "third"]
    for name in names:
        processes[0].add(room(name, questions=4, step=1))
    everything = [
        answer(f"seat-{n}", name=name, position=p)
        for n in range(15)
        for name in names
        for p in range(4)
    ]

    def send(rooms: SqlRooms, seed: int) -> None:
        rng = Random(seed)
        for _ in range(3):
            batch = rng.sample(everything, len(everything))
            for some in (batch[:60], batch[60:]):
                assert set(rooms.answer(some, MANY)) == {Outcome.STORED}

    at_once([lambda r=rooms, s=s: send(r, s) for s in range(3) for rooms in processes])
    assert sum(len(processes[0].answers(name)) for name in names) == len(everything)


def test_one_code_is_given_once(processes: list[SqlRooms]) -> None:
    added: list[bool] = []

    def add(rooms: SqlRooms, name: str) -> None:
        added.append(rooms.add(replace(room(name), code="BCDFGH")))

    at_once([lambda r=processes[n % 2], n=n: add(r, f"room-{n}") for n in range(16)])
    assert sorted(added) == [False] * 15 + [True]


def test_two_presses_of_one_button_are_one_step(processes: list[SqlRooms]) -> None:
    processes[0].add(room(questions=10))
    for step in range(10):
        at_once([lambda r=rooms, s=step: r.move("room", s, s + 1) for rooms in processes * 2])
        assert processes[0].steps(["room"]) == {"room": step + 1}
