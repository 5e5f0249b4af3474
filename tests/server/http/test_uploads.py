"""What is uploaded: bounded for each page and for all, and given back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from bme_quiz.server.http import uploads
from bme_quiz.server.http.uploads import MOST_OF_ALL, MOST_OF_SESSION, Uploads

MEGABYTE = 1_000_000


@dataclass
class Store:
    """Streamlit's place for files."""

    files: dict[str, list[int]] = field(default_factory=dict)
    arrives: asyncio.Event = field(default_factory=asyncio.Event)

    def held(self, session: str) -> tuple[int, int, int]:
        """Bytes and number for a session, bytes of all."""
        mine = self.files.get(session, [])
        return sum(mine), len(mine), sum(sum(sizes) for sizes in self.files.values())

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()
        await self.arrives.wait()
        session = scope["path"].split("/")[3]
        self.files.setdefault(session, []).append(int(dict(scope["headers"])[b"content-length"]))


async def put(front: Uploads, session: str, size: int | str, method: str = "PUT") -> int:
    """The status of an upload; 204 where it was taken."""

    async def body() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def nobody(_: Message) -> None:
        raise AssertionError

    scope = {
        "type": "http",
        "method": method,
        "path": f"{uploads.PREFIX}{session}/file",
        "headers": [(b"content-length", str(size).encode())],
    }
    try:
        await front(scope, body, nobody)
    except HTTPException as error:
        return error.status_code
    return 204


def test_a_page_holds_so_much_and_another_has_its_own_share() -> None:
    async def work() -> None:
        store = Store()
        store.arrives.set()
        front = Uploads(store, store.held, lambda _: True)
        assert await put(front, "a", 20 * MEGABYTE) == 204
        assert await put(front, "a", 20 * MEGABYTE) == 413
        assert await put(front, "b", 20 * MEGABYTE) == 204
        assert await put(front, "a", MEGABYTE) == 204

    asyncio.run(work())


def test_what_is_under_way_counts_as_if_it_were_there() -> None:
    async def work() -> None:
        store = Store()
        front = Uploads(store, store.held, lambda _: True)
        many = [asyncio.create_task(put(front, "a", 20 * MEGABYTE)) for _ in range(10)]
        await asyncio.sleep(0)
        store.arrives.set()
        assert sorted([await one for one in many]) == [204] + [413] * 9
        assert not front._coming
        assert store.held("a")[0] <= MOST_OF_SESSION

    asyncio.run(work())


def test_all_pages_together_hold_so_much_until_one_is_closed() -> None:
    async def work() -> None:
        store = Store()
        store.arrives.set()
        front = Uploads(store, store.held, lambda _: True)
        statuses = [await put(front, f"page{i}", 20 * MEGABYTE) for i in range(8)]
        assert statuses == [204] * 5 + [503] * 3
        assert store.held("")[2] <= MOST_OF_ALL
        del store.files["page0"]
        assert await put(front, "page7", 20 * MEGABYTE) == 204

    asyncio.run(work())


@pytest.mark.parametrize("size", ["", "-1", "1e9", "9" * 5_000, "٣"])
def test_an_upload_says_how_long_it_is(size: str) -> None:
    store = Store()
    store.arrives.set()
    assert asyncio.run(put(Uploads(store, store.held, lambda _: True), "a", size)) == 411


def test_a_file_too_many_or_for_no_page_is_refused() -> None:
    async def work() -> None:
        store = Store(files={"a": [1] * 8})
        store.arrives.set()
        front = Uploads(store, store.held, lambda session: session != "gone")
        assert await put(front, "a", 1) == 413
        assert await put(front, "gone", 1) == 400
        assert await put(front, "a/b", 1) == 404
        # Taking one away is always possible.
        assert await put(front, "a", 1, "DELETE") == 204

    asyncio.run(work())


def test_an_upload_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_SECONDS", 0.01)

    async def work() -> None:
        async def reads(_scope: Scope, receive: Receive, _send: Send) -> None:
            while True:
                await receive()

        async def never() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        async def nobody(_: Message) -> None:
            raise AssertionError

        front = Uploads(reads, lambda _: (0, 0, 0), lambda _: True)
        scope = {
            "type": "http",
            "method": "PUT",
            "path": f"{uploads.PREFIX}a/file",
            "headers": [(b"content-length", b"10")],
        }
        with pytest.raises(HTTPException) as refused:
            await front(scope, never, nobody)
        assert refused.value.status_code == 408
        assert not front._coming

    asyncio.run(work())
