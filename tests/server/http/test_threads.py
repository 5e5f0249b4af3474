"""Threads that requests wait for: no address holds them all, whatever hangs."""

from __future__ import annotations

import asyncio
import threading

from starlette.types import Scope

from bme_quiz.server.http.threads import Threads
from tests.support.seconds import in_loop


def asks(client: str) -> Scope:
    return {"type": "http", "client": (client, 1)}


@in_loop
async def test_work_that_hangs_for_one_address_leaves_threads_to_others() -> None:
    threads, go_on, running = Threads(3, 2), threading.Event(), []

    def hang() -> None:
        running.append(1)
        go_on.wait(60)

    hanging = [asyncio.create_task(threads.run(asks("203.0.113.9"), hang)) for _ in range(50)]
    try:
        for _ in range(20):
            found = await asyncio.wait_for(threads.run(asks("198.51.100.7"), lambda: "here"), 30)
            assert found == "here"
        assert len(running) == 2
    finally:
        go_on.set()
        await asyncio.gather(*hanging)
    assert len(running) == 50


@in_loop
async def test_what_fails_gives_its_thread_back() -> None:
    threads = Threads(1, 1)

    def fail() -> None:
        raise KeyError("no")

    for _ in range(3):
        found = await asyncio.gather(threads.run(asks("a"), fail), return_exceptions=True)
        assert isinstance(found[0], KeyError)
    assert await threads.run(asks("a"), lambda: 1) == 1
