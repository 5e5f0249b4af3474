"""The whole app on PostgreSQL, by its address alone, while the server goes and comes back."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from bme_quiz.services.settings import ENV_DATABASE
from bme_quiz.ui.shell import words
from tests.support.courses import row, write_course
from tests.support.postgres import PrivatePostgres
from tests.support.server import Server
from tests.support.streamlit_client import StreamlitClient

LEARNER = "P" * 22


def answer_next(tab: StreamlitClient) -> tuple[str, str, int]:
    while (answered := tab.step()) is None:
        pass
    return answered


@pytest.mark.slow
def test_a_learner_rides_out_a_stop_of_postgresql(
    tmp_path: Path, postgres: PrivatePostgres, postgres_address: str
) -> None:
    folder = write_course(
        tmp_path / "course",
        [row(id=f"load-{n:02d}", stem=f"Case {n}: which step lets a bone mend?") for n in range(9)],
    )
    with Server(folder, **{ENV_DATABASE: postgres_address}) as server:
        with StreamlitClient(server.port, LEARNER, timeout=60) as tab:
            first = answer_next(tab)
            tab.press(words.NEXT_QUESTION)
            asked = unescape(tab.html())
            postgres.stop()
            try:
                assert tab.step() is None
                # The same question is still on the page, and says what happened.
                assert tab.button(words.CHECK_ANSWER) is not None
                assert asked in unescape(tab.html())
                assert words.NOT_STORED in tab.alerts()
                with StreamlitClient(server.port, "N" * 22, timeout=60) as visitor:
                    assert words.STORE_AWAY in visitor.alerts()
                    assert visitor.button(words.TRY_AGAIN) is not None
            finally:
                postgres.start()
            second = answer_next(tab)
            assert tab.alerts() == []
        server.kill()
        server.start()
        with StreamlitClient(server.port, LEARNER, timeout=60) as tab:
            assert tab.answered() == second
            assert second[0] == first[0]
