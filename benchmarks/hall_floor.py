"""The least that a server for a hall of phones can be; what ours is measured beside.

Four routes on an ``st.App``: a page with a cookie, server-sent events, an answer that is one
``INSERT`` through one writing thread (all answers that wait share a commit; SQLite with WAL and
``synchronous=FULL``, as ours), and a step that everybody hears of. Served by uvicorn with the
options of ours. It knows no session, no person and no key, checks nothing, and its page is a
line. A step is what it is in a session that is discussed: even ones show, odd ones ask.
"""

from __future__ import annotations

import asyncio
import gc
import queue
import secrets
import socket
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from benchmarks.phone import ANSWER_IS_IN

PATH = "/r/FLOOR1"
_ASKING = (
    '<form><input type="hidden" name="step" value="{step}">'
    '<input type="hidden" name="position" value="0"><input type="radio" name="option" value="a">'
    '<input type="radio" name="option" value="b"></form>'
)
_SHOWING = "<p>Step {step}: <mark>a passage</mark></p>"

Row = tuple[str, int, str]


class Writer:
    """One thread that stores answers, all that wait in one transaction."""

    def __init__(self, file: Path) -> None:
        self._waiting: queue.SimpleQueue[tuple[Row, asyncio.Future[None]]] = queue.SimpleQueue()
        connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(
            "CREATE TABLE answers (phone TEXT, step INT, ticked TEXT, PRIMARY KEY (phone, step))"
        )
        threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    async def store(self, row: Row) -> None:
        """Return once the row is on the disk."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put((row, done))
        await done

    def _run(self, connection: sqlite3.Connection) -> None:
        while True:
            batch = [self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO answers VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [row for row, _ in batch],
            )
            connection.execute("COMMIT")
            batch[0][1].get_loop().call_soon_threadsafe(_tell, [done for _, done in batch])


def _tell(stored: list[asyncio.Future[None]]) -> None:
    for done in stored:
        # Whoever went away meanwhile has cancelled its own.
        if not done.done():
            done.set_result(None)


class Floor:
    """The four routes."""

    def __init__(self, file: Path) -> None:
        self._writer = Writer(file)
        self._step = 0
        self._moved = asyncio.Event()
        self._piece = _piece(0)

    async def page(self, _request: Request) -> Response:
        answer = HTMLResponse(f'<main data-step="{self._step}">{self._piece}</main>')
        answer.set_cookie("bme_seat", secrets.token_urlsafe(16), httponly=True, path="/r")
        return answer

    async def events(self, request: Request) -> Response:
        known = int(request.query_params["step"])
        return StreamingResponse(self._events(known), media_type="text/event-stream")

    async def _events(self, known: int) -> AsyncIterator[str]:
        while True:
            if self._step == known:
                await self._moved.wait()
            known = self._step
            yield f"event: page\nid: {known}\ndata: {self._piece}\n\n"

    async def answer(self, request: Request) -> Response:
        fields = await request.form()
        phone = request.cookies["bme_seat"]
        await self._writer.store((phone, int(str(fields["step"])), str(fields["option"])))
        return PlainTextResponse(ANSWER_IS_IN.decode())

    async def step(self, _request: Request) -> Response:
        self._step += 1
        self._piece = _piece(self._step)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
        return PlainTextResponse(str(self._step))


def _piece(step: int) -> str:
    return (_ASKING if step % 2 else _SHOWING).format(step=step)


def main(port: int, file: Path) -> None:
    """Serve until the process is ended."""
    from bme_quiz.server.http import streamlit_internals
    from bme_quiz.server.http.serve import OPTIONS

    streamlit_internals.set_options(OPTIONS)
    import streamlit as st

    floor = Floor(file)
    app = st.App(
        Path(__file__).with_name("bare_page.py"),
        routes=[
            Route(PATH, floor.page),
            Route(f"{PATH}/events", floor.events),
            Route(f"{PATH}/answer", floor.answer, methods=["POST"]),
            Route("/step", floor.step, methods=["POST"]),
        ],
    )
    listener = socket.create_server(("127.0.0.1", port), backlog=2048)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, ws="websockets-sansio", lifespan="on"
    )
    gc.collect()
    gc.freeze()
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
