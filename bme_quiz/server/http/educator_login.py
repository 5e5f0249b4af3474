"""Educator login: the form for the passcode, and the cookie that it gives.

A plain page, since only an answer over HTTP can set a cookie that no script reads.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bme_quiz.routes import EDUCATOR, EDUCATOR_LEAVE, SESSION, Endpoint
from bme_quiz.server.http.base_path import addresses_of
from bme_quiz.server.http.clients import client_address, is_this_machine
from bme_quiz.server.http.forms import NOT_FROM_HERE, is_same_origin, read_form
from bme_quiz.server.http.templates import plain_page
from bme_quiz.server.http.threads import LOOKS, PASSCODES
from bme_quiz.services.accounts.educators import (
    EDUCATOR_COOKIE,
    KNOWN_COOKIE,
    KNOWN_LIFE,
    LOGIN_LIFE,
    Educators,
    Refusal,
)
from bme_quiz.services.accounts.lockouts import Lockouts
from bme_quiz.services.accounts.tokens import is_token
from bme_quiz.services.settings import Settings, read_settings
from bme_quiz.services.store import shared_store
from bme_quiz.storage.accounts.educators import EducatorLogins, Passcode
from bme_quiz.storage.engine.errors import StorageError

_LOG = logging.getLogger("bme_quiz")

# A passcode has at most 200 signs, each of at most four bytes of three letters in a form.
_LONGEST_FORM = 2_500

WRONG = "This passcode is not right. Look at it once more and type it again."
TOO_MANY = (
    "Too many passcodes were tried just now, here or by somebody else on your network. Wait a "
    "minute, then try again. If it stays like this, have a link made that lets you in, as it says "
    "below."
)
LINK_USED = (
    "This link does not work any more: it works once, for ten minutes. Give the passcode, or have "
    "another link made."
)
TOO_LONG = "This is far too long for a passcode."
AWAY = "The passcode could not be looked up just now. Wait a moment, then try again."


def prepare_passcode(settings: Settings) -> str | None:
    """See to it, at a start, that there is a passcode; one made just now comes back."""
    try:
        return Educators(shared_store(settings.database).educators).prepare(settings.passcode)
    except StorageError as error:
        # Learners can be told so page by page, or read a file that cannot be written.
        _LOG.error("the educator's passcode could not be seen to: %s", error)
        return None


def educator_token(request: Request) -> str | None:
    """The token that the door gave this browser; None where there is none."""
    token = request.cookies.get(EDUCATOR_COOKIE)
    return token if is_token(token) else None


def is_educator(request: Request) -> bool:
    """Whether this browser was let in with the passcode and still is.

    It reads the database, so an ``async`` route asks in a thread (``threads.py``).

    Raises:
        StorageError: the database cannot be used now.
    """
    return _educators().is_open(educator_token(request))


async def form(request: Request) -> Response:
    """The form, or that of a link; whoever has been let in goes on to the page behind it."""
    try:
        # Whoever brings no token has not been let in.
        inside = educator_token(request) is not None and await LOOKS.run(
            request.scope, is_educator, request
        )
    except StorageError as error:
        return _away(request, error)
    if inside:
        return _to(request, SESSION)
    link = request.query_params.get("link", "")
    return _form(request, link=link) if is_token(link) else _form(request)


async def enter(request: Request) -> Response:
    """Take a passcode; where it is right, this browser gets a cookie for twelve hours."""
    if not is_same_origin(request):
        return _form(request, NOT_FROM_HERE, 403)
    fields = await read_form(request, _LONGEST_FORM)
    if fields is None:
        return _form(request, TOO_LONG, 413)
    link = fields.get("link", [""])[0]
    try:
        if link:
            found, mark = await LOOKS.run(request.scope, _enter_by_link, request, link)
        elif _is_locked_out(request):
            found, mark = Refusal.TOO_MANY, None
        else:
            typed = fields.get("passcode", [""])[0]
            found, mark = await PASSCODES.run(request.scope, _enter, request, typed)
    except StorageError as error:
        return _away(request, error)
    if found is Refusal.TOO_MANY:
        # At this level, since there may be any number; what was tried before was warned of.
        _LOG.info("the educator's passcode was tried too often")
        return _form(request, TOO_MANY, 429)
    if isinstance(found, Refusal) and link:
        return _form(request, LINK_USED, 403)
    if isinstance(found, Refusal):
        _LOG.warning("a wrong passcode was tried at the educator's page")
        return _form(request, WRONG, 403)
    _LOG.info("the educator's page was opened")
    answer = _with_cookie(request, _to(request, SESSION), EDUCATOR_COOKIE, found, LOGIN_LIFE)
    return answer if mark is None else _with_cookie(request, answer, KNOWN_COOKIE, mark, KNOWN_LIFE)


def _enter(request: Request, typed: str) -> tuple[str | Refusal, str | None]:
    """What a typed passcode brings, and the mark by which this browser is to be known later."""
    educators = _educators()
    _memory_of(educators.logins).passcode = educators.logins.passcode()
    brought = request.cookies.get(KNOWN_COOKIE)
    found = educators.enter(
        typed,
        client_address(request.scope) or "",
        this_machine=is_this_machine(request.scope),
        known=brought,
    )
    return found, None if isinstance(found, Refusal) else educators.known_mark(brought)


def _enter_by_link(request: Request, link: str) -> tuple[str | Refusal, str | None]:
    """What a link brings, and the mark."""
    educators = _educators()
    found = educators.enter_by_link(link)
    mark = None if isinstance(found, Refusal) else educators.known_mark(None)
    return found, mark or request.cookies.get(KNOWN_COOKIE)


@dataclass
class _Memory:
    """What this process remembers of a store's door.

    Attributes:
        passcode: as a try found it last; None before the first.
        lockouts: whose tries were used up just now.
    """

    passcode: Passcode | None = None
    lockouts: Lockouts = field(default_factory=Lockouts)


_memories: WeakKeyDictionary[EducatorLogins, _Memory] = WeakKeyDictionary()


def _memory_of(logins: EducatorLogins) -> _Memory:
    return _memories.setdefault(logins, _Memory())


def _is_locked_out(request: Request) -> bool:
    """Whether the tries of whoever asks were used up just now, as far as this process remembers."""
    educators = _educators()
    passcode = _memory_of(educators.logins).passcode
    return passcode is not None and educators.is_locked_out(
        passcode,
        client_address(request.scope) or "",
        this_machine=is_this_machine(request.scope),
        known=request.cookies.get(KNOWN_COOKIE),
    )


async def leave(request: Request) -> Response:
    """Close the door behind this browser."""
    if not is_same_origin(request):
        return _form(request, NOT_FROM_HERE, 403)
    try:
        await LOOKS.run(request.scope, _educators().leave, educator_token(request))
    except StorageError as error:
        return _away(request, error)
    return _with_cookie(request, _to(request, EDUCATOR), EDUCATOR_COOKIE, "", timedelta(0))


def _educators() -> Educators:
    logins = shared_store(read_settings().database).educators
    return Educators(logins, lockouts=_memory_of(logins).lockouts)


def _form(request: Request, wrong: str = "", status: int = 200, link: str = "") -> Response:
    return plain_page("educator.html", addresses_of(request.scope), status, wrong=wrong, link=link)


def _away(request: Request, error: StorageError) -> Response:
    _LOG.error("the educator's door could not be opened or closed: %s", error)
    return _form(request, AWAY, 503)


def _to(request: Request, endpoint: Endpoint) -> Response:
    address = addresses_of(request.scope).to(endpoint)
    return RedirectResponse(address, 303, {"cache-control": "no-store"})


def _with_cookie(
    request: Request, answer: Response, name: str, value: str, life: timedelta
) -> Response:
    addresses = addresses_of(request.scope)
    answer.set_cookie(
        name,
        value,
        max_age=int(life.total_seconds()),
        # Whether a browser is known matters at the form alone.
        path=addresses.to(EDUCATOR) if name == KNOWN_COOKIE else addresses.cookie_path,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


def routes() -> list[BaseRoute]:
    """The routes of the door."""
    return [
        Route(EDUCATOR.path, form, methods=["GET"]),
        Route(EDUCATOR.path, enter, methods=["POST"]),
        Route(EDUCATOR_LEAVE.path, leave, methods=["POST"]),
    ]
