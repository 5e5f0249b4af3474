"""Every page of a phone, by a name, and how to come to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from bme_quiz.content.bank import QuestionType
from bme_quiz.rules.rooms.room import Kind, Room
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.ui.shell import words
from tests.support.rooms import moved_on, question_at, started, wrong
from tests.support.session_walk import Phone


@dataclass(frozen=True)
class Hall:
    """A server over the project's own course, and the use cases over its database."""

    url: str
    rooms: Rooms


def come_in(page: Page, hall: Hall, room: Room) -> None:
    page.goto(f"{hall.url}/r/{room.code}")
    expect(page.locator("[data-step]")).to_have_attribute("data-step", str(room.step))


# Each page of a phone, by a name; every one leaves its page on the screen.
Show = Callable[[Page, Hall], None]


def _at(kind: Kind, steps: int) -> Show:
    return lambda page, hall: come_in(page, hall, started(hall.rooms, kind, steps))


def _asked(of: QuestionType, then: str = "") -> Show:
    """A question of one type; then "nothing" is sent, it is answered, or revealed as well."""

    def show(page: Page, hall: Hall) -> None:
        room = started(hall.rooms, Kind.DISCUSS)
        kinds = [question_at(hall.rooms, room, p).type for p in range(len(room.drawn))]
        room = moved_on(hall.rooms, room, 2 * kinds.index(of) + 1)
        come_in(page, hall, room)
        if not then:
            return
        phone = Phone(page)
        question = phone.asked(hall.rooms.course.questions)
        if then == "nothing":
            phone.send()
            expect(page.get_by_role("alert")).to_be_visible()
            return
        phone.answers(question, "".join(wrong(question)))
        if then == "revealed":
            moved_on(hall.rooms, room)
            expect(page.locator(".verdict")).to_be_visible()

    return show


def _join(path: str) -> Show:
    def show(page: Page, hall: Hall) -> None:
        page.goto(hall.url + path)
        expect(page.get_by_role("button", name=words.JOIN)).to_be_visible()

    return show


PAGES: dict[str, Show] = {
    "code": _join("/join"),
    "wrong code": _join("/join?code=BBBBBB"),
    "lobby": _at(Kind.DISCUSS, 0),
    "one of several": _asked(QuestionType.SINGLE),
    "true or false": _asked(QuestionType.TRUE_FALSE),
    "several of several": _asked(QuestionType.MULTIPLE),
    "nothing ticked": _asked(QuestionType.SINGLE, "nothing"),
    "answer is in": _asked(QuestionType.MULTIPLE, "answered"),
    "revealed": _asked(QuestionType.SINGLE, "revealed"),
    "revealed, not answered": _at(Kind.DISCUSS, 2),
    "form": _at(Kind.BEFORE_AFTER, 1),
    "talk": _at(Kind.BEFORE_AFTER, 2),
    "practice": _at(Kind.OWN_PACE, 1),
    "over": _at(Kind.OWN_PACE, 2),
}
