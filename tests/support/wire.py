"""Phones without a network: they speak to the phones' front as a server would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message

from bme_quiz.rules.rooms.room import Room

HERE = "http://quiz.test"
PATIENCE = 20.0


@dataclass(frozen=True)
class Reply:
    """A response in full."""

    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class Stream:
    """An open stream of events, as (name, id, data)."""

    def __init__(self) -> None:
        self.pieces: asyncio.Queue[bytes] = asyncio.Queue()
        self.left = asyncio.Event()
        self.opened = asyncio.Event()
        self.ended = False
        self.status = 0
        self._text = ""

    async def next(self) -> tuple[str, str, str]:
        """The next event.

        Raises:
            EOFError: the stream has ended.
        """
        while "\n\n" not in self._text:
            async with asyncio.timeout(PATIENCE):
                piece = await self.pieces.get()
            if not piece and self.ended and self.pieces.empty():
                raise EOFError
            self._text += piece.decode()
        event, _, self._text = self._text.partition("\n\n")
        fields: dict[str, list[str]] = {"event": [], "id": [""], "data": []}
        for line in event.split("\n"):
            name, _, value = line.partition(": ")
            fields[name].append(value)
        return fields["event"][0], fields["id"][-1], "\n".join(fields["data"])

    async def page(self) -> tuple[int, str]:
        """The next page: its step and its HTML."""
        while True:
            name, ident, data = await self.next()
            if name == "page":
                return int(ident), data


@dataclass
class Phone:
    """A phone with its cookies, at an address of its own.

    Args:
        host: its address.
        named: what it calls the server.
    """

    app: ASGIApp
    code: str
    host: str = "203.0.113.1"
    scheme: str = "http"
    cookies: dict[str, str] = field(default_factory=dict)
    named: str = "quiz.test"

    @property
    def path(self) -> str:
        """The session's page."""
        return f"/r/{self.code}"

    async def get(self, path: str | None = None, method: str = "GET", **headers: str) -> Reply:
        """Ask for a page; by itself the session's."""
        return await self._ask(method, path or self.path, b"", headers)

    async def send(self, fields: Sequence[tuple[str, str]], **headers: str) -> Reply:
        """Send an answer's form from the session's own page."""
        headers = {"origin": HERE} | headers
        return await self._ask("POST", f"{self.path}/answer", urlencode(fields).encode(), headers)

    async def answer(self, step: int, position: int, *ticked: str, script: bool = True) -> Reply:
        """Answer a question, as the page's script does or as a browser does without it."""
        headers = {"x-requested-with": "fetch"} if script else {}
        options = [("option", letter) for letter in ticked]
        fields = [("step", str(step)), ("position", str(position)), *options]
        return await self.send(fields, **headers)

    async def come_in(self) -> Reply:
        """Open the page, and once more with the cookie."""
        await self.get()
        return await self.get()

    @asynccontextmanager
    async def events(self, step: int, **headers: str) -> AsyncIterator[Stream]:
        """Hold the stream of events open."""
        stream = Stream()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                stream.status = message["status"]
                stream.opened.set()
                return
            if not message.get("more_body"):
                stream.ended = True
                stream.left.set()
            stream.pieces.put_nowait(message["body"])

        async def receive() -> Message:
            await stream.left.wait()
            return {"type": "http.disconnect"}

        scope = self._scope("GET", f"{self.path}/events?step={step}", headers)
        task = asyncio.ensure_future(self._run(scope, receive, send))
        try:
            async with asyncio.timeout(PATIENCE):
                await stream.opened.wait()
            yield stream
        finally:
            stream.left.set()
            await task

    async def _run(self, *parts: object) -> None:
        await self.app(*parts)  # type: ignore[arg-type]

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        start: list[Message] = []
        got = bytearray()
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if sent:
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
            else:
                got.extend(message.get("body", b""))

        await self._run(self._scope(method, path, headers), receive, send)
        answer = Headers(raw=start[0]["headers"])
        for value in answer.getlist("set-cookie"):
            for name, morsel in SimpleCookie(value).items():
                self.cookies[name] = morsel.value
        return Reply(start[0]["status"], answer, bytes(got))

    def _scope(self, method: str, path: str, headers: dict[str, str]) -> dict[str, object]:
        path, _, query = path.partition("?")
        own = {"host": self.named, "accept": "text/html"} | headers
        if self.cookies:
            own["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        return {
            "type": "http",
            "method": method,
            "scheme": self.scheme,
            "server": ("quiz.test", 80) if self.named == "quiz.test" else (self.host, 8501),
            "client": (self.host, 50_000),
            "root_path": "",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in own.items()],
        }


async def hall(app: ASGIApp, room: Room, size: int) -> list[Phone]:
    """Phones that are in."""
    found = [Phone(app, room.code) for _ in range(size)]
    for phone in found:
        await phone.come_in()
    return found
