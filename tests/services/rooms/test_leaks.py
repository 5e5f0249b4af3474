"""Nothing of a key is in what phones and the projector show before its question is revealed.

Two courses differ in their keys and reasons and in nothing else. As long as a question is not
revealed, everything that is shown of it must be the same in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bme_quiz.rules.rooms.room import Kind, Room, Stage
from bme_quiz.services.rooms.phone_view import phone_view
from bme_quiz.services.rooms.projector_view import board_view
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.store import make_store
from tests.support.courses import OTHER_ROWS, ROWS, course_of
from tests.support.rooms import Clock, Person, moved_on, rooms_of, started


@pytest.fixture
def both(clock: Clock, tmp_path: Path) -> Iterator[tuple[Rooms, Rooms]]:
    """The same use cases, clock and chance over two courses that differ in the keys only."""
    stores = [make_store(f"sqlite:///{tmp_path / name}") for name in ("one.db", "other.db")]
    one, other = (
        rooms_of(course_of(rows), store.rooms, clock, seed=7)
        for rows, store in zip((ROWS, OTHER_ROWS), stores, strict=True)
    )
    assert one.course.by_id.keys() == other.course.by_id.keys()
    assert all(one.course.by_id[i].key != q.key for i, q in other.course.by_id.items())
    yield one, other
    for store in stores:
        store.database.close()


def shown(rooms: Rooms, room: Room, people: list[Person]) -> str:
    """All that phones and the projector show, as text."""
    phones = [phone_view(rooms, room, person.own) for person in people]
    wanted = [phone_view(rooms, room, person.own, 2) for person in people]
    return repr((phones, wanted, board_view(rooms, room)))


def walk(both: tuple[Rooms, Rooms], kind: Kind) -> list[tuple[Stage, bool]]:
    """Every stage of a session, before and after answers, and whether both courses look alike."""
    courses = []
    for rooms in both:
        room = started(rooms, kind)
        people = [Person(rooms, room.id, name) for name in ("anna", "ben", "nobody")]
        courses.append((rooms, room, people))
    seen: list[tuple[Stage, bool]] = []
    rng = Random(3)
    while True:
        stage = courses[0][1].phase.stage
        one, other = (shown(*course) for course in courses)
        seen.append((stage, one == other))
        for position in range(4):
            ticked = [rng.choice("ab") for _ in range(2)]
            for _, room, people in courses:
                if room.phase.takes(position) and stage is not Stage.PRACTICE:
                    for person, letter in zip(people, ticked, strict=False):
                        person.sends(position, letter)
            one, other = (shown(*course) for course in courses)
            seen.append((stage, one == other))
        if courses[0][1].has_ended:
            return seen
        courses = [(rooms, moved_on(rooms, room), people) for rooms, room, people in courses]


@pytest.mark.parametrize("kind", Kind)
def test_until_the_reveal_two_keys_look_the_same_everywhere(
    both: tuple[Rooms, Rooms], kind: Kind
) -> None:
    seen = walk(both, kind)
    assert {alike for stage, alike in seen if stage is not Stage.REVEALED} == {True}
    told = {alike for stage, alike in seen if stage is Stage.REVEALED}
    # What the comparison would find if it were there.
    assert told == (set() if kind is Kind.OWN_PACE else {False})


def test_at_ones_own_pace_only_ones_own_answer_opens_the_explanation(
    both: tuple[Rooms, Rooms],
) -> None:
    views = []
    for rooms in both:
        room = started(rooms, Kind.OWN_PACE, 1)
        anna, ben = Person(rooms, room.id, "anna"), Person(rooms, room.id, "ben")
        anna.sends(0, "a")
        views.append(
            [repr(phone_view(rooms, room, p.own, w)) for p in (anna, ben) for w in (None, 2)]
            + [repr(board_view(rooms, room))]
        )
    alike = [one == other for one, other in zip(*views, strict=True)]
    assert alike == [False, True, True, True, True]


def test_the_form_is_drawn_without_a_look_at_the_key(both: tuple[Rooms, Rooms]) -> None:
    one, other = (started(rooms) for rooms in both)
    assert [(d.question_id, d.order) for d in one.drawn] == [
        (d.question_id, d.order) for d in other.drawn
    ]
