"""Streams of events: they end when they should, and hold up nobody."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message

from bme_quiz.server.phones import hub as hub_module
from bme_quiz.server.phones.app import Phones
from bme_quiz.server.phones.streams import Stream, page_event
from bme_quiz.services.rooms.rooms import Rooms
from tests.support.rooms import started
from tests.support.seconds import in_loop, until
from tests.support.wire import Phone, hall


@in_loop
async def test_of_too_many_streams_of_one_phone_the_oldest_ends(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms)
    async with phones.running():
        [phone] = await hall(phones, room, 1)
        async with phone.events(0) as first, phone.events(0), phone.events(0), phone.events(0):
            await first.next()
            with pytest.raises(EOFError):
                await first.next()
        live = phones.hub.known(room.code)
        assert live is not None
        assert live.streams == {}
        assert phones.hub.places.taken == 0


@in_loop
async def test_there_are_no_more_streams_than_one_process_can_hold(
    phones: Phones, rooms: Rooms
) -> None:
    phones.hub.places.most = 1
    room = started(rooms)
    async with phones.running():
        one, other = await hall(phones, room, 2)
        async with one.events(0):
            assert (await other.get(f"{other.path}/events?step=0")).status == 503
        async with other.events(0) as events:
            assert await events.next() == ("beat", "", "0")


@in_loop
async def test_who_never_came_in_has_no_stream(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms)
    stranger = Phone(phones, room.code)
    assert (await stranger.get(f"{stranger.path}/events?step=0")).status == 403


@in_loop
async def test_when_the_server_ends_streams_end_and_no_new_one_opens(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms)
    async with phones.running():
        [phone] = await hall(phones, room, 1)
        async with phone.events(0) as events:
            await events.next()
            phones.hub.hang_up()
            with pytest.raises(EOFError):
                await events.next()
        assert (await phone.get(f"{phone.path}/events?step=0")).status == 503


@in_loop
async def test_a_beat_comes_to_every_phone_in_its_turn(
    phones: Phones, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(hub_module, "BEAT_EVERY", 0.05)
    room = started(rooms)
    async with phones.running():
        [phone] = await hall(phones, room, 1)
        async with phone.events(0) as events:
            for _ in range(3):
                assert await events.next() == ("beat", "", "0")


@in_loop
async def test_a_phone_that_takes_nothing_holds_up_nobody_and_gets_the_latest() -> None:
    sent: list[bytes] = []
    takes = asyncio.Event()

    async def send(message: Message) -> None:
        await takes.wait()
        sent.append(message["body"])

    stream = Stream("seat", 0, send)
    for step in range(1, 50):
        stream.show(step, page_event(step, f"<p>{step}"))
        await asyncio.sleep(0)
    stream.show(3, page_event(3, "<p>an old one"))
    stream.beat()
    takes.set()
    await until(lambda: len(sent) == 2)
    assert sent == [page_event(1, "<p>1"), page_event(49, "<p>49")]
    assert sent[0] == b"event: page\nid: 1\ndata: <p>1\n\n"


def test_lines_of_a_page_stay_lines_of_one_event() -> None:
    event = page_event(4, "<p>a\r\nb\rc\n\nevent: page\n").decode()
    assert event.count("\n\n") == 1
    assert event.split("\n")[2:] == [
        *("data: <p>a", "data: b", "data: c", "data: ", "data: event: page", "data: ", "", ""),
    ]
