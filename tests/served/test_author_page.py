"""*Check a bank* is for its author: on the server's own machine, or with the passcode."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing

import pytest

from bme_quiz.services.accounts.educators import EDUCATOR_COOKIE
from tests.support.courses import ROWS, write_course
from tests.support.server import Server
from tests.support.streamlit_client import StreamlitClient

pytestmark = pytest.mark.slow

PASSCODE = "open sesame"
LEARNER = "0" * 31 + "2"
# What a tunnel to this machine adds, whatever it is called.
TUNNEL = {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    course = write_course(tmp_path_factory.mktemp("course"), ROWS)
    database = f"sqlite:///{tmp_path_factory.mktemp('data') / 'quiz.db'}"
    with Server(course, BME_QUIZ_DATABASE=database, BME_QUIZ_PASSCODE=PASSCODE) as running:
        yield running


def is_open(client: StreamlitClient) -> bool:
    """Whether the page offers to take a file."""
    return bool(client.all("file_uploader"))


def test_on_the_servers_own_machine_the_page_is_open(server: Server) -> None:
    with StreamlitClient(server.port, LEARNER, page="check") as client:
        assert is_open(client)


def test_through_a_tunnel_it_is_closed_and_says_to_whom_it_opens(server: Server) -> None:
    with StreamlitClient(server.port, LEARNER, page="check", headers=TUNNEL) as client:
        assert not is_open(client)
        assert "passcode" in client.html()


def test_who_gave_the_passcode_is_let_in(server: Server) -> None:
    here = f"http://127.0.0.1:{server.port}"
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as line:
        kind = "application/x-www-form-urlencoded"
        form = f"passcode={PASSCODE.replace(' ', '+')}"
        line.request("POST", "/educator", form, {"Origin": here, "Content-Type": kind})
        cookie = line.getresponse().headers["set-cookie"].split(";")[0].partition("=")
    assert cookie[0] == EDUCATOR_COOKIE
    cookies = {EDUCATOR_COOKIE: cookie[2]}
    with StreamlitClient(
        server.port, LEARNER, page="check", cookies=cookies, headers=TUNNEL
    ) as client:
        assert is_open(client)
