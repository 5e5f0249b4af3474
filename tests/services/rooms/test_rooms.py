"""What an educator and the people in the room can do, over a real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.content.bank import Audience
from bme_quiz.rules.rooms.room import Kind, Stage
from bme_quiz.services.accounts.codes import ALPHABET
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.quiz import Choice
from bme_quiz.services.rooms import signal
from bme_quiz.services.rooms.rooms import (
    CODE_LENGTH,
    LIFE,
    MOST_QUESTIONS,
    Rooms,
    clean_code,
    shown_code,
)
from bme_quiz.services.store import Store
from bme_quiz.storage.rooms.rooms import SqlRooms
from tests.support.courses import course_of, row
from tests.support.rooms import (
    Clock,
    moved_on,
    question_at,
    rooms_of,
    started,
)

CODES = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


def chosen(rooms: Rooms, choice: Choice) -> list[str]:
    """The questions of a session with this choice."""
    room = rooms.start(Kind.DISCUSS, choice)
    assert room is not None
    return [d.question_id for d in room.drawn]


# Starting, and the code


def test_a_session_begins_in_the_lobby_with_its_form_drawn(rooms: Rooms) -> None:
    room = started(rooms)
    assert (room.step, room.phase.stage) == (0, Stage.LOBBY)
    assert sorted(d.question_id for d in room.drawn) == ["load-01", "load-02", "rest-01", "rest-02"]
    for position, drawn in enumerate(room.drawn):
        question = question_at(rooms, room, position)
        assert sorted(drawn.order) == list(question.letters)
        assert drawn.revision == question.revision
    assert rooms.room(room.id) == rooms.by_code(room.code) == room
    assert rooms.recent() == (room,)


def test_a_choice_that_admits_no_question_begins_nothing(rooms: Rooms) -> None:
    assert rooms.start(Kind.DISCUSS, Choice(sections=("nowhere",))) is None
    assert rooms.recent() == ()


def test_sections_audience_and_number_are_kept_to(rooms: Rooms) -> None:
    assert chosen(rooms, Choice(("load",), audience=Audience.STUDENT)) == ["load-01"]
    assert len(chosen(rooms, Choice(count=2))) == 2


def test_no_form_is_longer_than_a_session_can_bear(store: Store, clock: Clock) -> None:
    many = course_of([row(id=f"load-{n}", stem=f"Case {n}: what then?") for n in range(60)])
    assert len(started(rooms_of(many, store.rooms, clock)).drawn) == MOST_QUESTIONS


def test_codes_are_of_the_alphabet_and_shown_in_two_halves(rooms: Rooms) -> None:
    codes = {started(rooms).code for _ in range(20)}
    assert len(codes) == 20
    assert all(len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert all(rooms.by_code(shown_code(code)) is not None for code in codes)


@given(CODES, st.lists(st.sampled_from(" -–_.\t\n"), max_size=12), st.randoms())
def test_a_code_is_found_however_it_is_typed(code: str, noise: list[str], rng: object) -> None:
    letters = list(shown_code(code).lower())
    for sign in noise:
        letters.insert(rng.randint(0, len(letters)), sign)  # type: ignore[attr-defined]
    assert clean_code("".join(letters)) == code
    assert shown_code(code).replace("-", "") == code
    assert len(shown_code(code)) == CODE_LENGTH + 1


@given(st.text(max_size=20))
def test_whatever_is_typed_gives_a_sound_code_or_none(typed: str) -> None:
    code = clean_code(typed)
    assert code is None or (len(code) == CODE_LENGTH and set(code) <= set(ALPHABET))


@pytest.mark.parametrize("typed", ["", "BCDFG", "BCDFGHJ", "BCDFG1", "BCDFGA", "ßCDFGH", "ＢCDFGH"])
def test_what_is_no_code_is_told_so(typed: str) -> None:
    assert clean_code(typed) is None


def test_a_code_that_is_in_use_is_drawn_again(store: Store, small_course: Course) -> None:
    letters = iter("BBBBBB" + "BBBBBB" + "CCCCCC")
    rooms = Rooms(small_course, store.rooms, Clock(), choose=lambda _: next(letters))
    assert started(rooms).code == "BBBBBB"
    assert started(rooms).code == "CCCCCC"
    assert next(letters, None) is None


def test_an_expired_code_leads_nowhere_and_its_session_is_over(rooms: Rooms, clock: Clock) -> None:
    room = started(rooms, Kind.DISCUSS, 1)
    clock.goes_on(LIFE - timedelta(seconds=1))
    assert rooms.by_code(room.code) == room
    assert not rooms.is_over(room)
    clock.goes_on(timedelta(seconds=1))
    assert rooms.by_code(room.code) is None
    assert rooms.is_over(room)
    assert rooms.room(room.id) == room, "the educator still gets the report"
    clock.goes_on(timedelta(seconds=1))
    assert rooms.recent() == ()


# Steps


@pytest.mark.parametrize("kind", Kind)
def test_a_session_goes_through_its_whole_script_and_stays_at_its_end(
    rooms: Rooms, kind: Kind
) -> None:
    room = started(rooms, kind)
    for phase in room.script[1:]:
        room = moved_on(rooms, room)
        assert room.phase == phase
    assert room.has_ended
    assert rooms.go_on(room.id, room.step) == room


def test_a_page_from_before_moves_nothing(rooms: Rooms) -> None:
    room = started(rooms, Kind.DISCUSS, 3)
    for stale in (0, 1, 2, 4, -1, 10**9):
        assert rooms.go_on(room.id, stale) == room
    assert rooms.go_on("nowhere", 0) is None


def test_a_session_ends_from_anywhere_once_and_for_all(rooms: Rooms) -> None:
    for steps in range(9):
        room = started(rooms, Kind.DISCUSS, steps)
        ended = rooms.end(room.id)
        assert ended is not None
        assert ended.has_ended
        assert rooms.is_over(ended)
        assert rooms.end(room.id) == ended
        assert rooms.go_on(room.id, steps) == ended
    assert rooms.end("nowhere") is None


def test_a_session_ends_though_another_laptop_moves_it_at_that_very_moment(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = started(rooms)
    real = SqlRooms.move
    others = [1, 2, 3]

    def second(self: SqlRooms, room_id: str, from_step: int, to_step: int) -> None:
        if others:
            step = others.pop(0)
            real(self, room_id, step - 1, step)
        real(self, room_id, from_step, to_step)

    monkeypatch.setattr(SqlRooms, "move", second)
    ended = rooms.end(room.id)
    assert ended is not None
    assert ended.has_ended
    assert others == []


# The signal


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """The sessions that were said to have moved."""
    ids: list[str] = []
    stop = signal.listen(ids.append)
    yield ids
    stop()


def test_a_move_is_told_to_whoever_listens_once_it_is_in_the_database(
    rooms: Rooms, heard: list[str]
) -> None:
    room = started(rooms)
    steps: list[int] = []
    stop = signal.listen(lambda room_id: steps.append(rooms.rooms.steps([room_id])[room_id]))
    rooms.go_on(room.id, 0)
    rooms.go_on(room.id, 0)
    assert (heard, steps) == ([room.id], [1])
    rooms.end(room.id)
    stop()
    stop()  # twice does no harm
    rooms.end(room.id)
    assert heard == [room.id] * 2
    assert steps == [1, room.last_step]


def test_who_stops_listening_hears_nothing_and_the_others_still_do(heard: list[str]) -> None:
    other: list[str] = []
    stop = signal.listen(other.append)
    signal.changed("one")
    stop()
    signal.changed("two")
    assert (heard, other) == (["one", "two"], ["one"])
