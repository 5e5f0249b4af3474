"""The desk: one transaction for all that wait, and no word before it is stored."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from bme_quiz.server.phones import response_batches
from bme_quiz.server.phones.response_batches import Desk
from bme_quiz.storage.engine.errors import StorageError
from tests.support.seconds import in_loop, until


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


class Slow:
    """A store whose transactions end when they are told to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_end = threading.Semaphore(0)
        self.wrong: Exception | None = None

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        assert self.may_end.acquire(timeout=20)
        if self.wrong is not None:
            raise self.wrong
        return [10 * item for item in items]


@in_loop
async def test_all_that_wait_share_the_next_transaction(executor: ThreadPoolExecutor) -> None:
    store = Slow()
    made: Desk[int, int] = Desk(store, executor)
    first = asyncio.create_task(made.hand_in(0))
    await until(lambda: store.batches == [[0]])
    others = [asyncio.create_task(made.hand_in(n)) for n in range(1, 1_000)]
    await asyncio.sleep(0)
    # Nobody is told anything before the transaction has ended.
    assert not first.done()
    store.may_end.release(2)
    assert await first == 0
    assert await asyncio.gather(*others) == [10 * n for n in range(1, 1_000)]
    assert [len(batch) for batch in store.batches] == [1, 999]


@in_loop
async def test_what_fails_is_told_to_all_of_its_batch_and_to_nobody_else(
    executor: ThreadPoolExecutor,
) -> None:
    store = Slow()
    made: Desk[int, int] = Desk(store, executor)
    store.wrong = StorageError("the disk is full")
    store.may_end.release(1)
    two = await asyncio.gather(made.hand_in(1), made.hand_in(2), return_exceptions=True)
    assert [str(error) for error in two] == ["the disk is full"] * 2
    # Each its own error: one that is raised a thousand times keeps a thousand traces.
    assert two[0] is not two[1]
    store.wrong = None
    store.may_end.release(1)
    assert await made.hand_in(3) == 30


@in_loop
async def test_whoever_goes_away_takes_nobody_along(executor: ThreadPoolExecutor) -> None:
    store = Slow()
    made: Desk[int, int] = Desk(store, executor)
    gone, there = (asyncio.create_task(made.hand_in(n)) for n in (1, 2))
    await until(lambda: store.batches == [[1, 2]])
    gone.cancel()
    store.may_end.release(2)
    async with asyncio.timeout(20):
        assert await there == 20
        assert gone.cancelled()
        # Nor does whoever comes afterwards find the desk empty.
        assert await made.hand_in(3) == 30


@in_loop
async def test_no_more_waits_than_people_can_have_sent(
    executor: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_batches, "_MOST_WAITING", 3)
    store = Slow()
    made: Desk[int, int] = Desk(store, executor)
    waiting = [asyncio.create_task(made.hand_in(n)) for n in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(StorageError, match="Too much waits"):
        await made.hand_in(4)
    store.may_end.release(9)
    assert await asyncio.gather(*waiting) == [0, 10, 20]
