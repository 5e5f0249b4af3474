"""How the phones' front stands before the rest of the app, and how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bme_quiz.routes import BARE
from bme_quiz.rules.rooms.room import Room
from bme_quiz.server.http.app import app_parts
from bme_quiz.server.http.known_people import KnownPeople
from bme_quiz.server.http.lifespan import lifespan_with
from bme_quiz.server.phones import script
from bme_quiz.server.phones.app import Phones
from bme_quiz.services.accounts.educators import EDUCATOR_COOKIE
from bme_quiz.services.accounts.learner import COOKIE
from bme_quiz.services.rooms.rooms import Rooms, rooms_now
from bme_quiz.services.settings import ENV_ADDRESS
from tests.support import phones as wired
from tests.support.halls import educator, many_questions, server
from tests.support.rooms import started
from tests.support.seconds import in_loop
from tests.support.wire import Phone

PAGE = '<!DOCTYPE html><html lang="en"><head></head><body>The whole app</body></html>'


async def _app_page(_request: Request) -> Response:
    return HTMLResponse(PAGE)


@pytest.fixture
def rooms(small_folder: Path) -> Rooms:
    """The use cases as the app itself makes them."""
    assert small_folder.is_dir()
    return rooms_now()


@pytest.fixture
def app() -> Starlette:
    """A page with everything round it that stands round Streamlit's."""
    return Starlette(routes=[Route("/", _app_page)], middleware=app_parts()["middleware"])


@in_loop
async def test_a_phones_page_has_nothing_of_the_other_pages(app: Starlette, rooms: Rooms) -> None:
    room = started(rooms)
    other = await Phone(app, room.code).get("/")
    assert COOKIE in other.headers["set-cookie"]
    assert "app.css" in other.text
    for path in (None, "/join"):
        page = await Phone(app, room.code).get(path)
        assert COOKIE not in page.headers.get("set-cookie", "")
        assert "app.css" not in page.text
        assert "page.js" not in page.text


@in_loop
async def test_the_script_comes_small_and_may_be_kept_for_good(app: Starlette) -> None:
    phone = Phone(app, "")
    plain = await phone.get(script.script_address(BARE))
    assert plain.body == script.PLAIN
    assert plain.headers["content-type"].startswith("text/javascript")
    small = await phone.get(script.script_address(BARE), **{"accept-encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert len(small.body) < len(plain.body) / 2
    for answer in (plain, small):
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["vary"] == "Accept-Encoding"
    # A page of an earlier version, still on somebody's screen.
    assert (await phone.get("/app/000000000000/room.js")).status == 200


@in_loop
async def test_what_is_not_there_gets_a_page_with_the_form(app: Starlette, rooms: Rooms) -> None:
    room = started(rooms)
    # A picture of an address is drawn for the projector, which needs nothing of the phones' front.
    for name in ("nothing", "qr.svg"):
        page = await Phone(app, room.code).get(f"/r/{room.code}/{name}")
        assert (page.status, "Join a session" in page.text) == (404, True)
    wrong = await Phone(app, room.code).get(f"/r/{room.code}/answer")
    assert (wrong.status, wrong.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("address", "live", "host", "path", "cookie", "leads"),
    [
        ("https://quiz.example.org", True, "192.0.2.1", "/", "", True),
        ("https://quiz.example.org", True, "192.0.2.1", "/?alone", "", False),
        ("https://quiz.example.org", True, "192.0.2.1", "/?alone=1", "", False),
        ("https://quiz.example.org", True, "127.0.0.1", "/", "", False),
        ("https://quiz.example.org", True, "192.0.2.1", "/", EDUCATOR_COOKIE, False),
        ("https://quiz.example.org", True, "192.0.2.1", "/", COOKIE, False),
        ("https://quiz.example.org", False, "192.0.2.1", "/", "", False),
        ("", True, "192.0.2.1", "/", "", False),
    ],
    ids=[
        "a phone",
        "alone",
        "alone=1",
        "this machine",
        "the educator",
        "a learner",
        "no session",
        "no room",
    ],
)
def test_the_servers_address_leads_a_phone_in_while_a_session_goes_on(
    app: Starlette,
    rooms: Rooms,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    live: bool,
    host: str,
    path: str,
    cookie: str,
    leads: bool,
) -> None:
    monkeypatch.setenv(ENV_ADDRESS, address)
    room: Room = started(rooms)
    if not live:
        rooms.end(room.id)

    @in_loop
    async def ask() -> None:
        phone = Phone(app, "", host=host, cookies={cookie: "x" * 22} if cookie else {})
        if host == "127.0.0.1":
            phone.named = "localhost:8501"
        page = await phone.get(path)
        if leads:
            assert (page.status, page.headers["location"]) == (303, "/join")
        else:
            assert (page.status, "The whole app" in page.text) == (200, True)
        # Only pages are led; nothing else may depend on a session.
        data = await phone.get("/", accept="application/json")
        assert data.status == 200

    ask()


@in_loop
async def test_streams_end_when_the_server_is_told_to_end(rooms: Rooms) -> None:
    room = started(rooms)
    phones = Phones()
    told: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: told.append(number))

    @asynccontextmanager
    async def nothing(_app: object) -> AsyncIterator[None]:
        yield

    try:
        with patch("bme_quiz.server.http.lifespan.lifespan", nothing):
            async with lifespan_with(phones, KnownPeople(200))(None):
                phone = Phone(phones, room.code)
                await phone.come_in()
                async with phone.events(0) as events:
                    await events.next()
                    signal.raise_signal(signal.SIGTERM)
                    with pytest.raises(EOFError):
                        await events.next()
        # Whoever waited for the signal before has heard it too, and is in its place again.
        assert told == [signal.SIGTERM]
        signal.raise_signal(signal.SIGTERM)
        assert told == [signal.SIGTERM] * 2
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.slow
def test_a_server_with_phones_on_it_ends_in_peace(tmp_path: Path) -> None:
    course = many_questions(tmp_path / "course", 2)
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    with educator(course, database) as leader, ExitStack() as stack:
        running = server(course, database, tmp_path / "log")
        running.start()
        stack.callback(running.kill)
        room = leader.starts()
        for _ in range(5):
            phone = wired.Phone(running.port, room.code)
            phone.come_in()
            next(stack.enter_context(phone.events(0)))
        process = running._process
        assert isinstance(process, subprocess.Popen)
        # It is killed where it does not end by itself within ten seconds.
        running.stop()
        assert process.returncode == -signal.SIGTERM
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert "Cancel" not in log


@pytest.mark.slow
def test_a_form_whose_end_is_never_sent_does_not_keep_a_server_from_ending(tmp_path: Path) -> None:
    course = many_questions(tmp_path / "course", 2)
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    with educator(course, database) as leader, ExitStack() as stack:
        running = server(course, database, tmp_path / "log")
        running.start()
        stack.callback(running.kill)
        room = leader.starts(steps=1)
        line = stack.enter_context(socket.create_connection(("127.0.0.1", running.port)))
        line.sendall(
            b"POST /r/%s/answer HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n"
            b"Content-Length: 30\r\n\r\nstep=1" % room.code.encode()
        )
        # Its session was looked for, so it has come as far as its body.
        wired.Phone(running.port, room.code).look()
        process = running._process
        assert isinstance(process, subprocess.Popen)
        running.stop()
        assert process.returncode == -signal.SIGTERM
