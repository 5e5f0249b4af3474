"""Cookies of a phone in a session: which seat it has, and the key with which it comes back."""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import Response

from bme_quiz.routes import JOIN, ROOM, ROOMS, Endpoint
from bme_quiz.rules.rooms.room import Room
from bme_quiz.server.http.base_path import addresses_of
from bme_quiz.services.accounts.tokens import is_token, new_token
from bme_quiz.services.rooms.rooms import LIFE, clean_code, room_key

SEAT_COOKIE = "bme_seat"
KEY_COOKIE = "bme_key"
HERE_COOKIE = "bme_here"


def seat_token(request: Request) -> str | None:
    """The random number that this phone got at its first page; None where it brings none."""
    token = request.cookies.get(SEAT_COOKIE)
    return token if is_token(token) else None


def give_seat(request: Request, answer: Response) -> None:
    """Give this phone a random number of 128 bits, for as long as a session lives at most.

    One that it brings begins anew, so that nobody becomes another person in the middle of a
    session that follows an earlier one.

    Nobody is in a session by that alone: a link's preview throws the cookie away, and only
    whoever brings it back has come in.
    """
    _leave(request, answer, SEAT_COOKIE, seat_token(request) or new_token(), ROOMS)


def keys_brought(request: Request) -> list[str]:
    """The session's key as the QR picture's address says it, or as a page left it here before."""
    found = (request.query_params.get("k"), request.cookies.get(KEY_COOKIE))
    return [key for key in found if key]


def has_key(request: Request, room: Room) -> bool:
    """Whether somebody was shown the way into this session."""
    right = room_key(room).encode()
    # Compared in a time that tells nothing of how much of it is right.
    return any(hmac.compare_digest(key.encode(), right) for key in keys_brought(request))


def give_key(request: Request, answer: Response, room: Room) -> None:
    """Leave the session's key with whoever has found the session, for what its page asks for.

    It is the same for all in the session, and goes to this session's addresses only.
    """
    _leave(request, answer, KEY_COOKIE, room_key(room), ROOM, code=room.code)


def left_session(request: Request) -> str | None:
    """The code of the session that this phone was in last; None where it brings none."""
    return clean_code(request.cookies.get(HERE_COOKIE, ""))


def mark_way_back(request: Request, answer: Response, room: Room) -> None:
    """Leave the session's code for the form that asks for it, where "Back" leads from a session."""
    _leave(request, answer, HERE_COOKIE, room.code, JOIN)


def _leave(
    request: Request, answer: Response, name: str, value: str, below: Endpoint, **parts: str
) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=int(LIFE.total_seconds()),
        path=addresses_of(request.scope).to(below, **parts),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
