"""One learner, alone on the server: from pressing "Check answer" until the page is back.

Ours marks the answer, stores it durably in SQLite, and sends the explanation: verdict, reasons,
quotations and the marked section. The bare page does nothing of this; what it costs is what
Streamlit itself costs.
"""

from __future__ import annotations

import asyncio
import statistics
from contextlib import AsyncExitStack, ExitStack

from benchmarks.figures import Aim, Figure, ratio
from benchmarks.learner import Learner
from benchmarks.servers import Kind, Server
from bme_quiz.ui.shell import words


def measure(quick: bool) -> list[Figure]:
    """The figures; under a minute, ``quick`` a few seconds."""
    return asyncio.run(_measure(rounds=2 if quick else 9, presses=6 if quick else 30))


async def _measure(rounds: int, presses: int) -> list[Figure]:
    check: dict[Kind, list[float]] = {kind: [] for kind in Kind}
    onward: list[float] = []
    with ExitStack() as servers:
        ports = {kind: servers.enter_context(Server(kind)).port for kind in Kind}
        async with AsyncExitStack() as tabs:
            learners = {
                kind: await tabs.enter_async_context(await Learner.open(port))
                for kind, port in ports.items()
            }
            for learner in learners.values():
                await _medians(learner, presses)
            for _ in range(rounds):
                for kind, learner in learners.items():
                    # A plain rerun takes so long that fewer must do.
                    few = max(3, presses // 4)
                    found = await _medians(learner, few if kind is Kind.PLAIN else presses)
                    check[kind].append(found[words.CHECK_ANSWER])
                    onward += [found[words.NEXT_QUESTION]] if kind is Kind.OURS else []
    ours, tuned, plain = (check[kind] for kind in (Kind.OURS, Kind.TUNED, Kind.PLAIN))
    return [
        ratio("rerun: check an answer ÷ tuned bare page", ours, tuned, Aim(1.4)),
        ratio("rerun: plain bare page ÷ check an answer", plain, ours, Aim(6, at_most=False)),
        Figure("rerun: check an answer", _ms(ours), "ms"),
        Figure("rerun: next question", _ms(onward), "ms"),
        Figure("rerun: tuned bare page", _ms(tuned), "ms"),
        Figure("rerun: plain bare page", _ms(plain), "ms"),
    ]


async def _medians(learner: Learner, presses: int) -> dict[str, float]:
    """The median seconds by button, over so many answers."""
    times: dict[str, list[float]] = {}
    while len(times.get(words.CHECK_ANSWER, ())) < presses:
        label, seconds = await learner.step()
        times.setdefault(label, []).append(seconds)
    return {label: statistics.median(found) for label, found in times.items()}


def _ms(seconds: list[float]) -> list[float]:
    return [1000 * one for one in seconds]
