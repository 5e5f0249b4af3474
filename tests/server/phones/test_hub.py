"""The hub: one look for all phones, moves told at once, streams that hold up nobody."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest

from bme_quiz.rules.rooms.room import Kind
from bme_quiz.server.http.throttled_log import throttled
from bme_quiz.server.phones import hub as hub_module
from bme_quiz.server.phones.app import Phones
from bme_quiz.server.phones.live_room import Live
from bme_quiz.server.phones.pages import Pages
from bme_quiz.server.phones.seat_cookies import SEAT_COOKIE
from bme_quiz.services.course import Course
from bme_quiz.services.rooms.rooms import Rooms, seat_in
from bme_quiz.services.store import make_store
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.rooms.rooms import SqlRooms
from bme_quiz.ui.shell import words
from tests.support.rooms import Clock, moved_on, question_at, right, rooms_of, started, wrong
from tests.support.seconds import in_loop, until
from tests.support.wire import Phone, hall


@pytest.fixture
def uses(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts how often the database is asked, by the question."""
    counted: Counter[str] = Counter()

    def watch(name: str) -> None:
        real = getattr(SqlRooms, name)

        def counting(self: SqlRooms, *args: object) -> object:
            counted[name] += 1
            return real(self, *args)

        monkeypatch.setattr(SqlRooms, name, counting)

    for name in ("by_code", "by_id", "steps", "ticked", "answers_of", "seats"):
        watch(name)
    return counted


@in_loop
async def test_however_many_come_at_once_one_looks(
    phones: Phones, rooms: Rooms, uses: Counter[str]
) -> None:
    room = started(rooms)
    pages = await asyncio.gather(*(Phone(phones, room.code).get() for _ in range(200)))
    assert {page.status for page in pages} == {200}
    assert uses["by_code"] == 1
    assert uses["answers_of"] == 0


@pytest.mark.slow
@in_loop
async def test_a_reveal_asks_the_database_the_same_for_one_phone_and_for_fifty(
    phones: Phones, rooms: Rooms, uses: Counter[str]
) -> None:
    room = started(rooms, steps=1)
    question = question_at(rooms, room, 0)
    async with phones.running():
        people = await hall(phones, room, 50)
        for number, phone in enumerate(people):
            if number % 3:
                ticked = right(question) if number % 3 == 1 else wrong(question)
                await phone.answer(1, 0, *ticked)
        streams = [phone.events(1) for phone in people]
        opened = [await stream.__aenter__() for stream in streams]
        uses.clear()
        moved_on(rooms, room)
        shown = [await stream.page() for stream in opened]
        assert uses["ticked"] == 1
        assert uses["answers_of"] == 0
        for stream in streams:
            await stream.__aexit__(None, None, None)
    verdicts = ("did not answer", "verdict correct", "verdict not-quite")
    for number, (step, page) in enumerate(shown):
        assert step == 2
        assert verdicts[number % 3] in page


@in_loop
async def test_what_is_the_same_is_drawn_once(
    phones: Phones, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[object] = []
    real = Pages._main

    def drawing(self: Pages, view: object, notice: str) -> str:
        drawn.append(view)
        return real(self, view, notice)  # type: ignore[arg-type]

    monkeypatch.setattr(Pages, "_main", drawing)
    room = started(rooms)
    async with phones.running():
        people = await hall(phones, room, 30)
        streams = [phone.events(0) for phone in people]
        opened = [await stream.__aenter__() for stream in streams]
        drawn.clear()
        moved_on(rooms, room)
        shown = {await stream.page() for stream in opened}
        for stream in streams:
            await stream.__aexit__(None, None, None)
    assert len(drawn) == len(shown) == 1


@in_loop
async def test_a_phone_that_slept_is_shown_what_it_missed(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    question = question_at(rooms, room, 0)
    async with phones.running():
        [phone] = await hall(phones, room, 1)
        await phone.answer(1, 0, *right(question))
        moved_on(rooms, room)
        async with phone.events(1) as events:
            step, page = await events.page()
            assert (step, "verdict correct" in page) == (2, True)
        # A browser that takes up its broken stream asks with its first address.
        async with phone.events(1, **{"last-event-id": "2"}) as events:
            assert await events.next() == ("beat", "", "2")
        # A step that never was.
        async with phone.events(99) as events:
            assert (await events.page())[0] == 2


@in_loop
async def test_in_a_form_a_phone_that_comes_back_is_at_its_own_question(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms, Kind.BEFORE_AFTER)
    async with phones.running():
        [phone] = await hall(phones, room, 1)
        async with phone.events(0) as events:
            moved_on(rooms, room)
            assert 'name="position" value="0"' in (await events.page())[1]
            await phone.answer(1, 0, "a")
        async with phone.events(0) as events:
            assert 'name="position" value="1"' in (await events.page())[1]


@pytest.fixture(params=["sqlite_address", "postgres_address"])
def two_processes(
    request: pytest.FixtureRequest, small_course: Course, clock: Clock
) -> Iterator[list[Rooms]]:
    """The use cases of two processes on one database."""
    address = request.getfixturevalue(request.param)
    stores = [make_store(address) for _ in range(2)]
    yield [rooms_of(small_course, store.rooms, clock, seed=n) for n, store in enumerate(stores)]
    for store in stores:
        store.database.close()


@in_loop
async def test_a_move_in_another_process_reaches_phones_of_both(
    two_processes: list[Rooms], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The signal ends at the process: what moves the session here is heard by nobody.
    monkeypatch.setattr("bme_quiz.services.rooms.rooms.signal.changed", lambda _: None)
    fronts = [Phones(lambda rooms=rooms: rooms) for rooms in two_processes]  # type: ignore[misc]
    educator = two_processes[0]
    room = started(educator)
    async with fronts[0].running(), fronts[1].running():
        one, other = (Phone(front, room.code) for front in fronts)
        for phone in (one, other):
            await phone.come_in()
        async with one.events(0) as here, other.events(0) as there:
            room = moved_on(educator, room)
            for stream in (here, there):
                assert (await stream.page())[0] == 1
            assert (await other.answer(1, 0, "b")).status == 200
            # A phone may land on either, and is the same there.
            twin = Phone(fronts[0], room.code, cookies=other.cookies)
            assert words.ANSWER_IS_IN in (await twin.get()).text
            room = moved_on(educator, room)
            for stream in (here, there):
                assert (await stream.page())[0] == 2
    assert educator.tally(room.id).joined == 2


@in_loop
async def test_an_answer_for_a_step_that_is_news_here_counts(
    two_processes: list[Rooms], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bme_quiz.services.rooms.rooms.signal.changed", lambda _: None)
    educator, mine = two_processes
    front = Phones(lambda: mine)
    room = started(educator)
    phone = Phone(front, room.code)
    await phone.come_in()
    moved_on(educator, room)
    # It saw the question from the other process; this one has not looked since.
    monkeypatch.setattr(hub_module, "LOOK_EVERY", 1e9)
    live = front.hub.known(room.code)
    assert live is not None
    assert live.room.step == 0
    reply = await phone.answer(1, 0, "b")
    assert (reply.status, words.ANSWER_IS_IN in reply.text) == (200, True)


@in_loop
async def test_while_the_database_is_away_phones_wait_and_then_go_on(
    phones: Phones,
    rooms: Rooms,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(hub_module, "LOOK_EVERY", 0.01)
    room = started(rooms)
    with throttled():
        async with phones.running():
            [phone] = await hall(phones, room, 1)
            async with phone.events(0) as events:
                await events.next()
                failed = 0
                with monkeypatch.context() as patch:

                    def fail(*_: object) -> None:
                        nonlocal failed
                        failed += 1
                        raise StorageError("the disk is full")

                    patch.setattr(SqlRooms, "steps", fail)
                    await until(lambda: failed > 5)
                    assert (await phone.get()).status == 200
                moved_on(rooms, room)
                assert (await events.page())[0] == 1
    # Once for many looks of all, and once for those of one phone; at the end how many more.
    assert 1 <= len([one for one in caplog.messages if "more since" not in one]) <= 2
    assert "the disk is full" in caplog.text


@in_loop
async def test_what_nobody_foresaw_is_logged_with_its_trace_once_and_phones_go_on(
    phones: Phones,
    rooms: Rooms,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(hub_module, "LOOK_EVERY", 0.01)
    # So that it is the look of every half second that tells of a move.
    monkeypatch.setattr("bme_quiz.services.rooms.rooms.signal.changed", lambda _: None)
    room = started(rooms)
    async with phones.running():
        [phone] = await hall(phones, room, 1)
        async with phone.events(0) as events:
            await events.next()
            failed = 0
            with monkeypatch.context() as patch, throttled():

                def fail(*_: object) -> None:
                    nonlocal failed
                    failed += 1
                    raise KeyError("nobody thought of this")

                patch.setattr(SqlRooms, "steps", fail)
                await until(lambda: failed > 3)
            moved_on(rooms, room)
            assert (await events.page())[0] == 1
    [first, at_the_end] = caplog.records
    assert "nobody thought of this" in first.getMessage()
    assert first.exc_info
    assert "more since" in at_the_end.getMessage()


@in_loop
async def test_sessions_that_nobody_asks_for_are_forgotten(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(hub_module, "_IDLE", 0.0)
    phones = Phones(lambda: rooms)
    room = started(rooms)
    async with phones.running():
        await Phone(phones, room.code).get()
        await until(lambda: phones.hub.known(room.code) is None)


@in_loop
async def test_nobody_sees_anybody_elses_answer(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    question = question_at(rooms, room, 0)
    people = await hall(phones, room, 2)
    await people[0].answer(1, 0, *right(question))
    moved_on(rooms, room)
    live: Live | None = await phones.hub.find(room.code, anew=True)
    assert live is not None
    seats = [seat_in(room, phone.cookies[SEAT_COOKIE]) for phone in people]
    assert [len(await phones.hub.own(live, seat, None)) for seat in (*seats, "0" * 32)] == [1, 0, 0]
