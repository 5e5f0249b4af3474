"""Connections on which nothing comes to its end are closed, and all others are left alone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bme_quiz.server.http import uvicorn_internals
from bme_quiz.server.http.uvicorn_internals import (
    LineLimits,
    PacedWebSocketProtocol,
    PatientProtocol,
)
from bme_quiz.server.token_bucket import Rate

PATIENCE = 0.3
# What a test waits for at most, on a machine that does much else.
LONGEST = 120.0
REQUEST = b"GET / HTTP/1.1\r\nHost: quiz.test\r\n\r\n"
POST = REQUEST.replace(b"GET", b"POST")
POST_UNDER_WAY = POST.replace(b"\r\n\r\n", b"\r\nContent-Length: 100\r\n\r\nhalf")


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """A stream without an end, a websocket that says what it hears, and a page of two letters
    that reads nothing of what is sent to it."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (got := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": got["text"]})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    is_stream = scope["path"] == "/stream"
    await send({"type": "http.response.body", "body": b"ok", "more_body": is_stream})
    while is_stream and (await receive())["type"] != "http.disconnect":
        pass


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that waits for what is sent as long as a test can."""
    monkeypatch.setattr(uvicorn_internals, "PATIENCE", PATIENCE)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app,
            http=PatientProtocol,
            ws=PacedWebSocketProtocol,
            lifespan="off",
            log_level="error",
            # By itself uvicorn closes what is idle after a request, but not in a test's time.
            timeout_keep_alive=3_600,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = server.force_exit = True
        thread.join(LONGEST)


def closed_after(port: int, *parts: bytes) -> float:
    """Seconds until the server closes a connection on which this was sent."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as line:
        for part in parts:
            line.sendall(part)
            time.sleep(0.05)
        while line.recv(4096):
            pass
    return time.monotonic() - began


@pytest.mark.parametrize(
    "parts",
    [(), (REQUEST[:20],), (REQUEST, REQUEST[:20]), (REQUEST[:5], REQUEST[5:9], REQUEST[9:20])],
    ids=["nothing", "half a head", "a request and half of another", "bit by bit"],
)
def test_a_head_that_never_ends_holds_no_connection(port: int, parts: tuple[bytes, ...]) -> None:
    assert closed_after(port, *parts) > PATIENCE * 0.9


@pytest.mark.parametrize("body", [b"Content-Length: 1000000", b"Transfer-Encoding: chunked"])
def test_a_body_that_nobody_reads_holds_no_connection(port: int, body: bytes) -> None:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as line:
        line.sendall(POST.replace(b"\r\n\r\n", b"\r\n" + body + b"\r\n\r\n"))
        assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
        line.settimeout(0.05)
        is_open = True
        while is_open and time.monotonic() - began < LONGEST:
            try:
                line.sendall(b"1\r\nx\r\n")
                is_open = line.recv(4096) != b""
            except TimeoutError:
                continue
            except ConnectionError:
                is_open = False
    assert not is_open
    assert time.monotonic() - began > PATIENCE * 0.9


@pytest.mark.parametrize("head", [REQUEST, POST_UNDER_WAY], ids=["get", "a body under way"])
def test_streams_and_websockets_are_left_alone(port: int, head: bytes) -> None:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as line,
        connect(f"ws://127.0.0.1:{port}/") as websocket,
    ):
        line.sendall(head.replace(b" / ", b" /stream "))
        got = b""
        while not got.endswith(b"ok\r\n"):
            got += line.recv(4096)
        line.settimeout(5 * PATIENCE)
        with pytest.raises(TimeoutError):
            line.recv(4096)
        websocket.send("still there")
        assert websocket.recv(timeout=LONGEST) == "still there"


def still_open(line: socket.socket) -> bool:
    """Whether the server answers a request on this line."""
    try:
        line.sendall(REQUEST)
        got = line.recv(4096)
        while got and not got.endswith(b"0\r\n\r\n"):
            got += line.recv(4096)
        return got.startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def test_silent_lines_of_one_address_give_way_to_newcomers(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn_internals, "PATIENCE", 60)
    few = LineLimits(in_all=1_000, of_address=500, silent=20, unread=100)
    monkeypatch.setattr(PatientProtocol._lines, "limits", few)
    with ExitStack() as stack:

        def line() -> socket.socket:
            return stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))

        at_work = line()
        assert still_open(at_work)
        silent = [line() for _ in range(60)]
        newcomer = line()
        assert still_open(newcomer)
        assert still_open(at_work), "whoever has asked for something stays"
        assert sum(map(still_open, silent)) <= 20


def test_lines_that_are_gone_are_counted_no_more(port: int) -> None:
    lines = PatientProtocol._lines
    before = dict(lines._open)
    with connect(f"ws://127.0.0.1:{port}/", proxy=None) as page:
        page.send("x")
        page.recv()
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
            assert still_open(line)
    end = time.monotonic() + 20
    while dict(lines._open) != before and time.monotonic() < end:
        time.sleep(0.01)
    assert dict(lines._open) == before
    assert not lines._silent


def test_a_websocket_takes_its_frames_bit_by_bit_and_in_order(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn_internals, "_PIECE", 7)
    with connect(f"ws://127.0.0.1:{port}/", proxy=None) as page:
        for number in range(50):
            page.send(f"number {number} " + "x" * (number % 13))
        assert [page.recv().split()[1] for _ in range(50)] == [str(n) for n in range(50)]


def test_more_frames_than_are_allowed_wait_and_none_is_lost(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn_internals, "_PIECE", 7)
    monkeypatch.setattr(uvicorn_internals, "_CRUMB", 7)
    monkeypatch.setattr(uvicorn_internals, "FRAMES", Rate(5, 100))
    with connect(f"ws://127.0.0.1:{port}/", proxy=None) as page:
        began = time.monotonic()
        for number in range(40):
            page.send(str(number))
        assert [page.recv() for _ in range(40)] == [str(n) for n in range(40)]
        # Thirty-five frames above what may come at once, at a hundred a second.
        assert time.monotonic() - began > 0.3


def test_a_message_in_too_many_parts_ends_the_connection(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn_internals, "_MOST_PARTS", 10)
    with connect(f"ws://127.0.0.1:{port}/", proxy=None) as page:
        with suppress(ConnectionClosed):
            page.send("x" for _ in range(100))
        with pytest.raises(ConnectionClosed) as closed:
            page.recv()
        # What is still on its way to a closed line makes the system cut it, its last frame too.
        assert closed.value.rcvd is None or closed.value.rcvd.code == 1008


def test_a_handshake_that_is_refused_or_never_ends_holds_no_connection(port: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    # More headers than the library of websockets reads; and no key.
    for more in (b"X-A: a\r\n" * 150, b""):
        assert closed_after(port, head + more + b"\r\n") < LONGEST


def test_a_body_that_goes_on_behind_its_response_is_cut_off(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as line:
        line.sendall(POST.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"))
        line.recv(4096)
        with suppress(OSError):
            for _ in range(100):
                line.sendall(b"1\r\na\r\n" * 2000)
        assert _ended(line)


def _ended(line: socket.socket) -> bool:
    """Whether the server ends a connection within a test's patience."""
    try:
        while line.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def test_a_small_frame_that_becomes_a_large_message_is_taken_one_by_one(port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}/", proxy=None, max_size=None) as page:
        for number in range(20):
            page.send(str(number) + "x" * 60_000)
        got = [page.recv(timeout=LONGEST) for _ in range(20)]
    assert [len(text) for text in got] == [len(str(n)) + 60_000 for n in range(20)]


MANY = b"GET / HTTP/1.1\r\nHost: quiz.test\r\n" + b"a:b\r\n" * 2_000


@pytest.mark.parametrize(
    ("came", "status"),
    [
        (MANY, b"431"),
        (MANY + b"\r\n", b"431"),
        (MANY.replace(b"\r", b""), b"431"),
        (REQUEST.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"), b"413"),
        (REQUEST.replace(b"\r\n\r\n", b"\r\ncontent-length:  05\r\n\r\nabcde"), b"413"),
        (
            REQUEST.replace(b"GET", b"HEAD").replace(b"\r\n\r\n", b"\nContent-Length: 1\n\nx"),
            b"413",
        ),
    ],
    ids=["fields", "fields to the end", "bare ends of lines", "pieces", "length", "head"],
)
def test_a_head_of_thousands_and_a_body_of_who_only_asks_are_not_parsed(
    port: int, came: bytes, status: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as line:
        line.sendall(came)
        assert line.recv(4096).split(b" ")[1] == status
        assert _ended(line)


def test_heads_of_browsers_and_forms_with_many_lines_are_taken() -> None:
    assert uvicorn_internals.refusal(REQUEST) == b""
    assert uvicorn_internals.refusal(MANY[:400]) == b""
    assert (
        uvicorn_internals.refusal(REQUEST.replace(b"\r\n\r\n", b"\r\nContent-Length: 0\r\n\r\n"))
        == b""
    )
    assert uvicorn_internals.refusal(POST_UNDER_WAY + b"\n" * 5_000) == b""
    pieces = POST.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert uvicorn_internals.refusal(pieces) == b""
