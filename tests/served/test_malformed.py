"""Malformed things that come over a websocket: each ends it, and is a line of the log at most."""

from __future__ import annotations

import os
import socket
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.attacks import (
    BINARY,
    CONTINUATION,
    PING,
    TEXT,
    frame,
    open_socket,
    run_message,
)
from bme_quiz.services.settings import ENV_DATABASE
from tests.support.courses import ROWS, write_course
from tests.support.server import Server, free_port

pytestmark = pytest.mark.slow

CLOSE, PONG = 8, 10
BAD_DATA, PROTOCOL_ERROR, UNSUPPORTED, TOO_BIG = 1007, 1002, 1003, 1009
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server, and the file that its log goes to."""

    port: int
    log: Path


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("server")
    course, port, log = write_course(folder / "course", ROWS), free_port(), folder / "log"
    command = ["/bin/sh", "-c", 'log="$1"; shift; exec "$@" >>"$log" 2>&1', "sh", str(log)]
    started = Server(course, port)._command
    database = f"sqlite:///{folder / 'quiz.db'}"
    with Server(course, port, [*command, *started], **{ENV_DATABASE: database}):
        yield Running(port, log)
    said = log.read_text()
    assert "Traceback" not in said, said
    assert "a websocket was closed: its text is not UTF-8" in said
    # Of everything below: what each kind is, a few times at most.
    assert len(said.splitlines()) < 20, said


def head(port: int, *more: str, method: str = "GET", path: str = "/_stcore/stream") -> bytes:
    """A browser's handshake with other headers in place of its own."""
    lines = {
        "Host": f"127.0.0.1:{port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "streamlit",
        "Origin": f"http://127.0.0.1:{port}",
    }
    own = {line.partition(":")[0] for line in more}
    kept = [f"{name}: {value}" for name, value in lines.items() if name not in own]
    rest = [line for line in more if line.partition(":")[2]]
    text = "\r\n".join([f"{method} {path} HTTP/1.1", *kept, *rest])
    return f"{text}\r\n\r\n".encode("latin-1")


def answer_to(port: int, request: bytes, frames: bytes = b"") -> bytes:
    """What comes until the server ends the line or sends a close frame.

    Args:
        frames: what is sent once the handshake is answered; before that a browser sends nothing.
    """
    got = b""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as line,
        suppress(ConnectionError),
    ):
        line.sendall(request)
        while close_code(got) is None and (piece := line.recv(65_536)):
            got += piece
            if frames and b"\r\n\r\n" in got:
                line.sendall(frames)
                frames = b""
    return got


def close_code(came: bytes) -> int | None:
    """The code of the close frame behind what else a server sent; None where there is none yet."""
    _, _, left = came.partition(b"\r\n\r\n")
    while len(left) >= 2:
        length, begin = left[1], 2
        if length == 126:
            length, begin = struct.unpack("!H", left[2:4])[0], 4
        elif length == 127:
            length, begin = struct.unpack("!Q", left[2:10])[0], 10
        if left[0] & 0x0F == CLOSE and len(left) >= begin + length:
            return int(struct.unpack("!H", left[begin : begin + 2])[0])
        left = left[begin + length :]
    return None


def raw(first: int, second: int, payload: bytes = b"") -> bytes:
    """A frame with these two first bytes."""
    return bytes([first, second]) + payload


def deflated(data: bytes) -> bytes:
    """A message as permessage-deflate (RFC 7692) sends it."""
    packer = zlib.compressobj(wbits=-12)
    body = packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)
    framed = bytearray(frame(BINARY, body[:-4]))
    framed[0] |= 0x40
    return bytes(framed)


def with_rsv1(data: bytes) -> bytes:
    """A frame that says that it is compressed."""
    return bytes([data[0] | 0x40]) + data[1:]


MASK = b"\0\0\0\0"
NOT_TEXT = b"\xff\xfe"
FRAMES: dict[str, tuple[bytes, int]] = {
    "text": (frame(TEXT, b"hello"), UNSUPPORTED),
    "text that is not UTF-8": (frame(TEXT, NOT_TEXT), BAD_DATA),
    "text cut within a letter": (
        frame(TEXT, b"a\xc3", fin=False) + frame(CONTINUATION, b"b"),
        BAD_DATA,
    ),
    "no message of Streamlit's": (frame(BINARY, b"\xff\xff"), PROTOCOL_ERROR),
    "half a message": (frame(BINARY, run_message("x" * 50)[:-20]), PROTOCOL_ERROR),
    "a group without end": (frame(BINARY, b"\x0b" * 200), PROTOCOL_ERROR),
    "a text in it that is none": (frame(BINARY, b"\x5a\x04\x0a\x02\xff\xff"), PROTOCOL_ERROR),
    "no mask": (raw(0x82, 0x02, b"xx"), PROTOCOL_ERROR),
    "a reserved bit": (raw(0xA2, 0x80, MASK), PROTOCOL_ERROR),
    "another": (raw(0x92, 0x80, MASK), PROTOCOL_ERROR),
    "compressed, which was not agreed on": (with_rsv1(frame(BINARY, b"x")), PROTOCOL_ERROR),
    "a reserved kind of data": (raw(0x83, 0x80, MASK), PROTOCOL_ERROR),
    "a reserved kind of control": (raw(0x8B, 0x80, MASK), PROTOCOL_ERROR),
    "half a ping": (frame(PING, b"x", fin=False), PROTOCOL_ERROR),
    "a ping too long": (frame(PING, b"x" * 126), PROTOCOL_ERROR),
    "an end without a beginning": (frame(CONTINUATION, b"x"), PROTOCOL_ERROR),
    "a beginning within another": (
        frame(BINARY, b"x", fin=False) + frame(BINARY, b"x"),
        PROTOCOL_ERROR,
    ),
    "a negative length": (raw(0x82, 0xFF, b"\xff" * 8 + MASK), TOO_BIG),
    "a huge length": (raw(0x82, 0xFF, b"\0\xff" + b"\xff" * 6 + MASK), TOO_BIG),
    "a length that could be shorter": (raw(0x82, 0xFE, b"\0\x01" + MASK + b"x"), PROTOCOL_ERROR),
    "half a close code": (frame(CLOSE, b"\x03"), PROTOCOL_ERROR),
    "a close code that is none": (frame(CLOSE, b"\x00\x01"), PROTOCOL_ERROR),
    "a close code for nobody to send": (frame(CLOSE, struct.pack("!H", 1006)), PROTOCOL_ERROR),
    "a reason that is not UTF-8": (frame(CLOSE, struct.pack("!H", 1000) + NOT_TEXT), BAD_DATA),
    "a request in place of a frame": (b"GET / HTTP/1.1\r\n\r\n", PROTOCOL_ERROR),
    "noise": (b"\x82\xfe\x00\x10" + os.urandom(40), PROTOCOL_ERROR),
}


def message(**parts: Any) -> bytes:
    """A browser's message that asks for a page, with these parts."""
    made = BackMsg()
    for name, value in parts.items():
        if isinstance(value, list):
            made.rerun_script.widget_states.widgets.extend(value)
        elif isinstance(value, dict):
            for key, one in value.items():
                setattr(made.rerun_script.context_info, key, one)
        else:
            setattr(made.rerun_script, name, value)
    return made.SerializeToString()


def asks(kind: str, **parts: Any) -> bytes:
    """A browser's message of another kind."""
    made = BackMsg()
    if kind == "file_urls_request":
        made.file_urls_request.request_id = "x"
        made.file_urls_request.file_names.extend(parts["names"])
        made.file_urls_request.session_id = parts["session"]
    else:
        request = made.backend_operation_request
        request.request_id, request.session_id = "x", "y"
        one = getattr(request, kind)
        for name, value in parts.items():
            setattr(one, name, value)
    return made.SerializeToString()


ODD = "\x00\u202e\U0001f600" + "x" * 300
SENSELESS: dict[str, bytes] = {
    "no such page": message(page_name=ODD, page_script_hash=ODD),
    "no such part of a page": message(fragment_id=ODD),
    "an address of odd signs": message(query_string="a=%ff%00&&==&b=" + ODD),
    "no such widget": message(widgets=[WidgetState(id=ODD, int_value=1)]),
    "widgets without a name": message(widgets=[WidgetState(trigger_value=True)] * 50),
    "a widget's value that is none": message(
        widgets=[WidgetState(id="$$ID-x-y", json_value="{"), WidgetState(id="$$ID-x-y")]
    ),
    "no such place on earth": message(
        c={"timezone": ODD, "timezone_offset": 2**31 - 1, "locale": ODD, "url": ODD}
    ),
    "files without end": asks("file_urls_request", names=[ODD, ""], session=ODD),
    "no such download": asks("deferred_file", file_id=ODD),
    "no such table": asks("dataframe_chunk", source_id=ODD, offset=2**31 - 1, limit=2**31 - 1),
}


@pytest.mark.parametrize("kind", SENSELESS)
def test_a_message_without_sense_spoils_nothing(running: Running, kind: str) -> None:
    with open_socket(running.port) as socket_:
        socket_.send(frame(BINARY, SENSELESS[kind]))
        # What follows is answered.
        assert socket_.session()


DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
COMPRESSED: dict[str, tuple[bytes, int]] = {
    "what cannot be unpacked": (with_rsv1(frame(BINARY, b"\xff" * 20)), PROTOCOL_ERROR),
    "a small frame that becomes a huge message": (deflated(b"\0" * 1_000_000), TOO_BIG),
    "no message of Streamlit's": (deflated(b"\xff\xff"), PROTOCOL_ERROR),
    "a compressed ping": (with_rsv1(frame(PING, b"x")), PROTOCOL_ERROR),
    "a further part that says that it is compressed": (
        frame(BINARY, b"x", fin=False) + with_rsv1(frame(CONTINUATION, b"x")),
        PROTOCOL_ERROR,
    ),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_a_malformed_frame_ends_its_connection(running: Running, kind: str) -> None:
    data, code = FRAMES[kind]
    assert close_code(answer_to(running.port, head(running.port), data)) == code


@pytest.mark.parametrize("kind", COMPRESSED)
def test_a_malformed_compressed_frame_ends_its_connection(running: Running, kind: str) -> None:
    data, code = COMPRESSED[kind]
    assert close_code(answer_to(running.port, head(running.port, DEFLATE), data)) == code


HANDSHAKES: dict[str, list[str]] = {
    "no key": ["Sec-WebSocket-Key:"],
    "a short key": ["Sec-WebSocket-Key: AAAA"],
    "a key that is none": ["Sec-WebSocket-Key: !!!!"],
    "two keys": ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Key: AAAA"],
    "an old version": ["Sec-WebSocket-Version: 8"],
    "no version": ["Sec-WebSocket-Version:"],
    "extensions that are none": ["Sec-WebSocket-Extensions: ;;=,"],
    "a window of no size": [
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99"
    ],
    "a protocol that is none": ["Sec-WebSocket-Protocol: \xff\xfe,,,;"],
    "a session of many letters": [f"Sec-WebSocket-Protocol: streamlit, x, {'y' * 5_000}"],
    "an origin that is none": ["Origin: http://[::"],
    "no host": ["Host:"],
    "a host that is none": ["Host: \xff"],
    "two hosts": ["Host: a", "Host: b"],
    "cookies that are none": ["Cookie: \xff=\xfe; ;;=;bme_learner=\x80"],
    "a length": ["Content-Length: 10"],
    "parts": ["Transfer-Encoding: chunked"],
    "a name with a space": ["X Y: 1"],
    "a header of many letters": [f"X-A: {'a' * 20_000}"],
}


@pytest.mark.parametrize("kind", HANDSHAKES)
def test_a_malformed_handshake_is_refused_or_read_as_it_stands(running: Running, kind: str) -> None:
    came = answer_to(running.port, head(running.port, *HANDSHAKES[kind]), frame(CLOSE, b"\x03\xe8"))
    assert came == b"" or came.startswith((b"HTTP/1.1 4", b"HTTP/1.1 101 "))


@pytest.mark.parametrize("method", ["POST", "HEAD", "get", "\xff"])
def test_a_handshake_by_another_method_is_refused(running: Running, method: str) -> None:
    came = answer_to(running.port, head(running.port, method=method), b"\r\n")
    assert came == b"" or came.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    "path", ["/_stcore/stream/%ff%00", "/\xff", "//", "*", "http://[/", "/?\xff"]
)
def test_a_handshake_with_another_address_is_refused(running: Running, path: str) -> None:
    came = answer_to(running.port, head(running.port, path=path))
    assert came == b"" or came.startswith(b"HTTP/1.1 4")
