"""What the projector shows: nothing of a key before the reveal, and never who."""

from __future__ import annotations

from pathlib import Path

import pytest

from bme_quiz.rules.rooms.room import Kind, Stage
from bme_quiz.services.rooms.rooms import Rooms, shown_code
from bme_quiz.services.settings import ENV_ADDRESS, ENV_DATABASE
from bme_quiz.storage.rooms.rooms import NewSeat
from bme_quiz.ui.rooms import pieces
from bme_quiz.ui.shell import dependencies, words
from tests.support.courses import OTHER_ROWS, ROWS, course_of, write_course
from tests.support.educator_page import everything, laptop, text_of
from tests.support.rooms import Clock, Person, question_at, right, rooms_of, started, wrong


@pytest.mark.slow
def test_nothing_of_the_key_is_in_a_message_before_the_reveal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two courses that differ in keys and reasons only give the same page until then."""
    drawn: list[dict[tuple[Kind, int], tuple[Stage, str]]] = []
    for name, rows in (("one", ROWS), ("other", OTHER_ROWS)):
        monkeypatch.setenv(ENV_DATABASE, f"sqlite:///{tmp_path / name}.db")
        rooms = rooms_of(course_of(rows), dependencies.store().rooms, Clock(), seed=7)
        monkeypatch.setattr(dependencies, "rooms", lambda rooms=rooms: rooms)
        monkeypatch.setattr(dependencies, "is_educator", lambda: True)
        pages: dict[tuple[Kind, int], tuple[Stage, str]] = {}
        for kind in (Kind.DISCUSS, Kind.BEFORE_AFTER):
            room = started(rooms, kind)
            while not room.has_ended:
                people = [Person(rooms, room.id, f"p{n}") for n in range(3)]
                for position in range(len(room.drawn)):
                    if room.phase.takes(position):
                        people[position % 3].sends(position, ["a"])
                pages[kind, room.step] = (room.phase.stage, everything(laptop(room)))
                room = rooms.go_on(room.id, room.step) or room
        drawn.append(pages)
        dependencies.store().database.close()
    one, other = drawn
    assert one.keys() == other.keys()
    for key, (stage, page) in one.items():
        assert (page == other[key][1]) is (stage is not Stage.REVEALED), key
    assert {stage for stage, _ in one.values()} >= {Stage.ASKING, Stage.FORM, Stage.REVEALED}


@pytest.mark.usefixtures("token")
def test_the_reveal_shows_counts_that_add_up_by_hand_and_no_person(rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    question = question_at(rooms, room, 0)
    people = [Person(rooms, room.id, f"token-{n}") for n in range(6)]
    for place, person in enumerate(people):
        person.sends(0, right(question) if place < 4 else wrong(question))
    rooms.go_on(room.id, 1)
    page = text_of(laptop(room))
    assert "6 answered" in page
    keys = len(question.key)
    assert page.count("4 of 6 (67 %)") == keys
    assert page.count("2 of 6 (33 %)") == 1
    assert page.count("</span> Right.</b>") == keys
    for option in question.options:
        assert option.why in page
    assert "<mark>" in page
    for person in people:
        assert person.seat not in page
        assert person.token not in page


@pytest.mark.usefixtures("token")
def test_percentages_begin_at_five_and_one_answer_is_not_shown(rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    question = question_at(rooms, room, 0)
    Person(rooms, room.id, "anna").sends(0, wrong(question))
    alone = rooms.go_on(room.id, 1)
    assert alone is not None
    page = text_of(laptop(room))
    assert "One person answered, so it is not shown how." in page
    assert "1 of 1" not in page
    room = started(rooms, steps=1)
    question = question_at(rooms, room, 0)
    for name in ("anna", "ben", "cem"):
        Person(rooms, room.id, name).sends(0, right(question))
    rooms.go_on(room.id, 1)
    page = text_of(laptop(room))
    assert "3 of 3" in page
    assert " %)" not in page


@pytest.mark.usefixtures("token")
def test_before_and_after_stand_side_by_side(rooms: Rooms) -> None:
    room = started(rooms, Kind.BEFORE_AFTER, steps=1)
    question = question_at(rooms, room, 0)
    people = [Person(rooms, room.id, name) for name in ("anna", "ben")]
    for person in people:
        person.sends(0, wrong(question))
    rooms.go_on(room.id, 1)
    rooms.go_on(room.id, 2)
    for person in people:
        person.sends(0, right(question))
    rooms.go_on(room.id, 3)
    page = text_of(laptop(room))
    assert "2 answered both times" in page
    assert "only once" not in page
    assert page.count('<span class="round">Before</span> 2 of 2') == 1
    assert page.count('<span class="round">After</span> 2 of 2') == len(question.key)


@pytest.mark.usefixtures("token")
def test_it_is_said_who_is_left_out_or_which_form_is_shown(rooms: Rooms) -> None:
    room = started(rooms, Kind.BEFORE_AFTER, steps=1)
    people = [Person(rooms, room.id, name) for name in ("anna", "ben", "cem", "dora")]
    for position, count in ((0, 3), (1, 4)):
        for person in people[:count]:
            person.sends(position, wrong(question_at(rooms, room, position)))
    rooms.go_on(room.id, 1)
    rooms.go_on(room.id, 2)
    for person in people[1:]:
        person.sends(0, right(question_at(rooms, room, 0)))
    people[0].sends(1, right(question_at(rooms, room, 1)))
    rooms.go_on(room.id, 3)
    page = text_of(laptop(room))
    assert "2 answered both times" in page
    assert "2 answered only once and are left out." in page
    rooms.go_on(room.id, 4)
    page = text_of(laptop(room))
    assert "4 answered before the talk" in page
    assert "4 of 4" in page
    assert "1 of 1" not in page


@pytest.mark.usefixtures("token")
def test_halves_of_a_percentage_go_up_on_the_wall_as_in_the_report(rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    question = question_at(rooms, room, 0)
    for place in range(8):
        person = Person(rooms, room.id, f"token-{place}")
        person.sends(0, wrong(question) if place else right(question))
    rooms.go_on(room.id, 1)
    assert "1 of 8 (13 %)" in text_of(laptop(room))


@pytest.mark.usefixtures("token")
def test_the_wall_counts_who_has_joined_and_not_who_is_still_there(rooms: Rooms) -> None:
    room = started(rooms)
    assert "Nobody has joined yet" in text_of(laptop(room))
    for count, told in ((1, "1 has joined"), (2, "2 have joined")):
        rooms.join([NewSeat(room.id, f"seat-{count}")])
        assert told in text_of(laptop(room))


@pytest.mark.usefixtures("token")
def test_a_question_changed_meanwhile_is_left_out(course: Path, rooms: Rooms) -> None:
    room = started(rooms, steps=1)
    asked = question_at(rooms, room, 0)
    write_course(
        course, [{**r, "stem": f"Now: {r['stem']}"} if r["id"] == asked.id else r for r in ROWS]
    )
    page = text_of(laptop(room))
    assert pieces.changed() in page
    assert asked.stem not in page


@pytest.mark.usefixtures("token")
def test_the_address_for_phones_comes_from_the_settings(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = started(rooms)
    assert words.NO_PHONES_YET in [info.value for info in laptop().info]
    monkeypatch.setenv(ENV_ADDRESS, "https://quiz.example.org/")
    assert words.NO_PHONES_YET not in [info.value for info in laptop().info]
    page = text_of(laptop(room))
    assert "https://quiz.example.org/join" in page
    assert shown_code(room.code) in page
    assert f'alt="QR code that leads to https://quiz.example.org/r/{room.code}"' in page
