"""Whatever happens to sessions in whatever order, the database says and holds what a model of a
few lines does."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bme_quiz.rules.rooms.room import Outcome
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.rooms.rooms import NewAnswer, NewSeat
from tests.support.rooms import answer, room

MOST = 3
_numbers = itertools.count(1)
names = st.sampled_from(["one", "two", "none"])
seats = st.sampled_from("abcd")
# Of the places: all, two of the three, or one.
shares = st.sampled_from([1.0, 1.0, 0.7, 0.4])
answers = st.tuples(
    *(
        names,
        seats,
        st.integers(0, 2),
        st.integers(1, 2),
        st.integers(0, 1),
        st.sampled_from("xyz"),
    ),
    shares,
)


@dataclass
class Model:
    """One session as it ought to be: its step, who is in, and what they answered first."""

    step: int = 0
    seats: set[str] = field(default_factory=set)
    answers: dict[tuple[str, int, int], tuple[str, ...]] = field(default_factory=dict)

    def lets_in(self, seat: str, free_before: set[str]) -> bool:
        """Whether somebody is in; ``free_before`` are those of the batch who find a place."""
        if seat in free_before:
            self.seats.add(seat)
        return seat in self.seats

    def first_free(self, wanted: dict[str, int], *, answering: bool) -> set[str]:
        """Who of these finds a place: the room takes them in the order of their ids.

        Whoever looks on counts all who are in, whoever answers only those who do so too; each
        comes in among so many others at most.
        """
        there = {seat for seat, *_ in self.answers} | (wanted.keys() & self.seats)
        taken = len(there) if answering else len(self.seats)
        free = set()
        for seat in sorted(wanted.keys() - self.seats):
            if taken < wanted[seat]:
                free.add(seat)
                taken += 1
        return free

    def take(self, one: NewAnswer) -> Outcome:
        """What becomes of an answer of somebody who is in."""
        key = (one.seat, one.round, one.position)
        self.answers.setdefault(key, one.ticked)
        return self.late(one)

    def late(self, one: NewAnswer) -> Outcome:
        """What becomes of an answer to a question that has passed."""
        first = self.answers.get((one.seat, one.round, one.position))
        if first is None:
            return Outcome.LATE
        return Outcome.STORED if first == one.ticked else Outcome.TWICE


class BothRooms(RuleBasedStateMachine):
    """Does the same to the database and to the model."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        # Each run has sessions of its own in the one database: making one takes too long.
        self.run = next(_numbers)
        self.models = {"one": Model(), "two": Model()}
        for name in self.models:
            assert self.store.rooms.add(room(self.named(name), questions=2))

    def named(self, name: str) -> str:
        return f"{name}-{self.run}"

    @rule(name=names, stale=st.integers(0, 2).map(lambda n: n // 2), to_step=st.integers(0, 2))
    def move(self, name: str, stale: int, to_step: int) -> None:
        model = self.models.get(name, Model())
        self.store.rooms.move(self.named(name), model.step + stale, to_step)
        if not stale:
            model.step = to_step

    @rule(batch=st.lists(st.tuples(names, seats, shares), max_size=8))
    def come_in(self, batch: list[tuple[str, str, float]]) -> None:
        new = [NewSeat(self.named(name), seat, share) for name, seat, share in batch]
        found = self.store.rooms.take_seats(new, MOST)
        free = self._free(batch, answering=False)
        assert list(found) == [self._let_in(name, seat, free) for name, seat, _ in batch]

    @rule(batch=st.lists(answers, max_size=8))
    def send(self, batch: list[tuple[str, str, int, int, int, str, float]]) -> None:
        new = [
            replace(
                answer(
                    *(seat, ticked),
                    step=step,
                    position=position,
                    round_=round_,
                    name=self.named(name),
                ),
                share=share,
            )
            for name, seat, step, round_, position, ticked, share in batch
        ]
        found = self.store.rooms.answer(new, MOST)
        in_time = [
            (name, seat, share)
            for name, seat, step, *_, share in batch
            if name in self.models and self._is_at(name, step)
        ]
        free = self._free(in_time, answering=True)
        expected: dict[int, Outcome] = {}
        late = []
        for number, ((name, seat, step, *_), one) in enumerate(zip(batch, new, strict=True)):
            if name in self.models and not self._is_at(name, step):
                late.append((number, name, one))
                continue
            outcome = self._let_in(name, seat, free)
            let_in = outcome is Outcome.STORED
            expected[number] = self.models[name].take(one) if let_in else outcome
        # Compared with what stands once those that are in time are stored.
        expected |= {number: self.models[name].late(one) for number, name, one in late}
        assert list(found) == [expected[number] for number in range(len(batch))]

    def _is_at(self, name: str, step: int) -> bool:
        return self.models[name].step == step

    def _free(
        self, wanted: Sequence[tuple[str, str, float]], *, answering: bool
    ) -> dict[str, set[str]]:
        return {
            name: model.first_free(
                {seat: int(share * MOST) for n, seat, share in wanted if n == name},
                answering=answering,
            )
            for name, model in self.models.items()
        }

    def _let_in(self, name: str, seat: str, free: dict[str, set[str]]) -> Outcome:
        if name not in self.models:
            return Outcome.ENDED
        is_in = self.models[name].lets_in(seat, free[name])
        return Outcome.STORED if is_in else Outcome.FULL

    @rule()
    def restart(self) -> None:
        self.store.database.close()

    @invariant()
    def same(self) -> None:
        rooms = self.store.rooms
        for name, model in self.models.items():
            named = self.named(name)
            assert rooms.steps([named]) == {named: model.step}
            tally = rooms.tally(named)
            assert tally.joined == len(model.seats)
            for seat in model.seats:
                own = {(a.round, a.position): a.ticked for a in rooms.answers_of(named, seat)}
                assert own == {(r, p): t for (s, r, p), t in model.answers.items() if s == seat}
            places = [(round_, position) for _, round_, position in model.answers]
            assert tally.answered == {place: places.count(place) for place in places}
            assert len(rooms.answers(named)) == len(model.answers)


def run(address: str, examples: int) -> None:
    store = make_store(address)

    class Machine(BothRooms):
        pass

    Machine.store = store
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
        ),
    )
    store.database.close()


@pytest.mark.slow
def test_sqlite_is_like_the_model(tmp_path: Path) -> None:
    run(f"sqlite:///{tmp_path / 'q.db'}", 20)


def test_postgresql_is_like_the_model(postgres_address: str) -> None:
    run(postgres_address, 10)
