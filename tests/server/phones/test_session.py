"""A session on phones, with script and without: join, answer, reveal, end."""

from __future__ import annotations

import re
from html import unescape

from bme_quiz.rules.rooms.room import Kind
from bme_quiz.server.phones.app import Phones
from bme_quiz.server.phones.seat_cookies import HERE_COOKIE, KEY_COOKIE, SEAT_COOKIE
from bme_quiz.services.rooms.rooms import Rooms, room_key, seat_in, shown_code
from bme_quiz.ui.shell import words
from tests.support.rooms import moved_on, question_at, right, started, wrong
from tests.support.seconds import in_loop
from tests.support.wire import Phone


@in_loop
async def test_a_discussion_from_the_door_to_the_end(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms)
    async with phones.running():
        phone = Phone(phones, room.code)
        found = await phone.get(f"/join?code={shown_code(room.code).lower()}")
        way_in = f"/r/{room.code}?k={room_key(room)}"
        assert (found.status, found.headers["location"]) == (303, way_in)
        assert "You are in." in (await phone.come_in()).text
        async with phone.events(0) as events:
            assert await events.next() == ("beat", "", "0")
            for position in range(len(room.drawn)):
                room = moved_on(rooms, room)
                step, asked = await events.page()
                assert step == room.step
                question = question_at(rooms, room, position)
                assert question.stem in unescape(asked)
                got = await phone.answer(step, position, *right(question))
                assert (got.status, words.ANSWER_IS_IN in got.text) == (200, True)
                room = moved_on(rooms, room)
                step, shown = await events.page()
                assert step == room.step
                assert '<h2 class="verdict correct">Correct.</h2>' in shown
                assert "<mark>" in shown
            room = moved_on(rooms, room)
            step, ended = await events.page()
            assert (step, "The session has ended." in ended) == (room.last_step, True)
    marks = [answer.mark for answer in rooms.report_answers(room.id)]
    assert marks == [1.0] * len(room.drawn)


@in_loop
async def test_without_script_the_same_by_forms(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    phone = Phone(phones, room.code)
    page = await phone.come_in()
    question = question_at(rooms, room, 0)
    assert f'action="/r/{room.code}/answer"' in page.text
    sent = await phone.answer(1, 0, *wrong(question), script=False)
    assert (sent.status, sent.headers["location"]) == (303, phone.path)
    assert words.ANSWER_IS_IN in (await phone.get()).text
    moved = await phone.get(f"{phone.path}/moved?step=1")
    assert "said here" in moved.text
    room = moved_on(rooms, room)
    await phones.hub.find(room.code, anew=True)
    assert "has moved on" in (await phone.get(f"{phone.path}/moved?step=1")).text
    assert '<h2 class="verdict not-quite">Not quite.</h2>' in (await phone.get()).text


@in_loop
async def test_before_and_after_on_one_phone(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms, Kind.BEFORE_AFTER, steps=1)
    count = len(room.drawn)
    phone = Phone(phones, room.code)
    await phone.come_in()
    for round_ in (1, 2):
        for position in range(count):
            page = await phone.get()
            assert f'name="position" value="{position}"' in page.text
            assert ("as before the talk" in page.text) is (round_ == 2)
            reply = await phone.answer(
                room.step, position, *right(question_at(rooms, room, position))
            )
            assert reply.status == 200
            assert "verdict" not in reply.text
        assert "All your answers are in." in (await phone.get()).text
        room = moved_on(rooms, room)
        await phones.hub.find(room.code, anew=True)
        if round_ == 1:
            assert "Now comes the talk." in (await phone.get()).text
            room = moved_on(rooms, room)
            await phones.hub.find(room.code, anew=True)
    assert '<h2 class="verdict correct">Correct.</h2>' in (await phone.get()).text


@in_loop
async def test_at_ones_own_pace_each_answer_is_explained_at_once(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms, Kind.OWN_PACE, steps=1)
    phone = Phone(phones, room.code)
    await phone.come_in()
    for position in range(len(room.drawn)):
        page = await phone.get(f"{phone.path}?on={position + 1}")
        assert f'name="position" value="{position}"' in page.text
        assert words.CHECK_ANSWER in page.text
        nothing = await phone.answer(1, position)
        assert (nothing.status, words.NOTHING_TICKED_ALONE in nothing.text) == (409, True)
        reply = await phone.answer(1, position, *right(question_at(rooms, room, position)))
        assert '<h2 class="verdict correct">Correct.</h2>' in reply.text
        # A reload shows the explanation again, until the person goes on.
        assert "Correct." in (await phone.get()).text
        assert f"?on={position + 2}" in reply.text
    last = await phone.get(f"{phone.path}?on={len(room.drawn) + 1}")
    assert "You have answered every question." in last.text


@in_loop
async def test_who_comes_late_is_at_the_present_question(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms, steps=4)
    page = await Phone(phones, room.code).get()
    assert "You did not answer this one." in page.text
    assert "Question 2 of" in page.text


@in_loop
async def test_who_answered_before_the_talk_only_is_told_so(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms, Kind.BEFORE_AFTER, steps=1)
    async with phones.running():
        phone = Phone(phones, room.code)
        await phone.come_in()
        reply = await phone.answer(1, 0, *right(question_at(rooms, room, 0)))
        assert reply.status == 200
        async with phone.events(1) as events:
            for _ in range(3):
                room = moved_on(rooms, room)
                step, shown = await events.page()
            assert step == room.step
    assert "You did not answer this one after the talk." in shown


@in_loop
async def test_a_link_preview_is_nobody(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms)
    preview = Phone(phones, room.code)
    for _ in range(3):
        preview.cookies.clear()
        assert (await preview.get()).status == 200
    # One that keeps cookies, but only asks for the head.
    assert (await preview.get(method="HEAD")).status == 200
    assert (await preview.get(f"{preview.path}/events?step=0", method="HEAD")).status == 429
    assert rooms.tally(room.id).joined == 0
    await preview.get()
    assert rooms.tally(room.id).joined == 1


@in_loop
async def test_the_cookie_is_for_sessions_alone_and_out_of_the_reach_of_scripts(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms)
    phone = Phone(phones, room.code)
    seat, key, here = (await phone.get()).headers.getlist("set-cookie")
    assert re.match(rf"{SEAT_COOKIE}=[\w-]{{22}};", seat)
    assert re.match(rf"{KEY_COOKIE}={room_key(room)};", key)
    assert here.startswith(f"{HERE_COOKIE}={room.code};")
    for given, path in ((seat, "/r"), (key, f"/r/{room.code}"), (here, "/join")):
        assert {"HttpOnly", f"Path={path}", "SameSite=lax", "Max-Age=43200"} <= set(
            given.split("; ")
        )
        assert "Secure" not in given
    # The same number once more, so that its twelve hours begin anew.
    assert (await phone.get()).headers.getlist("set-cookie") == [seat, key, here]
    phone.cookies = {SEAT_COOKIE: "../../etc"}
    assert "../" not in (await phone.get()).headers["set-cookie"]
    secure = (await Phone(phones, room.code, scheme="https").get()).headers.getlist("set-cookie")
    assert all("Secure" in given for given in secure)


@in_loop
async def test_two_people_are_told_apart_and_each_sees_their_own(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms, steps=1)
    question = question_at(rooms, room, 0)
    one, other = (Phone(phones, room.code) for _ in range(2))
    for phone in (one, other):
        await phone.come_in()
    await one.answer(1, 0, *right(question))
    assert words.SEND_ANSWER in (await other.get()).text
    await other.answer(1, 0, *wrong(question))
    moved_on(rooms, room)
    await phones.hub.find(room.code, anew=True)
    assert "verdict correct" in (await one.get()).text
    assert "verdict not-quite" in (await other.get()).text
    seat = seat_in(room, one.cookies[SEAT_COOKIE])
    assert [a.mark for a in rooms.own_answers(room, seat)] == [1.0]


@in_loop
async def test_after_a_restart_everybody_is_known_again(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    old = [Phone(phones, room.code) for _ in range(3)]
    for phone in old:
        await phone.come_in()
    await old[0].answer(1, 0, "b")
    anew = Phones(lambda: rooms)
    pages = [await Phone(anew, room.code, cookies=phone.cookies).get() for phone in old]
    assert [words.ANSWER_IS_IN in page.text for page in pages] == [True, False, False]
    live = anew.hub.known(room.code)
    assert live is not None
    assert live.seats == {seat_in(room, phone.cookies[SEAT_COOKIE]) for phone in old}


@in_loop
async def test_nobody_comes_into_a_session_that_is_over(phones: Phones, rooms: Rooms) -> None:
    room = started(rooms)
    rooms.end(room.id)
    phone = Phone(phones, room.code)
    page = await phone.come_in()
    assert "The session has ended." in page.text
    assert rooms.tally(room.id).joined == 0
