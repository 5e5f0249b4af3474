"""Lifespan of the server: what is started with it, runs beside it, and is ended with it."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from types import FrameType

from starlette.concurrency import run_in_threadpool

from bme_quiz.content.problems import ContentError
from bme_quiz.server.http import page_head, streamlit_internals, uvicorn_internals
from bme_quiz.server.http.additions import NetworkAdditions
from bme_quiz.server.http.contacts import startup_notice
from bme_quiz.server.http.educator_login import prepare_passcode
from bme_quiz.server.http.garbage_collection import collecting_when_quiet
from bme_quiz.server.http.known_people import (
    BEFORE_THE_START,
    MOST,
    KnownPeople,
    learner_key,
)
from bme_quiz.server.http.open_files import allow_open_files, say_when_out_of_files
from bme_quiz.server.http.static_files import StaticStore
from bme_quiz.server.http.throttled_log import saying_kept_back, throttled
from bme_quiz.server.phones.app import Phones
from bme_quiz.services import quota
from bme_quiz.services.accounts.educators import announcement
from bme_quiz.services.course import load_course
from bme_quiz.services.retention import Forgetting
from bme_quiz.services.settings import Settings, read_settings
from bme_quiz.services.store import close_shared_stores, shared_store
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.shell.warming import warm

_LOG = logging.getLogger("bme_quiz")


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Say where answers are kept, warm up, forget old ones as the settings say, let go at the end.

    The last connection that closes SQLite's file in peace also empties its write-ahead log.
    """
    settings = read_settings()
    files = allow_open_files()
    say_when_out_of_files(asyncio.get_running_loop())
    uvicorn_internals.guard_running_server(files, settings.people_per_address)
    streamlit_internals.no_look_ups()
    streamlit_internals.tell_nothing_of_this_machine()
    quota.count_with(NetworkAdditions(settings.people_per_address))
    store = shared_store(settings.database)
    print(f"Answers are kept in {store.database.place}", flush=True)  # noqa: T201
    if notice := await run_in_threadpool(startup_notice):
        _LOG.warning(notice)
    streamlit_internals.make_theme_once()
    # Takes seconds at the very first start, and a glance at the cache at every other.
    await run_in_threadpool(StaticStore.of_streamlit().warm_first_pages)
    await run_in_threadpool(page_head.warm)
    await run_in_threadpool(_warm_course, settings)
    await run_in_threadpool(_enter_course, settings)
    made = await run_in_threadpool(prepare_passcode, settings)
    if made is not None:
        # ``serve`` has printed one by now; other ways to start have not.
        print(announcement(settings.addresses, made), flush=True)  # noqa: T201
    forgetting = Forgetting(store.records, settings.forget_after)
    forgetting.start()
    async with collecting_when_quiet():
        yield
    quota.count_with(None)
    await run_in_threadpool(forgetting.stop)
    await run_in_threadpool(close_shared_stores)


def lifespan_with(
    phones: Phones, known: KnownPeople
) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """Lifespan of the whole app: with that of the pages, the phones' sessions are kept running.

    Args:
        known: where those are remembered who have answered before.
    """

    @asynccontextmanager
    async def both(app: object) -> AsyncIterator[None]:
        async with lifespan(app), phones.running():
            await run_in_threadpool(_remember_learners, known)
            with throttled() as say, _when_told_to_end(phones.hub.hang_up):
                async with saying_kept_back(say):
                    yield

    return both


@contextmanager
def _when_told_to_end(hang_up: Callable[[], None]) -> Iterator[None]:
    """Have streams end as soon as the server is told to.

    It waits for all connections before it says here that it ends, and a stream has no end of its
    own. So whatever waits for the signals is told first, and then called as before.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def told(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(hang_up)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number, handler in before.items():
        if callable(handler):
            signal.signal(number, told)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is told:
                signal.signal(number, handler)


def _enter_course(settings: Settings) -> None:
    """Enter the course on the database. Where that cannot be done, each page says why."""
    try:
        left = shared_store(settings.database).shelf.begin(load_course(settings.questions))
    except (ContentError, StorageError) as error:
        _LOG.error("the course cannot be entered on the database: %s", error)
    else:
        if left:
            _LOG.warning("%s", left)


def _remember_learners(known: KnownPeople) -> None:
    """Remember who has answered before; without the database they are strangers for a while."""
    with suppress(StorageError):
        learners = shared_store(read_settings().database).records.recent_learners(MOST)
        known.add(map(learner_key, reversed(learners)), BEFORE_THE_START)


def _warm_course(settings: Settings) -> None:
    """Render what pages share. A course that cannot be read is said on the page itself."""
    with suppress(ContentError):
        warm(load_course(settings.questions), settings.addresses)
