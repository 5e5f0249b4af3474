"""The server of a session is killed in the middle of answers: nothing that was said to be in is
lost or counted twice, and everybody is where they were."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import pytest

from bme_quiz.rules.rooms.room import FIRST, Kind, Room
from bme_quiz.services.rooms.rooms import seat_in
from bme_quiz.ui.shell import words
from tests.support.halls import Educator, educator, many_questions, server
from tests.support.phones import SEAT, Phone, Reply
from tests.support.programs import PATIENCE

pytestmark = pytest.mark.slow

Acknowledged = tuple[str, int, str]


@dataclass
class Person:
    """Somebody whose phone tries until it is told that the answer is in."""

    phone: Phone
    rng: random.Random
    acknowledged: list[Acknowledged] = field(default_factory=list)

    def seat(self, room: Room) -> str:
        return seat_in(room, self.phone.cookies[SEAT])

    def answer(self, page: Reply) -> Reply:
        """Answer the question on a page, and note it once it is said to be in."""
        assert page.position is not None
        letter = self.rng.choice(page.letters)
        reply = self.phone.answer(page, [letter])
        if reply.status == 200:
            self.acknowledged.append((self.phone.cookies[SEAT], page.position, letter))
        return reply


def people(room: Room, port: int, count: int) -> list[Person]:
    return [
        Person(Phone(port, room.code, host=f"203.0.113.{n}"), random.Random(n))
        for n in range(1, count + 1)
    ]


@contextmanager
def all_at_once(work: Callable[[Person], None], who: list[Person]) -> Iterator[None]:
    """Everybody at work in a thread while the block runs; a server that dies ends it for them."""
    broken: list[BaseException] = []

    def run(person: Person) -> None:
        try:
            work(person)
        except (OSError, HTTPException):
            return
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in who]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
    assert broken == []


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait in the middle of things; whoever is at work reports what goes wrong."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.002)


def stored(leader: Educator, room: Room, who: list[Person]) -> list[Acknowledged]:
    """Every stored answer, by the cookie of whose it is."""
    return [
        (one.phone.cookies[SEAT], answer.position, answer.ticked[0])
        for one in who
        if SEAT in one.phone.cookies
        for answer in leader.rooms.own_answers(room, one.seat(room))
    ]


def test_killed_again_and_again_while_everybody_answers(tmp_path: Path) -> None:
    kills = 3
    course = many_questions(tmp_path / "course", 40)
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    hall = server(course, database, tmp_path / "log")
    rng = random.Random(20260304)
    with educator(course, database) as leader:
        room = leader.starts(Kind.OWN_PACE, steps=1)
        who = people(room, hall.port, 10)

        def answer_on(person: Person) -> None:
            page = person.phone.come_in()
            # Where they were: at what explains the last answer, or at the first question.
            here = len(person.acknowledged)
            assert page.heading == f"Question {max(here, 1)} of 40"
            assert bool(page.verdict) == bool(here)
            while True:
                if page.verdict:
                    page = person.phone.look(on=len(person.acknowledged) + 1)
                if page.position is None:
                    return
                page = person.answer(page)
                assert (page.status, bool(page.verdict)) == (200, True)

        for _ in range(kills):
            hall.start()
            enough = sum(len(p.acknowledged) for p in who) + rng.randint(15, 60)
            with all_at_once(answer_on, who):
                wait_until(lambda n=enough: sum(len(p.acknowledged) for p in who) >= n)
                hall.kill()
            # Of what was under way and is stored, a phone hears with its next page.
            for person in who:
                _catch_up(leader, room, person)
        kept = stored(leader, room, who)
        acknowledged = [one for person in who for one in person.acknowledged]
        assert len(kept) == len(set(kept)) == len({(seat, p) for seat, p, _ in kept})
        assert sorted(acknowledged) == sorted(kept)
        assert len(acknowledged) >= 15 * kills


def _catch_up(leader: Educator, room: Room, person: Person) -> None:
    if SEAT not in person.phone.cookies:
        return
    kept = stored(leader, room, [person])
    assert set(person.acknowledged) <= set(kept)
    unheard = set(kept) - set(person.acknowledged)
    assert len(unheard) <= 1, "at most the one answer that was under way"
    person.acknowledged += unheard


def test_a_hall_that_answers_at_one_moment_and_sends_again_is_counted_once(
    tmp_path: Path,
) -> None:
    """As a phone's script does: what was not acknowledged is sent again, the same."""
    course = many_questions(tmp_path / "course", 2)
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    hall = server(course, database, tmp_path / "log")
    rng = random.Random(7)
    with educator(course, database) as leader:
        room = leader.starts(Kind.DISCUSS)
        hall.start()
        who = people(room, hall.port, 40)
        for person in who:
            assert person.phone.come_in().heading == "You are in."
        for position in range(2):
            room = leader.goes_on(room)
            letters = {id(p): p.rng.choice("abc") for p in who}
            heard: set[int] = set()

            def send(person: Person, step: int = room.step, at: int = position) -> None:
                reply = person.phone.send(step, at, [letters[id(person)]])  # noqa: B023
                assert (reply.status, reply.heading) == (200, words.ANSWER_IS_IN)
                heard.add(id(person))  # noqa: B023

            enough = rng.randint(1, 25)
            with all_at_once(send, who):
                wait_until(lambda n=enough, h=heard: len(h) >= n)
                hall.kill()
            in_time = frozenset(heard)
            assert in_time
            hall.start()
            for person in who:
                page = person.phone.look()
                assert page.step == room.step
                if id(person) in in_time:
                    assert page.heading == words.ANSWER_IS_IN
                else:
                    assert page.heading in (words.ANSWER_IS_IN, f"Question {position + 1} of 2")
            with all_at_once(send, [p for p in who if id(p) not in in_time]):
                pass
            assert len(heard) == len(who)
            tally = leader.rooms.tally(room.id)
            assert tally.joined == len(who)
            assert tally.answered == {(FIRST, p): len(who) for p in range(position + 1)}
            assert leader.rooms.ticked(room, room.phase) == {
                p.seat(room): (letters[id(p)],) for p in who
            }
            room = leader.goes_on(room)
            for person in who[:5]:
                page = person.phone.moved_to(room.step - 1, room.step)
                right = letters[id(person)] == "b"
                assert page.verdict == ("Correct." if right else "Not quite.")
        hall.stop()
