"""Fifty learners at once on one file: none fails, none waits long, nothing is mixed up."""

from __future__ import annotations

import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, text

from bme_quiz.rules.quiz.attempt import Stage
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice, Quiz
from bme_quiz.services.settings import ENV_DATABASE
from bme_quiz.services.store import Store
from tests.support.attempts import attempt, response
from tests.support.courses import row, write_course
from tests.support.programs import PATIENCE, begin_together, programs, said
from tests.support.server import Server
from tests.support.streamlit_client import Answered, StreamlitClient

LEARNERS = 50


def take_a_quiz(quiz: Quiz, learner: str) -> float:
    """A whole quiz, every answer right; its points."""
    assert quiz.start(learner, Choice(count=EVERY_QUESTION)) is not None
    while (now := quiz.current(learner)) is not None and now.stage is not Stage.FINISHED:
        assert now.turn is not None
        quiz.answer(learner, now.id, now.turn, quiz.course.by_id[now.turn.question_id].key)
        quiz.move_on(learner, now.id, now.turn)
    assert now is not None
    return sum(r.mark for r in now.first_tries)


def test_fifty_learners_take_whole_quizzes_at_once(store: Store, small_course: Course) -> None:
    quiz = Quiz(small_course, store.attempts, random=Random(1))
    points: dict[str, float] = {}
    failures: list[BaseException] = []

    def run(learner: str) -> None:
        try:
            points[learner] = take_a_quiz(quiz, learner)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(f"learner-{n}",)) for n in range(LEARNERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert points == {f"learner-{n}": 4.0 for n in range(LEARNERS)}
    assert store.records.counts()["responses"] == 4 * LEARNERS


@pytest.mark.slow
def test_fifty_browsers_on_one_server_and_one_file(tmp_path: Path) -> None:
    folder = write_course(
        tmp_path / "course",
        [
            row(id=f"load-{n:02d}", stem=f"Case {n}: which step lets a bone mend?")
            for n in range(12)
        ],
    )
    file = tmp_path / "quiz.db"
    acknowledged: list[Answered] = []
    failures: list[BaseException] = []

    def learn(port: int, number: int) -> None:
        try:
            with StreamlitClient(port, f"{number:022d}", timeout=60) as tab:
                answers = 0
                while answers < 5:
                    answered = tab.step()
                    if answered is not None:
                        answers += 1
                        acknowledged.append(answered)
        except BaseException as error:
            failures.append(error)

    with Server(folder, **{ENV_DATABASE: f"sqlite:///{file}"}) as server:
        threads = [
            threading.Thread(target=learn, args=(server.port, number)) for number in range(LEARNERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert len(set(acknowledged)) == 5 * LEARNERS
    with closing(sqlite3.connect(file)) as connection:
        kept = connection.execute("SELECT count(*) FROM responses").fetchone()
    assert kept == (5 * LEARNERS,)


WRITER = """
import sys
from bme_quiz.services.store import make_store
from tests.support.attempts import response
store = make_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[3])):
    assert store.attempts.add_response("me", "first", response(f"{sys.argv[2]}-{n}"), "rev")
store.database.close()
"""


@pytest.mark.slow
def test_two_programs_write_to_one_database_at_once(store: Store, address: str) -> None:
    store.attempts.add("me", attempt())
    each = 300
    command = [sys.executable, "-c", WRITER, address]
    with programs([*command, "one", str(each)], [*command, "two", str(each)]) as started:
        begin_together(started)
        while any(program.poll() is None for program in started):
            assert store.attempts.latest("me") is not None
        assert [said(program) for program in started] == ["", ""]
    assert store.attempts.add_response("me", "first", response("last"), "rev")
    assert store.records.counts()["responses"] == 2 * each + 1


def test_who_reads_does_not_wait_for_who_writes(store: Store) -> None:
    store.attempts.add("me", attempt())
    writing, has_read = threading.Event(), threading.Event()

    def write(connection: Connection) -> None:
        connection.execute(text("UPDATE attempts SET ended = true"))
        writing.set()
        # Nothing is committed before somebody has read.
        assert has_read.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(store.database.write, write)
        try:
            assert writing.wait(PATIENCE)
            before = store.attempts.latest("me")
        finally:
            has_read.set()
        written.result()
    assert before is not None
    after = store.attempts.latest("me")
    assert after is not None
    assert (before.ended, after.ended) == (False, True)
