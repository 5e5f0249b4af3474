"""Sessions over a set, and what becomes of them when a question is retired."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bme_quiz.rules.rooms.room import Kind
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice
from bme_quiz.services.rooms.phone_view import Asking, Revealed, Wait, Waiting, phone_view
from bme_quiz.services.rooms.projector_view import board_view
from bme_quiz.services.rooms.report import session_report
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.store import Store
from tests.support.illustrated import illustrated
from tests.support.rooms import Clock, Person, moved_on, rooms_of


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return illustrated(tmp_path / "course")


@pytest.fixture
def hall(course: Course, store: Store, clock: Clock) -> Rooms:
    return rooms_of(course, store.rooms, clock)


def test_a_session_takes_the_first_of_a_set(hall: Rooms) -> None:
    whole = hall.start(Kind.DISCUSS, Choice(count=EVERY_QUESTION, set_name="essentials"))
    assert whole is not None
    assert [d.question_id for d in whole.drawn] == ["load-01", "load-03", "rest-01"]
    two = hall.start(Kind.DISCUSS, Choice(count=2, set_name="essentials"))
    assert two is not None
    assert [d.question_id for d in two.drawn] == ["load-01", "load-03"]
    assert hall.start(Kind.DISCUSS, Choice(set_name="none")) is None


def test_phones_and_projector_have_the_picture(hall: Rooms) -> None:
    room = hall.start(Kind.DISCUSS, Choice(count=2, set_name="essentials"))
    assert room is not None
    room = moved_on(hall, room, 3)
    picture = hall.course.by_id["load-03"].picture
    assert picture is not None
    asking = phone_view(hall, room, ())
    assert isinstance(asking, Asking)
    assert asking.picture == board_view(hall, room).picture == picture
    person = Person(hall, room.id, "anna")
    person.sends(1, ["b"])
    waiting = phone_view(hall, room, person.own)
    assert isinstance(waiting, Waiting)
    assert (waiting.why, waiting.picture) == (Wait.IS_IN, picture)
    room = moved_on(hall, room)
    revealed = phone_view(hall, room, person.own)
    assert isinstance(revealed, Revealed)
    assert revealed.picture == board_view(hall, room).picture == picture


def test_a_report_still_shows_what_was_retired_since(hall: Rooms) -> None:
    room = hall.start(Kind.DISCUSS, Choice(count=2, set_name="essentials"))
    assert room is not None
    people = [Person(hall, room.id, f"person-{n}") for n in range(6)]
    room = moved_on(hall, room, 3)
    for person in people:
        person.sends(1, ["a"])
    asked = tuple(q for q in hall.course.questions if q.id != "load-03")
    gone = tuple(q for q in hall.course.questions if q.id == "load-03")
    later = replace(hall, course=replace(hall.course, questions=asked, retired=gone))
    # It is asked no more, not in this room either.
    assert isinstance(phone_view(later, room, ()), Waiting)
    assert board_view(later, room).changed
    ended = later.end(room.id)
    assert ended is not None
    report = session_report(later, ended)
    assert report is not None
    assert [q.question.id for q in report.questions] == ["load-03"]
    assert report.changed == 0


def test_a_report_keeps_the_picture_of_a_question_that_is_gone(hall: Rooms) -> None:
    room = hall.start(Kind.DISCUSS, Choice(count=2, set_name="essentials"))
    assert room is not None
    asked = tuple(q for q in hall.course.questions if q.id != "load-03")
    later = replace(hall, course=replace(hall.course, questions=asked, retired=()))
    kept = later.as_asked(room)
    assert kept["load-03"].question.picture == hall.course.by_id["load-03"].picture
    assert kept["load-03"].question.revision == hall.course.by_id["load-03"].revision
