"""Who leads the hall: an educator at ours, one request at the floor."""

from __future__ import annotations

import asyncio
import html
import re
import time
from typing import Protocol, Self
from urllib.parse import urlencode

from benchmarks.hall_floor import PATH
from benchmarks.learner import Learner
from benchmarks.phone import Line
from bme_quiz.ui.shell import words

PASSCODE = "benchmark-passcode"
_WAYS_ON = (words.REVEAL_ANSWER, words.NEXT_QUESTION, words.OPEN_ANSWERS)
_CODE = re.compile(r'class="code">([A-Z0-9]{3})-([A-Z0-9]{3})<')


class Lectern(Protocol):
    """What moves a session."""

    async def start(self) -> str:
        """Begin; the address of the phone's page."""

    async def go_on(self) -> float:
        """Take the next step; ``time.perf_counter`` when it was asked for."""

    async def close(self) -> None:
        """Let go of the server."""


class Bare:
    """The floor's step, asked for by one request."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def start(self) -> str:
        return PATH

    async def go_on(self) -> float:
        line = await Line.open(self._port)
        began = time.perf_counter()
        await line.ask(_post("/step", self._port, ""))
        line.close()
        return began

    async def close(self) -> None:
        pass


class Educator:
    """An educator's tab with the projector's view, which looks at the numbers every second."""

    def __init__(self, tab: Learner) -> None:
        self._tab = tab
        # One run at a time, as a person has one tab.
        self._busy = asyncio.Lock()
        self._clock = asyncio.create_task(self._tick())

    @classmethod
    async def enter(cls, port: int) -> Self:
        """Type the passcode and open the page behind it."""
        line = await Line.open(port)
        body = urlencode({"passcode": PASSCODE})
        reply = await line.ask(_post("/educator", port, body))
        line.close()
        cookie = re.search(rb"set-cookie: *(bme_educator=[^;]+)", reply.head, re.IGNORECASE)
        if cookie is None:
            raise RuntimeError(f"the educator was not let in: {reply.status}")
        return cls(await Learner.open(port, "session", cookie[1].decode()))

    async def start(self) -> str:
        async with self._busy:
            await self._tab.press(words.START_SESSION)
        texts = (element.body for element in self._tab.all("html"))
        found = next(filter(None, map(_CODE.search, map(html.unescape, texts))))
        return f"/r/{found[1]}{found[2]}"

    async def go_on(self) -> float:
        async with self._busy:
            label = next(x for x in _WAYS_ON if self._tab.find("button", x) is not None)
            began = time.perf_counter()
            await self._tab.press(label)
        return began

    async def close(self) -> None:
        self._clock.cancel()
        await self._tab.close()

    async def _tick(self) -> None:
        """Run what the page asks to be run again, as a browser does."""
        while True:
            await asyncio.sleep(min(self._tab.timers.values(), default=1.0))
            async with self._busy:
                for fragment in tuple(self._tab.timers):
                    await self._tab.run((), fragment)


def _post(address: str, port: int, body: str) -> bytes:
    host = f"127.0.0.1:{port}"
    return (
        f"POST {address} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
