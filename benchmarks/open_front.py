"""One hostile visitor: how long everybody else waits for ``/join``, and what memory it costs.

Each attack is made twice or more; before each the same is measured without it, so that a machine
that is slow by itself is told from one that was made so.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

from benchmarks.attacks import (
    BINARY,
    CONTINUATION,
    PING,
    Others,
    flood,
    frame,
    largest_script,
    megabytes,
    open_socket,
    request,
    run_message,
    unread,
    upload,
    watch,
)
from benchmarks.figures import Aim, Figure
from benchmarks.flood import Arrivals, arrive, known_learners
from benchmarks.flood import flood as open_without_end
from benchmarks.learner import Learner
from benchmarks.servers import Kind, Server
from bme_quiz.services.accounts.tokens import new_token
from bme_quiz.ui.shell import words

SECONDS, MEGABYTES = Aim(0.5), Aim(150)
_FRAMES, _PAGES = 20_000, 120


def _storm(data: bytes) -> Callable[[int], None]:
    def attack(port: int) -> None:
        with open_socket(port) as socket:
            socket.line.settimeout(8)
            with contextlib.suppress(OSError):
                socket.send(frame(BINARY, run_message()) + data)
            time.sleep(1)

    return attack


def _foreign(port: int) -> None:
    for _ in range(30):
        open_socket(port, origin="http://evil.example").close()


def _uploads(port: int) -> None:
    with open_socket(port) as socket:
        session = socket.session()
        for _ in range(30):
            upload(port, session, 19_000_000, **{"X-Forwarded-For": "203.0.113.9"})


def _pages(port: int) -> None:
    with contextlib.ExitStack() as pages:
        sockets = [pages.enter_context(open_socket(port)) for _ in range(200)]
        for socket in sockets:
            socket.send(frame(BINARY, run_message()))
        for socket in sockets[:40]:
            socket.line.settimeout(1)
            with contextlib.suppress(OSError):
                socket.send(frame(BINARY, run_message()) * _PAGES)
        time.sleep(1)


def _flood(port: int, data: bytes, lines: int, ahead: int = 1) -> None:
    flood(port, data, lines, 4.0, ahead)


def _unread(port: int) -> None:
    with unread(port, request(port, largest_script()), 2_000, a_second=500):
        time.sleep(2)


async def _begin(port: int) -> None:
    """Begin quizzes one after the other, each as somebody new."""
    until = time.monotonic() + 4
    while time.monotonic() < until:
        async with await Learner.open(port) as stranger:
            await stranger.press(words.START_QUIZ)


_PARTS = frame(BINARY, fin=False) + frame(CONTINUATION, fin=False) * _FRAMES
ATTACKS: dict[str, Callable[[int], None]] = {
    "20,000 frames without content": _storm(frame(BINARY) * _FRAMES),
    "20,000 pings": _storm(frame(PING) * _FRAMES),
    "20,000 parts of one message": _storm(_PARTS),
    "20,000 pages asked for": _storm(frame(BINARY, run_message()) * _FRAMES),
    "30 websockets of foreign pages": _foreign,
    "30 uploads of 19 MB": _uploads,
    "200 pages that nobody reads": _pages,
    "80 lines that try passcodes": lambda port: _flood(
        port, request(port, "/educator", "POST", b"passcode=wrong"), 80
    ),
    "80 lines that try codes of devices": lambda port: _flood(
        port, request(port, "/device", "POST", b"code=BCDF-GHJK"), 80
    ),
    "300 lines that ask for pages": lambda port: _flood(port, request(port, "/article"), 300),
    "300 lines that ask for what is not there": lambda port: _flood(
        port, request(port, "/nothing"), 300
    ),
    "100 lines that ask 30 times ahead": lambda port: _flood(
        port, request(port, "/join"), 100, ahead=30
    ),
    "2,000 large responses that nobody reads": _unread,
    "quizzes begun by new learners for 4 s": lambda port: asyncio.run(_begin(port)),
}


def _neighbours(server: Server, quick: bool) -> list[Figure]:
    """Who gets a page while somebody behind the same address opens websockets without end."""
    known = known_learners(server, 4 if quick else 16)
    figures: list[Figure] = []
    for name, cookies in (("with new cookies", 0), ("with 400 cookies", 400)):
        rounds: dict[str, list[Arrivals]] = {"newcomers": [], "known people": []}
        waits, grown = [], []
        for _ in range(1 if quick else 3):
            before = megabytes(server.pid)
            both = [learner for one in known for learner in (new_token(), one)]
            with Others(server.port, server.pid) as fare, open_without_end(server.port, cookies):
                came = arrive(server.port, both, 0.25).waits
            rounds["newcomers"].append(Arrivals(came[::2]))
            rounds["known people"].append(Arrivals(came[1::2]))
            waits.append(fare.slowest)
            grown.append(fare.megabytes - before)
            # As many may come at once again.
            time.sleep(1 if quick else 10)
        attack = f"open front: websockets without end {name}"
        figures += [
            Figure(f"{attack}: {who} with a page in {seconds} s", percent, "%", aim)
            for who, found in rounds.items()
            for seconds in (3, 10)
            for percent in [[one.within(seconds) for one in found]]
            # Who keeps cookies counts as many people, among whom chance decides.
            for aim in [None if cookies and who == "newcomers" else Aim(90, at_most=False)]
        ]
        figures += [
            Figure(f"{attack}: slowest /join", waits, "s", SECONDS),
            Figure(f"{attack}: memory", grown, "MB", MEGABYTES),
        ]
    return figures


def measure(quick: bool) -> list[Figure]:
    """The figures; about seven minutes, ``quick`` two."""
    figures: list[Figure] = []
    with Server(Kind.OURS) as server:
        with open_socket(server.port) as first:
            first.session()
        calm: list[float] = []
        for name, attack in ATTACKS.items():
            waits, grown = [], []
            for _ in range(1 if quick else 3):
                calm.append(watch(server.port, server.pid, 0.2 if quick else 2.0).slowest)
                before = megabytes(server.pid)
                with Others(server.port, server.pid) as fare:
                    attack(server.port)
                waits.append(fare.slowest)
                grown.append(fare.megabytes - before)
            figures += [
                Figure(f"open front: {name}: slowest /join", waits, "s", SECONDS),
                Figure(f"open front: {name}: memory", grown, "MB", MEGABYTES),
            ]
        figures += _neighbours(server, quick)
    return [Figure("open front: nobody attacks: slowest /join", calm, "s"), *figures]
