"""The attempt as a list of immutable responses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.rules.quiz.attempt import RETURN_AFTER, Attempt, Drawn, Preset, Response, Stage, Turn

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def attempt(count: int, preset: Preset = Preset.LEARN) -> Attempt:
    return Attempt(
        id="one",
        preset=preset,
        seed=1,
        started_at=NOW,
        sections=(),
        audience="both",
        drawn=tuple(Drawn(f"q{n}", "rev", ("a", "b")) for n in range(count)),
    )


def respond(state: Attempt, mark: float) -> Attempt:
    assert state.turn is not None
    return state.respond(Response(state.turn, ("a",), mark, NOW))


def walk(state: Attempt, marks: list[float]) -> Attempt:
    """Answer and move on, once for each mark, as far as there is something to answer."""
    for mark in marks:
        if state.stage is not Stage.ASKING:
            break
        state = respond(state, mark)
        if state.turn and state.stage is Stage.EXPLAINING:
            state = state.move_on(state.turn)
    return state


def test_a_missed_question_comes_back_after_a_few_others() -> None:
    state = walk(attempt(6), [0.0])
    assert state.queue == ("q1", "q2", "q3", "q0", "q4", "q5")
    state = walk(state, [1.0] * RETURN_AFTER)
    assert state.turn == Turn("q0", 2)


def test_a_missed_question_at_the_end_comes_back_at_once_until_right() -> None:
    state = walk(attempt(1), [0.0, 0.5])
    assert state.turn == Turn("q0", 3)
    state = walk(state, [1.0])
    assert state.stage is Stage.FINISHED


def test_a_retry_does_not_touch_the_first_try() -> None:
    state = walk(attempt(2), [0.0, 1.0, 1.0])
    assert state.stage is Stage.FINISHED
    assert [r.mark for r in state.first_tries] == [0.0, 1.0]
    assert state.missed == ("q0",)


def test_a_second_response_to_the_same_turn_changes_nothing() -> None:
    first = attempt(2)
    once = respond(first, 1.0)
    stale = Response(Turn("q0", 1), ("b",), 0.0, NOW)
    assert once.respond(stale) == once
    moved = once.move_on(Turn("q0", 1))
    assert moved.respond(stale) == moved


def test_moving_on_twice_moves_once() -> None:
    state = respond(attempt(3), 1.0)
    once = state.move_on(Turn("q0", 1))
    assert once.move_on(Turn("q0", 1)) == once
    assert once.turn == Turn("q1", 1)


def test_nothing_is_explained_in_a_pretest() -> None:
    state = respond(attempt(2, Preset.PRETEST), 0.0)
    assert state.stage is Stage.ASKING
    assert state.turn == Turn("q1", 1)
    assert respond(state, 0.0).stage is Stage.FINISHED


@pytest.mark.parametrize(
    ("preset", "each", "end", "back"),
    [
        (Preset.LEARN, True, True, True),
        (Preset.PRETEST, False, False, False),
        (Preset.POSTTEST, False, True, False),
        (Preset.GROUP, False, False, False),
    ],
)
def test_presets(preset: Preset, each: bool, end: bool, back: bool) -> None:
    assert preset.explains_each_answer is each
    assert preset.explains_at_end is end
    assert preset.brings_back_missed is back


def test_the_results_can_be_asked_for_at_any_time() -> None:
    state = respond(attempt(5), 0.0).end()
    assert state.stage is Stage.FINISHED
    assert state.turn is None
    assert len(state.first_tries) == 1
    assert not state.all_asked


marks = st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=40)


@given(st.integers(1, 8), marks)
def test_every_question_gets_exactly_one_scored_try(count: int, given_marks: list[float]) -> None:
    state = walk(attempt(count), given_marks)
    asked = [r.turn.question_id for r in state.first_tries]
    assert len(asked) == len(set(asked)) <= count
    assert len({(r.turn.question_id, r.turn.try_number) for r in state.responses}) == len(
        state.responses
    )
    if state.stage is Stage.FINISHED:
        last = {r.turn.question_id: r.mark for r in state.responses}
        assert set(last.values()) == {1.0}
        assert len(last) == count


@given(st.integers(1, 8), marks)
def test_a_returning_question_never_stands_twice_in_the_queue(
    count: int, given_marks: list[float]
) -> None:
    queue = walk(attempt(count), given_marks).queue
    assert len(queue) == len(set(queue))


@given(st.integers(1, 12))
def test_who_misses_everything_is_still_asked_everything(count: int) -> None:
    state = walk(attempt(count), [0.0] * 3 * count)
    assert state.all_asked


@given(st.integers(5, 8), st.integers(0, 7))
def test_a_missed_question_is_not_asked_again_at_once_while_others_wait(
    count: int, at: int
) -> None:
    at %= count - 1
    state = walk(attempt(count), [1.0] * at + [0.0])
    assert state.queue[0] != f"q{at}"
