"""The script of a session: its phases in their order, its steps, and what each admits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind, Stage, script
from tests.support.rooms import room

KINDS = st.sampled_from(list(Kind))
COUNTS = st.integers(0, 40)


def told(kind: Kind, count: int) -> list[str]:
    """A script as text: the stage, the question from 1, the round."""
    return [
        f"{p.stage}{'' if p.question is None else ' ' + str(p.question + 1)}/{p.round}"
        for p in script(kind, count)
    ]


def test_a_discussion_asks_and_reveals_one_question_after_the_other() -> None:
    assert told(Kind.DISCUSS, 2) == [
        *("lobby/0", "asking 1/1", "revealed 1/1", "asking 2/1", "revealed 2/1", "ended/0")
    ]


def test_before_and_after_reveals_only_behind_the_second_form() -> None:
    assert told(Kind.BEFORE_AFTER, 2) == [
        *("lobby/0", "form/1", "talk/0", "form/2", "revealed 1/2", "revealed 2/2", "ended/0")
    ]


def test_at_ones_own_pace_there_is_one_phase_between_lobby_and_end() -> None:
    assert told(Kind.OWN_PACE, 7) == ["lobby/0", "practice/1", "ended/0"]


@given(KINDS, COUNTS)
def test_a_script_begins_in_the_lobby_and_ends_once(kind: Kind, count: int) -> None:
    stages = [phase.stage for phase in script(kind, count)]
    assert stages[0] is Stage.LOBBY
    assert stages[-1] is Stage.ENDED
    assert stages.count(Stage.LOBBY) == stages.count(Stage.ENDED) == 1


@given(KINDS, COUNTS)
def test_every_question_that_is_revealed_can_be_answered_before_and_never_after(
    kind: Kind, count: int
) -> None:
    phases = script(kind, count)
    for position in range(count):
        admits = [step for step, phase in enumerate(phases) if phase.takes(position)]
        reveals = [
            step
            for step, phase in enumerate(phases)
            if phase.stage is Stage.REVEALED and phase.question == position
        ]
        rounds = [phases[step].round for step in admits]
        assert rounds == ([FIRST, SECOND] if kind is Kind.BEFORE_AFTER else [FIRST])
        if kind is Kind.OWN_PACE:
            assert reveals == []
        else:
            assert len(reveals) == 1
            assert max(admits) < reveals[0]


@given(KINDS, st.integers(1, 40), st.data())
def test_a_phase_takes_only_what_it_asks(kind: Kind, count: int, data: st.DataObject) -> None:
    phase = data.draw(st.sampled_from(script(kind, count)))
    taken = [position for position in range(count) if phase.takes(position)]
    if not phase.takes_answers:
        assert taken == []
    elif phase.question is None:
        assert taken == list(range(count))
    else:
        assert taken == [phase.question]
    assert (phase.round in (FIRST, SECOND)) >= phase.takes_answers


@given(KINDS, COUNTS, st.data())
def test_a_step_is_a_place_in_the_script(kind: Kind, count: int, data: st.DataObject) -> None:
    start = room(kind=kind, questions=count)
    step = data.draw(st.integers(0, start.last_step))
    here = start.at(step)
    assert (here.step, here.phase) == (step, script(kind, count)[step])
    assert here.has_ended == (here.phase.stage is Stage.ENDED) == (here.following is None)
    if here.following is not None:
        assert here.following == here.at(step + 1).phase


@given(KINDS, COUNTS, st.one_of(st.integers(max_value=-1), st.integers(min_value=85)))
def test_a_step_beside_the_script_is_an_error(kind: Kind, count: int, step: int) -> None:
    with pytest.raises(ValueError, match="has steps 0 to"):
        room(kind=kind, questions=count).at(step)


@given(KINDS, st.integers(1, 40))
def test_no_two_steps_look_the_same(kind: Kind, count: int) -> None:
    phases = room(kind=kind, questions=count).script
    assert len(set(phases)) == len(phases)
