"""A hall of phones: from the tap to "Your answer is in", and from the reveal to each screen.

Two halls. A thousand phones that answer within the same second, which no hall does. And five
thousand that come in within half a minute and answer within ten seconds. The educator's tab is
open too and counts every second. Ours takes turns with the bare floor (``hall_floor``), each time
a new server with a new database.

Beside them the same question asked of learners as Streamlit sessions. There is no educator then
and nothing is revealed to all: each has the explanation with the answer.

The load is this process: it uses one core of the machine and the server gets the others. *Work* is
the server's processor time for each phone, which hardly depends on what else the machine does.
"""

from __future__ import annotations

import asyncio
import random
import sys
from itertools import chain
from pathlib import Path

from benchmarks import hall_visit
from benchmarks.figures import Aim, Figure, percentile, ratio
from benchmarks.hall_load import Hall, Plan, Seen, allow_open_files
from benchmarks.learner import Learner
from benchmarks.lectern import PASSCODE, Bare, Educator
from benchmarks.room import fill
from benchmarks.servers import Kind, Server
from bme_quiz.services.settings import ENV_PASSCODE, ENV_PEOPLE
from bme_quiz.ui.shell import words

THOUSAND = Plan(1_000, 5, 1, 3, 3, Aim(100), Aim(0.5))
FIVE_THOUSAND = Plan(5_000, 30, 10, 2, 3, Aim(1_000))
QUICK = Plan(20, 1, 0.5, 1, 1)


def measure(quick: bool) -> list[Figure]:
    """The figures; about ten minutes, ``quick`` about twenty seconds."""
    figures: list[Figure] = []
    for plan in (QUICK,) if quick else (THOUSAND, FIVE_THOUSAND):
        allow_open_files(plan.size)
        ours: list[Seen] = []
        floor: list[Seen] = []
        for _ in range(plan.rounds):
            ours.append(asyncio.run(_hold_ours(plan)))
            floor.append(asyncio.run(_hold_floor(plan)))
        figures += _figures(plan, ours, floor)
    for size in (5,) if quick else (200, 1_000):
        figures += _as_sessions(size, 1 if quick else 3)
    return figures + hall_visit.measure(quick)


async def _hold_ours(plan: Plan) -> Seen:
    with Server(Kind.OURS, {ENV_PASSCODE: PASSCODE}) as server:
        return await Hall(server, await Educator.enter(server.port), plan).hold()


async def _hold_floor(plan: Plan) -> Seen:
    with Server(Kind.TUNED, command=_floor) as server:
        return await Hall(server, Bare(server.port), plan).hold()


def _floor(port: int, folder: Path) -> list[str]:
    """What starts the bare floor."""
    return [sys.executable, "-m", "benchmarks.hall_floor", str(port), str(folder / "floor.db")]


def _figures(plan: Plan, ours: list[Seen], floor: list[Seen]) -> list[Figure]:
    for seen in (*ours, *floor):
        for what, count in sorted(seen.errors.items()):
            print(f"  {plan.name}: {count} × {what}")
    name, bare = plan.name, f"{plan.name}, floor"
    work, bare_work = (list(chain(*(s.answer_work for s in x))) for x in (ours, floor))
    joins, bare_joins = ([s.join_work for s in x] for x in (ours, floor))
    return [
        *_what_people_see(name, ours, plan.answered, plan.revealed, Aim(0)),
        Figure(f"{name}: answers sent again", [seen.again for seen in ours], ""),
        Figure(f"{name}: memory", [seen.megabytes for seen in ours], "MB"),
        *_what_people_see(bare, floor),
        Figure(f"{bare}: memory", [seen.megabytes for seen in floor], "MB"),
        Figure(f"{name}: work an answer", work, "ms"),
        ratio(f"{name}: work an answer ÷ floor", work, bare_work),
        Figure(f"{name}: work to let one in", joins, "ms"),
        ratio(f"{name}: work to let one in ÷ floor", joins, bare_joins),
    ]


def _what_people_see(
    name: str,
    halls: list[Seen],
    answered: Aim | None = None,
    revealed: Aim | None = None,
    errors: Aim | None = None,
) -> list[Figure]:
    answers = [times for seen in halls for times in seen.answers]
    joins = [1000 * percentile(seen.joins, 95) for seen in halls]
    return [
        Figure(f"{name}: answer is in, median", [1000 * percentile(x, 50) for x in answers], "ms"),
        Figure(
            f"{name}: answer is in, p95",
            [1000 * percentile(x, 95) for x in answers],
            "ms",
            answered,
        ),
        Figure(
            f"{name}: reveal seen by all",
            [max(times) for seen in halls for times in seen.reveals],
            "s",
            revealed,
        ),
        Figure(f"{name}: page and stream, p95", joins, "ms"),
        Figure(f"{name}: errors", [sum(seen.errors.values()) for seen in halls], "", errors),
    ]


def _as_sessions(size: int, rounds: int) -> list[Figure]:
    """A hall of Streamlit sessions: each learner answers once, within the same second."""
    with Server(Kind.OURS, {ENV_PEOPLE: "10000"}) as server:
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
    name = f"hall of {size:,} as Streamlit sessions, answers within 1 s"
    return [
        Figure(f"{name}: explained, median", [1000 * percentile(w, 50) for w in waits], "ms"),
        Figure(f"{name}: explained, p95", [1000 * percentile(w, 95) for w in waits], "ms"),
        Figure(f"{name}: memory", [megabytes], "MB"),
    ]
