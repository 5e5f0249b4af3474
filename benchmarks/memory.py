"""What the server has in memory: with one visitor, and for each further learner connected.

Resident memory as Linux counts it. Learners have each answered, so their sessions hold what
sessions hold. Freed memory may stay with the process, so this is what a learner costs at most.
"""

from __future__ import annotations

import asyncio

from benchmarks.figures import Figure
from benchmarks.learner import Learner
from benchmarks.room import fill
from benchmarks.servers import Kind, Server


def measure(quick: bool) -> list[Figure]:
    """The figures; half a minute, ``quick`` about ten seconds."""
    warm, more = (2, 8) if quick else (20, 100)
    figures = []
    for kind in (Kind.OURS, Kind.PLAIN):
        with Server(kind) as server:
            idle, each = asyncio.run(_measure(server, warm, more))
        figures += [
            Figure(f"memory: {kind}, one visitor", [idle], "MB"),
            Figure(f"memory: {kind}, each further learner", [each * 1024], "KB"),
        ]
    return figures


async def _measure(server: Server, warm: int, more: int) -> tuple[float, float]:
    room: list[Learner] = []
    await _let_in(room, server.port, 1)
    idle = server.memory()
    await _let_in(room, server.port, warm)
    before = server.memory()
    await _let_in(room, server.port, warm + more)
    each = (server.memory() - before) / more
    await asyncio.gather(*(learner.close() for learner in room))
    return idle, each


async def _let_in(room: list[Learner], port: int, size: int) -> None:
    there = len(room)
    await fill(room, port, size)
    for learner in room[there:]:
        for _ in range(3):
            await learner.step()
