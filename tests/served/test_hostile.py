"""Somebody in the room wants to spoil it with very many requests, or in other people's names: they
get nowhere, and the others do not notice."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import urlencode

import pytest

from bme_quiz.rules.rooms.room import FIRST, Kind
from bme_quiz.services.accounts.codes import ALPHABET
from bme_quiz.services.rooms.rooms import clean_code, room_key, seat_in
from bme_quiz.ui.shell import words
from tests.support.hostile import HOSTILE, STATUS, TYPED, Hall, raw
from tests.support.phones import SEAT, Phone

pytestmark = pytest.mark.slow


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
    try:
        yield
    finally:
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive()
    assert broken == []


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
                while len(found := STATUS.findall(got)) < at_once:
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
    guesser = Phone(hall.port, "", host="198.51.100.67")
    for number in range(3_000):
        code = "".join(ALPHABET[number // 20**n % 20] for n in range(6))
        assert clean_code(code) is not None
        reply = guesser.ask("GET", f"/r/{code}" if number % 2 else f"/join?code={code}")
        statuses[reply.status] += 1
        # What passes is tried again by itself, for whatever code stands in the address.
        passes = reply.status == 429 and number % 2
        assert reply.heading == ("One moment" if passes else "Join a session")
        assert reply.alert in (words.NO_SUCH_ROOM, words.TOO_MANY_CODES)
        if statuses[429] > 100:
            break
    assert set(statuses) == {404, 429}
    # Whoever tried so often may not even try the right one for a while; everybody else may.
    for _ in range(50):
        # One try comes back every 50 ms, maybe just now; on a slow machine as fast as it is asked.
        for _ in range(20):
            if guesser.ask("GET", "/r/BBBBBB").status == 429:
                break
        newcomer = Phone(hall.port, hall.room.code, host=guesser.host)
        if newcomer.look().status == 429:
            break
    else:
        pytest.fail("the right code was let through each time")
    late = Phone(hall.port, hall.room.code, host="203.0.113.9")
    assert late.come_in().position == 0
    # So may whoever comes by the picture, from the very same address, and whoever is in.
    neighbour = Phone(hall.port, hall.room.code, host=guesser.host)
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
    stranger = Phone(hall.port, other.code, host=HOSTILE, cookies=dict(hall.hostile.cookies))
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
            found = STATUS.match(line.recv(4096))
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
