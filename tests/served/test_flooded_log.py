"""A server whose log somebody wants to fill, however it was started: the first of each line is
there, and a few more in a minute."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bme_quiz.services.accounts.tokens import new_token
from bme_quiz.services.settings import ENV_DATABASE
from bme_quiz.ui.shell import words
from tests.support.courses import ROWS, write_course
from tests.support.server import Server, free_port
from tests.support.streamlit_client import StreamlitClient

pytestmark = pytest.mark.slow

PYTHON = [sys.executable, "-m"]
WAYS = {
    "serve": [*PYTHON, "bme_quiz", "serve", "--no-browser", "--port", "{port}"],
    "streamlit": [*PYTHON, "streamlit", "run", "quiz_app.py", "--server.port", "{port}"],
    "uvicorn": [*PYTHON, "uvicorn", "quiz_app:app", "--port", "{port}"],
}
MOST_LINES = 60
FORGED = "%0aERROR:%20forged%0d%1b[2K"


def server(folder: Path, way: str, log: Path) -> Server:
    port = free_port()
    command = [part.format(port=port) for part in WAYS[way]]
    into = ["/bin/sh", "-c", 'log="$1"; shift; exec "$@" >>"$log" 2>&1', "sh", str(log)]
    database = f"sqlite:///{folder / 'quiz.db'}"
    return Server(folder / "course", port, [*into, *command], **{ENV_DATABASE: database})


def send(port: int, *requests: bytes) -> None:
    """Send each of these on a connection of its own, and wait until it is answered or ended."""
    for request in requests:
        with (
            suppress(ConnectionError),
            socket.create_connection(("127.0.0.1", port), timeout=30) as line,
        ):
            line.sendall(request)
            while line.recv(65536):
                pass


def broken_frames(port: int, count: int) -> None:
    """Send frames that are none of Streamlit's, for as long as the server takes them."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    origin = f"http://127.0.0.1:{port}"
    with suppress(ConnectionClosed), connect(address, origin=origin, max_size=None) as line:  # type: ignore[arg-type]
        for number in range(count):
            line.send(b"\xff\xfe" + str(number).encode())
        line.ping().wait(60)


@pytest.mark.parametrize("way", WAYS)
def test_whatever_is_sent_the_log_stays_short(way: str, tmp_path: Path) -> None:
    write_course(tmp_path / "course", ROWS)
    log = tmp_path / "log"
    with server(tmp_path, way, log) as started:
        port = started.port
        with StreamlitClient(port, new_token(), timeout=60) as learner:
            learner.press(words.START_QUIZ)
            for _ in range(3):
                broken_frames(port, 1_000)
            path = f"/r/{FORGED}{'a' * 20_000}"
            head = f"Host: 127.0.0.1\r\nConnection: close\r\nX: {'b' * 20_000}\r\n\r\n"
            send(
                port,
                *[b"\x00\x01 no request\r\n\r\n", f"GET {path} HTTP/1.1\r\n{head}".encode()] * 150,
            )
            bad = tmp_path / "bad.db"
            bad.write_bytes(b"garbage!" * 2_000)
            bad.replace(tmp_path / "quiz.db")
            for _ in range(100):
                learner.press(words.CHECK_ANSWER, learner.choose_first())
                assert learner.alerts() == [words.NOT_STORED]
                send(port, b"GET /r/BBBBBB HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    said = log.read_text("utf-8")
    lines = said.splitlines()
    for first in (
        "Invalid HTTP request received.",
        "nothing was stored for a tap: ",
        "refused on the phones' pages: ",
    ):
        assert said.count(first) in range(1, 4), first
    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) < 1_200
    assert not [line for line in lines if line.startswith("ERROR: forged")]
