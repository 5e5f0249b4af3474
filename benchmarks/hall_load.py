"""The phones of a hall at one server: they come in, answer, see the reveal, and leave."""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.figures import Aim
from benchmarks.lectern import Lectern
from benchmarks.phone import PATIENCE, Phone
from benchmarks.servers import Server

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


@dataclass(slots=True)
class Seen:
    """What was seen in one hall.

    Attributes:
        joins: seconds that each phone took to have the page and the stream.
        answers, reveals: by question, seconds of each phone.
        errors: whatever did not go as it should, by what it was.
        again: answers that were sent once more.
        join_work, answer_work, reveal_work: milliseconds of processor time that the server used
            for each phone; the last two by question, the educator's tab included.
        megabytes: what the server had in memory at the end, all phones there.
    """

    joins: list[float] = field(default_factory=list)
    answers: list[list[float]] = field(default_factory=list)
    reveals: list[list[float]] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    again: int = 0
    join_work: float = 0.0
    answer_work: list[float] = field(default_factory=list)
    reveal_work: list[float] = field(default_factory=list)
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
        self._worked = 0.0
        self._all_there = asyncio.Event()
        self.seen = Seen()

    async def hold(self) -> Seen:
        """Let them in, ask the questions, let them go."""
        path = await self._lectern.start()
        port, size = self._server.port, self._plan.size
        self._work()
        await self._join([Phone(port, path, self._on_step) for _ in range(size)])
        self.seen.join_work = self._work()
        with _no_collection():
            for number in range(self._plan.questions):
                await self._go_on()
                self._work()
                self.seen.answers.append(await self._answer(number))
                self.seen.answer_work.append(self._work())
                self.seen.reveals.append(await self._go_on())
                self.seen.reveal_work.append(self._work())
        self.seen.megabytes = self._server.memory()
        for phone in self._phones:
            for _ in range(phone.lost):
                self.seen.note("a stream of events broke off")
            self.seen.again += phone.again
            phone.leave()
        await self._lectern.close()
        return self.seen

    def _work(self) -> float:
        """Milliseconds a phone of the server's processor time since this was last asked."""
        before, self._worked = self._worked, self._server.processor_seconds()
        return 1000 * (self._worked - before) / self._plan.size

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


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from looking for garbage among thousands of phones while times are taken."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def allow_open_files(phones: int) -> None:
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
