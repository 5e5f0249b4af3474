"""Who may open a websocket, and who gives way: fair among the people behind one address.

A flood of new websockets cannot be told from the newcomers of a hall, so it is not refused: all of
one address share places, and who comes faster than these allow stands in line.

- **Known people** (``known_people.py``) never stand in line. Each has a rate of their own, and
  together they have three quarters of their address's places, which no stranger takes from them.
- **Strangers** share what is left, and all that known people leave free. In a flood a place is
  given up twenty times a second, by whoever has done nothing for longest, and chance decides who
  gets it: half of the places go to those who ask for the first time, half to those who have asked
  before, as a browser does by itself and a flood of fresh cookies never. To ask a second time means
  to be refused once, and helps once a minute: a flood that keeps its cookies counts as that many
  people, no more.
- Who **comes back** to a session that Streamlit still holds counts as having asked before.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bme_quiz.server.http import streamlit_internals
from bme_quiz.server.http.known_people import (
    RUNS_AT_WORK,
    SECONDS_AT_WORK,
    KnownPeople,
    keys_in,
    session_in,
    session_key,
)
from bme_quiz.server.http.turns import Turns
from bme_quiz.server.http.websocket_guard import TRY_LATER, GuardedSocket
from bme_quiz.server.token_bucket import Buckets, Clock, Rate, TokenBucket
from bme_quiz.services.clock import SYSTEM_RANDOM
from bme_quiz.services.settings import DEFAULT_PEOPLE


@dataclass(frozen=True, slots=True)
class Share:
    """How many connections there may be.

    Attributes:
        in_all: of one process. Each holds a page in memory.
        of_address: of one address.
        arrivals: new ones of one address; who comes faster waits.
        under_way: strangers of one address whose first page is under way. More at once hold each
            other up, and everybody else: Streamlit sends one message of all pages at a time.
    """

    in_all: int
    of_address: int
    arrivals: Rate
    under_way: int = 10


def share_of(people: int) -> Share:
    """The share of an address that so many people use, each with a page or two open.

    All of them may come at once; then somewhat more than a page takes to be drawn.
    """
    arrivals = Rate(people, max(20.0, people / 8))
    return Share(4_000, 2 * people, arrivals, under_way=max(10, people // 20))


# Of one known person: a few tabs, and a network that is lost again and again.
_MOST_OF_PERSON = 10
ARRIVALS_OF_PERSON = Rate(20, 1)
# The part of an address's places that known people do not take from strangers.
_STRANGERS_PART = 4
# How long a first page counts as under way: until it is asked for, and until it is there. Whoever
# has it take longer on purpose keeps nobody out by that.
_UNTIL_ASKED, _UNTIL_THERE = 0.5, 3.0
_LOOK_AGAIN = 0.05
# Newcomers who stand in line at one address, and for how long: a browser asks again by itself, and
# is then ahead of those who have not. Where there are places, as for a hall that comes at once, all
# wait until their pages can be drawn. A flood takes an answer as leave for its next try, each of
# which costs half a millisecond of the event loop. So the longer the line, the later the answer: so
# many a second.
_MOST_WAITING = 1_000
_ANSWERS = 200
_SHORTEST_WAIT, _LONGEST_WAIT = 1.0, 10.0
_MOST_ADDRESSES = 10_000
# For how long it is remembered that somebody was refused, who tries again within four seconds, and
# that somebody was let in; and of how many.
_REFUSED_FOR, _LET_IN_FOR = 20.0, 60.0
_MOST_REMEMBERED = 20_000
# Who has pressed nothing for so many seconds gives way to a newcomer. Where nobody is idle, so many
# strangers a second give way all the same, who have never pressed anything before all others, each
# having had their page for some seconds by then; of known people so many. Else pages over the limit
# would send each other away for good, each coming back as the newcomer.
_IDLE = 30.0
STRANGERS_GIVE_WAY = Rate(20, 20)
_KNOWN_GIVE_WAY = Rate(1, 1)
# After a connection has ended a browser may come back to its files for so long.
_GRACE = 30.0


class Recent:
    """Keys that were noted of late, in bounded memory.

    Args:
        seconds: for which one is remembered.
        clock: seconds that only go forward.
    """

    def __init__(self, seconds: float, clock: Clock, most: int = _MOST_REMEMBERED) -> None:
        self._seconds = seconds
        self._clock = clock
        self._most = most
        self._noted: OrderedDict[str, float] = OrderedDict()

    def note(self, keys: Sequence[str]) -> None:
        """Remember these from now on."""
        for key in keys:
            self._noted[key] = self._clock()
            self._noted.move_to_end(key)
            if len(self._noted) > self._most:
                self._noted.popitem(last=False)

    def has(self, keys: Sequence[str]) -> bool:
        """Whether one of these was noted."""
        times = [self._noted[key] for key in keys if key in self._noted]
        return any(self._clock() - at < self._seconds for at in times)

    def take(self, keys: Sequence[str]) -> bool:
        """Whether one of these was noted; they are forgotten with it."""
        found = self.has(keys)
        for key in keys:
            self._noted.pop(key, None)
        return found


@dataclass(eq=False, slots=True)
class _Newcomer:
    """A stranger in line."""

    socket: GuardedSocket
    came_in: asyncio.Future[bool]


@dataclass(slots=True)
class _Address:
    """The connections of one address, and who waits to become one."""

    arrivals: TokenBucket
    strangers_give_way: TokenBucket
    known_give_way: TokenBucket
    strangers: dict[GuardedSocket, None] = field(default_factory=dict)
    known: dict[GuardedSocket, None] = field(default_factory=dict)
    # Who asks for the first time, and who has asked before.
    new: list[_Newcomer] = field(default_factory=list)
    again: list[_Newcomer] = field(default_factory=list)
    was_new: bool = False
    timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self.strangers) + len(self.known)

    @property
    def is_idle(self) -> bool:
        """Whether nobody of it is here or waits."""
        return not (self.strangers or self.known or self.new or self.again)

    def line(self) -> list[_Newcomer]:
        """Those of whom the next is to come in: by turns who is new and who asks again."""
        return self.new if self.new and not (self.was_new and self.again) else self.again


class SocketGuard:
    """ASGI application that lets browsers' websockets through to Streamlit, each with its share.

    Args:
        app: what the websockets are for.
        share: how many there may be.
        known: who is known from before.
        turns: the slots in which pages run.
        on_left: called some time after a connection has ended.
        clock: seconds that only go forward.
        choose: picks one of so many by chance.
        runs_of: how often the page ran in a session that a browser may come back to; None where it
            may not.
    """

    def __init__(
        self,
        app: ASGIApp,
        share: Share,
        known: KnownPeople | None = None,
        turns: Turns | None = None,
        on_left: Callable[[], None] = lambda: None,
        clock: Clock = time.monotonic,
        choose: Callable[[int], int] = SYSTEM_RANDOM.randrange,
        runs_of: Callable[[str], int | None] = streamlit_internals.runs_of_session,
    ) -> None:
        self._app = app
        self._share = share
        self._known = known or KnownPeople(DEFAULT_PEOPLE, clock)
        self._turns = turns or Turns()
        self._on_left = on_left
        self._clock = clock
        self._choose = choose
        self._runs_of = runs_of
        self._addresses: OrderedDict[str, _Address] = OrderedDict()
        self._count = 0
        self._arrivals_of_person = Buckets(ARRIVALS_OF_PERSON, clock)
        self._refused = Recent(_REFUSED_FOR, clock)
        self._let_in_before = Recent(_LET_IN_FOR, clock)
        self._closing: set[asyncio.Task[None]] = set()
        self._left: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send, address: str) -> None:
        """Serve one websocket of this address until it ends."""
        headers = Headers(scope=scope)
        keys = keys_in(headers)

        def notice_work(socket: GuardedSocket) -> None:
            self._notice_work(socket, keys, address)

        socket = GuardedSocket(receive, send, self._turns, address, self._clock, notice_work)
        here = self._of(address)
        try:
            session = session_in(headers)
            if self._recognise(socket, keys, session, address):
                came_in = self._enter(here, socket)
            else:
                came_in = await self._stand_in_line(here, socket, keys, session)
            if not came_in:
                await socket.close(TRY_LATER)
                return
            await self._app(scope, socket.receive, socket.send)
        except asyncio.CancelledError:
            # The server ends, and with it this task; there is nobody left to tell.
            return
        finally:
            socket.end()
            self._leave(here, socket)

    def _of(self, address: str) -> _Address:
        found = self._addresses.get(address)
        if found is None:
            found = self._addresses[address] = _Address(
                TokenBucket(self._share.arrivals, self._clock),
                TokenBucket(STRANGERS_GIVE_WAY, self._clock),
                TokenBucket(_KNOWN_GIVE_WAY, self._clock),
            )
        self._addresses.move_to_end(address)
        if len(self._addresses) > _MOST_ADDRESSES:
            idle = next((a for a, one in self._addresses.items() if one.is_idle), None)
            if idle is not None:
                del self._addresses[idle]
        return found

    # Who is known.

    def _recognise(
        self, socket: GuardedSocket, keys: Sequence[str], session: str | None, address: str
    ) -> bool:
        """Whether a connection is a known person's, and not one too many of theirs."""
        if session is not None and (self._runs_of(session) or 0) >= RUNS_AT_WORK:
            self._known.become([session_key(session)], address)
        found = self._known.since(keys)
        if found is None or not self._arrivals_of_person.take(found[0]):
            return False
        socket.known_as, socket.known_since = found
        return True

    def _notice_work(self, socket: GuardedSocket, keys: Sequence[str], address: str) -> None:
        """Have a browser become known once it has been at work for a while."""
        if (
            socket.known_as is None
            and socket.runs >= RUNS_AT_WORK
            and self._clock() - socket.opened_at >= SECONDS_AT_WORK
            and self._known.become(keys, address)
            and (found := self._known.since(keys)) is not None
        ):
            here = self._of(address)
            if socket in here.strangers:
                del here.strangers[socket]
                socket.known_as, socket.known_since = found
                here.known[socket] = None

    # Who stands in line.

    async def _stand_in_line(
        self, here: _Address, socket: GuardedSocket, keys: Sequence[str], session: str | None
    ) -> bool:
        """Wait until one more stranger may come in; False where that takes too long."""
        comes_back = session is not None and self._runs_of(session) is not None
        # That one was refused counts for one try, and for nobody who has had a page just now.
        was_refused = self._refused.take(keys) and not self._let_in_before.has(keys)
        asks_again = was_refused or comes_back
        line = here.again if asks_again else here.new
        mine = _Newcomer(socket, asyncio.get_running_loop().create_future())
        line.append(mine)
        if len(here.new) + len(here.again) > _MOST_WAITING:
            # By chance, so that to have come first is of no use to whoever fills the line.
            longer = here.new if len(here.new) >= len(here.again) else here.again
            longer.pop(self._choose(len(longer))).came_in.set_result(False)
        patience, waited = max(_SHORTEST_WAIT, len(line) / _ANSWERS), 0.0
        self._let_in(here)
        try:
            while not mine.came_in.done() and waited < _LONGEST_WAIT:
                await asyncio.wait([mine.came_in], timeout=patience)
                waited += patience
                if not asks_again and self._is_crowded(here):
                    break
        finally:
            if mine in line:
                line.remove(mine)
        came_in = mine.came_in.done() and mine.came_in.result()
        (self._let_in_before if came_in else self._refused).note(keys)
        return came_in

    def _is_crowded(self, here: _Address) -> bool:
        """Whether more come than an address has people, not just faster than pages are drawn."""
        return self._is_full(here) or not here.arrivals.has()

    def _let_in(self, here: _Address) -> None:
        """Let in who stands in line, as many as may come now, and see to those who may later."""
        if here.timer is not None:
            here.timer.cancel()
            here.timer = None
        while line := here.line():
            wait = (
                here.arrivals.wait()
                or self._wait_for_pages(here)
                or self._wait_for_room(here, None)
            )
            if wait:
                loop = asyncio.get_running_loop()
                here.timer = loop.call_later(wait, self._let_in, here)
                return
            here.arrivals.take()
            here.was_new = line is here.new
            one = line.pop(self._choose(len(line)))
            if not one.came_in.done():
                here.strangers[one.socket] = None
                self._count += 1
                # What is counted from its arrival begins now.
                one.socket.opened_at = one.socket.last_at = self._clock()
                one.came_in.set_result(True)

    def _wait_for_pages(self, here: _Address) -> float:
        """The seconds to wait while enough strangers' first pages are under way."""
        now = self._clock()
        under_way = sum(
            now - one.last_at < (_UNTIL_THERE if one.runs else _UNTIL_ASKED)
            for one in here.strangers
            if not one.has_page
        )
        return _LOOK_AGAIN if under_way >= self._share.under_way else 0.0

    # Who has a place.

    def _enter(self, here: _Address, socket: GuardedSocket) -> bool:
        """Give a known person a place; False where there is none now."""
        own = [one for one in here.known if one.known_as == socket.known_as]
        if len(own) >= _MOST_OF_PERSON:
            self._send_away(here, min(own, key=lambda one: one.last_at))
        elif self._wait_for_room(here, socket):
            return False
        here.known[socket] = None
        self._count += 1
        return True

    def _wait_for_room(self, here: _Address, newcomer: GuardedSocket | None) -> float:
        """See to a place for one more of an address; the seconds to wait where there is none now.

        Args:
            newcomer: a known person; None for a stranger.
        """
        if not self._is_full(here):
            return 0.0
        is_here = len(here) >= self._share.of_address
        crowd = here if is_here else max(self._addresses.values(), key=len)
        if len(crowd.strangers) > self._share.of_address // _STRANGERS_PART or not crowd.known:
            # One run is the page's first; whoever has pressed something since is at work.
            leaves = min(crowd.strangers, key=lambda one: (one.runs > 1, one.last_at))
            others, bucket = crowd.strangers, crowd.strangers_give_way
            must_go = newcomer is not None
        else:
            leaves = min(crowd.known, key=lambda one: one.last_at)
            others, bucket = crowd.known, crowd.known_give_way
            youngest = max(crowd.known, key=lambda one: one.known_since)
            must_go = newcomer is not None and newcomer.known_since < youngest.known_since
            if must_go and not self._is_idle(leaves):
                leaves = youngest
        if not must_go and not self._is_idle(leaves):
            if wait := bucket.wait():
                return wait
            bucket.take()
            if leaves.runs > 1 or crowd.known is others:
                leaves = list(others)[self._choose(len(others))]
        self._send_away(crowd, leaves)
        return 0.0

    def _is_full(self, here: _Address) -> bool:
        return len(here) >= self._share.of_address or self._count >= self._share.in_all

    def _is_idle(self, socket: GuardedSocket) -> bool:
        return self._clock() - socket.last_at >= _IDLE

    def _send_away(self, here: _Address, socket: GuardedSocket) -> None:
        self._leave(here, socket)
        closing = asyncio.create_task(socket.close(TRY_LATER))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    def _leave(self, here: _Address, socket: GuardedSocket) -> None:
        for places in (here.strangers, here.known):
            if socket in places:
                del places[socket]
                self._count -= 1
                if self._left is None:
                    loop = asyncio.get_running_loop()
                    self._left = loop.call_later(_GRACE, self._look_after_them)

    def _look_after_them(self) -> None:
        self._left = None
        self._on_left()
