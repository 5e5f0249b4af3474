"""A hall of phones: from the tap to "Your answer is in", and from the reveal to each screen.

Two halls. A thousand phones that answer within the same second, which no hall does. And five
thousand that come in within half a minute and answer within ten seconds. The educator's tab is
open too and counts every second. Ours takes turns with the bare floor (``hall_floor``), each time
a new server with a new database.

Beside them the same question asked of learners as Streamlit sessions. There is no educator then
and nothing is revealed to all: each has the explanation with the answer.

The load is this process: it uses one core of the machine and the server gets the others.
"""

from __future__ import annotations

import asyncio
import gc
import random
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.figures import Aim, Figure, percentile, ratio
from benchmarks.learner import Learner
from benchmarks.lectern import PASSCODE, Bare, Educator, Lectern
from benchmarks.phone import PATIENCE, Phone
from benchmarks.room import fill
from benchmarks.servers import Kind, Server
from bme_quiz.services.settings import ENV_PASSCODE
from bme_quiz.ui import words

# Open files of this process beside the phones', and those that a phone needs at most.
_BESIDE, _A_PHONE = 200, 2


@dataclass(frozen=True, slots=True)
class Plan:
    """A hall.

    Attributes:
        joining, answering: seconds over which the phones come in, and answer.
        questions: asked one after the other, each a round.
        rounds: halls of each server.
        answered, revealed: aims, in ms until an answer is in and in s until all see the reveal.
    """

    size: int
    joining: float
    answering: float
    questions: int
    rounds: int
    answered: Aim | None = None
    revealed: Aim | None = None

    @property
    def name(self) -> str:
        """As the table has it."""
        return f"hall of {self.size:,}, answers within {self.answering:g} s"


THOUSAND = Plan(1_000, 5, 1, 3, 3, Aim(100), Aim(0.5))
FIVE_THOUSAND = Plan(5_000, 30, 10, 2, 3, Aim(1_000))
QUICK = Plan(20, 1, 0.5, 1, 1)


@dataclass(slots=True)
class Seen:
    """What was seen in one hall.

    Attributes:
        joins: seconds that each phone took to have the page and the stream.
        answers, reveals: by question, seconds of each phone.
        errors: whatever did not go as it should, by what it was.
        again: answers that were sent once more.
        megabytes: what the server had in memory at the end, all phones there.
    """

    joins: list[float] = field(default_factory=list)
    answers: list[list[float]] = field(default_factory=list)
    reveals: list[list[float]] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    again: int = 0
    megabytes: float = 0.0

    def note(self, error: str) -> None:
        """Count an error."""
        self.errors[error] = self.errors.get(error, 0) + 1


class Hall:
    """The phones, all at one server."""

    def __init__(self, server: Server, lectern: Lectern, plan: Plan) -> None:
        self._server, self._lectern, self._plan = server, lectern, plan
        self._phones: list[Phone] = []
        self._moments = random.Random(1)
        self._step = 0
        self._missing = 0
        self._all_there = asyncio.Event()
        self.seen = Seen()

    async def hold(self) -> Seen:
        """Let them in, ask the questions, let them go."""
        path = await self._lectern.start()
        await self._join(
            [Phone(self._server.port, path, self._on_step) for _ in range(self._plan.size)]
        )
        with _no_collection():
            for number in range(self._plan.questions):
                await self._go_on()
                self.seen.answers.append(await self._answer(number))
                self.seen.reveals.append(await self._go_on())
        self.seen.megabytes = self._server.memory()
        for phone in self._phones:
            for _ in range(phone.lost):
                self.seen.note("a stream of events broke off")
            self.seen.again += phone.again
            phone.leave()
        await self._lectern.close()
        return self.seen

    async def _join(self, phones: list[Phone]) -> None:
        done = await self._spread(self._plan.joining, [phone.join for phone in phones])
        self._phones = [phone for phone, took in zip(phones, done, strict=True) if took is not None]
        self.seen.joins = [took for took in done if took is not None]

    async def _answer(self, number: int) -> list[float]:
        def tap(place: int, phone: Phone) -> Callable[[], Awaitable[float]]:
            return lambda: phone.answer(place + number)

        asked = [tap(place, phone) for place, phone in enumerate(self._phones) if phone.asks]
        for _ in range(len(self._phones) - len(asked)):
            self.seen.note("no question on the screen")
        done = await self._spread(self._plan.answering, asked)
        return [took for took in done if took is not None]

    async def _spread(
        self, seconds: float, work: list[Callable[[], Awaitable[float]]]
    ) -> list[float | None]:
        """Do everything, each at a moment of its own; None for what failed, which is noted."""

        async def at(moment: float, one: Callable[[], Awaitable[float]]) -> float | None:
            await asyncio.sleep(moment)
            try:
                return await one()
            except (OSError, RuntimeError) as error:
                self.seen.note(f"{type(error).__name__}: {error}")
                return None

        return await asyncio.gather(*(at(self._moments.uniform(0, seconds), x) for x in work))

    async def _go_on(self) -> list[float]:
        """Take a step; the seconds until each phone showed it."""
        self._step += 1
        self._missing = len(self._phones)
        self._all_there.clear()
        began = await self._lectern.go_on()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._all_there.wait()
        except TimeoutError:
            for _ in range(self._missing):
                self.seen.note("a step was not seen")
        return [p.heard_at - began for p in self._phones if p.step == self._step]

    def _on_step(self, phone: Phone) -> None:
        if phone.step == self._step:
            self._missing -= 1
            if self._missing == 0:
                self._all_there.set()


def measure(quick: bool) -> list[Figure]:
    """The figures; about ten minutes, ``quick`` about twenty seconds."""
    figures: list[Figure] = []
    for plan in (QUICK,) if quick else (THOUSAND, FIVE_THOUSAND):
        _allow_open_files(plan.size)
        ours: list[Seen] = []
        floor: list[Seen] = []
        for _ in range(plan.rounds):
            ours.append(asyncio.run(_hold_ours(plan)))
            floor.append(asyncio.run(_hold_floor(plan)))
        figures += _figures(plan, ours, floor)
    for size in (5,) if quick else (50, 200):
        figures += _as_sessions(size, 1 if quick else 3)
    return figures


async def _hold_ours(plan: Plan) -> Seen:
    with Server(Kind.OURS, {ENV_PASSCODE: PASSCODE}) as server:
        return await Hall(server, await Educator.enter(server.port), plan).hold()


async def _hold_floor(plan: Plan) -> Seen:
    with FloorServer(Kind.TUNED) as server:
        return await Hall(server, Bare(server.port), plan).hold()


class FloorServer(Server):
    """The bare floor in a process of its own."""

    def _command(self) -> list[str]:
        file = f"{self._folder.name}/floor.db"
        return [sys.executable, "-m", "benchmarks.hall_floor", str(self.port), file]


def _figures(plan: Plan, ours: list[Seen], floor: list[Seen]) -> list[Figure]:
    for seen in (*ours, *floor):
        for what, count in sorted(seen.errors.items()):
            print(f"  {plan.name}: {count} × {what}")
    p95 = [1000 * percentile(a, 95) for seen in ours for a in seen.answers]
    floor_p95 = [1000 * percentile(a, 95) for seen in floor for a in seen.answers]
    all_see = [max(r) for seen in ours for r in seen.reveals]
    floor_all_see = [max(r) for seen in floor for r in seen.reveals]
    p50 = [1000 * percentile(a, 50) for seen in ours for a in seen.answers]
    floor_p50 = [1000 * percentile(a, 50) for seen in floor for a in seen.answers]
    name, bare = plan.name, f"{plan.name}: floor"
    return [
        Figure(f"{name}: answer is in, median", p50, "ms"),
        Figure(f"{name}: answer is in, p95", p95, "ms", plan.answered),
        Figure(f"{name}: reveal seen by all", all_see, "s", plan.revealed),
        Figure(f"{name}: errors", [sum(seen.errors.values()) for seen in ours], "", Aim(0)),
        Figure(f"{name}: answers sent again", [seen.again for seen in ours], ""),
        Figure(f"{name}: page and stream, p95", [_p95_join(seen) for seen in ours], "ms"),
        Figure(f"{name}: memory", [seen.megabytes for seen in ours], "MB"),
        Figure(f"{bare}, answer is in, median", floor_p50, "ms"),
        Figure(f"{bare}, answer is in, p95", floor_p95, "ms"),
        Figure(f"{bare}, reveal seen by all", floor_all_see, "s"),
        Figure(f"{bare}, errors", [sum(seen.errors.values()) for seen in floor], ""),
        Figure(f"{bare}, page and stream, p95", [_p95_join(seen) for seen in floor], "ms"),
        Figure(f"{bare}, memory", [seen.megabytes for seen in floor], "MB"),
        ratio(f"{name}: answer is in, median ÷ floor", p50, floor_p50),
        ratio(f"{name}: reveal seen by all ÷ floor", all_see, floor_all_see),
    ]


def _p95_join(seen: Seen) -> float:
    return 1000 * percentile(seen.joins, 95)


def _as_sessions(size: int, rounds: int) -> list[Figure]:
    """A hall of Streamlit sessions: each learner answers once, within the same second."""
    with Server(Kind.OURS) as server:
        return asyncio.run(_answer_as_sessions(server, size, rounds))


async def _answer_as_sessions(server: Server, size: int, rounds: int) -> list[Figure]:
    room: list[Learner] = []
    await fill(room, server.port, size)
    moments = random.Random(1)
    waits: list[list[float]] = []

    async def answer(learner: Learner, moment: float) -> float:
        await asyncio.sleep(moment)
        return await learner.press(words.CHECK_ANSWER, learner.choose())

    for _ in range(rounds):
        for learner in room:
            await learner.step()
        waits.append(await asyncio.gather(*(answer(x, moments.uniform(0, 1)) for x in room)))
    megabytes = server.memory()
    await asyncio.gather(*(learner.close() for learner in room))
    name = f"{size} as Streamlit sessions, answers within 1 s"
    return [
        Figure(f"{name}: explained, median", [1000 * percentile(w, 50) for w in waits], "ms"),
        Figure(f"{name}: explained, p95", [1000 * percentile(w, 95) for w in waits], "ms"),
        Figure(f"{name}: memory", [megabytes], "MB"),
    ]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from looking for garbage among thousands of phones while times are taken."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _allow_open_files(phones: int) -> None:
    """Raise this process's limit of open files as far as so many phones need.

    Raises:
        RuntimeError: the system does not allow as many.
    """
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _BESIDE + _A_PHONE * phones
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise RuntimeError(f"{phones} phones need {wanted} open files; the system allows {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
