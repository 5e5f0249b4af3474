"""Requests begin in turn, phones' before others, and long responses go out in pieces."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from bme_quiz.server.http.plain_requests import PlainRequests
from bme_quiz.server.http.uvicorn_internals import HAS_LEFT, MOST_UNSENT
from tests.support.seconds import in_loop

BODY = bytes(range(256)) * 1_000


def request(path: str, client: str = "203.0.113.9", **more: Any) -> Scope:
    return {"type": "http", "path": path, "client": (client, 1), "headers": [], **more}


async def nothing() -> Message:
    return {"type": "http.disconnect"}


def app_that(answers: Callable[[Scope, Send], Awaitable[None]]) -> PlainRequests:
    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        await answers(scope, send)

    return PlainRequests(app)


@in_loop
async def test_others_have_their_turn_beside_a_stranger_and_phones_before_all() -> None:
    begun: list[str] = []

    async def answers(scope: Scope, _send: Send) -> None:
        begun.append(f"{scope['client'][0]} {scope['path']}")

    app = app_that(answers)

    async def drop(_: Message) -> None:
        return None

    asked = [request("/article")] * 100 + [request("/article", "198.51.100.7"), request("/join")]
    await asyncio.gather(*(app(scope, nothing, drop) for scope in asked))
    assert len(begun) == 102
    assert begun.index("198.51.100.7 /article") < 10
    assert begun.index("203.0.113.9 /join") < 10


@in_loop
async def test_a_long_response_is_the_same_in_pieces() -> None:
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append({**message, "body": bytes(message.get("body", b""))})

    async def answers(_: Scope, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": BODY, "more_body": True})
        await send({"type": "http.response.body", "body": b"end"})

    await app_that(answers)(request("/x"), nothing, keep)
    bodies = sent[1:]
    assert b"".join(message["body"] for message in bodies) == BODY + b"end"
    assert max(len(message["body"]) for message in bodies) <= MOST_UNSENT
    assert [message.get("more_body", False) for message in bodies[:-1]] == [True] * (
        len(bodies) - 1
    )
    assert not bodies[-1].get("more_body", False)


@in_loop
async def test_nothing_is_sent_on_to_whoever_has_left() -> None:
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    async def answers(_: Scope, send: Send) -> None:
        await send({"type": "http.response.body", "body": BODY})

    left = {HAS_LEFT: lambda: len(sent) == 2}
    await app_that(answers)(request("/x", **left), nothing, keep)
    assert len(sent) == 2


@pytest.mark.parametrize("count", [1, 30])
@in_loop
async def test_while_little_is_asked_for_nobody_waits(count: int) -> None:
    """So many, one after the other, take no round of the loop more than the app itself."""
    rounds = 0

    async def answers(_: Scope, _send: Send) -> None:
        return None

    async def drop(_: Message) -> None:
        return None

    app = app_that(answers)

    async def ticks() -> None:
        nonlocal rounds
        while True:
            rounds += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(ticks())
    for _ in range(count):
        await app(request("/join"), nothing, drop)
        await asyncio.sleep(0)
    ticking.cancel()
    assert rounds <= count + 1
