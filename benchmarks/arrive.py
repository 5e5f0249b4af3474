"""A whole room opens the start page at once: the seconds until the last of them has it.

Each learner fetches the page and connects, and has what the script draws. Scripts and styles are
left out; a browser has them from its cache, or fetches them beside. Each round has new servers
that one visitor has warmed, since plain Streamlit slows with every session it remembers.
"""

from __future__ import annotations

import asyncio
import time

from benchmarks.figures import Aim, Figure, ratio
from benchmarks.learner import Learner
from benchmarks.servers import Kind, Server


def measure(quick: bool) -> list[Figure]:
    """The figures; about two minutes, ``quick`` about ten seconds."""
    size, rounds = (10, 1) if quick else (200, 3)
    seconds: dict[Kind, list[float]] = {Kind.OURS: [], Kind.PLAIN: []}
    for _ in range(rounds):
        for kind, found in seconds.items():
            with Server(kind) as server:
                found.append(asyncio.run(_arrive(server.port, size)))
    ours, plain = seconds[Kind.OURS], seconds[Kind.PLAIN]
    return [
        ratio(f"arrive: plain bare page ÷ ours, {size} at once", plain, ours, Aim(15, False)),
        Figure(f"arrive: ours, {size} at once", ours, "s"),
        Figure(f"arrive: plain bare page, {size} at once", plain, "s"),
    ]


async def _arrive(port: int, size: int) -> float:
    async with await Learner.open(port):
        pass
    began = time.perf_counter()
    room = await asyncio.gather(*(Learner.open(port) for _ in range(size)))
    took = time.perf_counter() - began
    await asyncio.gather(*(learner.close() for learner in room))
    return took
