"""Connections on which nothing comes to its end are closed, and all others are left alone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from websockets.sync.client import connect

from bme_quiz.server import uvicorn_internals
from bme_quiz.server.uvicorn_internals import PatientProtocol

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
            ws="websockets-sansio",
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
