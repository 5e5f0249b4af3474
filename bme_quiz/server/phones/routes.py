"""Handlers of the phones' addresses: what is asked for, who may, and what comes back."""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bme_quiz.routes import (
    BARE,
    JOIN,
    ROOM,
    ROOM_ANSWER,
    ROOM_EVENTS,
    ROOM_MOVED,
    ROOM_SCRIPT,
    ROOMS,
)
from bme_quiz.server.http.base_path import addresses_of
from bme_quiz.server.phones import pages
from bme_quiz.server.phones.admission import Reception, RefusedError, Visit
from bme_quiz.server.phones.answers import Answers, note
from bme_quiz.server.phones.hub import Hub
from bme_quiz.server.phones.limits import Limits
from bme_quiz.server.phones.script import script
from bme_quiz.server.phones.seat_cookies import give_key, give_seat, left_session, mark_way_back
from bme_quiz.server.phones.streams import EventStream
from bme_quiz.services.addresses import invited_page
from bme_quiz.services.rooms.phone_view import Asking
from bme_quiz.services.rooms.rooms import clean_code, room_key
from bme_quiz.ui.shell import words

_IN_SESSION = re.compile(re.escape(ROOMS.path) + "/([^/]+)")


class PhoneRoutes:
    """What phones may ask for."""

    def __init__(self, hub: Hub, reception: Reception, answers: Answers, limits: Limits) -> None:
        self._hub = hub
        self._reception = reception
        self._answers = answers
        self._limits = limits

    def routes(self) -> list[BaseRoute]:
        """The routes."""
        return [
            Route(ROOM.path, self.page, methods=["GET"]),
            Route(f"{ROOM.path}/", self.page, methods=["GET"]),
            Route(ROOM_ANSWER.path, self._answers.take, methods=["POST"]),
            Route(ROOM_EVENTS.path, self.events, methods=["GET"]),
            Route(ROOM_MOVED.path, self.moved, methods=["GET"]),
            Route(JOIN.path, self.join, methods=["GET"]),
            Route(ROOM_SCRIPT.path, script, methods=["GET"]),
        ]

    async def join(self, request: Request) -> Response:
        """The form for the code; with a code in the address, the way on."""
        addresses = addresses_of(request.scope)
        typed = request.query_params.get("code")
        if typed is None:
            return pages.join_page(addresses, left=left_session(request))
        try:
            live = await self._reception.find(request, typed)
        except RefusedError as refused:
            return pages.join_page(addresses, refused.sentence, typed[:20], refused.status)
        # On the way there somebody else's guesses may use up what the address has.
        return _to(invited_page(addresses, live.room.code, room_key(live.room)))

    async def page(self, request: Request) -> Response:
        """What this phone is to show now."""
        visit = await self._reception.visit(request)
        live = visit.live
        if request.scope["path"] != BARE.to(ROOM, code=live.room.code):
            return _to(addresses_of(request.scope).to(ROOM, code=live.room.code))
        await self._come_in(request, visit)
        own = await self._hub.own(live, visit.seat, visit.address)
        view = live.view(own, _number(request, "on"))
        said = note(live, request.query_params.get("note", ""), is_asked=isinstance(view, Asking))
        answer = pages.answer(live.pages.page(view, said))
        give_seat(request, answer)
        give_key(request, answer, live.room)
        mark_way_back(request, answer, live.room)
        return answer

    async def events(self, request: Request) -> Response:
        """The stream that tells this phone when the session moves."""
        visit = await self._reception.visit(request)
        if visit.seat is None:
            raise RefusedError(403, words.NO_SEAT, "a stream without a cookie")
        if not await self._come_in(request, visit):
            raise RefusedError(429, words.TOO_MANY_PAGES, "a stream of one too many")
        live, address = visit.live, visit.address
        # A browser that takes up a broken stream asks with its first address, and says here how
        # far it came.
        last = request.headers.get("last-event-id", "")
        step = int(last) if last.isdecimal() and len(last) < 5 else _number(request, "step") or 0
        if step > live.room.step:
            live = await self._hub.find(live.room.code, anew=True) or live
        # Behind all waiting, so that of many that come together none slips in beside another.
        if not self._hub.has_place(live, visit.seat, address):
            raise RefusedError(503, words.TOO_MANY_PAGES, "too many streams")
        return EventStream(
            visit.seat,
            step,
            address,
            lambda stream: self._hub.add(live, stream),
            lambda stream: self._hub.remove(live, stream),
        )

    async def moved(self, request: Request) -> Response:
        """The frame of a page without script, which looks whether the session has moved on."""
        visit = await self._reception.visit(request)
        await self._come_in(request, visit)
        room = visit.live.room
        step = _number(request, "step") or 0
        return pages.moved_page(addresses_of(request.scope), room.code, has_moved=room.step > step)

    async def _come_in(self, request: Request, visit: Visit) -> bool:
        """Let somebody in who brings the cookie back; False where that must wait.

        Raises:
            RefusedError: this phone asks too often.
        """
        if visit.seat is not None and not self._limits.pages.take(visit.seat):
            raise RefusedError(429, words.TOO_MANY_PAGES, "too many pages")
        return request.method == "GET" and await self._reception.sit(visit)


def refused(request: Request, error: Exception) -> Response:
    """The response to what is refused: a page with the sentence, to a script the sentence."""
    status, sentence, headers = 503, words.ROOM_AWAY, None
    is_there = True
    if isinstance(error, RefusedError):
        status, sentence = error.status, error.sentence
        is_there = status != 404
    elif isinstance(error, HTTPException):
        status, sentence, headers = error.status_code, words.NO_SUCH_PAGE, error.headers
    answer = _as_asked(request, status, sentence, is_there=is_there)
    answer.headers.update(headers or {})
    return answer


def _as_asked(request: Request, status: int, sentence: str, *, is_there: bool) -> Response:
    """A sentence so that whoever asked can show it, with a way back and on.

    Args:
        is_there: there may be a session with the code in the address.
    """
    path, addresses = request.scope["path"], addresses_of(request.scope)
    if request.headers.get("x-requested-with") == "fetch" or ROOM_EVENTS.pattern.match(path):
        return PlainTextResponse(sentence, status, pages.HEADERS)
    in_session = _IN_SESSION.match(path)
    code = clean_code(in_session[1]) if in_session else None
    if code is None:
        return pages.join_page(
            addresses, sentence, request.query_params.get("code", "")[:20], status
        )
    passes = status in (429, 503)
    if ROOM_MOVED.pattern.match(path):
        return pages.moved_page(addresses, code, has_moved=None if passes else True, status=status)
    if passes:
        return pages.later_page(addresses, sentence, code, status)
    return pages.join_page(addresses, sentence, status=status, left=code if is_there else None)


def _to(address: str) -> Response:
    return RedirectResponse(address, 303, pages.HEADERS)


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else None
