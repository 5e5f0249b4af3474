"""A session that somebody wants to spoil: what they send, and what must hold whatever they do."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from pathlib import Path

from bme_quiz.rules.rooms.room import Room
from bme_quiz.services.rooms.rooms import seat_in
from bme_quiz.ui.shell import words
from tests.support.halls import Educator
from tests.support.phones import SEAT, Phone, Reply

HOSTILE = "198.51.100.66"
TYPED = "Mrs-Miller-Knee"
"""Stands for whatever personal a person may type where something else is asked for."""
SCRIPT = f"<script>alert('{TYPED}')</script>"
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@dataclass
class Hall:
    """A session under way: its educator, honest people, one who is not, and what is logged."""

    educator: Educator
    log: Path
    room: Room
    honest: list[Phone]
    hostile: Phone
    answered: int = 0

    @property
    def port(self) -> int:
        """Where its server listens."""
        return self.hostile.port

    def stays_honest(self) -> None:
        """An honest phone answers, the educator reveals, and the phone is told."""
        phone = self.honest[self.answered]
        self.answered += 1
        page = phone.look()
        assert page.position is not None
        reply = phone.answer(page, page.letters[:1])
        assert (reply.status, reply.heading) == (200, words.ANSWER_IS_IN)
        step = page.step
        self.room = self.educator.goes_on(self.room)
        shown = phone.moved_to(step, step + 1)
        assert shown.verdict.startswith(("Correct", "Partly correct", "Not quite"))
        self.room = self.educator.goes_on(self.room)
        assert phone.moved_to(step + 1, step + 2).position is not None

    def stored(self, phone: Phone) -> list[tuple[int, tuple[str, ...]]]:
        """What is stored of a phone: position and letters."""
        token = phone.cookies.get(SEAT)
        if token is None:
            return []
        own = self.educator.rooms.own_answers(self.room, seat_in(self.room, token))
        return [(answer.position, answer.ticked) for answer in own]

    @property
    def answers(self) -> int:
        """Every stored answer of the session."""
        return len(self.educator.rooms.report_answers(self.room.id))

    def nothing_personal_in(self, said: str) -> None:
        """See that a part of the log is short and tells of nobody."""
        assert len(said.splitlines()) <= 25
        assert "Traceback" not in said
        people = (*self.honest, self.hostile)
        tokens = [p.cookies[SEAT] for p in people if p.cookies.get(SEAT)]
        seats = [seat_in(self.room, token) for token in tokens]
        for secret in (*seats, *tokens, HOSTILE, "203.0.113", "127.0.0.1", TYPED):
            assert secret not in said, said


def raw(phone: Phone, path: str, body: str, **headers: str) -> bytes:
    """A request as bytes, on a connection that stays open."""
    lines = {
        "Host": f"127.0.0.1:{phone.port}",
        "Origin": f"http://127.0.0.1:{phone.port}",
        "X-Requested-With": "fetch",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        **phone.headers(Connection="keep-alive"),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n{body}".encode()


def first_status(port: int, *parts: bytes) -> bytes:
    """The status that comes back for these bytes; empty where the line is just closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        got = b""
        try:
            for part in parts:
                line.sendall(part)
            while b"\r\n" not in got:
                part = line.recv(4096)
                if not part:
                    break
                got += part
        except ConnectionError:
            pass
    found = STATUS.match(got)
    return found[1] if found else b""


def polite(reply: Reply) -> None:
    """A page or a sentence, with what keeps a browser from guessing, and nothing repeated raw."""
    assert "Internal Server Error" not in reply.text
    assert "Traceback" not in reply.text
    assert SCRIPT not in reply.text
    assert "<script>alert" not in reply.text
    assert reply.headers["cache-control"] == "no-store"
    if reply.status != 303:
        kind = reply.headers["content-type"]
        assert kind.startswith("text/html") or kind.startswith("text/plain")
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert len(reply.text) > 40
