"""What one address may take of a session and of a server, and who is not held up by that."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest

from bme_quiz.server.phones import limits
from bme_quiz.server.phones.app import Phones
from bme_quiz.server.phones.limits import Limits
from bme_quiz.server.phones.seat_cookies import SEAT_COOKIE
from bme_quiz.server.token_bucket import Rate
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.rooms.rooms import SqlRooms
from bme_quiz.ui.shell import words
from tests.support.rooms import moved_on, question_at, right, started
from tests.support.seconds import Seconds, in_loop
from tests.support.wire import Phone

MOST = 5
HOST = "203.0.113.1"


def made_up(phones: Phones, code: str, number: int, host: str = HOST) -> Phone:
    """A phone that says that it has been here before."""
    return Phone(phones, code, host=host, cookies={SEAT_COOKIE: f"{number:022d}"})


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> Callable[[Limits, str], int]:
    """Few may come in from one address; says how many still may, by trying."""
    monkeypatch.setattr(limits, "SEATS_OF_ADDRESS", Rate(MOST, 0))
    monkeypatch.setattr(limits, "SEATS_OF_ADDRESS_IN_SESSION", Rate(MOST, 0))
    return lambda found, session: sum(found.take_seat(HOST, session) for _ in range(2 * MOST))


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
async def test_whoever_waits_behind_a_crowd_of_made_up_people_comes_in(
    rooms: Rooms, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate = limits.SEATS_OF_ADDRESS_IN_SESSION
    monkeypatch.setattr(limits, "SEATS_OF_ADDRESS_IN_SESSION", Rate(MOST, rate.a_second))
    phones = Phones(lambda: rooms, Limits(seconds))
    room = started(rooms, steps=1)
    for number in range(MOST):
        await made_up(phones, room.code, number).get()
    late = made_up(phones, room.code, 100)
    refused = await late.answer(1, 0, "b")
    assert (refused.status, refused.text) == (429, words.MANY_COME_IN)
    # As the sentence says; a phone tries again by itself.
    seconds.now += 15
    assert (await late.answer(1, 0, "b")).status == 200


@in_loop
async def test_a_database_that_is_away_uses_up_nobodys_way_in(
    rooms: Rooms,
    seconds: Seconds,
    monkeypatch: pytest.MonkeyPatch,
    left: Callable[[Limits, str], int],
) -> None:
    found = Limits(seconds)
    phones = Phones(lambda: rooms, found)
    room = started(rooms, steps=1)
    await Phone(phones, room.code).get()
    with monkeypatch.context() as patch:
        patch.setattr(SqlRooms, "take_seats", _fail)
        patch.setattr(SqlRooms, "answer", _fail)
        for number in range(2 * MOST):
            phone = made_up(phones, room.code, number)
            assert (await phone.get()).status == 503
            assert (await phone.answer(1, 0, "b")).status == 503
    for number in range(MOST):
        await made_up(phones, room.code, number).get()
    assert rooms.tally(room.id).joined == MOST
    assert left(found, room.id) == 0


def _fail(*_: object) -> None:
    raise StorageError("the disk is full")


@pytest.mark.parametrize("why", ["full", "late"])
@in_loop
async def test_who_takes_no_seat_uses_up_nobodys_way_in(
    rooms: Rooms,
    seconds: Seconds,
    monkeypatch: pytest.MonkeyPatch,
    left: Callable[[Limits, str], int],
    why: str,
) -> None:
    monkeypatch.setattr("bme_quiz.services.rooms.rooms.MOST_PEOPLE", 1 if why == "full" else 100)
    found = Limits(seconds)
    # For the hub no time passes either, so it hears of no move by itself.
    phones = Phones(lambda: rooms, found, seconds)
    room = started(rooms, steps=1)
    assert (await made_up(phones, room.code, 0).answer(1, 0, "b")).status == 200
    if why == "late":
        moved_on(rooms, room)
    said = words.ROOM_IS_FULL if why == "full" else words.CAME_LATE
    for number in range(1, 2 * MOST):
        reply = await made_up(phones, room.code, number).answer(1, 0, "b")
        assert (reply.status, said in reply.text) == (409, True)
    assert rooms.tally(room.id).joined == 1
    assert left(found, room.id) == MOST - 1


@in_loop
async def test_one_phone_is_counted_once_however_much_it_asks_for_at_a_time(
    rooms: Rooms, seconds: Seconds, left: Callable[[Limits, str], int]
) -> None:
    found = Limits(seconds)
    phones = Phones(lambda: rooms, found)
    room = started(rooms, steps=1)
    phone = made_up(phones, room.code, 0)
    await asyncio.gather(phone.get(), phone.get(), phone.answer(1, 0, "b"))
    assert rooms.tally(room.id).joined == 1
    assert left(found, room.id) == MOST - 1


@in_loop
async def test_that_an_answer_is_late_is_said_where_nobody_more_may_come_in_too(
    rooms: Rooms, seconds: Seconds, left: Callable[[Limits, str], int]
) -> None:
    found = Limits(seconds)
    phones = Phones(lambda: rooms, found)
    room = started(rooms, steps=2)
    assert left(found, room.id) == MOST
    reply = await made_up(phones, room.code, 0).answer(1, 0, "b")
    assert (reply.status, words.CAME_LATE in reply.text) == (409, True)


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
        here = made_up(phones, room.code, 101, "127.0.0.1")
        here.named = "localhost:8501"
        assert (await stack.enter_async_context(here.events(0))).status == 200


@in_loop
async def test_a_hall_that_lost_its_wi_fi_comes_back_while_its_old_streams_seem_open(
    phones: Phones, rooms: Rooms
) -> None:
    phones.hub.places.most_of_address = MOST
    room = started(rooms)
    people = [made_up(phones, room.code, number) for number in range(MOST)]
    async with phones.running(), AsyncExitStack() as stack:
        for _ in range(3):
            events = [stack.enter_async_context(phone.events(0)) for phone in people]
            opened = await asyncio.gather(*events)
            assert {stream.status for stream in opened} == {200}
            assert phones.hub.places.taken == MOST
        # Each holds the one that it asked for last; a newcomer takes nobody's.
        assert not any(stream.ended for stream in opened)
        newcomer = made_up(phones, room.code, 100)
        assert (await newcomer.get(f"{newcomer.path}/events?step=0")).status == 503
        assert not any(stream.ended for stream in opened)
    assert phones.hub.places.taken == 0


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
