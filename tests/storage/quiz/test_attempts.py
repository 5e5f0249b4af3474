"""What is stored comes back, once, and to its learner only: on both databases."""

from __future__ import annotations

import threading
import traceback
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from bme_quiz.rules.quiz.attempt import Preset, Stage, Turn
from bme_quiz.services.store import Store, make_store
from tests.support.attempts import ME, NOW, YOU, attempt, response


def test_an_attempt_comes_back_as_it_was(store: Store) -> None:
    made = attempt()
    store.attempts.add(ME, made)
    assert store.attempts.latest(ME) == made
    assert store.attempts.latest(YOU) is None


def test_answers_come_back_in_their_order_from_another_process_too(
    store: Store, address: str
) -> None:
    store.attempts.add(ME, attempt())
    for question, mark in (("load-01", 0.0), ("load-02", 0.5), ("rest-01", 1.0)):
        assert store.attempts.add_response(ME, "first", response(question, mark), "rev")
        store.attempts.leave(ME, "first", Turn(question, 1))
    other = make_store(address)
    found = other.attempts.latest(ME)
    other.database.close()
    assert found is not None
    expected = attempt()
    for question, mark in (("load-01", 0.0), ("load-02", 0.5), ("rest-01", 1.0)):
        expected = expected.respond(response(question, mark)).move_on(Turn(question, 1))
    assert found == expected
    assert found.queue == ("rest-02", "load-01", "load-02")


def test_a_turn_is_answered_once_and_the_first_answer_stands(store: Store) -> None:
    store.attempts.add(ME, attempt())
    assert store.attempts.add_response(ME, "first", response("load-01", 0.0), "rev")
    assert not store.attempts.add_response(ME, "first", response("load-01", 1.0), "rev")
    found = store.attempts.latest(ME)
    assert found is not None
    assert [r.mark for r in found.responses] == [0.0]


def test_a_retry_is_a_response_of_its_own(store: Store) -> None:
    store.attempts.add(ME, attempt())
    assert store.attempts.add_response(ME, "first", response("load-01", 0.0), "rev")
    assert store.attempts.add_response(ME, "first", response("load-01", 1.0, 2), "rev")
    assert store.attempts.times_answered(ME) == {"load-01": 2}
    assert [p.mark for p in store.attempts.practised(ME)] == [0.0]


def test_another_learner_can_change_nothing(store: Store) -> None:
    store.attempts.add(ME, attempt())
    store.attempts.add(YOU, attempt("second"))
    assert not store.attempts.add_response(YOU, "first", response("load-01"), "rev")
    store.attempts.add_response(ME, "first", response("load-01"), "rev")
    store.attempts.leave(YOU, "first", Turn("load-01", 1))
    store.attempts.end(YOU, "first")
    found = store.attempts.latest(ME)
    assert found is not None
    assert (found.moved_on, found.ended) == (0, False)


def test_an_ended_attempt_takes_no_more_answers(store: Store) -> None:
    store.attempts.add(ME, attempt())
    store.attempts.end(ME, "first")
    assert not store.attempts.add_response(ME, "first", response("load-01"), "rev")
    found = store.attempts.latest(ME)
    assert found is not None
    assert found.stage is Stage.FINISHED


def test_what_was_left_behind_never_comes_back(store: Store) -> None:
    store.attempts.add(ME, attempt())
    for question in ("load-01", "load-02"):
        store.attempts.add_response(ME, "first", response(question), "rev")
        store.attempts.leave(ME, "first", Turn(question, 1))
    store.attempts.leave(ME, "first", Turn("load-01", 1))  # a tab that lags behind
    store.attempts.leave(ME, "first", Turn("rest-01", 1))  # never answered
    found = store.attempts.latest(ME)
    assert found is not None
    assert found.moved_on == 2


def test_without_explanations_every_answer_is_left_behind_at_once(store: Store) -> None:
    store.attempts.add(ME, attempt(preset=Preset.POSTTEST))
    store.attempts.add_response(ME, "first", response("load-01"), "rev")
    found = store.attempts.latest(ME)
    assert found is not None
    assert (found.stage, found.moved_on) == (Stage.ASKING, 1)


def test_the_latest_is_the_one_begun_last_and_storing_it_again_changes_nothing(
    store: Store,
) -> None:
    store.attempts.add(ME, attempt("first"))
    store.attempts.add(ME, attempt("second"))
    store.attempts.add(ME, attempt("first"))
    found = store.attempts.latest(ME)
    assert found is not None
    assert found.id == "second"
    assert store.records.counts()["attempts"] == 2


def test_missed_are_those_whose_last_first_try_was_not_right(store: Store) -> None:
    store.attempts.add(ME, attempt("first"))
    for question, mark in (("load-01", 0.0), ("load-02", 0.5), ("rest-01", 1.0)):
        store.attempts.add_response(ME, "first", response(question, mark), "rev")
    # Right at the second try of the same sitting: still missed at the first.
    store.attempts.add_response(ME, "first", response("load-01", 1.0, 2), "rev")
    assert store.attempts.missed(ME) == ("load-01", "load-02")
    store.attempts.add(ME, attempt("second"))
    store.attempts.add_response(ME, "second", response("load-01", 1.0), "rev")
    store.attempts.add_response(ME, "second", response("rest-01", 0.0), "rev")
    assert store.attempts.missed(ME) == ("load-02", "rest-01")
    assert store.attempts.missed(YOU) == ()


def test_a_moment_keeps_its_instant_whatever_zone_it_came_in(store: Store) -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    store.attempts.add(ME, replace(attempt(), started_at=NOW.astimezone(zone)))
    found = store.attempts.latest(ME)
    assert found is not None
    assert found.started_at == NOW
    assert found.started_at.utcoffset() == timedelta()


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="time zone"):
        store.attempts.add(ME, replace(attempt(), started_at=NOW.replace(tzinfo=None)))
    assert store.records.counts()["attempts"] == 0


def test_text_of_any_language_and_quotation_marks_come_back(store: Store) -> None:
    strange = ("Ödem-01", "髓", "a'b\"c", "x;--")
    store.attempts.add(ME, attempt(questions=strange))
    assert store.attempts.add_response(ME, "first", response(strange[2]), "rev")
    found = store.attempts.latest(ME)
    assert found is not None
    assert tuple(d.question_id for d in found.drawn) == strange
    assert found.responses[0].turn.question_id == strange[2]


def test_an_error_for_the_log_names_no_learner(store: Store) -> None:
    store.attempts.add(ME, attempt())
    with pytest.raises(Exception, match=r"CHECK|check constraint") as caught:
        store.attempts.add_response(ME, "first", response("load-01", mark=7.0), "rev")
    assert ME not in "".join(traceback.format_exception(caught.value))
    assert store.records.counts()["responses"] == 0


@pytest.mark.parametrize("clicks", [3, 12])
def test_clicks_at_the_same_moment_are_one_response(store: Store, clicks: int) -> None:
    store.attempts.add(ME, attempt())
    gate = threading.Barrier(clicks)
    taken: list[bool] = []

    def click(mark: float) -> None:
        gate.wait()
        taken.append(store.attempts.add_response(ME, "first", response("load-01", mark), "rev"))

    threads = [threading.Thread(target=click, args=(n / clicks,)) for n in range(clicks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * (clicks - 1) + [True]
    assert store.records.counts()["responses"] == 1
