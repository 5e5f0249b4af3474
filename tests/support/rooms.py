"""Sessions, people and their answers for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bme_quiz.content.bank import Question
from bme_quiz.rules.quiz.attempt import Drawn
from bme_quiz.rules.rooms.room import FIRST, Kind, Outcome, OwnAnswer, Room
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice
from bme_quiz.services.rooms.rooms import LIFE, Given, Rooms, seat_in
from bme_quiz.storage.rooms.rooms import NewAnswer, SqlRooms
from tests.support.attempts import NOW

MANY = 10_000
EVERYTHING = Choice(count=EVERY_QUESTION)


def room(name: str = "room", kind: Kind = Kind.DISCUSS, questions: int = 3, step: int = 0) -> Room:
    """A session without a course; its code is its name in capitals."""
    return Room(
        id=name,
        code=name.upper(),
        kind=kind,
        started_at=NOW,
        expires_at=NOW + LIFE,
        sections=("load", "rest"),
        audience="both",
        drawn=tuple(Drawn(f"q-{n}", f"rev-{n}", ("b", "a", "c")) for n in range(questions)),
        step=step,
        bank="bank-fingerprint",
        article="article-fingerprint",
    )


def answer(
    seat: str,
    ticked: Sequence[str] = ("a",),
    *,
    step: int = 1,
    position: int = 0,
    round_: int = FIRST,
    name: str = "room",
) -> NewAnswer:
    """An answer; by itself one to the first question of a discussion."""
    return NewAnswer(name, seat, step, round_, position, tuple(ticked), 0.5, NOW)


def kept(rooms: SqlRooms, name: str = "room") -> list[tuple[int, int, tuple[str, ...]]]:
    """What a session's answers are, without the people."""
    return sorted((a.round, a.position, a.ticked) for a in rooms.answers(name))


@dataclass
class Clock:
    """A clock that stands still until it is told."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


@dataclass
class Person:
    """Somebody with a phone: answers as the phone's page does, by use cases alone."""

    rooms: Rooms
    room_id: str
    token: str
    seat: str = field(init=False)

    def __post_init__(self) -> None:
        self.seat = seat_in(self.room, self.token)

    @property
    def room(self) -> Room:
        """The session as it now is."""
        found = self.rooms.room(self.room_id)
        assert found is not None
        return found

    @property
    def own(self) -> tuple[OwnAnswer, ...]:
        """What this person answered."""
        return self.rooms.own_answers(self.room, self.seat)

    def sends(
        self, position: int, ticked: Sequence[str], step: int | None = None
    ) -> Outcome | None:
        """What becomes of an answer; None where the step does not admit it."""
        now = self.room
        given = Given(now, self.seat, now.step if step is None else step, position, tuple(ticked))
        new = self.rooms.new_answer(given)
        return None if new is None else self.rooms.answer([new])[0]


def rooms_of(
    course: Course, rooms: SqlRooms, clock: Callable[[], datetime], seed: int = 1
) -> Rooms:
    """The use cases with a random generator of their own."""
    rng = Random(seed)
    return Rooms(course, rooms, clock, rng, rng.choice)


def question_at(rooms: Rooms, room: Room, position: int) -> Question:
    """A question of a session's form."""
    found = rooms.question(room, position)
    assert found is not None
    return found


def right(question: Question) -> tuple[str, ...]:
    """An answer that is fully right."""
    return tuple(question.key)


def wrong(question: Question) -> tuple[str, ...]:
    """An answer that gets no mark."""
    return next((letter,) for letter in question.letters if letter not in question.key)


def started(rooms: Rooms, kind: Kind = Kind.DISCUSS, steps: int = 0) -> Room:
    """A session over every question, some steps on from the lobby."""
    new = rooms.start(kind, EVERYTHING)
    assert new is not None
    return moved_on(rooms, new, steps)


def moved_on(rooms: Rooms, room: Room, steps: int = 1) -> Room:
    """A session some steps further on, pressed one by one."""
    for _ in range(steps):
        moved = rooms.go_on(room.id, room.step)
        assert moved is not None
        room = moved
    return room
