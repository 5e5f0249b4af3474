"""What one address may take of a session and of a server, and who is not held up by that."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

import pytest

from bme_quiz.server.phone import limits
from bme_quiz.server.phone.front import Phones
from bme_quiz.server.phone.limits import Limits, Rate
from bme_quiz.server.phone.seats import SEAT_COOKIE
from bme_quiz.services.rooms import Rooms
from bme_quiz.storage.rooms import SqlRooms
from tests.phone.samples import Seconds, in_loop
from tests.phone.wire import Phone
from tests.room.samples import moved_on, question_at, right, started

MOST = 5


def made_up(phones: Phones, code: str, number: int, host: str = "203.0.113.1") -> Phone:
    """A phone that says that it has been here before."""
    return Phone(phones, code, host=host, cookies={SEAT_COOKIE: f"{number:022d}"})


@in_loop
async def test_one_address_takes_no_more_seats_of_a_session_however_long_it_tries(
    rooms: Rooms, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEATS_OF_ADDRESS_IN_SESSION", Rate(MOST, 0))
    phones = Phones(lambda: rooms, Limits(seconds))
    room, other = started(rooms), started(rooms)
    for number in range(3 * MOST):
        seconds.now += 60
        await made_up(phones, room.code, number).get()
    assert rooms.tally(room.id).joined == MOST
    # Another address still comes in, and this one into another session.
    await made_up(phones, room.code, 100, "203.0.113.9").get()
    await made_up(phones, other.code, 100).get()
    assert rooms.tally(room.id).joined == MOST + 1
    assert rooms.tally(other.id).joined == 1


@in_loop
async def test_one_address_holds_no_more_streams_than_are_its_own(
    phones: Phones, rooms: Rooms
) -> None:
    phones.hub.places.most_of_address = MOST
    room = started(rooms)
    async with phones.running(), AsyncExitStack() as stack:

        async def opens(number: int, host: str = "203.0.113.1") -> int:
            events = made_up(phones, room.code, number, host).events(0)
            return (await stack.enter_async_context(events)).status

        # Also where they all come together.
        statuses = await asyncio.gather(*(opens(number) for number in range(4 * MOST)))
        assert Counter(statuses) == {200: MOST, 503: 3 * MOST}
        assert await opens(100, "203.0.113.9") == 200
        assert await opens(101, "127.0.0.1") == 200


@in_loop
async def test_who_answered_through_another_process_is_known_where_nobody_more_may_come_in(
    rooms: Rooms, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEATS_OF_ADDRESS", Rate(1, 0))
    here = Phones(lambda: rooms, Limits(seconds))
    there = Phones(lambda: rooms, Limits(seconds))
    room = started(rooms, steps=1)
    await made_up(here, room.code, 1).get()
    phone = Phone(there, room.code)
    await phone.come_in()
    await phone.answer(1, 0, *right(question_at(rooms, room, 0)))
    phone.app = here
    moved_on(rooms, room)
    await here.hub.find(room.code, anew=True)
    assert "verdict correct" in (await phone.get()).text
    async with phone.events(2) as events:
        assert events.status == 200
    # Whoever is in nowhere has to wait, and may look on meanwhile.
    stranger = made_up(here, room.code, 2)
    assert "You did not answer this one." in (await stranger.get()).text
    assert rooms.tally(room.id).joined == 2


@in_loop
async def test_a_hall_that_comes_in_is_looked_up_by_nobody(
    phones: Phones, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(SqlRooms, "have_seats", lambda _, wanted: asked.append(wanted))
    room = started(rooms, steps=1)
    for number in range(50):
        assert (await made_up(phones, room.code, number).answer(1, 0, "b")).status == 200
    assert asked == []
