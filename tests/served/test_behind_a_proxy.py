"""Behind a real proxy: it is believed where it is trusted, and strangers are told apart by it."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from benchmarks.attacks import open_socket
from bme_quiz.services.accounts.educators import TRIES_OF_ONE
from tests.support.courses import ROWS, write_course
from tests.support.links import Drawn
from tests.support.nginx import Nginx
from tests.support.phones import Phone
from tests.support.server import Server

pytestmark = pytest.mark.slow

PUBLIC = "quiz.test"
PASSCODE = "open sesame"
# What a proxy's manual tells people to write.
USUAL = {
    "Host": "$http_host",
    "X-Forwarded-For": "$proxy_add_x_forwarded_for",
    "X-Forwarded-Proto": "https",
}
# A proxy that speaks to the server under another name than people do.
RENAMED = {**USUAL, "Host": "app.internal", "X-Forwarded-Host": "$http_host"}


@contextmanager
def served(
    tmp_path: Path, headers: dict[str, str], base: str = "", *, strips: bool = False, **env: str
) -> Iterator[int]:
    """The proxy's port."""
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    course = write_course(tmp_path / "course", ROWS)
    env = {"BME_QUIZ_ADDRESS": f"https://{PUBLIC}", "BME_QUIZ_PASSCODE": PASSCODE, **env}
    with (
        Server(course, base=base, BME_QUIZ_DATABASE=database, **env) as server,
        Nginx(tmp_path / "nginx", server.port, headers, base, strips=strips) as proxy,
    ):
        yield proxy.port


def ask(port: int, path: str, body: str | None = None, **headers: str) -> http.client.HTTPResponse:
    """The response to a request for the public name."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        method = "GET" if body is None else "POST"
        line.request(method, path, body, {"Host": PUBLIC, **headers})
        reply = line.getresponse()
        reply.read()
        return reply


@pytest.mark.parametrize("headers", [USUAL, RENAMED], ids=["host kept", "host forwarded"])
def test_a_trusted_proxy_speaks_for_host_scheme_and_origin(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    # The name by which the proxy itself asks must be one of the server's as well.
    with served(tmp_path, headers, BME_QUIZ_ALLOWED_HOSTS="app.internal") as port:
        page = ask(port, "/", Accept="text/html")
        assert page.status == 200
        assert "; Secure" in page.headers["set-cookie"]
        assert ask(port, "/join", Host="evil.example").status == 421
        with (
            open_socket(port, f"https://{PUBLIC}", PUBLIC) as own,
            open_socket(port, "https://evil.example", PUBLIC) as foreign,
        ):
            assert (own.status, foreign.status) == (101, 403)


def test_a_proxy_that_is_not_trusted_speaks_for_nobody(tmp_path: Path) -> None:
    with served(tmp_path, USUAL, BME_QUIZ_TRUSTED_PROXY="10.9.9.9") as port:
        page = ask(port, "/", Accept="text/html")
        assert "Secure" not in page.headers["set-cookie"]


def test_each_client_behind_a_proxy_has_tries_of_their_own(tmp_path: Path) -> None:
    def guess(port: int, client: str, passcode: str = "wrong") -> int:
        form = f"passcode={passcode.replace(' ', '+')}"
        kind = "application/x-www-form-urlencoded"
        origin = f"https://{PUBLIC}"
        # nginx adds where the request came from behind what the client wrote.
        more = {"X-Forwarded-For": client, "Content-Type": kind, "Origin": origin}
        return ask(port, "/educator", form, **more).status

    one_hop = {**USUAL, "X-Forwarded-For": "$http_x_forwarded_for"}
    with served(tmp_path, one_hop) as port:
        guesses = [guess(port, "203.0.113.9") for _ in range(TRIES_OF_ONE + 1)]
        assert guesses == [403] * TRIES_OF_ONE + [429]
        assert guess(port, "198.51.100.4", PASSCODE) == 303


TAKES_OFF = {**USUAL, "X-Forwarded-Prefix": "/quiz"}


@pytest.mark.parametrize(
    ("headers", "strips"),
    [(USUAL, False), (TAKES_OFF, True), (TAKES_OFF, False)],
    ids=["passed on", "taken off and said", "passed on and said"],
)
def test_a_base_path_holds_behind_both_kinds_of_proxy(
    tmp_path: Path, headers: dict[str, str], strips: bool
) -> None:
    with served(tmp_path, headers, "/quiz", strips=strips) as port:
        assert [ask(port, p).status for p in ("/quiz/", "/quiz/join", "/join")] == [200, 200, 404]
        page = ask(port, "/quiz/", Accept="text/html")
        assert "; Path=/quiz;" in page.headers["set-cookie"]
        assert ask(port, "/quiz/article/").headers["location"] == "/quiz/article"
        kind, origin = "application/x-www-form-urlencoded", f"https://{PUBLIC}"
        more = {"Content-Type": kind, "Origin": origin}
        inside = ask(port, "/quiz/educator", f"passcode={PASSCODE.replace(' ', '+')}", **more)
        assert (inside.status, inside.headers["location"]) == (303, "/quiz/session")
        cookies = inside.headers.get_all("set-cookie") or []
        assert {c.partition("Path=")[2].partition(";")[0] for c in cookies} == {
            "/quiz",
            "/quiz/educator",
        }
        for path, status in (("/quiz/_stcore/stream", 101), ("/_stcore/stream", 404)):
            with open_socket(port, origin, PUBLIC, path) as socket:
                assert socket.status == status


def test_what_comes_without_the_base_path_is_shown_the_ways_in(tmp_path: Path) -> None:
    # So does what came through a proxy that takes the path off and does not say so.
    course = write_course(tmp_path / "course", ROWS)
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    with Server(course, base="/quiz", BME_QUIZ_DATABASE=database) as server:
        outside = Phone(server.port, "")
        for path in ("/", "/join", "/quizzes/", "/_stcore/health", "/r/ABCDEF/events"):
            page = outside.ask("GET", path)
            assert page.status == 404
            drawn = Drawn(path).draw(page.text)
            assert drawn.links
            assert all(link.startswith("/quiz/") for link in drawn.links)
            assert "set-cookie" not in page.headers
            assert "default-src 'none'" in page.headers["content-security-policy"]
        assert outside.ask("GET", "/join", Host="evil.example").status == 421
        assert [outside.ask("GET", p).status for p in ("/healthz", "/quiz/healthz")] == [200, 200]
        with open_socket(server.port, path="/_stcore/stream") as socket:
            assert socket.status == 403
