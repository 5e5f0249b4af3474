"""Codes: whoever types a wrong one gets the form again, and guessing keeps out nobody for long."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest

from bme_quiz.rules.rooms.room import Room
from bme_quiz.server.phones import limits
from bme_quiz.server.phones.app import Phones
from bme_quiz.server.phones.limits import WRONG_CODES_OF_ADDRESS, Limits
from bme_quiz.server.phones.seat_cookies import KEY_COOKIE, SEAT_COOKIE
from bme_quiz.server.token_bucket import Rate
from bme_quiz.services.accounts.codes import ALPHABET
from bme_quiz.services.rooms.rooms import LIFE, Rooms, room_key, shown_code
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.rooms.rooms import SqlRooms
from bme_quiz.ui.shell import words
from tests.support.rooms import Clock, started
from tests.support.seconds import Seconds, in_loop
from tests.support.wire import Phone


@in_loop
async def test_a_code_that_leads_nowhere_gets_the_form_again(
    phones: Phones, rooms: Rooms, clock: Clock
) -> None:
    room = started(rooms)
    phone = Phone(phones, room.code)
    for path in ("/r/BBBBBB", "/join?code=BBBBBB", "/join?code=%3Cb%3E", "/r/nothing-at-all"):
        page = await phone.get(path)
        assert (page.status, words.NO_SUCH_ROOM in page.text) == (404, True)
        assert f"<button>{words.JOIN}</button>" in page.text
        assert "<b>" not in page.text
    assert (await phone.get()).status == 200
    clock.goes_on(LIFE + timedelta(seconds=1))
    # It was known here a moment ago.
    assert (await phones.hub.find(room.code, anew=True)) is None
    assert (await phone.get()).status == 404


@in_loop
async def test_another_spelling_of_the_code_leads_to_the_one_page(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms)
    for typed in (shown_code(room.code).lower(), f"{room.code}/"):
        page = await Phone(phones, typed).get(host="evil.test")
        assert (page.status, page.headers["location"]) == (303, f"/r/{room.code}")
    for path in (f"/r/{room.code}/events/", f"/r/{room.code}/moved/", "/r/", "/join/"):
        page = await Phone(phones, "").get(path, host="evil.test")
        assert (page.status, "location" in page.headers) == (404, False)


@in_loop
async def test_guessed_codes_are_stopped_and_whoever_is_in_goes_on(
    phones: Phones, rooms: Rooms, seconds: Seconds
) -> None:
    room = started(rooms, steps=1)
    phone = Phone(phones, room.code)
    await phone.come_in()
    guesser = Phone(phones, "")
    tries = int(WRONG_CODES_OF_ADDRESS.at_once)
    statuses = [(await guesser.get("/r/BBBBBB")).status for _ in range(tries + 5)]
    assert statuses == [404] * tries + [429] * 5
    # From the same address: who types the code has to wait, whoever is in does not.
    newcomer = Phone(phones, room.code)
    refused = await newcomer.get()
    assert (refused.status, words.TOO_MANY_CODES in refused.text) == (429, True)
    seat = Phone(phones, room.code, cookies={SEAT_COOKIE: phone.cookies[SEAT_COOKIE]})
    assert (await seat.get()).status == 200
    assert (await phone.answer(1, 0, "b")).status == 200
    assert (await Phone(phones, room.code, host="203.0.113.2").get()).status == 200
    seconds.now += 5
    assert (await newcomer.get()).status == 200


@in_loop
async def test_guesses_that_come_together_are_counted_before_they_are_looked_for(
    phones: Phones, rooms: Rooms, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for: list[str] = []
    by_code = SqlRooms.by_code

    def counted(self: SqlRooms, code: str, now: datetime) -> Room | None:
        looked_for.append(code)
        return by_code(self, code, now)

    monkeypatch.setattr(SqlRooms, "by_code", counted)
    guesser = Phone(phones, "")
    codes = ["BBB" + "".join(ALPHABET[n // 20**i % 20] for i in range(3)) for n in range(2_000)]
    replies = await asyncio.gather(*(guesser.get(f"/r/{code}") for code in codes))
    most = int(WRONG_CODES_OF_ADDRESS.at_once)
    assert Counter(r.status for r in replies) == {404: most, 429: 2_000 - most}
    assert len(looked_for) == most
    # A hall that types the right one uses nothing up, also where nobody has asked for it before.
    seconds.now += 1_000
    room = started(rooms)
    for _ in range(2):
        hall = [Phone(phones, room.code).get() for _ in range(most)]
        assert {r.status for r in await asyncio.gather(*hall)} == {200}
    last = [await guesser.get(f"/r/{code}") for code in codes[: most + 1]]
    assert Counter(r.status for r in last) == {404: most, 429: 1}


@in_loop
async def test_a_hall_that_types_the_code_at_once_uses_up_one_try(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms)
    many = int(WRONG_CODES_OF_ADDRESS.at_once) + 100
    hall = [Phone(phones, room.code).get() for _ in range(many)]
    assert Counter(r.status for r in await asyncio.gather(*hall)) == {200: many}


@in_loop
async def test_who_has_no_try_left_lends_none(
    rooms: Rooms, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 10
    monkeypatch.setattr(limits, "WRONG_CODES_OF_ADDRESS", Rate(most, 0))
    phones = Phones(lambda: rooms, Limits(seconds))
    # Whoever brings a cookie may have been let in before, so their code is looked for.
    spent = Phone(phones, "", host="203.0.113.8", cookies={SEAT_COOKIE: "A" * 22})
    for _ in range(most):
        await spent.get("/r/BBBBBB")
    fresh = Phone(phones, "")
    statuses: Counter[int] = Counter()
    for number in range(2 * most):
        path = f"/r/BBBBB{ALPHABET[number]}"
        first, second = await asyncio.gather(spent.get(path), fresh.get(path))
        assert first.status == 429
        statuses[second.status] += 1
    assert statuses == {404: most, 429: most}


@in_loop
async def test_a_database_that_is_away_makes_no_code_a_wrong_one(
    phones: Phones, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = started(rooms)
    with monkeypatch.context() as patch:
        patch.setattr(SqlRooms, "by_code", _fail)
        for _ in range(int(WRONG_CODES_OF_ADDRESS.at_once) + 5):
            assert (await Phone(phones, room.code).get()).status == 503
    assert (await Phone(phones, room.code).get()).status == 200


def _fail(*_: object) -> None:
    raise StorageError("the disk is full")


@in_loop
async def test_the_picture_leads_in_whatever_codes_others_guess(
    phones: Phones, rooms: Rooms
) -> None:
    room, other = started(rooms, steps=1), started(rooms)
    for number in range(40):
        guesser = Phone(phones, "", host=f"198.51.100.{number}")
        for _ in range(40):
            await guesser.get("/r/BBBBBB")
    # Whoever types the code elsewhere comes in, but not beside the guessers.
    assert (await Phone(phones, room.code).get()).status == 200
    beside = "198.51.100.200"
    assert (await Phone(phones, room.code, host=beside).get()).status == 429
    # From the picture on, all that its page asks for: with script, and without.
    for script in (True, False):
        phone = Phone(phones, room.code, host=beside)
        assert (await phone.get(f"{phone.path}?k={room_key(room)}")).status == 200
        if script:
            async with phone.events(0) as events:
                assert events.status == 200
        else:
            assert (await phone.get(f"{phone.path}/moved?step=1")).status == 200
        assert (await phone.answer(1, 0, "b", script=script)).status == (200 if script else 303)
    # No other key does, nor one for a session that there is not.
    for key in (room_key(other), room_key(room)[:-1], "", "\u00e9"):
        stranger = Phone(phones, room.code, host=beside)
        assert (await stranger.get(f"{stranger.path}?k={key}")).status == 429
    assert (await stranger.get(f"/r/BBBBBB?k={room_key(room)}")).status == 429


@in_loop
async def test_the_picture_uses_up_no_try_and_needs_none(
    phones: Phones, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where this process has not heard of the session yet."""
    guesser = Phone(phones, "")
    while (await guesser.get("/r/BBBBBB")).status == 404:
        pass
    room = started(rooms)
    people = [Phone(phones, room.code) for _ in range(50)]
    pages = [phone.get(f"{phone.path}?k={room_key(room)}") for phone in people]
    assert {reply.status for reply in await asyncio.gather(*pages)} == {200}
    monkeypatch.setattr(Limits, "take_try", _fail)
    for phone in people:
        assert (await phone.get()).status == 200


@in_loop
async def test_this_machine_types_the_code_whatever_others_guess(
    rooms: Rooms, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRONG_CODES_OF_ALL", Rate(20, 0))
    monkeypatch.setattr(limits, "WRONG_CODES_OF_NEIGHBOURHOOD", Rate(1, 0))
    phones = Phones(lambda: rooms, Limits(seconds))
    room = started(rooms)
    for number in range(20):
        await Phone(phones, "", host=f"198.51.{number}.1").get("/r/BBBBBB")
    # Through a tunnel that says nothing all come from one address, which is not this machine.
    tunnel = Phone(phones, "", host="127.0.0.1")
    assert [(await tunnel.get("/r/BBBBBB")).status for _ in range(2)] == [404, 429]
    for named, address in (("localhost:8501", "127.0.0.1"), ("[::1]:8501", "::1")):
        laptop = Phone(phones, room.code, host=address, named=named)
        assert (await laptop.get()).status == 200


@in_loop
async def test_who_types_the_code_gets_all_that_the_page_asks_for(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms, steps=1)
    phone = Phone(phones, room.code)
    found = await phone.get(f"/join?code={room.code}")
    assert (found.status, found.headers["location"]) == (303, f"{phone.path}?k={room_key(room)}")
    await Phone(phones, room.code).get()
    guesser = Phone(phones, "")
    while (await guesser.get("/r/BBBBBB")).status == 404:
        pass
    assert (await phone.get(found.headers["location"])).status == 200
    assert phone.cookies[KEY_COOKIE] == room_key(room)
    assert (await phone.answer(1, 0, "b")).status == 200


@in_loop
async def test_pages_of_an_old_session_left_open_are_nobodys_guesses(
    phones: Phones, rooms: Rooms, clock: Clock
) -> None:
    old = started(rooms)
    clock.goes_on(LIFE)
    left_open = Phone(phones, old.code)
    for _ in range(int(WRONG_CODES_OF_ADDRESS.at_once) + 5):
        assert (await left_open.get()).status == 404
    assert (await Phone(phones, started(rooms).code).get()).status == 200


@in_loop
async def test_the_form_for_the_code_leads_back_to_where_a_phone_comes_from(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms, steps=1)
    phone = Phone(phones, room.code)
    assert "Go back to session" not in (await phone.get("/join")).text
    await phone.get()
    form = (await phone.get("/join")).text
    assert f'href="/r/{room.code}"' in form
    assert shown_code(room.code) in form
    phone.cookies["bme_here"] = '"><script>'
    assert "script" not in (await phone.get("/join")).text


@in_loop
async def test_nothing_is_chosen_is_said_only_where_a_question_is_asked(
    phones: Phones, rooms: Rooms
) -> None:
    room = started(rooms, steps=1)
    phone = Phone(phones, room.code)
    address = f"{phone.path}?note=nothing"
    assert words.NOTHING_TICKED in (await phone.get(address)).text
    await phone.answer(1, 0, "b")
    page = (await phone.get(address)).text
    assert words.ANSWER_IS_IN in page
    assert words.NOTHING_TICKED not in page
