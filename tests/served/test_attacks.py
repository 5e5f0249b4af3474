"""One hostile visitor against a real server: everybody else is served as if there were none."""

from __future__ import annotations

import contextlib
import http.client
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.attacks import (
    BINARY,
    CONTINUATION,
    PING,
    TEXT,
    Socket,
    frame,
    open_socket,
    run_message,
    upload,
)
from benchmarks.flood import GIVEN_UP, Arrivals, arrive, flood, known_learners
from bme_quiz.services.accounts.tokens import new_token
from tests.support.attacked import server
from tests.support.courses import ROOT, ROWS, write_course
from tests.support.server import Server, free_port
from tests.support.streamlit_client import StreamlitClient
from tests.support.unharmed import SECONDS_AT_MOST, TIMES_SLOWER, unharmed

__all__ = ["server"]

pytestmark = pytest.mark.slow

FRAMES = 20_000


def storm(socket: Socket, data: bytes) -> None:
    """Send all of it, or as much as the server takes in some seconds."""
    socket.line.settimeout(4)
    with contextlib.suppress(OSError):
        socket.send(data)


STORMS: dict[str, Callable[[], bytes]] = {
    "messages without content": lambda: frame(BINARY) * FRAMES,
    "pings": lambda: frame(PING) * FRAMES,
    "a message in parts without end": lambda: (
        frame(BINARY, fin=False) + frame(CONTINUATION, fin=False) * FRAMES
    ),
    "text": lambda: frame(TEXT, b"x") * FRAMES,
    "garbage": lambda: frame(BINARY, b"\xff\xff") * FRAMES,
    "pages": lambda: frame(BINARY, run_message()) * FRAMES,
    "large messages": lambda: frame(BINARY, b"\0" * 200_000) * 50,
    "a message that is too large": lambda: frame(BINARY, b"\0" * 5_000_000),
}


@pytest.mark.parametrize("kind", STORMS)
def test_a_storm_of_frames_on_one_websocket(server: Server, kind: str) -> None:
    data = STORMS[kind]()
    with unharmed(server), open_socket(server.port) as socket:
        socket.send(frame(BINARY, run_message()))
        storm(socket, data)


def test_websockets_of_foreign_pages(server: Server) -> None:
    with unharmed(server):
        for _ in range(30):
            with open_socket(server.port, origin="http://evil.example") as socket:
                assert socket.status == 403


def test_uploads_by_whoever_has_a_page_open(server: Server) -> None:
    with unharmed(server), open_socket(server.port) as socket:
        session = socket.session()
        for _ in range(20):
            # As a stranger's would, they come by way of a proxy that says so.
            passed_on = {"X-Forwarded-For": "203.0.113.9"}
            assert upload(server.port, session, 19_000_000, **passed_on) in (0, 403)


def test_uploads_without_end_by_whoever_may_upload(server: Server) -> None:
    with unharmed(server):
        with open_socket(server.port) as socket:
            session = socket.session()
            found = [upload(server.port, session, 19_000_000) for _ in range(20)]
        assert found[0] == 204
        assert set(found[1:]) <= {0, 413}


def test_many_pages_that_nobody_reads(server: Server) -> None:
    with unharmed(server), contextlib.ExitStack() as pages:
        sockets = [pages.enter_context(open_socket(server.port)) for _ in range(200)]
        for socket in sockets:
            socket.send(frame(BINARY, run_message()))
        for socket in sockets[:40]:
            storm(socket, frame(BINARY, run_message()) * 100)


def test_a_learner_goes_on_while_a_stranger_storms(server: Server) -> None:
    with (
        open_socket(server.port) as socket,
        StreamlitClient(server.port, "0" * 31 + "1") as learner,
    ):
        before = [_seconds(learner.step) for _ in range(5)]
        storm(socket, frame(BINARY, run_message()) * 2_000)
        during = [_seconds(learner.step) for _ in range(5)]
    assert max(during) <= max(SECONDS_AT_MOST, TIMES_SLOWER * max(before))


def test_neighbours_get_a_page_while_somebody_opens_websockets_without_end(tmp_path: Path) -> None:
    course = write_course(tmp_path / "course", ROWS)
    with Server(course, BME_QUIZ_DATABASE=f"sqlite:///{tmp_path / 'quiz.db'}") as server:
        known = known_learners(server, 4)
        with unharmed(server), flood(server.port) as tried:
            came = arrive(server.port, [x for one in known for x in (new_token(), one)], 0.2)
    assert tried[0] > 200, "no flood"
    assert Arrivals(came.waits[1::2]).within(GIVEN_UP) == 100
    # Unguarded, nobody came in for as long as it went on.
    assert Arrivals(came.waits[::2]).within(GIVEN_UP) >= 75


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def test_a_stranger_learns_nothing_of_the_machine(server: Server) -> None:
    with open_socket(server.port) as socket:
        socket.send(frame(BINARY, run_message()))
        told = b""
        for payload in socket.frames():
            told += payload
            message = ForwardMsg()
            message.ParseFromString(payload)
            if message.WhichOneof("type") == "script_finished":
                break
    assert len(told) > 1_000
    for path in ("/", "/join", "/educator", "/_stcore/health", "/_stcore/host-config", "/nowhere"):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as line:
            line.request("GET", path)
            answer = line.getresponse()
            told += str(answer.getheaders()).encode() + answer.read()
    python = ".".join(map(str, sys.version_info[:3]))
    places = {str(ROOT), str(Path.home()), sys.prefix, tempfile.gettempdir()}
    for secret in (
        python,
        "uvicorn",
        "site-packages",
        "main.py",
        "linux",
        "no-machine-id",
        *places,
    ):
        assert secret.encode() not in told, secret


@pytest.mark.parametrize("command", ["serve", "streamlit run"])
def test_both_ways_to_start_have_the_guard(command: str, tmp_path: Path) -> None:
    port = free_port()
    env = {
        "BME_QUIZ_DATABASE": f"sqlite:///{tmp_path / 'quiz.db'}",
        "BME_QUIZ_PORT": str(port),
    }
    started = None
    if command == "streamlit run":
        started = [
            *(sys.executable, "-m", "streamlit", "run", str(ROOT / "quiz_app.py")),
            *("--server.port", str(port)),
        ]
    with Server(write_course(tmp_path / "course", ROWS), port, started, **env) as running:
        with open_socket(port, origin="http://evil.example") as foreign, open_socket(port) as own:
            assert (foreign.status, own.status) == (403, 101)
            # The first page of all loads what the others find.
            own.session()
        with open_socket(port) as socket, socket.line:
            # More than a page ever sends; both protocols are in place where this ends it.
            storm(socket, frame(BINARY, b"\0" * 100_000))
            assert socket.is_closed()
        with unharmed(running), open_socket(port) as socket:
            storm(socket, frame(PING) * FRAMES)
