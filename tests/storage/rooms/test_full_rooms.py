"""A session has so many places: who takes one, and whom that keeps out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bme_quiz.rules.rooms.room import Outcome
from bme_quiz.services.store import Store
from bme_quiz.storage.rooms.rooms import NewSeat
from tests.support.rooms import answer, room

STORED, TWICE, FULL = Outcome.STORED, Outcome.TWICE, Outcome.FULL


@pytest.fixture
def asked(store: Store) -> Store:
    """A store with a discussion at its first question."""
    assert store.rooms.add(room(step=1))
    return store


def test_a_full_room_takes_nobody_more_but_keeps_those_inside(asked: Store) -> None:
    assert asked.rooms.take_seats([NewSeat("room", s) for s in "ab"], 3) == (STORED, STORED)
    found = asked.rooms.answer([answer(seat) for seat in "abcd"], 3)
    assert found == (STORED, STORED, STORED, FULL)
    assert asked.rooms.take_seats([NewSeat("room", s) for s in "adbc"], 3) == (
        *(STORED, FULL, STORED, STORED),
    )
    assert asked.rooms.tally("room").joined == 3
    assert asked.rooms.answer([answer("d")], 4) == (STORED,)


def test_people_who_never_answer_keep_nobodys_answer_out(asked: Store) -> None:
    rooms = asked.rooms
    rooms.take_seats([NewSeat("room", f"made-up-{n}") for n in range(5)], 3)
    assert rooms.tally("room").joined == 3
    assert rooms.answer([answer(seat) for seat in "abcd"], 3) == (STORED, STORED, STORED, FULL)
    # Nobody lost a seat by that: whoever is in answers at any time.
    assert rooms.answer([answer("made-up-0"), answer("a", "b")], 3) == (STORED, TWICE)
    assert rooms.tally("room").joined == 6
    assert rooms.take_seats([NewSeat("room", "e")], 3) == (FULL,)


def test_a_session_is_full_earlier_for_whom_less_of_it_is_open(asked: Store) -> None:
    rooms = asked.rooms
    crowd = [NewSeat("room", f"crowd-{n}", 0.5) for n in range(9)]
    assert rooms.take_seats(crowd, 10).count(STORED) == 5
    assert rooms.take_seats([NewSeat("room", "ann"), crowd[8]], 10) == (STORED, FULL)
    answers = [replace(answer(f"more-{n}"), share=0.5) for n in range(9)]
    assert rooms.answer(answers, 10).count(STORED) == 5
    assert rooms.answer([answer("ben"), answers[8]], 10) == (STORED, FULL)
