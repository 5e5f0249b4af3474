"""Requests that no page of ours makes, and answers that find the session gone on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.requests import Request

from bme_quiz.rules.rooms.room import Kind, Outcome, OwnAnswer
from bme_quiz.server.phones.admission import Visit
from bme_quiz.server.phones.answers import Answers, Sent
from bme_quiz.server.phones.hub import Hub
from bme_quiz.server.phones.limits import Limits, RefusalLog
from bme_quiz.server.phones.live_room import Live
from bme_quiz.server.phones.pages import Pages
from bme_quiz.services.rooms.rooms import seat_in
from bme_quiz.storage.rooms.rooms import NewAnswer
from bme_quiz.ui.shell import words
from tests.support.halls import Educator, educator, many_questions, server
from tests.support.loops import run
from tests.support.phones import Phone
from tests.support.server import Server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Educator, Path]]:
    folder = tmp_path_factory.mktemp("odd")
    course = many_questions(folder / "course", 3)
    database = f"sqlite:///{folder / 'quiz.db'}"
    log = folder / "log"
    with server(course, database, log) as started, educator(course, database) as leader:
        yield started, leader, log


def test_what_is_not_there_is_a_page_that_leads_on(house: tuple[Server, Educator, Path]) -> None:
    started, leader, _ = house
    phone = Phone(started.port, leader.starts().code)
    for method, path, status in (("GET", f"{phone.path}/more", 404), ("POST", phone.path, 405)):
        reply = phone.ask(method, path)
        assert (reply.status, reply.alert) == (status, words.NO_SUCH_PAGE)
        assert reply.headers["cache-control"] == "no-store"


def test_an_answer_is_never_shown_at_another_question(
    house: tuple[Server, Educator, Path],
) -> None:
    """The session moves on twice after the answer is stored and before it is shown."""
    _, leader, _ = house
    room = leader.starts(Kind.DISCUSS, steps=1)
    live = Live(leader.rooms, room, Pages(room.code, alone=False), 0, 0)

    class Desk:
        async def hand_in(self, _new: NewAnswer) -> Outcome:
            live.room = room.at(3)
            return Outcome.STORED

    class NoAnswers:
        async def own(self, *_: object) -> tuple[OwnAnswer, ...]:
            return ()

    answers = Answers(
        cast(Hub, NoAnswers()), cast(Any, None), Limits(), RefusalLog(), cast(Any, Desk())
    )
    request = cast(
        Request, SimpleNamespace(headers={"x-requested-with": "fetch"}, scope={"headers": []})
    )
    seat = seat_in(room, "token")
    live.seats.add(seat)
    visit = Visit(live, seat, None)
    reply = run(answers._store(request, visit, seat, Sent(1, 0, ("b",))))
    shown = bytes(reply.body).decode()
    assert words.ANSWER_IS_IN not in shown
    assert 'name="position" value="1"' in shown
