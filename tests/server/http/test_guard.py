"""For whom the server is, what of it is open, and to whom."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from bme_quiz.routes import STREAM
from bme_quiz.server.http.clients import Clients
from bme_quiz.server.http.guard import Guard, Hosts
from bme_quiz.server.http.known_people import KnownPeople, educator_key
from bme_quiz.services.accounts.educators import EDUCATOR_COOKIE
from bme_quiz.services.addresses import FROM_THIS_MACHINE, split_host
from bme_quiz.storage.engine.errors import StorageError

LAPTOP = "192.168.1.5"


async def _page(_: Request) -> Response:
    return HTMLResponse("<p>page</p>")


async def _anything(request: Request) -> Response:
    return PlainTextResponse(f"inside: {request.url.path}")


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    mark = socket.headers.get(FROM_THIS_MACHINE, "")
    await socket.send_text(f"{mark} {socket.headers['origin']}")
    await socket.close()


def client(
    base: str = f"http://{LAPTOP}:8501",
    came_from: str = "192.168.1.77",
    may_upload: Callable[[Request], bool] = lambda _: False,
    origins: tuple[str, ...] = (),
    known: KnownPeople | None = None,
) -> TestClient:
    """A browser at this address; the connection came in at the laptop's own."""
    app = Starlette(
        routes=[
            Route("/", _page),
            WebSocketRoute(STREAM.path, _socket),
            WebSocketRoute("/_stcore/other", _socket),
            Route("/{path:path}", _anything, methods=["GET", "PUT", "DELETE", "OPTIONS"]),
        ]
    )
    guarded = Guard(app, ["quiz.clinic"], origins, may_upload=may_upload, known=known)

    async def at_laptop(scope: dict, receive: object, send: object) -> None:  # type: ignore[type-arg]
        await guarded({**scope, "server": (LAPTOP, 8501)}, receive, send)  # type: ignore[arg-type]

    return TestClient(at_laptop, base_url=base, client=(came_from, 50_000))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "host",
    [
        *("192.168.1.5:8501", "192.168.1.5", "[::ffff:192.168.1.5]"),
        *("quiz.clinic", "QUIZ.clinic.:80", "localhost:8501"),
        # As it is called outside a router or a container.
        *("203.0.113.7:80", "[2001:db8::1]:8501"),
    ],
)
def test_the_address_that_a_connection_came_in_on_and_named_hosts_are_ours(host: str) -> None:
    assert client().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "192.168.1.5.evil.example",
        "quiz.clinic.evil.example",
        "quiz.clinic@evil.example",
        "",
        "a b",
        "x" * 5_000,
        "192.168.1.5:99999",
    ],
)
def test_a_name_that_somebody_else_led_here_is_refused_with_the_way_to_mend_it(host: str) -> None:
    reply = client().get("/", headers={"host": host})
    assert reply.status_code == 421
    assert "BME_QUIZ_ADDRESS" in reply.text
    assert "inside" not in reply.text


def test_whatever_watches_the_server_may_ask_by_any_name() -> None:
    for probe in ("/healthz", "/readyz"):
        assert client().get(probe, headers={"host": "10.1.2.3"}).status_code == 200


def test_this_computers_own_names_are_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Laptop.clinic.example")
    hosts = Hosts()
    for name in ("laptop.clinic.example", "laptop", "laptop.local:8501"):
        assert hosts.has(name, "192.168.1.5")
    assert not hosts.has("laptop.evil.example", "192.168.1.5")


def test_a_page_that_was_led_here_cannot_say_that_a_proxy_asked_for_another_name() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("inside")(scope, receive, send)

    browser = TestClient(Clients(Guard(app)), client=("127.0.0.1", 50_000))
    for host in ("127.0.0.1:8501", "localhost"):
        headers = {"host": "evil.example", "x-forwarded-host": host}
        assert browser.get("/", headers=headers).status_code == 421
    assert browser.get("/", headers={"host": "127.0.0.1"}).text == "inside"


def test_a_websocket_opens_for_the_pages_of_this_server_alone() -> None:
    with client().websocket_connect(
        f"ws://{LAPTOP}:8501{STREAM.path}", headers={"origin": f"http://{LAPTOP}:8501"}
    ) as socket:
        assert socket.receive_text() == f" http://{LAPTOP}:8501"


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        f"http://{LAPTOP}",
        f"http://{LAPTOP}:3000",
        "http://localhost:8501",
        "http://127.0.0.1:8501",
        f"http://{LAPTOP}:8501.evil.example",
        f"ftp://{LAPTOP}:8501",
        "http://[",
    ],
)
def test_a_websocket_of_any_other_page_is_refused(origin: str | None) -> None:
    headers = {"origin": origin} if origin is not None else {}
    with (
        pytest.raises(WebSocketDisconnect),
        client().websocket_connect(f"ws://{LAPTOP}:8501{STREAM.path}", headers=headers),
    ):
        pass


def test_the_servers_own_address_in_the_settings_is_an_origin() -> None:
    ours = client(origins=("https://quiz.example.org",))
    headers = {"origin": "https://quiz.example.org"}
    with ours.websocket_connect(f"ws://{LAPTOP}:8501{STREAM.path}", headers=headers) as socket:
        # As Streamlit is to see it: an origin that it need not look up anywhere.
        assert socket.receive_text() == f" http://{LAPTOP}:8501"


def test_an_educator_is_known_and_a_made_up_cookie_is_looked_up_now_and_then() -> None:
    token, looked_up = "a" * 22, []

    def may_upload(request: Request) -> bool:
        looked_up.append(request.cookies[EDUCATOR_COOKIE])
        return request.cookies[EDUCATOR_COOKIE] == token

    known = KnownPeople(200)
    ours = client(may_upload=may_upload, known=known)
    for cookie in [token, token, *(f"{number:022d}" for number in range(50))]:
        headers = {"origin": f"http://{LAPTOP}:8501", "cookie": f"{EDUCATOR_COOKIE}={cookie}"}
        with ours.websocket_connect(f"ws://{LAPTOP}:8501{STREAM.path}", headers=headers) as socket:
            socket.receive_text()
    assert known.since([educator_key(token)]) is not None
    assert looked_up.count(token) == 1
    assert 20 <= len(looked_up) < 40


def test_nobody_else_can_say_that_they_are_the_servers_own_machine() -> None:
    headers = {"origin": f"http://{LAPTOP}:8501", FROM_THIS_MACHINE: "1"}
    with client().websocket_connect(f"ws://{LAPTOP}:8501{STREAM.path}", headers=headers) as socket:
        assert socket.receive_text().startswith(" ")


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/_stcore/bidi-components/x/y.js",
        "/_stcore/anything",
        "/_stcore",
        "/component/x/index.html",
        "/auth/login",
        "/auth/logout",
        "/oauth2callback",
        "/app/static/secret.txt",
    ],
)
def test_what_of_streamlit_the_app_does_not_need_is_closed(path: str) -> None:
    assert client().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/host-config", "/media/x.csv"])
def test_what_the_app_needs_of_streamlit_is_open(path: str) -> None:
    assert client().get(path).text == f"inside: {path}"


def test_no_other_websocket_is_open() -> None:
    headers = {"origin": f"http://{LAPTOP}:8501"}
    with (
        pytest.raises(WebSocketDisconnect),
        client().websocket_connect(f"ws://{LAPTOP}:8501/_stcore/other", headers=headers),
    ):
        pass


UPLOAD = "/_stcore/upload_file/session/file"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_files_are_taken_from_the_educator_alone(method: str) -> None:
    headers = {"origin": f"http://{LAPTOP}:8501"}
    refused = client().request(method, UPLOAD, headers=headers)
    assert refused.status_code == 403
    assert "passcode" in refused.text
    elsewhere = {"origin": "http://evil.example"}
    foreign = client(may_upload=lambda _: True).request(method, UPLOAD, headers=elsewhere)
    assert foreign.status_code == 403


def test_an_upload_while_the_database_is_away_is_refused_in_a_sentence() -> None:
    def away(_: Request) -> bool:
        raise StorageError("gone")

    headers = {"origin": f"http://{LAPTOP}:8501"}
    reply = client(may_upload=away).put(UPLOAD, headers=headers)
    assert reply.status_code == 503
    assert "gone" not in reply.text


def test_every_page_says_what_it_may_do() -> None:
    reply = client().get("/")
    policy = reply.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert f"ws://{LAPTOP}:8501" in policy
    assert "unsafe-eval" not in policy
    assert not re.search(r"script-src[^;]*unsafe-inline", policy)
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "same-origin"
    assert client().get("/anything").headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Quiz.Example.org.:443", ("quiz.example.org", 443)),
        ("[FE80::1]:8501", ("fe80::1", 8501)),
        ("127.0.0.1", ("127.0.0.1", None)),
        ("[not]:1", None),
        ("a:70000", None),
        ("a:0", None),
        ("ä.example", None),
        ("a/b", None),
    ],
)
def test_a_host_is_read_as_written_or_not_at_all(
    text: str, found: tuple[str, int | None] | None
) -> None:
    assert split_host(text) == found


def test_a_head_that_no_browser_sends_is_not_looked_into() -> None:
    assert client().get("/?" + "a&" * 3_000).status_code == 414
    many = {f"x-{n}": "a" for n in range(150)}
    assert client().get("/", headers=many).status_code == 414
    assert client().get("/?" + "a" * 1_000).status_code == 200
