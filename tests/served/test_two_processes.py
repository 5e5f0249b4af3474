"""Two server processes on one PostgreSQL, behind one address: phones may land on either."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest

from bme_quiz.rules.rooms.room import FIRST, Kind, Room
from bme_quiz.services.accounts.educators import EDUCATOR_COOKIE
from bme_quiz.ui.shell import words
from tests.support.halls import PASSCODE, Educator, educator, many_questions, server
from tests.support.phones import Phone, Reply
from tests.support.postgres import PrivatePostgres
from tests.support.round_robin import RoundRobin, round_robin
from tests.support.server import Server
from tests.support.streamlit_client import StreamlitClient

pytestmark = pytest.mark.slow

# Promised is a second. The machine that runs the tests may have more to do than a server has.
PATIENCE = 20.0
PEOPLE = 12


@dataclass(frozen=True)
class House:
    """The two servers, their one address, and the database's own view."""

    servers: tuple[Server, Server]
    front: RoundRobin
    database: Educator


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, postgres: PrivatePostgres) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    course = many_questions(folder / "course", 3)
    postgres.execute("CREATE DATABASE house")
    address = postgres.address("house")
    with ExitStack() as stack:
        one, other = (server(course, address, folder / f"log-{n}") for n in ("one", "other"))
        # At the same moment, on a database that is still empty.
        starting = [threading.Thread(target=s.start) for s in (one, other)]
        for thread in starting:
            thread.start()
        for thread, started in zip(starting, (one, other), strict=True):
            thread.join()
            stack.callback(started.stop)
        front = stack.enter_context(round_robin([one.port, other.port]))
        database = stack.enter_context(educator(course, address))
        yield House((one, other), front, database)


@contextmanager
def at_the_lectern(port: int, room: Room) -> Iterator[StreamlitClient]:
    """The educator's page, let in with the passcode, on one server."""
    door = Phone(port, "")
    reply = door.ask(
        *("POST", "/educator", [("passcode", PASSCODE)]), Origin=f"http://127.0.0.1:{port}"
    )
    assert reply.status == 303
    token = {EDUCATOR_COOKIE: door.cookies[EDUCATOR_COOKIE]}
    with StreamlitClient(port, "E" * 22, 60, "session", f"session={room.id}", token) as tab:
        yield tab


@dataclass
class Listener:
    """A phone's open stream, and the steps that came on it."""

    phone: Phone
    from_step: int
    pages: list[Reply] = field(default_factory=list)
    opened: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def listen(self, until: int) -> None:
        """Take pages in until the session is at a step."""
        with self.phone.events(self.from_step) as events:
            for name, _, page in events:
                self.opened.set()
                if name == "page":
                    self.pages.append(page)
                    if page.step >= until:
                        break
        self.over.set()


def start(work: list[Callable[[], None]]) -> list[threading.Thread]:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    return threads


def test_a_move_through_one_server_reaches_phones_on_both_in_order(house: House) -> None:
    room = house.database.starts(Kind.DISCUSS)
    phones = [
        Phone(house.front.port, room.code, host=f"203.0.113.{n}", timeout=PATIENCE)
        for n in range(PEOPLE)
    ]
    for phone in phones:
        assert phone.come_in().heading == "You are in."
    listeners = [Listener(phone, 0) for phone in phones]
    before = Counter(house.front.taken)
    threads = start([lambda one=one: one.listen(3) for one in listeners])
    assert all(one.opened.wait(PATIENCE) for one in listeners)
    streams = Counter(house.front.taken) - before
    assert set(streams.values()) == {PEOPLE // 2}, "as many streams on the one as on the other"

    letters = "abc"
    with at_the_lectern(house.servers[0].port, room) as lectern:
        lectern.press(words.OPEN_ANSWERS)
        wait_for(lambda: all(page_at(one, 1) for one in listeners))
        # Each answer is a connection of its own, on either server.
        for number, phone in enumerate(phones):
            reply = phone.send(1, 0, [letters[number % 3]])
            assert (reply.status, reply.heading) == (200, words.ANSWER_IS_IN)
            again = phone.send(1, 0, [letters[(number + 1) % 3]])
            assert (again.status, again.alert) == (409, words.CAME_TWICE)
        tally = house.database.rooms.tally(room.id)
        assert (tally.joined, tally.answered) == (PEOPLE, {(FIRST, 0): PEOPLE})
        lectern.press(words.REVEAL_ANSWER)
        wait_for(lambda: all(page_at(one, 2) for one in listeners))
        lectern.press(words.NEXT_QUESTION)
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        shown = lectern.html()
    for number, one in enumerate(listeners):
        steps = [page.step for page in one.pages]
        assert steps == [1, 2, 3]
        assert one.pages[0].position == 0
        right = letters[number % 3] == "b"
        assert one.pages[1].verdict == ("Correct." if right else "Not quite.")
        assert one.pages[2].position == 1
    assert "Question 2 of 3" in shown
    # Also through the other server, whose educator's page shows the same.
    with at_the_lectern(house.servers[1].port, room) as other:
        assert other.html().count("Question 2 of 3") == shown.count("Question 2 of 3")
        assert other.button(words.REVEAL_ANSWER) is not None


def page_at(listener: Listener, step: int) -> bool:
    return any(page.step == step for page in listener.pages)


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not arrive"
        time.sleep(0.01)


def test_a_phone_follows_when_its_server_dies_and_answers_with_the_other(
    house: House, request: pytest.FixtureRequest
) -> None:
    room = house.database.starts(Kind.DISCUSS, steps=1)
    phone = Phone(house.servers[0].port, room.code)
    page = phone.come_in()
    assert phone.answer(page, ["b"]).status == 200
    house.servers[0].kill()
    request.addfinalizer(house.servers[0].start)
    house.database.goes_on(room)
    phone.port = house.servers[1].port
    assert phone.moved_to(1, 2).verdict == "Correct."
    house.database.goes_on(room)
    page = phone.moved_to(2, 3)
    assert phone.answer(page, ["a"]).heading == words.ANSWER_IS_IN
    tally = house.database.rooms.tally(room.id)
    assert (tally.joined, tally.answered) == (1, {(FIRST, 0): 1, (FIRST, 1): 1})


def test_answers_racing_with_the_reveal_on_the_other_server_are_in_or_late(house: House) -> None:
    """Whoever was told "Your answer is in." is counted with the reveal; the others are told."""
    room = house.database.starts(Kind.DISCUSS)
    phones = [Phone(house.front.port, room.code, host=f"203.0.113.{n}") for n in range(PEOPLE)]
    for phone in phones:
        phone.come_in()
    with at_the_lectern(house.servers[1].port, room) as lectern:
        for position in range(3):
            step = 2 * position + 1
            lectern.press(words.OPEN_ANSWERS if position == 0 else words.NEXT_QUESTION)
            replies: list[Reply] = []
            threads = start(
                [
                    lambda p=phone, s=step, at=position, r=replies: r.append(p.send(s, at, ["b"]))
                    for phone in phones
                ]
            )
            lectern.press(words.REVEAL_ANSWER)
            for thread in threads:
                thread.join(PATIENCE)
                assert not thread.is_alive()
            assert len(replies) == PEOPLE
            in_time = sum(reply.status == 200 for reply in replies)
            late = [reply for reply in replies if reply.status != 200]
            assert {(r.status, r.alert) for r in late} <= {(409, words.CAME_LATE)}
            tally = house.database.rooms.tally(room.id)
            assert tally.answered.get((FIRST, position), 0) == in_time
            shown = [phone.moved_to(step, step + 1).verdict for phone in phones]
            assert Counter(shown) == Counter(
                {"Correct.": in_time, "You did not answer this one.": len(late)}
            )
