"""Schedule of full garbage collections: they run when nobody waits for a page.

Such a collection stops the whole process for as long as it takes to look at every object there
is: a tenth of a second with a thousand phones connected, half a second with five thousand. Left
to itself Python does it whenever long-lived objects have grown by a quarter, which is in the
middle of a hall's answers. What it finds there is next to nothing, since nearly all garbage goes
without it.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

LOOK_EVERY = 5.0
"""Seconds over which it is seen whether the process has anything to do."""
QUIET = 0.1
"""The share of one processor's time below which it has not."""
ENOUGH = 10
"""Collections of young objects after which a full one is due; Python's own number."""
LAST_RESORT = 1_000
"""Collections after which a full one is due though it is never quiet: a process busy for hours must
not grow."""


@asynccontextmanager
async def collecting_when_quiet() -> AsyncIterator[None]:
    """Do full collections in quiet moments for as long as this is entered.

    What is loaded already stays for the life of the process, and no collection looks at it.
    """
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(before[0], before[1], LAST_RESORT)
    task = asyncio.create_task(_collect())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        gc.set_threshold(*before)


async def _collect() -> None:
    while True:
        used, began = time.process_time(), time.monotonic()
        await asyncio.sleep(LOOK_EVERY)
        share = (time.process_time() - used) / (time.monotonic() - began)
        collect_if_due(share, gc.get_count()[2])


def collect_if_due(share: float, young: int, collect: Callable[[], object] = gc.collect) -> bool:
    """Do a full collection if one is due and nobody waits; whether it was done.

    Args:
        share: of one processor's time that the process used of late, 0 to 1 and above.
        young: collections of young objects since the last full one.
        collect: does it.
    """
    if share >= QUIET or young < ENOUGH:
        return False
    collect()
    return True
