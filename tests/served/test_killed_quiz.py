"""The server is killed at random moments while learners answer: nothing acknowledged is lost."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException

from bme_quiz.services.settings import ENV_DATABASE
from tests.support.courses import row, write_course
from tests.support.server import Server
from tests.support.streamlit_client import Answered, StreamlitClient

KILLS = 50
LEARNERS = [letter * 22 for letter in "ABC"]


class Learners:
    """Several learners answering without pause until the server dies."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.acknowledged: list[Answered] = []

    def answer_until_it_dies(self, learner: str, may_start: threading.Barrier) -> None:
        try:
            with StreamlitClient(self._port, learner) as tab:
                may_start.wait()
                while True:
                    answered = tab.step()
                    if answered is not None:
                        self.acknowledged.append(answered)
        except (OSError, WebSocketException, TimeoutError):
            return


def stored(file: Path) -> list[Answered]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute(
            'SELECT a.id, r.question, r."try" FROM responses r JOIN attempts a'
            " ON a.number = r.attempt"
        ).fetchall()


@pytest.mark.slow
def test_kill_after_kill_no_acknowledged_answer_is_lost_or_doubled(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder = write_course(
        tmp_path / "course",
        [
            row(id=f"load-{n:02d}", stem=f"Case {n}: which step lets a bone mend?")
            for n in range(20)
        ],
    )
    file = tmp_path / "answers" / "quiz.db"
    rng = random.Random(20260304)
    acknowledged: list[Answered] = []
    server = Server(folder, **{ENV_DATABASE: f"sqlite:///{file}"})
    for _ in range(KILLS):
        server.start()
        learners = Learners(server.port)
        may_start = threading.Barrier(len(LEARNERS) + 1)
        threads = [
            threading.Thread(target=learners.answer_until_it_dies, args=(name, may_start))
            for name in LEARNERS
        ]
        for thread in threads:
            thread.start()
        try:
            may_start.wait(timeout=30)
            time.sleep(rng.uniform(0.0, 0.4))
        finally:
            server.kill()
        for thread in threads:
            thread.join(timeout=30)
            assert not thread.is_alive()
        acknowledged += learners.acknowledged
    kept = stored(file)
    record_property("acknowledged", len(acknowledged))
    record_property("stored", len(kept))
    assert len(acknowledged) > KILLS
    assert len(acknowledged) == len(set(acknowledged))
    assert set(acknowledged) - set(kept) == set()
    assert len(kept) == len(set(kept))
    # What is stored beyond that was written, and the server killed before it could say so: at
    # most the one answer that each learner had under way.
    assert len(kept) - len(acknowledged) <= KILLS * len(LEARNERS)
