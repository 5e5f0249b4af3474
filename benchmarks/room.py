"""A room of learners: how much the server gets done, and how long each of them waits.

*Pressing without pause* is what no room does, and shows what the server can do at most: each
learner presses again as soon as the page is back. *Processor time a rerun* is what the server
worked for each; of all figures other programs on the machine disturb it least. *Answering once
every 5 s* is a lively room: each learner presses "Check answer" and 2.5 s later "Next question",
and so on.
"""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.figures import Aim, Figure, percentile, ratio
from benchmarks.learner import Learner
from benchmarks.servers import Kind, Server
from bme_quiz.ui.shell import words

PERIOD = 5.0
# Who opens the page at the same time as how many others; ``arrive`` measures that.
_AT_ONCE = 10


@dataclass(slots=True)
class Load:
    """What a room did: seconds each rerun took, reruns a second, and what failed.

    ``work`` is the server's processor time for each rerun, in seconds.
    """

    times: list[float] = field(default_factory=list)
    rate: float = 0.0
    work: float = 0.0
    errors: int = 0


def measure(quick: bool) -> list[Figure]:
    """The figures; about four minutes, ``quick`` about twenty seconds."""
    if quick:
        return asyncio.run(_measure((5,), rounds=1, seconds=1.5, paced=5, paced_seconds=5.0))
    return asyncio.run(_measure((50, 200), rounds=3, seconds=5, paced=200, paced_seconds=20.0))


async def _measure(
    sizes: tuple[int, ...], rounds: int, seconds: float, paced: int, paced_seconds: float
) -> list[Figure]:
    figures: list[Figure] = []
    with ExitStack() as stack:
        servers = {kind: stack.enter_context(Server(kind)) for kind in Kind}
        rooms: dict[Kind, list[Learner]] = {kind: [] for kind in Kind}
        for size in sizes:
            for kind, room in rooms.items():
                await fill(room, servers[kind].port, size)
                # The first presses warm the server; they are not counted.
                await press(room, min(1.0, seconds))
            loads: dict[Kind, list[Load]] = {kind: [] for kind in Kind}
            for _ in range(rounds):
                for kind, room in rooms.items():
                    before = servers[kind].processor_seconds()
                    load = await press(room, seconds)
                    spent = servers[kind].processor_seconds() - before
                    load.work = spent / max(1, len(load.times))
                    loads[kind].append(load)
            figures += _without_pause(size, loads)
        ours = rooms[Kind.OURS]
        await fill(ours, servers[Kind.OURS].port, paced)
        figures += _paced(paced, await answer_now_and_then(ours[:paced], paced_seconds))
        for room in rooms.values():
            await asyncio.gather(*(learner.close() for learner in room))
    return figures


def _without_pause(size: int, loads: dict[Kind, list[Load]]) -> list[Figure]:
    rates = {kind: [load.rate for load in found] for kind, found in loads.items()}
    ours, tuned, plain = (rates[kind] for kind in (Kind.OURS, Kind.TUNED, Kind.PLAIN))
    name = f"room of {size} pressing"
    return [
        ratio(f"{name}: reruns a second ÷ tuned bare", ours, tuned, Aim(0.55, at_most=False)),
        ratio(f"{name}: reruns a second ÷ plain bare", ours, plain, Aim(8, at_most=False)),
        *(Figure(f"{name}: {kind}", rates[kind], "/s") for kind in Kind),
        *(
            Figure(f"{name}: processor time a rerun, {kind}", _work(loads[kind]), "ms")
            for kind in (Kind.OURS, Kind.TUNED)
        ),
        ratio(
            f"{name}: processor time a rerun ÷ tuned bare",
            _work(loads[Kind.OURS]),
            _work(loads[Kind.TUNED]),
        ),
        *_waits(name, loads[Kind.OURS]),
    ]


def _work(loads: list[Load]) -> list[float]:
    return [1000 * load.work for load in loads]


def _paced(size: int, load: Load) -> list[Figure]:
    name = f"room of {size}, an answer every {PERIOD:g} s each"
    return _waits(name, [load], Aim(150))


def _waits(name: str, loads: list[Load], p95: Aim | None = None) -> list[Figure]:
    return [
        Figure(f"{name}: median wait", [1000 * percentile(x.times, 50) for x in loads], "ms"),
        Figure(f"{name}: p95 wait", [1000 * percentile(x.times, 95) for x in loads], "ms", p95),
        Figure(f"{name}: errors", [sum(x.errors for x in loads)], "", Aim(0)),
    ]


async def fill(room: list[Learner], port: int, size: int) -> None:
    """Let learners in until there are so many."""
    while len(room) < size:
        more = min(_AT_ONCE, size - len(room))
        room += await asyncio.gather(*(Learner.open(port) for _ in range(more)))


async def press(room: list[Learner], seconds: float) -> Load:
    """All press without pause; what is under way at the end is waited for, and counted."""
    load = Load()
    began = time.perf_counter()
    end = began + seconds

    async def one(learner: Learner) -> None:
        while time.perf_counter() < end:
            try:
                _, took = await learner.step()
            except Exception:
                load.errors += 1
                return
            load.times.append(took)

    await asyncio.gather(*(one(learner) for learner in room))
    # A plain server may need longer than the time given for a single round of the room.
    load.rate = len(load.times) / (time.perf_counter() - began)
    return load


async def answer_now_and_then(room: list[Learner], seconds: float) -> Load:
    """Each answers once in a period, at a moment of its own; only answers are timed."""
    load = Load()
    moments = random.Random(1)

    async def one(learner: Learner, due: float, end: float) -> None:
        while due < end:
            await asyncio.sleep(due - time.perf_counter())
            try:
                label, took = await learner.step()
            except Exception:
                load.errors += 1
                return
            if label == words.CHECK_ANSWER:
                load.times.append(took)
            due += PERIOD / 2

    began = time.perf_counter()
    await asyncio.gather(
        *(one(x, began + moments.uniform(0, PERIOD), began + seconds) for x in room)
    )
    load.rate = len(load.times) / seconds
    return load
