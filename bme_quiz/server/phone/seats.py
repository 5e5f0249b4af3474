"""The cookie that tells one phone from another within a session, and nothing more."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import Response

from bme_quiz.services.educators import is_token
from bme_quiz.services.rooms import LIFE

SEAT_COOKIE = "bme_seat"


def seat_token(request: Request) -> str | None:
    """The random number that this phone got at its first page; None where it brings none."""
    token = request.cookies.get(SEAT_COOKIE)
    return token if is_token(token) else None


def give_seat(request: Request, answer: Response) -> None:
    """Give this phone a random number of 128 bits, for as long as a session lives at most.

    Nobody is in a session by that alone: a link's preview throws the cookie away, and only
    whoever brings it back has come in.
    """
    answer.set_cookie(
        SEAT_COOKIE,
        secrets.token_urlsafe(16),
        max_age=int(LIFE.total_seconds()),
        path="/r",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
