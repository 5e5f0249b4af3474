"""One hostile visitor with plain requests and stored things, against a real server: everybody else
is served as if there were none."""

from __future__ import annotations

import http.client
import socket
import sys
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from benchmarks.attacks import (
    flood,
    largest_script,
    request,
    unread,
)
from bme_quiz.server.http.additions import OF_PERSON
from bme_quiz.services.accounts.tokens import new_token
from bme_quiz.services.quota import Added
from bme_quiz.services.store import make_store
from bme_quiz.ui.shell import words
from tests.support.attacked import server
from tests.support.courses import ROWS, write_course
from tests.support.server import Server, free_port
from tests.support.streamlit_client import StreamlitClient
from tests.support.unharmed import unharmed

__all__ = ["server"]

pytestmark = pytest.mark.slow

SECONDS = 1.5


FORM = b"passcode=wrong&code=BCDF-GHJK"


@pytest.mark.parametrize(
    ("path", "method", "lines", "ahead", "said"),
    [
        ("/educator", "POST", 80, 1, {403, 429}),
        ("/device", "POST", 80, 1, {400, 429}),
        ("/article", "GET", 200, 1, {200}),
        ("/nothing", "GET", 200, 1, {404}),
        ("/join", "GET", 40, 10, {200}),
        ("/join?code=BCDFGH", "GET", 80, 1, {404, 429}),
    ],
    ids=["passcodes", "codes", "pages", "not there", "ahead", "sessions"],
)
def test_a_flood_of_plain_requests(
    server: Server, path: str, method: str, lines: int, ahead: int, said: set[int]
) -> None:
    body = FORM if method == "POST" else b""
    with unharmed(server):
        found = flood(server.port, request(server.port, path, method, body), lines, SECONDS, ahead)
    assert set(found) <= said
    assert found


def test_large_responses_that_nobody_reads(server: Server) -> None:
    path = largest_script()
    with unharmed(server), unread(server.port, request(server.port, path), 1_000, a_second=300):
        time.sleep(0.5)
    # Whoever reads gets all of it.
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as line:
        line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        assert len(answer.read()) == int(answer.headers["content-length"]) > 500_000


def test_a_phone_behind_the_strangers_router_is_served_beside_the_flood(server: Server) -> None:
    """Both come through one proxy, which says for whom it asks."""
    stranger = request(server.port, "/article", X_Forwarded_For="203.0.113.9")
    with unharmed(server):
        flood(server.port, stranger, 200, SECONDS)


OWN_WAY = ("bme_quiz", "serve", "--no-browser")
UVICORNS_WAY = ("uvicorn", "quiz_app:app")


def limited(folder: Path, files: int, log: Path, way: tuple[str, ...]) -> Server:
    """A server that may have so many files open."""
    port = free_port()
    command = [
        *("/bin/sh", "-c", f'ulimit -n {files}; log="$1"; shift; exec "$@" 2>>"$log"', "sh"),
        *(str(log), sys.executable, "-m", *way, "--port", str(port)),
    ]
    database = f"sqlite:///{folder / 'quiz.db'}"
    return Server(folder / "course", port, command, BME_QUIZ_DATABASE=database)


def test_a_server_that_may_open_few_files_leaves_some_to_others(tmp_path: Path) -> None:
    write_course(tmp_path / "course", ROWS)
    log = tmp_path / "log"
    with limited(tmp_path, 200, log, OWN_WAY) as running, ExitStack() as stack:
        ask = request(running.port, "/join")
        for _ in range(400):
            with suppress(OSError):
                line = stack.enter_context(socket.create_connection(("127.0.0.1", running.port)))
                line.sendall(request(running.port, largest_script()))
        # The connections of one address give way, so a newcomer comes in, and so does a learner.
        found = flood(running.port, ask, 1, 1.0)
        assert found[200] > 0
        with StreamlitClient(running.port, new_token()) as learner:
            learner.press(words.START_QUIZ)
            assert learner.choose_first()
    assert "open" not in log.read_text("utf-8")


def test_a_server_out_of_files_goes_on_when_some_come_free(tmp_path: Path) -> None:
    write_course(tmp_path / "course", ROWS)
    log = tmp_path / "log"
    # Started so, it accepts all of a burst before any of it can be counted.
    with limited(tmp_path, 100, log, UVICORNS_WAY) as running:
        end = time.monotonic() + 120
        # On a busy machine a burst may come bit by bit, of which each is counted: then another.
        while "as many files are open" not in log.read_text("utf-8"):
            assert time.monotonic() < end
            with ExitStack() as stack:
                for _ in range(150):
                    line = stack.enter_context(socket.socket())
                    line.setblocking(False)
                    with suppress(BlockingIOError):
                        line.connect(("127.0.0.1", running.port))
                until = time.monotonic() + 5
                while "as many files" not in log.read_text("utf-8") and time.monotonic() < until:
                    time.sleep(0.05)
        while not flood(running.port, request(running.port, "/join"), 1, 0.2)[200]:
            assert time.monotonic() < end
    said = [line for line in log.read_text("utf-8").splitlines() if "INFO" not in line]
    assert len([line for line in said if "as many files are open" in line]) == 1
    assert not [line for line in said if "Traceback" in line]


def test_new_learners_without_end_begin_no_more_than_a_network_may(tmp_path: Path) -> None:
    write_course(tmp_path / "course", ROWS)
    most = OF_PERSON[Added.QUIZ][0]
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    settings = {"BME_QUIZ_DATABASE": database, "BME_QUIZ_PEOPLE_PER_ADDRESS": "1"}
    with Server(tmp_path / "course", **settings) as running:
        said = None
        for _ in range(2 * most):
            with StreamlitClient(running.port, new_token()) as stranger:
                stranger.press(words.START_QUIZ)
                said = stranger.alerts()
            if said:
                break
        assert said == [words.TOO_MUCH_ADDED]
        # Another network, behind the same proxy, is none the worse.
        headers = {"X-Forwarded-For": "198.51.100.7"}
        with StreamlitClient(running.port, new_token(), headers=headers) as learner:
            learner.press(words.START_QUIZ)
            assert learner.alerts() == []
            learner.press(words.CHECK_ANSWER, learner.choose_first())
            assert learner.alerts() == []
    store = make_store(database)
    counts = store.records.counts()
    store.database.close()
    assert (counts["attempts"], counts["responses"]) == (most / 2 + 1, 1)
    assert counts["learners"] == counts["attempts"]
