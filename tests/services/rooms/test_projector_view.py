"""What the projector shows: counts that add up, and never who."""

from __future__ import annotations

import pytest

from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind, Room, Stage
from bme_quiz.services.quiz.views import OptionState
from bme_quiz.services.rooms.projector_view import BoardView, Shares, board_view
from bme_quiz.services.rooms.report import session_report
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.store import Store
from bme_quiz.storage.rooms.rooms import NewSeat
from tests.support.courses import MULTIPLE, ROWS, course_of
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


def people(rooms: Rooms, room: Room, count: int) -> list[Person]:
    """So many people, all in the room."""
    found = [Person(rooms, room.id, f"token-{n}") for n in range(count)]
    rooms.join([NewSeat(room.id, one.seat) for one in found])
    return found


def counts(view: BoardView) -> tuple[int, int, int]:
    return view.joined, view.begun, view.answered


def test_a_discussion_counts_who_is_here_and_who_has_answered(rooms: Rooms) -> None:
    room = started(rooms)
    assert counts(board_view(rooms, room)) == (0, 0, 0)
    anna, ben, *_ = people(rooms, room, 3)
    view = board_view(rooms, room)
    assert (view.stage, view.number, view.total, view.step) == (Stage.LOBBY, 0, 4, 0)
    assert counts(view) == (3, 0, 0)
    room = moved_on(rooms, room)
    question = question_at(rooms, room, 0)
    anna.sends(0, right(question))
    ben.sends(0, wrong(question))
    view = board_view(rooms, room)
    assert (view.stage, view.number, view.stem) == (Stage.ASKING, 1, question.stem)
    assert view.options == tuple((x, question.option(x).text) for x in room.drawn[0].order)
    assert (view.joined, view.answered) == (3, 2)
    assert (view.explanation, view.shares) == (None, ())
    room = moved_on(rooms, room)
    view = board_view(rooms, room)
    assert (view.joined, view.answered) == (3, 2)
    none_chosen = dict.fromkeys(question.letters, 0)
    chosen = {**none_chosen, right(question)[0]: 1, wrong(question)[0]: 1}
    if len(right(question)) > 1:
        chosen.update(dict.fromkeys(right(question), 1))
    assert view.shares == (Shares(FIRST, 2, chosen, 1),)
    assert view.explanation is not None
    assert not [o for o in view.explanation.options if o.state.was_chosen]
    assert {o.state for o in view.explanation.options} == {OptionState.RIGHT, OptionState.WRONG}
    view = board_view(rooms, moved_on(rooms, room))
    assert (view.number, view.answered, view.shares) == (2, 0, ())


def test_shares_of_a_question_with_several_right_answers(store: Store, clock: Clock) -> None:
    rooms = rooms_of(course_of([MULTIPLE]), store.rooms, clock)
    room = started(rooms, steps=1)
    for person, ticked in zip(people(rooms, room, 5), ("ac", "ac", "a", "bd", "abcd"), strict=True):
        person.sends(0, ticked)
    view = board_view(rooms, moved_on(rooms, room))
    assert view.shares == (Shares(FIRST, 5, {"a": 4, "b": 2, "c": 3, "d": 2}, 2),)
    assert list(view.shares[0].chosen) == list(room.drawn[0].order)


def test_forms_count_who_began_and_who_is_through(rooms: Rooms) -> None:
    room = started(rooms, Kind.BEFORE_AFTER, 1)
    anna, ben, _ = people(rooms, room, 3)
    assert counts(board_view(rooms, room)) == (3, 0, 0)
    for position in range(4):
        anna.sends(position, "a")
        if position < 2:
            ben.sends(position, "b")
    view = board_view(rooms, room)
    assert counts(view) == (3, 2, 1)
    assert (view.stem, view.options, view.number) == ("", (), 0)
    ben.sends(2, "b")
    ben.sends(3, "b")
    assert counts(board_view(rooms, room)) == (3, 2, 2)
    room = moved_on(rooms, room)
    assert (board_view(rooms, room).stage, board_view(rooms, room).joined) == (Stage.TALK, 3)
    room = moved_on(rooms, room)
    assert counts(board_view(rooms, room)) == (3, 0, 0), "the second form begins with nobody"


def test_after_both_forms_each_reveal_shows_those_who_answered_both_times(rooms: Rooms) -> None:
    room = started(rooms, Kind.BEFORE_AFTER, 1)
    anna, ben, cem = people(rooms, room, 3)
    first, second = (question_at(rooms, room, p) for p in (0, 1))
    for person in (anna, ben, cem):
        person.sends(0, wrong(first))
    anna.sends(1, right(second))
    room = moved_on(rooms, room, 2)
    anna.sends(0, right(first))
    ben.sends(0, wrong(first))
    room = moved_on(rooms, room)
    view = board_view(rooms, room)
    before, after = view.shares
    assert (before.round, before.answered, before.all_right) == (FIRST, 2, 0)
    assert (after.round, after.answered, after.all_right) == (SECOND, 2, 1)
    assert before.chosen[wrong(first)[0]] == 2
    assert after.chosen[right(first)[0]] == after.chosen[wrong(first)[0]] == 1
    assert view.once == 1, "who left at the break is in neither, so nobody can take one from two"
    (alone,) = board_view(rooms, moved_on(rooms, room)).shares
    assert (alone.answered, alone.chosen, alone.all_right) == (1, {}, 0)


def test_the_wall_and_the_report_say_the_same(rooms: Rooms) -> None:
    room = started(rooms, Kind.BEFORE_AFTER, 1)
    everybody = people(rooms, room, 14)
    # Question by question: how many answer before, and from whom on after.
    groups = [(9, 0), (6, 3), (1, 0), (14, 13)]
    for position, (before, _) in enumerate(groups):
        for place, person in enumerate(everybody[:before]):
            person.sends(position, "ab"[place % 2])
    room = moved_on(rooms, room, 2)
    for position, (_, first) in enumerate(groups):
        for place, person in enumerate(everybody[first:]):
            person.sends(position, "ba"[place % 3 == 0])
    walls = []
    for _ in groups:
        room = moved_on(rooms, room)
        walls.append(board_view(rooms, room))
    report = session_report(rooms, moved_on(rooms, room))
    assert report is not None
    for view, figures in zip(walls, report.questions, strict=True):
        assert view.number == figures.number
        assert tuple(s.round for s in view.shares) == figures.rounds
        assert {s.answered for s in view.shares} == {figures.people}
        assert [s.all_right for s in view.shares] == [s.count for s in figures.right]
        for option in figures.options:
            letter = option.option.letter
            assert [s.chosen[letter] for s in view.shares] == [s.count for s in option.chosen]
    assert [figures.people for figures in report.questions] == [9, 3, 14, 14]


def test_at_ones_own_pace_the_educator_sees_how_far_they_are(rooms: Rooms) -> None:
    room = started(rooms, Kind.OWN_PACE, 1)
    anna, ben, _ = people(rooms, room, 3)
    for position in range(4):
        anna.sends(position, "a")
    ben.sends(0, "a")
    view = board_view(rooms, room)
    assert (view.stage, counts(view)) == (Stage.PRACTICE, (3, 2, 1))
    ended = board_view(rooms, moved_on(rooms, room))
    assert (ended.stage, ended.joined, ended.stem) == (Stage.ENDED, 3, "")


@pytest.mark.parametrize("gone", range(4))
def test_a_question_taken_out_in_the_middle_of_a_form_does_not_spoil_the_counts(
    rooms: Rooms, store: Store, clock: Clock, gone: int
) -> None:
    room = started(rooms, Kind.BEFORE_AFTER, 1)
    anna, ben, carl = people(rooms, room, 3)
    anna.sends(gone, "a")
    left = [r for r in ROWS if r["id"] != room.drawn[gone].question_id]
    after = rooms_of(course_of(left), store.rooms, clock)
    assert counts(board_view(after, room)) == (3, 0, 0)
    for position in {*range(4)} - {gone}:
        for person in (ben, carl):
            person.sends(position, "a")
    assert counts(board_view(after, room)) == (3, 2, 2)


def test_a_question_that_is_on_and_was_taken_out_is_said_to_be_changed(
    rooms: Rooms, store: Store, clock: Clock
) -> None:
    room = started(rooms, steps=1)
    left = [r for r in ROWS if r["id"] != room.drawn[0].question_id]
    after = rooms_of(course_of(left), store.rooms, clock)
    for shown in (room, moved_on(after, room)):
        view = board_view(after, shown)
        assert view.changed
        assert (view.stem, view.options, view.explanation, view.shares) == ("", (), None, ())
    here = after.room(room.id)
    assert here is not None
    assert not board_view(after, moved_on(after, here)).changed


def test_nothing_on_the_projector_says_who(rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    anna, ben = people(rooms, room, 2)
    anna.sends(0, "a")
    ben.sends(0, "b")
    for shown in (room, moved_on(rooms, room)):
        told = repr(board_view(rooms, shown))
        assert anna.seat not in told
        assert ben.seat not in told
        assert room.id not in told
