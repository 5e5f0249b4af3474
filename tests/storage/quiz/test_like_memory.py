"""Whatever is done in whatever order, the database holds what the model in memory holds."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bme_quiz.rules.quiz.attempt import Preset, Turn
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.quiz.memory import MemoryAttempts
from bme_quiz.storage.quiz.repository import AttemptRepository, Kept
from tests.support.attempts import ME, QUESTIONS, YOU, attempt, response
from tests.support.postgres import PrivatePostgres

learners = st.sampled_from([ME, YOU])
names = st.sampled_from(["one", "two", "three"])
questions = st.sampled_from([*QUESTIONS, "not-drawn"])
tries = st.integers(1, 3)
known = st.none() | st.integers(0, 4)
COURSES = ("", "other", "third")
courses = st.sampled_from(COURSES)
_numbers = itertools.count(1)


class BothStores(RuleBasedStateMachine):
    """Does the same to the database, in two courses, and to a model of each."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        # Each run has learners of its own in the one database: making one takes too long.
        self.run_number = next(_numbers)
        self.models = {key: MemoryAttempts() for key in COURSES}

    def named(self, name: str) -> str:
        return f"{name}-{self.run_number}"

    def both(self, course: str) -> tuple[AttemptRepository, AttemptRepository]:
        return self.store.of_key(course).attempts, self.models[course]

    @rule(course=courses, learner=learners, name=names, preset=st.sampled_from(list(Preset)))
    def begin(self, course: str, learner: str, name: str, preset: Preset) -> None:
        made = attempt(self.named(f"{name}-{learner}-{course}"), preset=preset)
        for store in self.both(course):
            store.add(self.named(learner), made)

    @rule(course=courses, of=courses, learner=learners, owner=learners, name=names,
          question=questions, number=tries, mark=st.sampled_from([0.0, 0.5, 1.0]),
          after=known)  # fmt: skip
    def answer(
        self,
        course: str,
        of: str,
        learner: str,
        owner: str,
        name: str,
        question: str,
        number: int,
        mark: float,
        after: int | None,
    ) -> None:
        given = response(question, mark, number)
        meant = self.named(f"{name}-{owner}-{of}")
        new = [
            store.add_response(self.named(learner), meant, given, "rev", after)
            for store in self.both(course)
        ]
        assert new[0] == new[1]

    @rule(course=courses, of=courses, learner=learners, name=names, question=questions,
          number=tries, after=known)  # fmt: skip
    def leave(
        self,
        course: str,
        of: str,
        learner: str,
        name: str,
        question: str,
        number: int,
        after: int | None,
    ) -> None:
        meant = self.named(f"{name}-{learner}-{of}")
        found = [
            store.leave(self.named(learner), meant, Turn(question, number), after)
            for store in self.both(course)
        ]
        assert found[0] == found[1]

    @rule(course=courses, of=courses, learner=learners, name=names, after=known)
    def end(self, course: str, of: str, learner: str, name: str, after: int | None) -> None:
        meant = self.named(f"{name}-{learner}-{of}")
        found = [store.end(self.named(learner), meant, after) for store in self.both(course)]
        assert found[0] == found[1]

    @rule(course=courses, of=courses, learner=learners, name=names)
    def take_up(self, course: str, of: str, learner: str, name: str) -> None:
        meant = self.named(f"{name}-{learner}-{of}")
        found = [store.take_up(self.named(learner), meant) for store in self.both(course)]
        assert found[0] == found[1]

    @rule()
    def restart(self) -> None:
        self.store.database.close()

    @invariant()
    def same(self) -> None:
        for learner in map(self.named, (ME, YOU)):
            known = any(model.kept(learner).known for model in self.models.values())
            for course in COURSES:
                stored, model = self.both(course)
                assert stored.kept(learner) == Kept(known, model.latest(learner))
                assert stored.times_answered(learner) == model.times_answered(learner)
                assert stored.missed(learner) == model.missed(learner)
                for sections in (("load", "rest"), ("load",)):
                    times = model.answered_in(learner, sections)
                    assert stored.answered_in(learner, sections) == times
                assert sorted(stored.practised(learner), key=repr) == sorted(
                    model.practised(learner), key=repr
                )


def run(address: str, examples: int) -> None:
    store = make_store(address)

    class Machine(BothStores):
        pass

    Machine.store = store
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
        ),
    )
    store.database.close()


def test_sqlite_is_like_memory(tmp_path: Path) -> None:
    run(f"sqlite:///{tmp_path / 'q.db'}", 30)


@pytest.mark.slow
def test_sqlite_is_like_memory_in_many_more_orders(tmp_path: Path) -> None:
    run(f"sqlite:///{tmp_path / 'q.db'}", 300)


def test_postgresql_is_like_memory(postgres: PrivatePostgres, postgres_address: str) -> None:
    del postgres
    run(postgres_address, 15)
