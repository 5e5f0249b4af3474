"""Seven addresses that pretend to be many people do not fill a session for whoever comes later.

At a tenth of the real size.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from bme_quiz.rules.rooms.room import FIRST
from bme_quiz.server.phones import limits
from bme_quiz.server.phones.app import Phones
from bme_quiz.server.phones.limits import Limits
from bme_quiz.server.phones.seat_cookies import SEAT_COOKIE
from bme_quiz.server.token_bucket import Rate
from bme_quiz.services.rooms.rooms import MOST_PEOPLE, Rooms
from bme_quiz.ui.shell import words
from tests.support.rooms import started
from tests.support.seconds import Seconds, in_loop
from tests.support.wire import Phone

TENTH = 10


@pytest.fixture
def phones(rooms: Rooms, seconds: Seconds, monkeypatch: pytest.MonkeyPatch) -> Phones:
    monkeypatch.setattr("bme_quiz.services.rooms.rooms.MOST_PEOPLE", MOST_PEOPLE // TENTH)
    for name in ("SEATS_OF_ADDRESS", "SEATS_OF_ADDRESS_IN_SESSION"):
        rate: Rate = getattr(limits, name)
        tenth = replace(rate, at_once=rate.at_once // TENTH, a_second=rate.a_second / TENTH)
        monkeypatch.setattr(limits, name, tenth)
    shares = tuple((most // TENTH, share) for most, share in limits.SHARES)
    monkeypatch.setattr(limits, "SHARES", shares)
    return Phones(lambda: rooms, Limits(seconds))


def made_up(phones: Phones, code: str, number: int, host: str) -> Phone:
    return Phone(phones, code, host, cookies={SEAT_COOKIE: f"{number:022d}"})


@pytest.mark.parametrize("by", ["pages", "answers", "one after the other"])
@in_loop
async def test_whoever_comes_after_seven_floods_is_let_in(
    phones: Phones, rooms: Rooms, seconds: Seconds, by: str
) -> None:
    room = started(rooms, steps=1)
    early = Phone(phones, room.code, host="203.0.113.200")
    await early.come_in()
    assert (await early.answer(1, 0, "b")).status == 200
    statuses: Counter[int] = Counter()
    for address in range(7):
        # What an address may take at once, or all that it may take of a session.
        for _ in range(8 if by == "one after the other" else 1):
            seconds.now += 10 if by == "one after the other" else 0
            first = sum(statuses.values())
            flood = [
                made_up(phones, room.code, first + n, f"198.51.100.{address}") for n in range(170)
            ]
            sent = [p.get() if by == "pages" else p.answer(1, 0, "a") for p in flood]
            statuses.update(reply.status for reply in await asyncio.gather(*sent))
    joined = rooms.tally(room.id).joined
    assert joined >= 0.6 * MOST_PEOPLE / TENTH
    # One by one from elsewhere, and a few behind one router.
    for number in range(60):
        newcomer = Phone(phones, room.code, host=f"203.0.113.{number}")
        await newcomer.come_in()
        reply = await newcomer.answer(1, 0, "b")
        assert (reply.status, words.ANSWER_IS_IN in reply.text) == (200, True)
    for _ in range(3):
        neighbour = Phone(phones, room.code, host="192.0.2.1")
        await neighbour.come_in()
        assert (await neighbour.answer(1, 0, "b")).status == 200
        async with neighbour.events(1) as events:
            assert events.status == 200
    # Whoever was in before has their seat and their answer.
    assert words.ANSWER_IS_IN in (await early.get()).text
    answered = rooms.tally(room.id).answered[FIRST, 0]
    assert answered == 64 if by == "pages" else answered > 600


@in_loop
async def test_a_hall_of_the_largest_size_comes_in_behind_one_router(
    phones: Phones, rooms: Rooms, seconds: Seconds
) -> None:
    room = started(rooms, steps=1)
    hall = 5_000 // TENTH
    for some in range(0, hall, 25):
        seconds.now += 80 * 25 / hall
        people = [made_up(phones, room.code, n, "192.0.2.1") for n in range(some, some + 25)]
        replies = await asyncio.gather(*(phone.answer(1, 0, "b") for phone in people))
        assert {reply.status for reply in replies} == {200}
    assert rooms.tally(room.id).answered[FIRST, 0] == hall
