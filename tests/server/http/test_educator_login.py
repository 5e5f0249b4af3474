"""The educator's door as it is met from outside: the form, the cookie, the command, the start."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from benchmarks.processes import ServerProcess, free_port
from bme_quiz.cli.main import main
from bme_quiz.routes import BARE
from bme_quiz.server.http import educator_login
from bme_quiz.server.http.lifespan import lifespan
from bme_quiz.server.http.static_files import StaticStore
from bme_quiz.services.accounts.educators import (
    EDUCATOR_COOKIE,
    KNOWN_COOKIE,
    Educators,
    announcement,
)
from bme_quiz.services.accounts.learner import COOKIE
from bme_quiz.services.accounts.tokens import is_token, new_token
from bme_quiz.services.settings import ENV_DATABASE, ENV_PASSCODE, http_address
from bme_quiz.services.store import Store, shared_store
from tests.support.connections import open_connections
from tests.support.courses import OWN_QUESTIONS
from tests.support.loops import run

ORIGIN = {"origin": "http://testserver"}
MADE = re.compile(r"passcode: ((?:[B-Z]{4}-){2}[B-Z]{4})$", re.MULTILINE)


@pytest.fixture
def kept(sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the server and the commands find in the environment."""
    monkeypatch.setenv(ENV_DATABASE, sqlite_address)
    monkeypatch.delenv(ENV_PASSCODE, raising=False)
    store = shared_store(sqlite_address)
    yield store
    store.database.close()


@pytest.fixture
def passcode(kept: Store) -> str:
    made = Educators(kept.educators).prepare(None)
    assert made is not None
    return made


def _guarded(request: Request) -> Response:
    return PlainTextResponse("inside" if educator_login.is_educator(request) else "outside")


@pytest.fixture
def client(kept: Store) -> TestClient:
    del kept
    app = Starlette(routes=[*educator_login.routes(), Route("/guarded", _guarded)])
    return TestClient(app, follow_redirects=False)


def give(client: TestClient, passcode: str, **headers: str) -> Any:
    return client.post("/educator", data={"passcode": passcode}, headers=headers or ORIGIN)


def test_the_right_passcode_gives_a_cookie_and_leads_in(client: TestClient, passcode: str) -> None:
    assert client.get("/guarded").text == "outside"
    answer = give(client, passcode)
    assert (answer.status_code, answer.headers["location"]) == (303, "/session")
    login, known = answer.headers.get_list("set-cookie")
    cookie, *rest = login.split("; ")
    name, _, token = cookie.partition("=")
    assert name == EDUCATOR_COOKIE
    assert is_token(token)
    shared = {"httponly", "samesite=strict"}
    assert {part.lower() for part in rest} == {*shared, "path=/", "max-age=43200"}
    cookie, *rest = known.split("; ")
    assert cookie.startswith(f"{KNOWN_COOKIE}=")
    # It opens nothing, and goes to the form alone.
    assert token not in cookie
    assert {part.lower() for part in rest} == {*shared, "path=/educator", "max-age=34560000"}
    assert client.get("/guarded").text == "inside"
    again = client.get("/educator")
    assert (again.status_code, again.headers["location"]) == (303, "/session")


def test_over_https_the_cookie_is_secure(client: TestClient, passcode: str) -> None:
    client.base_url = "https://testserver"
    answer = give(client, passcode, origin="https://testserver")
    assert all("; Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))


def test_the_form_says_where_the_passcode_is_and_may_run_nothing(client: TestClient) -> None:
    answer = client.get("/educator")
    assert answer.status_code == 200
    assert '<label class="field-label" for="passcode">Passcode</label>' in answer.text
    assert 'autocomplete="current-password"' in answer.text
    assert "python -m bme_quiz passcode" in answer.text
    assert "alert" not in answer.text.partition("<main>")[2]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers


def test_a_wrong_passcode_gets_the_form_again_and_no_cookie(
    client: TestClient, passcode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bme_quiz")
    typed = '"><script>alert(1)</script>' + passcode[:-1]
    answer = give(client, typed)
    assert answer.status_code == 403
    assert f'role="alert" id="wrong">{educator_login.WRONG}<' in answer.text
    assert "<script" not in answer.text
    assert "set-cookie" not in answer.headers
    assert client.get("/guarded").text == "outside"
    assert "a wrong passcode was tried" in caplog.text
    for personal in (passcode[:-1], "script", "testclient"):
        assert personal not in caplog.text


def test_too_many_tries_are_refused_with_a_sentence(client: TestClient, passcode: str) -> None:
    assert [give(client, "wrong").status_code for _ in range(6)] == [403] * 5 + [429]
    answer = give(client, passcode)
    assert answer.status_code == 429
    assert educator_login.TOO_MANY in answer.text


def visitor(client: TestClient, address: str, url: str = "http://testserver") -> TestClient:
    """Another browser, which asks the same app from this address."""
    return TestClient(client.app, url, client=(address, 50_000), follow_redirects=False)


def lock_out_strangers(client: TestClient) -> None:
    """Five wrong passcodes from each of six addresses."""
    for number in range(30):
        assert give(visitor(client, f"198.51.100.{number % 6}"), "wrong").status_code == 403


def test_guessers_lock_out_neither_this_machine_nor_who_was_here_before(
    client: TestClient, passcode: str
) -> None:
    mine = visitor(client, "203.0.113.5")
    assert give(mine, passcode).status_code == 303
    mine.post("/educator/leave", headers=ORIGIN)
    lock_out_strangers(client)
    assert give(visitor(client, "203.0.113.5"), passcode).status_code == 429
    assert give(mine, passcode).status_code == 303
    here = {"origin": "http://localhost:8501"}
    laptop = visitor(client, "127.0.0.1", "http://localhost:8501")
    # A tunnel or a proxy on this machine is not this machine.
    assert give(laptop, passcode, **here, **{"x-forwarded-for": "192.0.2.1"}).status_code == 429
    assert give(visitor(client, "127.0.0.1"), passcode).status_code == 429
    assert give(laptop, passcode, **here).status_code == 303


def test_an_educator_on_a_new_browser_comes_in_by_a_link_while_somebody_guesses(
    kept: Store, client: TestClient, passcode: str, capsys: pytest.CaptureFixture[str]
) -> None:
    guessed = [give(client, "wrong").status_code for _ in range(8)]
    assert guessed == [403] * 5 + [429] * 3
    # Nobody can tell the educator, at the same address, from the guesser.
    refused = give(client, passcode)
    assert (refused.status_code, "passcode --link" in refused.text) == (429, True)
    assert main(["passcode", "--link"]) == 0
    link = re.search(r"http://\S+(/educator\?link=\S+)", capsys.readouterr().out)
    assert link is not None
    page = client.get(link[1])
    assert "Open in this browser" in page.text
    # A preview of the link uses nothing up.
    assert client.get(link[1]).text == page.text
    token = link[1].partition("=")[2]
    answer = client.post("/educator", data={"link": token}, headers=ORIGIN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/session")
    assert client.get("/guarded").text == "inside"
    # It works once, the guesser has gained no try, and this browser is known from now on.
    again = client.post("/educator", data={"link": token}, headers=ORIGIN)
    assert (again.status_code, educator_login.LINK_USED in again.text) == (403, True)
    assert KNOWN_COOKIE in {cookie.name for cookie in client.cookies.jar}
    other = TestClient(client.app, follow_redirects=False)
    assert give(other, "wrong").status_code == 429
    del kept


@pytest.mark.parametrize("link", ["x", "A" * 22, "A" * 2_000, "ä", ""])
def test_a_link_that_is_none_opens_nothing(
    client: TestClient, passcode: str, link: str, monkeypatch: pytest.MonkeyPatch, kept: Store
) -> None:
    del passcode
    monkeypatch.setattr(kept.educators, "use_link", None)  # nothing is written for it
    answer = client.post("/educator", data={"link": link}, headers=ORIGIN)
    assert answer.status_code == 403
    assert "Open in this browser" not in client.get("/educator", params={"link": link[:1]}).text
    assert client.get("/guarded").text == "outside"


def test_who_is_known_to_be_locked_out_costs_no_look_and_no_hash(
    client: TestClient, passcode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del passcode
    while give(client, "wrong").status_code != 429:
        pass

    def asked(*_: object) -> None:
        raise AssertionError("something was looked up or hashed")

    monkeypatch.setattr(educator_login, "_enter", asked)
    client.cookies.set(KNOWN_COOKIE, f"{new_token()}.{'0' * 32}")
    assert [give(client, "wrong").status_code for _ in range(5)] == [429] * 5


@pytest.mark.parametrize(
    "headers",
    [
        {"x-nothing": ""},
        {"origin": "http://elsewhere.example"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
    ],
)
def test_a_form_of_another_site_neither_opens_nor_closes(
    client: TestClient, passcode: str, headers: dict[str, str]
) -> None:
    assert give(client, passcode, **headers).status_code == 403
    assert client.get("/guarded").text == "outside"
    give(client, passcode)
    assert client.post("/educator/leave", headers=headers).status_code == 403
    assert client.get("/guarded").text == "inside"


def test_a_huge_form_is_refused_and_is_no_try(client: TestClient, passcode: str) -> None:
    for _ in range(8):
        body = b"passcode=" + b"x" * 3_000_000
        answer = client.post("/educator", content=body, headers=ORIGIN)
        assert answer.status_code == 413
    assert give(client, passcode).status_code == 303


def test_the_longest_passcode_of_the_settings_fits_the_form(
    client: TestClient, kept: Store
) -> None:
    longest = "𝓧" * 200
    Educators(kept.educators).prepare(longest)
    assert give(client, longest).status_code == 303


def test_who_leaves_is_outside_even_with_the_old_cookie(client: TestClient, passcode: str) -> None:
    give(client, passcode)
    token = client.cookies[EDUCATOR_COOKIE]
    answer = client.post("/educator/leave", headers=ORIGIN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/educator")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert EDUCATOR_COOKIE not in client.cookies
    client.cookies.set(EDUCATOR_COOKIE, token)
    assert client.get("/guarded").text == "outside"
    assert client.post("/educator/leave", headers=ORIGIN).status_code == 303  # nothing to leave


def test_a_participants_cookie_opens_nothing(client: TestClient, passcode: str) -> None:
    del passcode
    learner = new_token()
    for name in (COOKIE, EDUCATOR_COOKIE):
        client.cookies.set(name, learner)
        assert client.get("/guarded").text == "outside"
        assert client.get("/educator").status_code == 200


def test_a_database_that_is_away_is_said(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.db"
    bad.write_bytes(b"garbage!" * 2_000)
    monkeypatch.setenv(ENV_DATABASE, f"sqlite:///{bad}")
    client.cookies.set(EDUCATOR_COOKIE, new_token())
    answers = [
        client.get("/educator"),
        give(client, "x"),
        client.post("/educator/leave", headers=ORIGIN),
    ]
    for answer in answers:
        assert answer.status_code == 503
        assert educator_login.AWAY in answer.text
        assert str(bad) not in answer.text


def test_the_command_makes_another_and_says_where(
    kept: Store, passcode: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["passcode"]) == 0
    said = capsys.readouterr().out
    found = MADE.search(said)
    assert found is not None
    assert "Educator's page: http://127.0.0.1:8501/educator " in said
    educators = Educators(kept.educators)
    assert is_token(educators.enter(found[1], "1"))
    assert not is_token(educators.enter(passcode, "1"))


def test_the_command_leaves_a_passcode_of_the_settings_alone(
    passcode: str,
    kept: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(ENV_PASSCODE, "correct horse")
    assert main(["passcode"]) == 2
    assert "The passcode is set by BME_QUIZ_PASSCODE" in capsys.readouterr().err
    assert is_token(Educators(kept.educators).enter(passcode, "1"))


def test_a_server_started_without_serve_prints_a_new_passcode_once(
    kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(StaticStore, "warm_first_pages", lambda _: None)

    async def start() -> None:
        async with lifespan(None):
            pass

    run(start())
    found = MADE.search(capsys.readouterr().out)
    assert found is not None
    assert open_connections(tmp_path) == []
    assert is_token(Educators(kept.educators).enter(found[1], "1"))
    run(start())
    assert capsys.readouterr().out == f"Answers are kept in {kept.database.place}\n"


@pytest.mark.slow
def test_the_first_start_prints_the_passcode_and_the_next_how_to_get_another(
    kept: Store, tmp_path: Path
) -> None:
    port = free_port()
    command = [sys.executable, "-m", "bme_quiz", "serve", "--no-browser", "--port", str(port)]
    command += ["--questions", str(OWN_QUESTIONS)]
    said = []
    for _ in range(2):
        printed = tmp_path / "printed"
        with (
            printed.open("wb") as out,
            ServerProcess(command, port, dict(os.environ), stdout=out.fileno()),
        ):
            pass
        said.append(printed.read_text("utf-8"))
    address = http_address("127.0.0.1", port)
    assert all(f"BME Quiz is running at {address}  (" in text for text in said)
    assert f"Educator's page: {address}/educator   passcode: " in said[0]
    found = MADE.search(said[0])
    assert found is not None
    assert "shown only now" in said[0]
    assert MADE.search(said[1]) is None
    assert f"Educator's page: {address}/educator\n" in said[1]
    assert "`python -m bme_quiz passcode` makes another" in said[1]
    # That command refuses where the passcode is one of the settings.
    assert "bme_quiz passcode" not in announcement(BARE.at(address), None, configured=True)
    assert is_token(Educators(kept.educators).enter(found[1], "1"))
