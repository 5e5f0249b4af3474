"""How many responses a second are recorded, durably, against the bare ``sqlite3`` floor.

    python benchmarks/storage.py [--seconds 2] [--rounds 3] [--postgresql URL]

The floor is the least that any program can do for the same promise: the same table in a file of
its own, one connection behind a lock, ``BEGIN IMMEDIATE``, one INSERT, ``COMMIT``, with WAL and
``synchronous=FULL``. Floor and storage take turns within one run, so that a machine that is busy
with something else slows both. What counts is the ratio.
"""

from __future__ import annotations

import argparse
import itertools
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bme_quiz.rules.quiz.attempt import Attempt, Drawn, Preset, Response, Turn
from bme_quiz.services.store import Store, make_store

THREADS = (1, 8, 32)
AIM = 0.6
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LEARNER, ATTEMPT = "benchmark-learner-id--", "benchmark"

Record = Callable[[int], None]


def rate(record: Record, threads: int, seconds: float, numbers: itertools.count[int]) -> float:
    """How many calls a second all threads together get done."""
    end = 0.0
    counts = [0] * threads
    gate = threading.Barrier(threads + 1)

    def run(index: int) -> None:
        gate.wait()
        while time.perf_counter() < end:
            record(next(numbers))
            counts[index] += 1

    workers = [threading.Thread(target=run, args=(index,)) for index in range(threads)]
    for worker in workers:
        worker.start()
    began = time.perf_counter()
    end = began + seconds
    gate.wait()
    for worker in workers:
        worker.join()
    return sum(counts) / (time.perf_counter() - began)


def floor(folder: Path, schema: str) -> tuple[Record, Callable[[], None]]:
    """The bare driver over the same table."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(schema)
    lock = threading.Lock()
    insert = (
        'INSERT INTO responses (attempt, question, revision, "try", ticked, mark, seconds, '
        "answered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    )

    def record(number: int) -> None:
        row = (1, f"q-{number}", "abcdef012345", 1, "a;c", 0.5, 4.25, "2026-03-04 05:06:07.000000")
        with lock:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(insert, row)
            connection.execute("COMMIT")

    return record, connection.close


def storage(store: Store) -> Record:
    """The program's own way."""
    drawn = (Drawn("q-1", "abcdef012345", ("a", "b", "c")),)
    store.attempts.add(LEARNER, Attempt(ATTEMPT, Preset.LEARN, 1, NOW, (), "both", drawn))

    def record(number: int) -> None:
        response = Response(Turn(f"q-{number}", 1), ("a", "c"), 0.5, NOW, 4.25)
        assert store.attempts.add_response(LEARNER, ATTEMPT, response, "abcdef012345")

    return record


def table_of(file: Path) -> str:
    """The table's definition, as migrations made it."""
    with closing(sqlite3.connect(file)) as connection:
        (schema,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'responses'"
        ).fetchone()
    return str(schema)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="for each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="the median counts")
    parser.add_argument("--postgresql", metavar="URL", help="measure this empty database too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = make_store(f"sqlite:///{folder / 'quiz.db'}")
        ours = storage(store)
        bare, close = floor(folder, table_of(folder / "quiz.db"))
        numbers = itertools.count()
        print("threads   floor/s  storage/s  ratio (aim: 0.6 or more)")
        for threads in THREADS:
            found: dict[str, list[float]] = {"floor": [], "storage": []}
            for _ in range(args.rounds):
                found["floor"].append(rate(bare, threads, args.seconds, numbers))
                found["storage"].append(rate(ours, threads, args.seconds, numbers))
            ratios = [s / f for f, s in zip(found["floor"], found["storage"], strict=True)]
            floor_rate, own_rate = (statistics.median(found[k]) for k in ("floor", "storage"))
            ratio = statistics.median(ratios)
            verdict = "" if ratio >= AIM else "  below the aim"
            print(f"{threads:7}  {floor_rate:8,.0f}  {own_rate:9,.0f}  {ratio:.2f}{verdict}")
        close()
        store.database.close()
    if args.postgresql:
        store = make_store(args.postgresql)
        ours = storage(store)
        for threads in THREADS:
            print(f"{threads:7}  PostgreSQL {rate(ours, threads, args.seconds, numbers):9,.0f}")
        store.database.close()


if __name__ == "__main__":
    main()
