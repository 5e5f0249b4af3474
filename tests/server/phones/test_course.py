"""What a change of the course does to a session that goes on, and one that cannot be read."""

from __future__ import annotations

import logging

import pytest

from bme_quiz.content.problems import ContentError
from bme_quiz.rules.rooms.room import Kind
from bme_quiz.server.phones import hub as hub_module
from bme_quiz.server.phones.app import Phones
from bme_quiz.services.last_good import LastGood
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.ui.shell import words
from tests.support.courses import ROWS, course_of
from tests.support.rooms import Clock, moved_on, rooms_of, started
from tests.support.seconds import Seconds, in_loop
from tests.support.wire import Phone, Stream, hall

CHANGED = "This question cannot be shown."


@pytest.fixture
def after(rooms: Rooms, clock: Clock) -> Rooms:
    """The use cases once every question was changed."""
    other = course_of([{**cells, "stem": cells["stem"] + " Tell."} for cells in ROWS])
    return rooms_of(other, rooms.rooms, clock)


@in_loop
async def test_a_changed_course_is_seen_in_the_middle_of_a_session(
    rooms: Rooms, after: Rooms
) -> None:
    now = [rooms, after]
    phones = Phones(lambda: now[0])
    room = started(rooms, steps=1)
    page = await Phone(phones, room.code).get()
    assert words.SEND_ANSWER in page.text
    now.reverse()
    await phones.hub.find(room.code, anew=True)
    page = await Phone(phones, room.code).get()
    assert CHANGED in page.text


@pytest.mark.parametrize("kind", [Kind.DISCUSS, Kind.BEFORE_AFTER, Kind.OWN_PACE])
@in_loop
async def test_of_a_question_that_was_changed_it_is_said_that_it_was(
    rooms: Rooms, after: Rooms, kind: Kind
) -> None:
    now = [rooms, after]
    phones = Phones(lambda: now[0])
    room = started(rooms, kind, steps=1)
    [phone] = await hall(phones, room, 1)
    now.reverse()
    await phones.hub.find(room.code, anew=True)
    reply = await phone.answer(1, 0, "b")
    assert (reply.status, words.QUESTION_CHANGED in reply.text) == (409, True)
    assert words.CAME_LATE not in reply.text
    sent = await phone.answer(1, 0, "b", script=False)
    page = await phone.get(sent.headers["location"])
    assert words.QUESTION_CHANGED in page.text
    # For a step that has passed, and a question that there never was, it is what it was.
    assert words.CAME_LATE in (await phone.answer(0, 0, "b")).text
    assert words.CAME_LATE in (await phone.answer(1, 99, "b")).text
    assert rooms.report_answers(room.id) == ()


@in_loop
async def test_of_a_session_that_has_expired_it_is_said_that_it_is_over(
    rooms: Rooms, after: Rooms, clock: Clock
) -> None:
    now = [rooms, after]
    phones = Phones(lambda: now[0])
    room = started(rooms, steps=1)
    [phone] = await hall(phones, room, 1)
    now.reverse()
    await phones.hub.find(room.code, anew=True)
    clock.now = room.expires_at
    reply = await phone.answer(1, 0, "b")
    assert words.CAME_AFTER_END in reply.text
    assert words.QUESTION_CHANGED not in reply.text


@in_loop
async def test_phones_are_told_of_a_question_that_was_changed_and_of_one_that_is_there_again(
    rooms: Rooms, after: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "LOOK_EVERY", 0.01)
    now = [rooms, after]
    phones = Phones(lambda: now[0])
    room = started(rooms, steps=1)
    async with phones.running():
        asked, answered = await hall(phones, room, 2)
        await answered.answer(1, 0, "b")
        async with asked.events(1) as one, answered.events(1) as other:
            now.reverse()
            for stream in (one, other):
                assert CHANGED in await shown_again(stream, 1)
            now.reverse()
            assert words.SEND_ANSWER in await shown_again(one, 1)
            assert words.ANSWER_IS_IN in await shown_again(other, 1)
            # What phones show at a step hides no later one.
            room = moved_on(rooms, room)
            for stream in (one, other):
                assert (await stream.page())[0] == 2


@in_loop
async def test_phones_hear_nothing_of_a_change_elsewhere(
    rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "LOOK_EVERY", 0.01)
    room = started(rooms, steps=1)
    on = room.drawn[0].question_id
    rows = [{**cells, "stem": cells["stem"] + " Tell." * (cells["id"] != on)} for cells in ROWS]
    now = [rooms, rooms_of(course_of(rows), rooms.rooms, clock)]
    phones = Phones(lambda: now[0])
    async with phones.running():
        [phone] = await hall(phones, room, 1)
        async with phone.events(1) as events:
            now.reverse()
            live = phones.hub.known(room.code)
            assert live is not None
            moved_on(rooms, room)
            while (event := await events.next())[0] == "beat":
                pass
            assert event[:2] == ("page", "2")
            assert live.rooms is now[0]


@in_loop
async def test_a_session_goes_on_while_the_bank_cannot_be_read(
    rooms: Rooms, caplog: pytest.LogCaptureFixture
) -> None:
    broken = False

    def source() -> Rooms:
        if broken:
            raise ContentError("questions.csv cannot be read")
        return rooms

    phones = Phones(source)
    room = started(rooms, steps=1)
    [phone] = await hall(phones, room, 1)
    broken = True
    with caplog.at_level(logging.WARNING, "bme_quiz"):
        assert (await phone.answer(1, 0, "b")).status == 200
        late = Phone(phones, room.code)
        assert (await late.come_in()).status == 200
        moved_on(rooms, room)
        await phones.hub.find(room.code, anew=True)
        assert "verdict" in (await phone.get()).text
        # Also one that this process did not know before.
        other = started(rooms)
        assert (await Phone(phones, other.code).get()).status == 200
    assert caplog.messages == [
        "phones go on with the course as it was: questions.csv cannot be read"
    ]
    assert rooms.tally(room.id).joined == 2


def test_a_course_that_cannot_be_read_is_tried_again_and_one_that_never_could_is_an_error(
    rooms: Rooms, after: Rooms, seconds: Seconds
) -> None:
    found: list[Rooms | ContentError] = [ContentError("no bank")]
    tries = 0

    def source() -> Rooms:
        nonlocal tries
        tries += 1
        if isinstance(found[0], ContentError):
            raise found[0]
        return found[0]

    last = LastGood(source, seconds, "phones go on")
    with pytest.raises(ContentError, match="no bank"):
        last()
    found[0] = rooms
    assert last() is rooms
    found[0] = ContentError("no bank")
    assert [last() for _ in range(3)] == [rooms] * 3
    # A batch of answers waits for no try that is likely to fail.
    assert tries == 3
    found[0] = after
    assert last() is rooms
    seconds.now += 2
    assert last() is after


async def shown_again(stream: Stream, step: int) -> str:
    """The page that comes in the place of another of the same step."""
    while True:
        name, ident, data = await stream.next()
        if name == "again":
            assert int(ident) == step
            return data
