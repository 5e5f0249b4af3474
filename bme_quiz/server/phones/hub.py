"""Hub: the sessions whose phones this process serves, and who is told when one moves.

A thousand phones ask the database nothing while they wait: the hub looks once for all of them,
when somebody in this process moves the session (``services/room_signal``) and twice a second
besides, since the educator may be on another process. What phones are then shown differs only in
what they ticked, so each of these few pages is drawn once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from bme_quiz.content.problems import ContentError
from bme_quiz.rules.rooms.room import OwnAnswer, Room, Stage
from bme_quiz.rules.rounding import rounded
from bme_quiz.server.http.turns import Turns
from bme_quiz.server.phones.limits import Places
from bme_quiz.server.phones.live_room import Live, Ticked, found, frame_of, ticked_in
from bme_quiz.server.phones.streams import Stream
from bme_quiz.services.rooms import signal
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.storage.engine.errors import StorageError

T = TypeVar("T")
_LOG = logging.getLogger("bme_quiz")
_NOT_SEEN = "phones' sessions cannot be looked at just now: %s"

LOOK_EVERY = 0.5
"""Seconds for which a session is taken to be where it was last seen."""
BEAT_EVERY = 15.0
STREAMS_OF_SEAT = 3
# Sessions that nobody asks for are forgotten after this many seconds.
_IDLE = 600.0
_READERS = 4
_ASKS_NOBODY = (Stage.LOBBY, Stage.TALK, Stage.ENDED)
# At one's own pace everybody is somewhere else, and hears of a change when they answer.
_SHOWS_CHANGES = (Stage.ASKING, Stage.REVEALED, Stage.FORM)


class Hub:
    """The sessions of one process. It belongs to one event loop, from ``start`` to ``stop``.

    Args:
        source: gives the use cases over the course and the store as they now are; runs in a
            thread, and may raise ``ContentError`` or ``StorageError``.
        clock: seconds that only go forward.
    """

    def __init__(
        self, source: Callable[[], Rooms], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._clock = clock
        self._lives: dict[str, Live] = {}
        self._finding: dict[str, asyncio.Task[Live | None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self.readers = ThreadPoolExecutor(_READERS, "phones-read")
        # What somebody asks for leaves a thread to other addresses, and to the hub's own looks.
        self._turns = Turns(_READERS - 1, _READERS - 2)
        self.places = Places()
        self._closing = False
        self._stop_listening: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to look; called in the loop that it is to belong to."""
        loop = asyncio.get_running_loop()

        def moved(room_id: str) -> None:
            loop.call_soon_threadsafe(self._heard, room_id)

        self._stop_listening = signal.listen(moved)
        self._run(self._look_on())

    def hang_up(self) -> None:
        """End all streams for good; their phones ask again, and find whoever serves then."""
        self._closing = True
        for live in self._lives.values():
            for stream in live.all_streams():
                stream.end()

    async def stop(self) -> None:
        """Look no more."""
        if self._stop_listening is not None:
            self._stop_listening()
        self.hang_up()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.readers.shutdown(wait=False, cancel_futures=True)

    def known(self, code: str) -> Live | None:
        """The session with this code, as far as this process remembers it."""
        return self._lives.get(code)

    async def find(
        self, code: str, *, anew: bool = False, address: str | None = None
    ) -> Live | None:
        """The session with this code; None where there is none.

        It was seen within half a second, or as soon before as it could be seen.

        Args:
            code: as it is stored.
            anew: look whatever was seen before.
            address: on whose behalf it is looked for.

        Raises:
            StorageError: it is not known here, and the database cannot be used now.
            ContentError: it is not known here, and the course cannot be read.
        """
        now = self._clock()
        live = self._lives.get(code)
        if live is None:
            live = await self._first(code, address)
        elif anew or now - live.seen_at > LOOK_EVERY:
            await self._look(live, now)
            live = self._lives.get(code)
        if live is not None:
            live.asked_at = now
        return live

    async def was_code(self, code: str, address: str | None) -> bool:
        """Whether this was the code of a session that is still kept.

        Args:
            address: what the client's counts as, here and below.

        Raises:
            StorageError: the database cannot be used now.
            ContentError: the course cannot be read.
        """
        return await self._read_for(address, lambda: self._source().was_code(code))

    async def own(self, live: Live, seat: str | None, address: str | None) -> tuple[OwnAnswer, ...]:
        """What somebody who is in answered, as far as the present step asks for it.

        Raises:
            StorageError: the database cannot be used now.
        """
        if seat not in live.seats or live.room.phase.stage in _ASKS_NOBODY:
            return ()
        if live.room.phase.stage is Stage.REVEALED:
            return live.rooms.present_answer(live.room, live.ticked.get(seat))
        return await self._read_for(address, live.rooms.own_answers, live.room, seat)

    async def _read_for(self, address: str | None, work: Callable[..., T], *arguments: object) -> T:
        """What ``work`` gives, run in a thread when it is the turn of this address."""
        who = address or ""
        await self._turns.take(who)
        try:
            return await self.read(work, *arguments)
        finally:
            self._turns.give_back(who)

    async def read(self, work: Callable[..., T], *arguments: object) -> T:
        """What ``work`` gives, run in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.readers, work, *arguments)

    def has_place(self, live: Live, seat: str, address: str | None) -> bool:
        """Whether somebody may hold one more stream, where need be in place of their oldest.

        A hall that lost its Wi-Fi is back minutes before it is known that its old lines are dead.
        """
        own = live.streams.get(seat)
        if own and not self.places.has_one_for(address):
            self.remove(live, own[0])
        return self.places.has_one_for(address) and not self._closing

    def add(self, live: Live, stream: Stream) -> None:
        """Tell this stream when the session moves; the oldest of too many of a seat ends."""
        self.places.take(stream.address)
        own = live.streams.setdefault(stream.seat, [])
        own.append(stream)
        for old in own[:-STREAMS_OF_SEAT]:
            self.remove(live, old)
        if stream.step == live.room.step:
            stream.beat()
        else:
            # Also a step that the session never came to: another database, or a made-up number.
            stream.step = min(stream.step, live.room.step - 1)
            self._run(self._catch_up(live, stream))

    def remove(self, live: Live, stream: Stream) -> None:
        """The phone has left, or another stream is to have the place."""
        stream.end()
        if live.drop(stream):
            self.places.leave(stream.address)

    async def _catch_up(self, live: Live, stream: Stream) -> None:
        step = -1
        own: tuple[OwnAnswer, ...] = ()
        try:
            # Where the session moves meanwhile, what was read may be too little for the new step.
            while step != live.room.step:
                step = live.room.step
                own = await self.own(live, stream.seat, stream.address)
        except StorageError:
            # It asks again, and by then the database may answer.
            stream.end()
            return
        stream.show(step, live.pages.event(live.view(own)))

    async def _first(self, code: str, address: str | None) -> Live | None:
        """Look for a session that is not known here; once for all who ask at the same time."""
        task = self._finding.get(code)
        if task is None:
            task = self._finding[code] = asyncio.create_task(self._find_first(code, address))
            task.add_done_callback(lambda _: self._finding.pop(code, None))
        return await asyncio.shield(task)

    async def _find_first(self, code: str, address: str | None) -> Live | None:
        now = self._clock()
        live = await self._read_for(address, lambda: found(self._source(), code, now))
        if live is not None:
            self._lives[code] = live
        return live

    async def _look(self, live: Live, wanted: float) -> None:
        """See where a session is, unless somebody has looked since ``wanted``.

        Where that cannot be seen just now it stays where it was.
        """
        async with live.looking:
            if live.seen_at >= wanted:
                return
            began = self._clock()

            def look() -> tuple[Rooms, Room | None, Ticked]:
                rooms = self._source()
                step = rooms.steps([live.room.id]).get(live.room.id)
                if step is None or step == live.room.step:
                    return rooms, None if step is None else live.room, live.ticked
                room = live.room.at(step)
                return rooms, room, ticked_in(rooms, room)

            # Whether it could be seen or not: those who wait are not to try one after the other.
            live.seen_at = began
            try:
                rooms, room, ticked = await self.read(look)
            except (StorageError, ContentError) as error:
                _LOG.error(_NOT_SEEN, error)
            else:
                self._take(live, rooms, room, ticked)

    def _take(self, live: Live, rooms: Rooms, room: Room | None, ticked: Ticked) -> None:
        if room is None or rooms.clock() >= room.expires_at:
            self._lives.pop(live.room.code, None)
            for stream in live.all_streams():
                stream.end()
            return
        before, live.rooms = live.rooms, rooms
        if rooms.course is not before.course:
            live.pages.clear(frame_of(rooms))
        if room.step != live.room.step:
            live.room, live.ticked = room, ticked
            live.pages.clear()
            self._run(live.tell())
        elif rooms.course is not before.course and room.phase.stage in _SHOWS_CHANGES:
            self._run(live.tell_of_change(before, lambda seat: self.own(live, seat, None)))

    def _heard(self, room_id: str) -> None:
        for live in self._lives.values():
            if live.room.id == room_id:
                self._run(self._look(live, self._clock()))

    async def _look_on(self) -> None:
        rounds = 0
        slots = int(rounded(BEAT_EVERY / LOOK_EVERY, 0))
        while True:
            await asyncio.sleep(LOOK_EVERY)
            rounds += 1
            try:
                for live in self._lives.values():
                    live.beat(rounds % slots, slots)
                self._forget()
                await self._look_at_all()
            except (StorageError, ContentError) as error:
                _LOG.error(_NOT_SEEN, error)
            except Exception as error:
                # Whatever it is: without these looks no phone of a session would ever go on.
                _LOG.exception(_NOT_SEEN, error)

    async def _look_at_all(self) -> None:
        lives = [live for live in self._lives.values() if live.streams]
        if not lives:
            return
        began = self._clock()

        def look() -> tuple[Rooms, Mapping[str, int]]:
            rooms = self._source()
            return rooms, rooms.steps([live.room.id for live in lives])

        rooms, steps = await self.read(look)
        for live in lives:
            if steps.get(live.room.id) == live.room.step and not live.looking.locked():
                live.seen_at = max(live.seen_at, began)
                self._take(live, rooms, live.room, live.ticked)
            else:
                await self._look(live, began)

    def _forget(self) -> None:
        old = self._clock() - _IDLE
        for code, live in tuple(self._lives.items()):
            if live.asked_at < old and not live.streams:
                del self._lives[code]

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("phones could not be told where they are", exc_info=error)
