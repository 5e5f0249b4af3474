"""Admission of phones: who comes into which session, and whether they may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request

from bme_quiz.rules.rooms.room import Outcome
from bme_quiz.server.http.clients import client_address, is_this_machine
from bme_quiz.server.phones.hub import Hub
from bme_quiz.server.phones.limits import Limits, RefusalLog
from bme_quiz.server.phones.live_room import Live
from bme_quiz.server.phones.response_batches import Desk
from bme_quiz.server.phones.seat_cookies import has_key, keys_brought, seat_token
from bme_quiz.services.addresses import client_network
from bme_quiz.services.rooms.rooms import clean_code, seat_in
from bme_quiz.storage.rooms.rooms import NewSeat
from bme_quiz.ui.shell import words

_IS_IN = (Outcome.STORED, Outcome.TWICE)


class RefusedError(Exception):
    """A request is refused, with a sentence for the person.

    Args:
        status: of the response.
        sentence: what the person reads.
        kind: what the log says.
    """

    def __init__(self, status: int, sentence: str, kind: str) -> None:
        super().__init__(kind)
        self.status = status
        self.sentence = sentence
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at a session; ``seat`` is None where the phone brought no cookie."""

    live: Live
    seat: str | None
    address: str | None


class Reception:
    """Finds the session that is asked for, and lets people in.

    Args:
        seats: lets people in.
        known: says of each whether they are in.
    """

    def __init__(
        self,
        hub: Hub,
        limits: Limits,
        log: RefusalLog,
        seats: Desk[NewSeat, Outcome],
        known: Desk[NewSeat, bool],
    ) -> None:
        self._hub = hub
        self._limits = limits
        self._log = log
        self._seats = seats
        self._known = known
        # Codes that are looked for at this moment on somebody's try.
        self._tried: set[str] = set()

    async def visit(self, request: Request) -> Visit:
        """The session in the request's address, and who asks.

        Raises:
            RefusedError: there is no such session, or too many codes were tried.
            StorageError: the database cannot be used now.
            ContentError: the course cannot be read.
        """
        token = seat_token(request)
        live = await self.find(request, request.path_params["code"], token)
        return Visit(live, seat_in(live.room, token) if token else None, address_of(request))

    async def find(self, request: Request, typed: str, token: str | None = None) -> Live:
        """The session that a code leads to.

        Wrong codes are counted. Whoever is in the session already, or was shown the way by its
        QR picture, is let through, so that somebody who guesses codes keeps out at most those who
        type one.

        Raises:
            RefusedError: there is no such session, or too many codes were tried.
            StorageError: the database cannot be used now.
            ContentError: the course cannot be read.
        """
        code = clean_code(typed)
        if code is None:
            # No code looks like this, so nothing is learned from trying it.
            raise RefusedError(404, words.NO_SUCH_ROOM, "what is no code")
        address = address_of(request)
        too_many = RefusedError(429, words.TOO_MANY_CODES, "too many codes")
        # A whole hall asks at once. A session that this process serves already needs no try, nor
        # does one that is looked for already on a try: all who wait for it learn the same.
        takes = self._hub.known(code) is None and code not in self._tried
        taken = self._limits.take_try(address) if takes else None
        may_try = taken is not None if takes else self._limits.may_try_code(address)
        if not may_try and token is None and not keys_brought(request):
            raise too_many
        is_wrong = False
        if taken is not None:
            self._tried.add(code)
        try:
            live = await self._hub.find(code, address=address)
            if not may_try and (live is None or not _is_known(request, live, token)):
                # The same answer whether there is such a session, or it would be a try after all.
                raise too_many
            if live is None:
                # The page of an old session, left open, asks on; that is nobody's guess.
                is_wrong = taken is not None and not await self._hub.was_code(code, address)
                raise RefusedError(404, words.NO_SUCH_ROOM, "a wrong code")
            return live
        finally:
            if taken is not None:
                self._tried.discard(code)
                if not is_wrong:
                    self._limits.give_try_back(taken)

    async def sit(self, visit: Visit) -> bool:
        """Let the phone's owner in; False where too many come from one address at once.

        Whoever is not let in because the session is full may look on.

        Raises:
            StorageError: the database cannot be used now.
        """
        live, seat = visit.live, visit.seat
        if seat is None or seat in live.seats or live.is_over:
            return True

        def work(share: float) -> Awaitable[Outcome]:
            return self._seats.hand_in(NewSeat(live.room.id, seat, share))

        if await self.let_in(live, seat, visit.address, work) is None:
            self._log.note("too many people from one address")
            return False
        return True

    async def let_in(
        self,
        live: Live,
        seat: str,
        address: str | None,
        work: Callable[[float], Awaitable[Outcome]],
    ) -> Outcome | None:
        """Do what brings somebody in who is not known to be; None where too many come at once.

        Whoever is refused may have come in through another process. Only then the database is
        asked, in one go for all who wait: a hall that comes in costs no look more.

        Args:
            work: brings them in where others have no more than this share of the session's places,
                and gives what became of that.

        Raises:
            StorageError: the database cannot be used now.
        """
        counts = self._limits.take_seat(address, live.room.id)
        if not counts and not await self._known.hand_in(NewSeat(live.room.id, seat)):
            return None
        came_in = False
        try:
            outcome = await work(self._limits.share(address, live.room.id))
            # Where a phone's page and its stream come together, one of them takes the seat.
            came_in = outcome in _IS_IN and seat not in live.seats
            if came_in:
                live.seats.add(seat)
        finally:
            # Counted before, or of many that come together each would find a place; but whoever
            # waits at the door while the database is away takes no seat, however often they ask.
            if counts and not came_in:
                self._limits.give_seat_back(address, live.room.id)
        return outcome


def _is_known(request: Request, live: Live, token: str | None) -> bool:
    return has_key(request, live.room) or (
        token is not None and seat_in(live.room, token) in live.seats
    )


def address_of(request: Request) -> str | None:
    """What the client's address counts as for limits; None for this very machine."""
    if is_this_machine(request.scope):
        return None
    return client_network(client_address(request.scope) or "")
