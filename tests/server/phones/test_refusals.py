"""What phones send and may not: each gets a polite sentence, and the others notice nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bme_quiz.rules.rooms.room import FIRST
from bme_quiz.server.http.forms import NOT_FROM_HERE
from bme_quiz.server.phones import limits
from bme_quiz.server.phones.app import Phones
from bme_quiz.server.phones.limits import ANSWERS_OF_SEAT, PAGES_OF_SEAT, Limits
from bme_quiz.server.phones.seat_cookies import SEAT_COOKIE
from bme_quiz.server.token_bucket import Rate
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.rooms.rooms import SqlRooms
from bme_quiz.ui.shell import words
from tests.support.rooms import moved_on, question_at, right, started, wrong
from tests.support.seconds import Seconds, in_loop
from tests.support.wire import Phone


@contextmanager
def broken(monkeypatch: pytest.MonkeyPatch, *names: str) -> Iterator[None]:
    """The database is away for these of its uses."""

    def fail(*_: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patch:
        for name in names:
            patch.setattr(SqlRooms, name, fail)
        yield


@in_loop
async def test_an_answer_twice_late_empty_or_after_the_end_is_refused_politely(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms, steps=1)
    question = question_at(rooms, room, 0)
    phone = Phone(phones, room.code)
    await phone.come_in()
    nothing = await phone.answer(1, 0)
    assert (nothing.status, words.NOTHING_TICKED in nothing.text) == (409, True)
    assert words.SEND_ANSWER in nothing.text
    assert (await phone.answer(1, 0, *right(question))).status == 200
    # The same once more is what a phone sends that heard nothing.
    assert (await phone.answer(1, 0, *right(question))).status == 200
    twice = await phone.answer(1, 0, *wrong(question))
    assert (twice.status, words.CAME_TWICE in twice.text) == (409, True)
    assert words.ANSWER_IS_IN in twice.text
    room = moved_on(rooms, room)
    other = Phone(phones, room.code)
    await other.come_in()
    late = await other.answer(1, 0, *wrong(question))
    assert (late.status, words.CAME_LATE in late.text) == (409, True)
    assert "You did not answer this one." in late.text
    early = await phone.answer(room.step + 1, 1, "a")
    assert (early.status, words.CAME_LATE in early.text) == (409, True)
    rooms.end(room.id)
    ended = await phone.answer(room.step, 0, "a")
    assert (ended.status, words.CAME_AFTER_END in ended.text) == (409, True)
    assert "The session has ended." in ended.text
    assert len(rooms.report_answers(room.id)) == 1


@pytest.mark.parametrize("script", [True, False], ids=["script", "form"])
@in_loop
async def test_an_answer_that_is_in_is_not_said_to_be_late_when_it_comes_again(
    phones: Phones, rooms: Rooms, seconds: Seconds, script: bool
) -> None:
    """The word that it is in was lost on the way, and meanwhile the session has moved on."""
    room = started(rooms, steps=1)
    question = question_at(rooms, room, 0)
    phone = Phone(phones, room.code)
    await phone.come_in()
    await phone.answer(1, 0, *right(question))

    async def said(*ticked: str) -> str:
        reply = await phone.answer(1, 0, *ticked, script=script)
        page = reply.text if script else (await phone.get(reply.headers["location"])).text
        return "".join(re.findall(r'role="alert">(.*?)</p>', page))

    for _ in range(room.last_step - room.step):
        room = moved_on(rooms, room)
        seconds.now += 10
        assert await said(*right(question)) == ""
        assert await said(*wrong(question)) == words.CAME_TWICE
    assert [a.ticked for a in rooms.report_answers(room.id)] == [right(question)]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("late", words.CAME_LATE), ("twice", words.CAME_TWICE), ("nothing", words.NOTHING_TICKED)],
)
@in_loop
async def test_without_script_the_page_says_what_became_of_the_answer(
    phones: Phones, rooms: Rooms, kind: str, sentence: str
) -> None:
    room = started(rooms, steps=1)
    question = question_at(rooms, room, 0)
    phone = Phone(phones, room.code)
    await phone.come_in()
    ticked = () if kind == "nothing" else wrong(question)
    if kind == "twice":
        await phone.answer(1, 0, *right(question), script=False)
    if kind == "late":
        moved_on(rooms, room)
    sent = await phone.answer(1, 0, *ticked, script=False)
    assert (sent.status, sent.headers["location"].endswith(f"note={kind}")) == (303, True)
    page = await phone.get(sent.headers["location"])
    assert f'<p class="alert" role="alert">{sentence}</p>' in page.text


@in_loop
async def test_a_full_session_takes_nobody_more_and_lets_them_read(
    phones: Phones, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bme_quiz.services.rooms.rooms.MOST_PEOPLE", 1)
    room = started(rooms, steps=1)
    first, second, third = (Phone(phones, room.code) for _ in range(3))
    await first.come_in()
    page = await second.come_in()
    assert words.SEND_ANSWER in page.text
    # Whoever only looks on keeps out nobody who answers.
    assert (await second.answer(1, 0, "a")).status == 200
    await third.come_in()
    refused = await third.answer(1, 0, "a")
    assert (refused.status, words.ROOM_IS_FULL in refused.text) == (409, True)
    assert (await first.answer(1, 0, "a")).status == 200
    assert rooms.tally(room.id).joined == 2


@in_loop
async def test_an_answer_that_cannot_be_stored_is_not_said_to_be_in(
    phones: Phones, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = started(rooms, steps=1)
    phone = Phone(phones, room.code)
    await phone.come_in()
    with broken(monkeypatch, "answer"):
        reply = await phone.answer(1, 0, "b")
        assert (reply.status, reply.text) == (503, words.ANSWER_NOT_STORED)
        # Without script the choice stands in a form that sends it once more.
        page = await phone.answer(1, 0, "b", script=False)
        assert page.status == 503
        assert words.ANSWER_NOT_STORED in page.text
        hidden = re.findall(r'type="hidden" name="(\w+)" value="(\w*)"', page.text)
        assert hidden == [("step", "1"), ("position", "0"), ("option", "b")]
    assert rooms.report_answers(room.id) == ()
    assert (await phone.send(hidden)).status == 303
    assert [a.ticked for a in rooms.report_answers(room.id)] == [("b",)]


@in_loop
async def test_a_database_that_is_away_is_said_on_the_page(
    phones: Phones, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = started(rooms)
    with broken(monkeypatch, "by_code"):
        page = await Phone(phones, room.code).get()
        assert (page.status, words.ROOM_AWAY in page.text) == (503, True)
        found = await Phone(phones, room.code).get(f"/join?code={room.code}")
        assert found.status == 503
        assert f'value="{room.code}"' in found.text
    assert (await Phone(phones, room.code).get()).status == 200


@in_loop
async def test_what_passes_leads_back_into_the_session_by_itself(
    phones: Phones, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = started(rooms)
    phone = Phone(phones, room.code)
    by_itself = f'<meta http-equiv="refresh" content="5;url={phone.path}">'
    button = f'<a class="button" href="{phone.path}">'
    with broken(monkeypatch, "by_code"):
        page = await phone.get()
        assert (page.status, by_itself in page.text, button in page.text) == (503, True, True)
        frame = await phone.get(f"{phone.path}/moved?step=0")
        assert (frame.status, 'content="5">' in frame.text) == (503, True)
        assert "frame-ancestors 'self'" in frame.headers["content-security-policy"]
    await phone.come_in()
    while (page := await phone.get()).status == 200:
        pass
    assert (page.status, by_itself in page.text, button in page.text) == (429, True, True)
    frame = await phone.get(f"{phone.path}/moved?step=0")
    assert (frame.status, "cannot be seen" in frame.text) == (429, True)
    # What does not pass leads back too, unless the code itself leads nowhere.
    page = await phone.get(f"{phone.path}/nothing")
    assert (page.status, button in page.text) == (404, True)
    page = await Phone(phones, "BBBBBB").get()
    assert (page.status, "Go back" in page.text) == (404, False)
    frame = await Phone(phones, "BBBBBB").get("/r/BBBBBB/moved?step=0")
    assert (frame.status, 'target="_top"' in frame.text) == (404, True)


@in_loop
async def test_a_phone_without_the_cookie_is_given_one_and_may_send_again(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms, steps=1)
    phone = Phone(phones, room.code)
    reply = await phone.answer(1, 0, "b")
    assert (reply.status, reply.text) == (403, words.NO_SEAT)
    assert rooms.report_answers(room.id) == ()
    assert (await phone.answer(1, 0, "b")).status == 200


@in_loop
async def test_a_form_of_another_site_stores_nothing(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    phone = Phone(phones, room.code)
    await phone.come_in()
    fields = [("step", "1"), ("position", "0"), ("option", "b")]
    for headers in ({"origin": "https://evil.test"}, {"origin": "null"}):
        reply = await phone.send(fields, **headers)
        assert (reply.status, NOT_FROM_HERE in reply.text) == (403, True)
    reply = await phone.send(fields, **{"sec-fetch-site": "cross-site"})
    assert reply.status == 403
    assert rooms.report_answers(room.id) == ()


@in_loop
async def test_one_phone_may_not_send_without_end(
    phones: Phones, rooms: Rooms, seconds: Seconds
) -> None:
    room = started(rooms, steps=1)
    phone, other = Phone(phones, room.code), Phone(phones, room.code)
    await phone.come_in()
    await other.come_in()
    most = int(ANSWERS_OF_SEAT.at_once)
    statuses = [(await phone.answer(1, 0, "b")).status for _ in range(most + 3)]
    assert statuses == [200] * most + [429] * 3
    page = await phone.answer(1, 0, "b", script=False)
    assert (page.status, words.TOO_MANY_ANSWERS in page.text) == (429, True)
    assert (await other.answer(1, 0, "b")).status == 200
    seconds.now += 2
    assert (await phone.answer(1, 0, "b")).status == 200


@in_loop
async def test_one_phone_may_not_load_without_end(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms)
    phone = Phone(phones, room.code)
    await phone.get()
    most = int(PAGES_OF_SEAT.at_once)
    statuses = [(await phone.get()).status for _ in range(most + 2)]
    assert statuses == [200] * most + [429] * 2


@in_loop
async def test_one_address_cannot_fill_a_session_with_made_up_people(
    rooms: Rooms, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 50
    monkeypatch.setattr(limits, "SEATS_OF_ADDRESS", Rate(most, 1))
    phones = Phones(lambda: rooms, Limits(seconds))
    room = started(rooms, steps=1)
    statuses = []
    for number in range(most + 10):
        made_up = Phone(phones, room.code, cookies={SEAT_COOKIE: f"{number:022d}"})
        statuses.append((await made_up.answer(1, 0, "b")).status)
    assert statuses == [200] * most + [429] * 10
    honest = Phone(phones, room.code, host="203.0.113.9")
    await honest.come_in()
    assert (await honest.answer(1, 0, "b")).status == 200
    # Whoever came from that address before goes on.
    known = Phone(phones, room.code, cookies={SEAT_COOKIE: f"{0:022d}"})
    assert words.ANSWER_IS_IN in (await known.get()).text
    assert rooms.tally(room.id).answered[FIRST, 0] == most + 1
