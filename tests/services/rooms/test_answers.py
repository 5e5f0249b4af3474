"""What becomes of an answer in a session, over a real store."""

from __future__ import annotations

import pytest

from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind, Outcome, Room
from bme_quiz.services.quiz.quiz import NothingChosenError
from bme_quiz.services.rooms.rooms import Rooms, seat_in
from bme_quiz.services.store import Store
from bme_quiz.storage.rooms.rooms import NewSeat
from tests.support.courses import MULTIPLE, ROWS, TRUE_FALSE, course_of
from tests.support.rooms import (
    Clock,
    Person,
    moved_on,
    question_at,
    right,
    rooms_of,
    started,
    wrong,
)


@pytest.fixture
def discussed(rooms: Rooms) -> Room:
    """A discussion at its first question."""
    return started(rooms, Kind.DISCUSS, 1)


def test_an_answer_is_marked_and_counted_once(rooms: Rooms, discussed: Room) -> None:
    anna, ben = (Person(rooms, discussed.id, name) for name in ("anna", "ben"))
    question = question_at(rooms, discussed, 0)
    assert anna.sends(0, right(question)) is Outcome.STORED
    assert anna.sends(0, right(question)) is Outcome.STORED
    assert anna.sends(0, wrong(question)) is Outcome.TWICE
    assert ben.sends(0, wrong(question)) is Outcome.STORED
    assert [a.mark for a in anna.own] == [1.0]
    assert [a.mark for a in ben.own] == [0.0]
    tally = rooms.tally(discussed.id)
    assert (tally.joined, tally.answered) == (2, {(FIRST, 0): 2})
    ticked = rooms.ticked(discussed, discussed.phase)
    assert ticked == {anna.seat: right(question), ben.seat: wrong(question)}
    assert rooms.ticked(discussed, discussed.script[0]) == {}
    assert (
        len(rooms.report_answers(discussed.id)) == len(rooms.report_answers(discussed.id, 0)) == 2
    )


@pytest.mark.parametrize("position", [-1, 1, 2, 4, 10**9])
def test_an_answer_for_another_question_than_the_one_that_is_on_is_not_taken(
    rooms: Rooms, discussed: Room, position: int
) -> None:
    assert Person(rooms, discussed.id, "anna").sends(position, "a") is None


@pytest.mark.parametrize("step", [-1, 0, 2, 3, 9, 10, 10**9])
def test_an_answer_for_another_step_is_refused(rooms: Rooms, discussed: Room, step: int) -> None:
    anna = Person(rooms, discussed.id, "anna")
    assert anna.sends(0, "a", step) in (None, Outcome.LATE)
    assert anna.sends(1, "a", step) in (None, Outcome.LATE)
    assert anna.own == ()


@pytest.mark.parametrize("ticked", [(), ("z",), ("", "<script>"), ("A",), ("ab",)])
def test_an_answer_without_an_option_of_the_question_is_none(
    rooms: Rooms, discussed: Room, ticked: tuple[str, ...]
) -> None:
    anna = Person(rooms, discussed.id, "anna")
    with pytest.raises(NothingChosenError):
        anna.sends(0, ticked)
    assert anna.own == ()


@pytest.mark.parametrize("only", [ROWS[0], TRUE_FALSE], ids=["single", "true or false"])
def test_two_ticks_where_one_is_asked_for_are_refused(
    store: Store, clock: Clock, only: dict[str, str]
) -> None:
    rooms = rooms_of(course_of([only]), store.rooms, clock)
    room = started(rooms, Kind.DISCUSS, 1)
    anna = Person(rooms, room.id, "anna")
    assert anna.sends(0, ("a", "b")) is None
    assert anna.sends(0, ("b", "a")) is None
    assert anna.own == ()
    assert anna.sends(0, ("b", "b", "zz")) is Outcome.STORED
    assert [a.ticked for a in anna.own] == [("b",)]


def test_several_ticks_are_taken_where_several_are_asked_for(store: Store, clock: Clock) -> None:
    rooms = rooms_of(course_of([MULTIPLE]), store.rooms, clock)
    room = started(rooms, Kind.DISCUSS, 1)
    marks = {}
    for ticked in ("ac", "ca", "a", "ab", "abcd", "bd"):
        person = Person(rooms, room.id, ticked)
        assert person.sends(0, ticked) is Outcome.STORED
        marks[ticked] = [(a.ticked, a.mark) for a in person.own]
    assert marks == {
        "ac": [(("a", "c"), 1.0)],
        "ca": [(("a", "c"), 1.0)],
        "a": [(("a",), 0.5)],
        "ab": [(("a", "b"), 0.0)],
        "abcd": [(("a", "b", "c", "d"), 0.0)],
        "bd": [(("b", "d"), 0.0)],
    }


def test_each_form_takes_every_question_once_and_the_talk_takes_none(rooms: Rooms) -> None:
    room = started(rooms, Kind.BEFORE_AFTER, 1)
    anna = Person(rooms, room.id, "anna")
    for position in range(4):
        question = question_at(rooms, room, position)
        assert anna.sends(position, wrong(question)) is Outcome.STORED
    room = moved_on(rooms, room)
    assert [anna.sends(p, "a") for p in range(4)] == [None] * 4
    assert anna.sends(0, right(question_at(rooms, room, 0)), room.step - 1) is Outcome.TWICE
    assert Person(rooms, room.id, "ben").sends(0, "a", room.step - 1) is Outcome.LATE
    room = moved_on(rooms, room)
    for position in range(4):
        question = question_at(rooms, room, position)
        assert anna.sends(position, right(question)) is Outcome.STORED
        # Sent again, an answer is compared with that of its own form.
        assert anna.sends(position, wrong(question), room.step - 2) is Outcome.STORED
        assert anna.sends(position, right(question), room.step - 2) is Outcome.TWICE
    assert [(a.round, a.mark) for a in anna.own] == [(FIRST, 0.0)] * 4 + [(SECOND, 1.0)] * 4


def test_an_ended_session_takes_nothing(rooms: Rooms, discussed: Room) -> None:
    rooms.end(discussed.id)
    anna = Person(rooms, discussed.id, "anna")
    assert anna.sends(0, "a") is None
    assert anna.sends(0, "a", discussed.step) is Outcome.LATE
    assert anna.own == ()


def test_a_question_changed_or_taken_out_since_is_not_there_and_the_others_are(
    discussed: Room, store: Store, clock: Clock
) -> None:
    first, second, *others = [d.question_id for d in discussed.drawn]
    kept = [r for r in ROWS if r["id"] != first]
    now = [{**r, "stem": f"Once more: {r['stem']}"} if r["id"] == second else r for r in kept]
    after = rooms_of(course_of(now), store.rooms, clock)
    assert after.question(discussed, 0) is None
    assert after.question(discussed, 1) is None
    assert [question_at(after, discussed, p).id for p in (2, 3)] == others
    assert after.question(discussed, -1) is None
    assert after.question(discussed, 4) is None
    assert Person(after, discussed.id, "anna").sends(0, "a") is None
    room = moved_on(after, discussed, 4)
    assert Person(after, room.id, "anna").sends(2, "a") is Outcome.STORED


def test_seats_of_one_browser_differ_from_session_to_session(rooms: Rooms) -> None:
    one, other = started(rooms), started(rooms)
    assert seat_in(one, "token") == seat_in(one, "token")
    assert len({seat_in(one, "token"), seat_in(other, "token"), seat_in(one, "tokem")}) == 3
    assert rooms.join([NewSeat(one.id, seat_in(one, "token"))]) == (Outcome.STORED,)
    assert rooms.join([NewSeat("nowhere", "x")]) == (Outcome.ENDED,)
