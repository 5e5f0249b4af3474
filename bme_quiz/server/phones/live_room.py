"""Live room: one session as this process knows it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bme_quiz.rules.rooms.room import Kind, OwnAnswer, Room, Stage
from bme_quiz.server.phones.pages import Frame, Pages
from bme_quiz.server.phones.streams import Stream
from bme_quiz.services.rooms.phone_view import PhoneView, phone_view
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.settings import read_settings

Ticked = Mapping[str, tuple[str, ...]]
"""What everybody ticked at the question that is revealed, by seat."""

# So many phones are told at a time, before answers that came meanwhile get their turn.
_AT_A_TIME = 200


@dataclass(eq=False)
class Live:
    """A session that this process serves.

    Attributes:
        rooms: the use cases, over the course as it was at the last look.
        ticked: by seat, what was ticked at the question that is revealed.
        seats: whoever is known to be in.
        seen_at: when it was last looked for, in seconds of the hub's clock.
    """

    rooms: Rooms
    room: Room
    pages: Pages
    seen_at: float
    asked_at: float
    ticked: Ticked = field(default_factory=dict)
    seats: set[str] = field(default_factory=set)
    streams: dict[str, list[Stream]] = field(default_factory=dict)
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_over(self) -> bool:
        """Whether nobody can take part any more."""
        return self.rooms.is_over(self.room)

    def is_changed(self, position: int) -> bool:
        """Whether a question that may be answered now was changed since the session began."""
        if not (0 <= position < len(self.room.drawn) and self.room.phase.takes(position)):
            return False
        return self.rooms.question(self.room, position) is None

    def view(self, own: Iterable[OwnAnswer], wanted: int | None = None) -> PhoneView:
        """What a phone shows whose owner gave these answers."""
        return phone_view(self.rooms, self.room, tuple(own), wanted)

    async def tell(self) -> None:
        """Show the present step on all phones, unless it passes meanwhile."""
        step = self.room.step
        # In forms and at one's own pace everybody begins with the first question, so what phones
        # show differs by what was ticked alone.
        events: dict[tuple[str, ...] | None, bytes] = {}
        for count, seat in enumerate(tuple(self.streams), 1):
            if self.room.step != step:
                return
            ticked = self.ticked.get(seat)
            if ticked not in events:
                own = self.rooms.present_answer(self.room, ticked)
                events[ticked] = self.pages.event(self.view(own))
            for stream in self.streams.get(seat, ()):
                stream.show(step, events[ticked])
            if count % _AT_A_TIME == 0:
                await asyncio.sleep(0)

    async def tell_of_change(
        self, before: Rooms, own_of: Callable[[str], Awaitable[Sequence[OwnAnswer]]]
    ) -> None:
        """Show phones what a change of the course made of the present step's page, if anything.

        Args:
            before: the use cases over the course as it was.
            own_of: gives what somebody answered, by seat.
        """
        step = self.room.step
        for seat in tuple(self.streams):
            own = tuple(await own_of(seat))
            if self.room.step != step:
                return
            view = self.view(own)
            if view == phone_view(before, self.room, own):
                continue
            for stream in self.streams.get(seat, ()):
                stream.show_again(step, self.pages.event(view, again=True))

    def beat(self, slot: int, slots: int) -> None:
        """A beat to every stream in its turn, one of ``slots``, so that not all go out at once."""
        for stream in self.all_streams():
            if hash(stream.seat) % slots == slot and stream.step == self.room.step:
                stream.beat()

    def drop(self, stream: Stream) -> bool:
        """Tell this stream nothing more; False where that is so already."""
        own = self.streams.get(stream.seat, [])
        if stream not in own:
            return False
        own.remove(stream)
        if not own:
            del self.streams[stream.seat]
        return True

    def all_streams(self) -> Iterator[Stream]:
        """Every open stream; streams may come and go meanwhile."""
        return (stream for own in tuple(self.streams.values()) for stream in tuple(own))


def frame_of(rooms: Rooms) -> Frame:
    """The frame of a session's pages, over the course as it is now."""
    return Frame.of(rooms.course, read_settings().addresses)


def found(rooms: Rooms, code: str, now: float) -> Live | None:
    """The session with this code as it is at ``now``; None where there is none.

    Raises:
        StorageError: the database cannot be used now.
    """
    room = rooms.by_code(code)
    if room is None:
        return None
    pages = Pages(room.code, alone=room.kind is Kind.OWN_PACE, frame=frame_of(rooms))
    return Live(rooms, room, pages, now, now, ticked_in(rooms, room), rooms.seats(room))


def ticked_in(rooms: Rooms, room: Room) -> Ticked:
    """What everybody ticked at the question that is revealed; empty where none is.

    Nobody can answer it any more, so this is read once.

    Raises:
        StorageError: the database cannot be used now.
    """
    return rooms.ticked(room, room.phase) if room.phase.stage is Stage.REVEALED else {}
