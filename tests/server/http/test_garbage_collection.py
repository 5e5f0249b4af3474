"""A look at every object stops everybody, so it is taken when nobody waits."""

from __future__ import annotations

import asyncio
import gc
from weakref import ref

import pytest

from bme_quiz.server.http import garbage_collection
from bme_quiz.server.http.garbage_collection import ENOUGH, LAST_RESORT, QUIET, collect_if_due
from tests.support import loops


@pytest.mark.parametrize(
    ("share", "young", "done"),
    [
        (0.0, ENOUGH, True),
        (QUIET / 2, 10 * ENOUGH, True),
        (QUIET, 10 * ENOUGH, False),
        (0.0, ENOUGH - 1, False),
    ],
    ids=["quiet and due", "quiet and long due", "busy", "not due"],
)
def test_when_one_is_done(share: float, young: int, done: bool) -> None:
    times: list[None] = []
    assert collect_if_due(share, young, lambda: times.append(None)) is done
    assert len(times) == done


class _Ring:
    """Garbage that only a full collection finds once it is old."""

    def __init__(self) -> None:
        self.itself = self


async def _until_gone(ring: ref[_Ring]) -> None:
    while ring() is not None:
        await asyncio.sleep(0.01)


def test_a_server_collects_by_itself_and_puts_the_thresholds_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(garbage_collection, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(garbage_collection, "ENOUGH", 0)
    monkeypatch.setattr(garbage_collection, "QUIET", 1e9)
    before = gc.get_threshold()

    async def serve() -> None:
        async with garbage_collection.collecting_when_quiet():
            assert gc.get_threshold() == (before[0], before[1], LAST_RESORT)
            ring = _Ring()
            gc.collect(1)
            gc.collect(1)
            seen = ref(ring)
            del ring
            async with asyncio.timeout(30):
                await _until_gone(seen)

    loops.run(serve())
    assert gc.get_threshold() == before
