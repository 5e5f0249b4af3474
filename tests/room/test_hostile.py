"""Somebody in the room wants to spoil it: refused politely, logged without a trace of anybody,
and the others do not notice."""

from __future__ import annotations

import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bme_quiz.rules.room import FIRST, Kind, Room
from bme_quiz.services.devices import ALPHABET
from bme_quiz.services.rooms import clean_code, room_key, seat_in
from bme_quiz.ui import words
from tests.browser.server import Server
from tests.conftest import ROWS, write_course
from tests.room.halls import Educator, educator, server
from tests.room.phones import SEAT, Phone, Reply, joined

pytestmark = pytest.mark.slow

HOSTILE = "198.51.100.66"
TYPED = "Mrs-Miller-Knee"
"""Stands for whatever personal a person may type where something else is asked for."""
SCRIPT = f"<script>alert('{TYPED}')</script>"
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@dataclass
class Hall:
    """A session under way: its server, its educator, honest people, and what was logged."""

    server: Server
    educator: Educator
    log: Path
    room: Room
    honest: list[Phone]
    hostile: Phone
    answered: int = 0
    secrets: list[str] = field(default_factory=list)

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


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Server, Educator, Path]]:
    folder = tmp_path_factory.mktemp("hostile")
    course = write_course(folder / "course", ROWS)
    database = f"sqlite:///{folder / 'quiz.db'}"
    log = folder / "log"
    with server(course, database, log) as started, educator(course, database) as leader:
        yield started, leader, log


@pytest.fixture
def hall(house: tuple[Server, Educator, Path]) -> Iterator[Hall]:
    """A discussion at its first question; afterwards its log is looked at."""
    started, leader, log = house
    room = leader.starts(Kind.DISCUSS, steps=1)
    honest = [Phone(started.port, room.code, host=f"203.0.113.{n}") for n in (1, 2)]
    hostile = Phone(started.port, room.code, host=HOSTILE)
    for phone in (*honest, hostile):
        phone.come_in()
    before = len(log.read_bytes())
    hall = Hall(started, leader, log, room, honest, hostile)
    yield hall
    said = log.read_bytes()[before:].decode()
    assert len(said.splitlines()) <= 25
    assert "Traceback" not in said
    seats = [seat_in(room, p.cookies[SEAT]) for p in honest]
    tokens = [p.cookies[SEAT] for p in (*honest, hostile) if SEAT in p.cookies]
    for secret in (*seats, *tokens, *hall.secrets, HOSTILE, "203.0.113", "127.0.0.1", TYPED):
        assert secret not in said, said


@contextmanager
def meanwhile(work: Sequence[Callable[[], None]]) -> Iterator[None]:
    """Run this in threads while the block runs, and then to its end."""
    broken: list[BaseException] = []

    def run(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    assert broken == []


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


def test_twenty_thousand_answers_of_one_phone_are_one(hall: Hall) -> None:
    lines, each, at_once = 4, 5_000, 50
    phone = hall.hostile
    statuses: Counter[bytes] = Counter()

    def flood(number: int) -> None:
        fields = [("step", "1"), ("position", "0"), ("option", "abc"[number % 3])]
        request = raw(phone, f"{phone.path}/answer", urlencode(fields))
        with socket.create_connection(("127.0.0.1", phone.port), timeout=60) as line:
            for _ in range(each // at_once):
                line.sendall(request * at_once)
                got = b""
                while len(found := _STATUS.findall(got)) < at_once:
                    part = line.recv(1 << 20)
                    assert part, got[-300:]
                    got += part
                statuses.update(found)

    with meanwhile([lambda n=n: flood(n) for n in range(lines)]):
        hall.stays_honest()
    assert sum(statuses.values()) == lines * each
    assert set(statuses) <= {b"200", b"409", b"429"}
    assert statuses[b"429"] > lines * each / 2
    assert len(hall.stored(phone)) <= 1
    tally = hall.educator.rooms.tally(hall.room.id)
    assert tally.joined == 3
    assert tally.answered[FIRST, 0] <= 2
    hall.stays_honest()


def test_hundreds_of_codes_open_nothing_and_keep_nobody_out(hall: Hall) -> None:
    statuses: Counter[int] = Counter()
    guesser = Phone(hall.server.port, "", host="198.51.100.67")
    for number in range(3_000):
        code = "".join(ALPHABET[number // 20**n % 20] for n in range(6))
        assert clean_code(code) is not None
        reply = guesser.ask("GET", f"/r/{code}" if number % 2 else f"/join?code={code}")
        statuses[reply.status] += 1
        assert reply.heading == "Join a session"
        assert reply.alert in (words.NO_SUCH_ROOM, words.TOO_MANY_CODES)
        if statuses[429] > 100:
            break
    assert set(statuses) == {404, 429}
    # Whoever tried so often may not even try the right one for a while; everybody else may.
    guesser.code = hall.room.code
    assert {guesser.look().status for _ in range(3)} & {429}
    late = Phone(hall.server.port, hall.room.code, host="203.0.113.9")
    assert late.come_in().position == 0
    # So may whoever comes by the picture, from the very same address, and whoever is in.
    neighbour = Phone(hall.server.port, hall.room.code, host=guesser.host)
    invited = f"{neighbour.path}?k={room_key(hall.room)}"
    assert neighbour.ask("GET", invited).status == 200
    assert neighbour.look().position == 0
    hall.stays_honest()


FORGED = {
    "none": "",
    "short": "{0:.21}",
    "long": "{0}A",
    "digest": "{1}",
    "quoted": f'"{{0}}"{TYPED}',
    "huge": TYPED * 300,
    "sql": f"{TYPED}' OR 1=1 --",
    "made up": "A" * 22,
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_nobody_answers_for_somebody_else(hall: Hall, forged: str) -> None:
    victim = hall.honest[0]
    page = victim.look()
    assert victim.answer(page, page.letters[:1]).status == 200
    before = hall.stored(victim)
    token = victim.cookies[SEAT]
    forged = forged.format(token, seat_in(hall.room, token))
    hall.hostile.cookies = {SEAT: forged}
    reply = hall.hostile.answer(page, page.letters[1:2])
    assert hall.stored(victim) == before
    if forged == "A" * 22:
        # A number of the right form is somebody new, whatever it was made from.
        assert (reply.status, hall.answers) == (200, 2)
    else:
        assert (reply.status, hall.answers) == (403, 1)
        assert words.NO_SEAT in reply.text
        assert hall.hostile.cookies[SEAT] not in (token, forged)
    hall.answered = 1
    hall.stays_honest()


def test_another_sessions_step_and_question_are_its_own(hall: Hall) -> None:
    other = hall.educator.starts(Kind.DISCUSS, steps=5)
    stranger = Phone(hall.server.port, other.code, host=HOSTILE, cookies=dict(hall.hostile.cookies))
    page = stranger.come_in()
    assert (page.step, page.position) == (5, 2)
    # The page of the one session, sent to the other, and the other way round.
    reply = hall.hostile.send(page.step, page.position, ["a"])
    assert (reply.status, reply.alert) == (409, words.CAME_LATE)
    reply = stranger.send(1, 0, ["a"])
    assert (reply.status, reply.alert) == (409, words.CAME_LATE)
    assert hall.answers == 0
    assert hall.educator.rooms.report_answers(other.id) == ()
    hall.stays_honest()


ODD_NUMBERS = [
    *("", "-1", "+1", "1.0", "1e3", "0x1", " 1", "1000000000", "9" * 5_000, "１", "٣", "½"),
    *("NaN", "inf", "null", "[]", "1;2", "0\x00", TYPED, SCRIPT, "99", "2"),
]


@pytest.mark.parametrize("script", [True, False], ids=["script", "form"])
def test_numbers_that_are_none_are_refused(hall: Hall, script: bool) -> None:
    headers = {"X-Requested-With": "fetch"} if script else {}
    phones = many_people(hall, len(ODD_NUMBERS) * 2)
    for number in ODD_NUMBERS:
        for step, position in ((number, "0"), ("1", number)):
            fields = [("step", step), ("position", position), ("option", "a")]
            reply = phones.pop().post(fields, **headers)
            assert reply.status in ({400, 409, 413} if script else {303, 400, 413}), number
            polite(reply)
    assert hall.answers == 0
    hall.stays_honest()


BODIES: list[str | bytes] = [
    *("", "&&&&===", "step=1", "position=0&option=a", "step=1&position=0", "\x00" * 100),
    *("step=1&position=0&option=z", "step=1&position=0&option=", "step=1&position=0&option=A"),
    *("step=1&position=0&" + "option=z&" * 150, f"step=1&position=0&option={SCRIPT}"),
    *('{"step":1,"position":0,"option":"a"}', "step=1&position=0&option=%FF%FE", b"\xff\xfe" * 50),
    *("step[]=1&position[]=0&option[]=a", f"{SCRIPT}={SCRIPT}"),
]


@pytest.mark.parametrize("script", [True, False], ids=["script", "form"])
@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data; boundary=x"])
def test_bodies_that_are_no_form_of_ours_are_refused(hall: Hall, script: bool, kind: str) -> None:
    headers = ({"X-Requested-With": "fetch"} if script else {}) | {"Content-Type": kind}
    for body, phone in zip(BODIES, many_people(hall, len(BODIES)), strict=True):
        reply = phone.post(body, **headers)
        assert reply.status in ({400, 409} if script else {303, 400}), body
        polite(reply)
    assert hall.answers == 0
    hall.stays_honest()


def many_people(hall: Hall, count: int) -> list[Phone]:
    """Phones that are not yet in, so that none of them asks too often."""
    found = []
    for number in range(count):
        phone = Phone(hall.server.port, hall.room.code, host=f"198.51.100.{number % 200}")
        phone.look()
        found.append(phone)
    return found


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


def test_markup_in_every_field_stays_text(hall: Hall) -> None:
    phone = hall.hostile
    typed = joined(SCRIPT)
    replies = [
        phone.ask("GET", f"/join?code={typed}"),
        phone.ask("GET", f"/join?code={typed}&{typed}={typed}"),
        phone.ask("GET", f"/r/{typed.replace('%2F', '')}"),
        phone.ask("GET", f"{phone.path}?note={typed}&on={typed}"),
        phone.ask("GET", f"{phone.path}/moved?step={typed}"),
        phone.ask("GET", f"{phone.path}?on=1", **{"User-Agent": SCRIPT, "Referer": SCRIPT}),
        phone.send(SCRIPT, SCRIPT, [SCRIPT]),
        phone.send(1, 0, [SCRIPT]),
        phone.post([("step", SCRIPT), (SCRIPT, SCRIPT)]),
        phone.ask("POST", f"{phone.path}/answer", [("step", SCRIPT)], Origin=SCRIPT),
    ]
    for reply in replies:
        polite(reply)
    stream = raw(phone, f"{phone.path}/events?step={typed}", "").replace(b"POST", b"GET", 1)
    assert first_status(phone.port, stream) == b"200"
    hall.stays_honest()


def test_a_form_of_another_site_stores_nothing(hall: Hall) -> None:
    phone = hall.hostile
    fields = [("step", "1"), ("position", "0"), ("option", "a")]
    here = f"http://127.0.0.1:{phone.port}"
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"{here}.evil.example"},
        {"Origin": here, "Sec-Fetch-Site": "cross-site"},
        {"Origin": here, "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": ""},
    ):
        for more in ({}, {"X-Requested-With": "fetch"}):
            reply = phone.ask("POST", f"{phone.path}/answer", fields, **headers, **more)
            assert reply.status == 403, headers
            polite(reply)
    assert phone.ask("POST", f"{phone.path}/answer", fields).status == 403
    assert hall.answers == 0
    # The same from the session's own page is taken.
    assert phone.post(fields).status == 303
    assert hall.answers == 1
    hall.stays_honest()


def test_huge_bodies_are_not_read(hall: Hall) -> None:
    phone = hall.hostile
    path = f"{phone.path}/answer"
    for length in ("2001", "1000000000000", "9" * 40):
        status = first_status(phone.port, raw(phone, path, "", **{"Content-Length": length}))
        assert status in (b"413", b"400"), length
    chunked = raw(phone, path, "", **{"Transfer-Encoding": "chunked"})
    chunked = re.sub(rb"Content-Length: \d+\r\n", b"", chunked)
    piece = b"1000\r\n" + b"a" * 0x1000 + b"\r\n"
    assert first_status(phone.port, chunked, piece * 50) == b"413"
    reply = phone.post("step=1&position=0&option=a&x=" + "y" * 100_000)
    assert reply.status == 413
    polite(reply)
    assert hall.answers == 0
    hall.stays_honest()


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
    found = _STATUS.match(got)
    return found[1] if found else b""


def test_floods_of_headers_and_broken_requests_are_turned_away(hall: Hall) -> None:
    port, path = hall.server.port, hall.hostile.path
    start = f"GET {path} HTTP/1.1\r\nHost: x\r\n".encode()
    floods = [
        start + b"".join(b"X-%d: %s\r\n" % (n, TYPED.encode()) for n in range(20_000)) + b"\r\n",
        start + b"Cookie: bme_seat=" + b"A" * 500_000 + b"\r\n\r\n",
        start + b"X: " + TYPED.encode() * 50_000,
        b"GET /r/" + b"B" * 500_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ]
    for flood in floods:
        assert first_status(port, flood) in (b"", b"200", b"400", b"404", b"414", b"431")
    for broken in (b"\x00\x01\x02\r\n\r\n", TYPED.encode() + b"\r\n\r\n", b"\x16\x03\x01" * 99):
        for _ in range(40):
            assert first_status(port, broken) in (b"", b"400")
    hall.stays_honest()


def test_slow_senders_keep_nobody_waiting(hall: Hall) -> None:
    phone = hall.hostile
    half = raw(phone, f"{phone.path}/answer", "step=1&posi", **{"Content-Length": "30"})
    with ExitStack() as stack:
        for number in range(400):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", phone.port), 30))
            line.sendall(half if number % 2 else half[:60])
        hall.stays_honest()
        hall.stays_honest()
    assert len(hall.stored(phone)) == 0


def test_thousands_of_streams_of_one_phone_leave_room_for_others(hall: Hall) -> None:
    phone = hall.hostile
    request = raw(phone, f"{phone.path}/events?step=0", "").replace(b"POST", b"GET", 1)
    statuses: Counter[bytes] = Counter()
    with ExitStack() as stack:
        lines = []
        for _ in range(2_000):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", phone.port), 30))
            line.sendall(request)
            found = _STATUS.match(line.recv(4096))
            assert found is not None
            statuses[found[1]] += 1
            if found[1] == b"200":
                lines.append(line)
            else:
                line.close()
        assert set(statuses) == {b"200", b"429"}
        assert statuses[b"429"] > statuses[b"200"]
        hall.stays_honest()
        # All but the last few were ended from the other side.
        assert sum(is_open(line) for line in lines) <= 3
    hall.stays_honest()


def is_open(line: socket.socket) -> bool:
    """Whether the server still holds a stream open, whatever it sent before."""
    line.settimeout(0.5)
    got = b""
    try:
        while part := line.recv(65536):
            got += part
            if got.endswith(b"0\r\n\r\n"):
                return False
    except TimeoutError:
        return True
    except ConnectionError:
        return False
    return False


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "X-Y"]
)
def test_methods_that_do_not_fit_are_refused_with_a_page(hall: Hall, method: str) -> None:
    phone = hall.hostile
    for path in (phone.path, f"{phone.path}/answer", f"{phone.path}/events", "/join"):
        reply = phone.ask(method, path)
        assert reply.status == 405
        assert reply.headers["allow"]
        polite(reply)
    assert phone.ask("GET", f"{phone.path}/answer").status == 405
    assert phone.ask("POST", phone.path, "").status == 405
    for path in (f"{phone.path}/nothing", "/r/", "/r/a/b/c", "/r/..%2f..%2fetc"):
        reply = phone.ask("GET", path)
        assert reply.status == 404
        polite(reply)
