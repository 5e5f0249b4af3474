"""What one hostile visitor can send, over plain sockets, and how everybody else fares meanwhile.

All of it goes to a server on loopback, is bounded in number and time, and ends by itself.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import re
import selectors
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.figures import percentile
from benchmarks.processes import ROOT
from bme_quiz.server.http.streamlit_internals import static_folder
from bme_quiz.services.accounts.learner import COOKIE
from bme_quiz.services.accounts.tokens import new_token

TEXT, BINARY, PING, CONTINUATION = 1, 2, 9, 0
_PATIENCE = 20.0


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True) -> bytes:
    """A masked websocket frame (RFC 6455, 5.2); the mask is zero, so nothing changes."""
    head = bytes([(0x80 if fin else 0) | opcode])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    elif len(payload) < 65536:
        head += bytes([0x80 | 126]) + struct.pack("!H", len(payload))
    else:
        head += bytes([0x80 | 127]) + struct.pack("!Q", len(payload))
    return head + b"\0\0\0\0" + payload


def run_message(query: str = "") -> bytes:
    """A browser's message that asks for the page."""
    message = BackMsg()
    message.rerun_script.page_name = ""
    message.rerun_script.query_string = query
    return message.SerializeToString()


@dataclass
class Socket:
    """An open websocket: ``session`` is Streamlit's id of it, once it has said it."""

    line: socket.socket
    status: int

    def send(self, data: bytes) -> None:
        """Send, as long as the server takes it."""
        self.line.sendall(data)

    def frames(self) -> Iterator[bytes]:
        """The payloads that come."""
        with self.line.makefile("rb") as came:
            while True:
                head = came.read(2)
                if len(head) < 2:
                    return
                length = head[1] & 0x7F
                if length == 126:
                    length = struct.unpack("!H", came.read(2))[0]
                elif length == 127:
                    length = struct.unpack("!Q", came.read(8))[0]
                yield came.read(length)

    def session(self) -> str:
        """Streamlit's id of the session, from its first message."""
        self.send(frame(BINARY, run_message()))
        for payload in self.frames():
            message = ForwardMsg()
            message.ParseFromString(payload)
            if message.WhichOneof("type") == "new_session":
                return message.new_session.initialize.session_id
        raise AssertionError("the server never named the session")

    def is_closed(self) -> bool:
        """Whether the server ends the connection; waits for that as long as for anything."""
        self.line.settimeout(_PATIENCE)
        try:
            while self.line.recv(65_536):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        """Hang up."""
        self.line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_socket(
    port: int, origin: str | None = None, host: str | None = None, path: str = "/_stcore/stream"
) -> Socket:
    """Connect as a browser does whose page comes from ``origin``; by default from this server."""
    line = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
    host = host or f"127.0.0.1:{port}"
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: streamlit",
        f"Origin: {origin or f'http://{host}'}",
        f"Cookie: {COOKIE}={new_token()}",
    ]
    line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = line.recv(1)
        if not piece:
            break
        head += piece
    return Socket(line, int(head.split(b" ", 2)[1]) if head else 0)


def upload(port: int, session: str, size: int, **headers: str) -> int:
    """Upload a file of so many bytes to a session; the status, 0 where the line was cut."""
    boundary = "frontier"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="bank.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    twice = "2|00000000|00000000000000000000000000000000|1700000000"
    try:
        line.request(
            "PUT",
            f"/_stcore/upload_file/{session}/{os.urandom(8).hex()}",
            body=head + b"x" * size + tail,
            headers={
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "Origin": f"http://127.0.0.1:{port}",
                "Cookie": f"_streamlit_xsrf={twice}",
                "X-Xsrftoken": twice,
                **headers,
            },
        )
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()


def request(port: int, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> bytes:
    """A plain request as a browser on this machine sends it; a further ``Host`` may be named."""
    lines = [f"{method} {path} HTTP/1.1"]
    named = {"Host": f"127.0.0.1:{port}", "Origin": f"http://127.0.0.1:{port}", **headers}
    if body:
        named |= {
            "Content-Length": str(len(body)),
            "Content-Type": "application/x-www-form-urlencoded",
        }
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def _answers(came: bytearray) -> Iterator[int]:
    """The statuses of the responses that came whole, which are taken out."""
    while (end := came.find(b"\r\n\r\n")) >= 0:
        head = came[:end].lower()
        found = _LENGTH.search(head)
        whole = end + 4 + (int(found[1]) if found else 0)
        if len(came) < whole:
            return
        yield int(head.split(b" ", 2)[1])
        del came[:whole]


_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)")


def flood(port: int, data: bytes, lines: int, seconds: float, ahead: int = 1) -> Counter[int]:
    """Send a request on many connections, on each again when it was answered; how often which
    status came.

    Args:
        ahead: requests that are sent at once on each.
    """
    found: Counter[int] = Counter()
    until = time.monotonic() + seconds
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as selector:

        def begin() -> None:
            with contextlib.suppress(OSError):
                line = stack.enter_context(socket.create_connection(("127.0.0.1", port), 5))
                line.sendall(data * ahead)
                selector.register(line, selectors.EVENT_READ, bytearray())

        for _ in range(lines):
            begin()
        while time.monotonic() < until and selector.get_map():
            for key, _ in selector.select(0.1):
                line, came = key.fileobj, key.data
                assert isinstance(line, socket.socket)
                try:
                    piece = line.recv(65_536)
                    came += piece
                    statuses = list(_answers(came))
                    found.update(statuses)
                    if piece:
                        line.sendall(data * len(statuses))
                        continue
                except OSError:
                    pass
                selector.unregister(line)
                line.close()
                begin()
    return found


@contextlib.contextmanager
def unread(
    port: int, data: bytes, lines: int, a_second: float = 1_000
) -> Iterator[list[socket.socket]]:
    """Connections on which something was asked for and nothing is read, so many new ones a
    second."""
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        opened = []
        for number in range(lines):
            time.sleep(max(0.0, began + number / a_second - time.monotonic()))
            with contextlib.suppress(OSError):
                line = socket.socket()
                stack.callback(line.close)
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                line.settimeout(5)
                line.connect(("127.0.0.1", port))
                line.sendall(data)
                opened.append(line)
        yield opened


def largest_script() -> str:
    """The address of the largest of Streamlit's scripts."""
    folder, _ = static_folder()
    largest = max((folder / "js").iterdir(), key=lambda path: path.stat().st_size)
    return f"/static/js/{largest.name}"


@dataclass
class Fare:
    """How others fared: seconds of each ``/join``, and the server's megabytes at their most."""

    waits: list[float]
    megabytes: float

    @property
    def slowest(self) -> float:
        """Seconds of the slowest."""
        return max(self.waits)

    @property
    def usual(self) -> float:
        """Seconds that nineteen of twenty take at most."""
        return percentile(self.waits, 95)


class Others:
    """Somebody who asks for ``/join`` again and again, beside whatever else goes on.

    A process of its own: what is sent here would hold up its clock.

    Args:
        pid: of the server, for its memory.
    """

    def __init__(self, port: int, pid: int) -> None:
        self._command = [sys.executable, "-m", "benchmarks.attacks", str(port), str(pid)]
        self._fare = Fare([], 0.0)

    def __enter__(self) -> Fare:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        # Nothing is attacked before it asks.
        self._process.stdout.readline()
        return self._fare

    def __exit__(self, *_: object) -> None:
        try:
            # Whatever was held up is asked for to its end.
            said, _ = self._process.communicate(timeout=150)
        finally:
            self._process.kill()
            self._process.wait()
        found = json.loads(said)
        self._fare.waits += found["waits"]
        self._fare.megabytes = found["megabytes"]


def _ask(port: int, pid: int) -> None:
    """Ask until standard input is closed, then print how it went."""
    fare = Fare([], 0.0)
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    while not stop.is_set() or len(fare.waits) < 10:
        began = time.perf_counter()
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=100)) as line:
            line.request("GET", "/join")
            assert line.getresponse().status == 200
        fare.waits.append(time.perf_counter() - began)
        fare.megabytes = max(fare.megabytes, megabytes(pid))
        if len(fare.waits) == 1:
            print("asking", flush=True)
        stop.wait(0.02)
    print(json.dumps({"waits": fare.waits, "megabytes": fare.megabytes}))


def megabytes(pid: int) -> float:
    """Memory of a process that is not shared with a file."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def watch(port: int, pid: int, seconds: float) -> Fare:
    """How others fare while nobody attacks."""
    with Others(port, pid) as fare:
        time.sleep(seconds)
    return fare


if __name__ == "__main__":
    _ask(int(sys.argv[1]), int(sys.argv[2]))
