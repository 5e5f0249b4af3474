"""Form for another device's code, and a new learner's id after erasing: both set the cookie.

Both change the cookie, which only an answer over HTTP can do: a Streamlit page talks through a
websocket. So they are plain pages with a form.
"""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bme_quiz.routes import DEVICE, NEW_NUMBER, START
from bme_quiz.server.http.base_path import addresses_of
from bme_quiz.server.http.clients import client_address, is_this_machine
from bme_quiz.server.http.cookie import cookie_header
from bme_quiz.server.http.forms import NOT_FROM_HERE, is_same_origin, read_form
from bme_quiz.server.http.templates import plain_page
from bme_quiz.server.http.threads import LOOKS
from bme_quiz.services.accounts.devices import Devices, Refusal
from bme_quiz.services.accounts.learner import learner_in
from bme_quiz.services.accounts.tokens import new_token
from bme_quiz.services.settings import read_settings
from bme_quiz.services.store import shared_store
from bme_quiz.storage.engine.errors import StorageError

_LOG = logging.getLogger("bme_quiz")

# A form with one code is far smaller; whatever is longer is not read to its end.
_LONGEST_FORM = 1_000

UNKNOWN = (
    "This code does not work. It may be mistyped, used already, or older than ten minutes. "
    "Make a new one on the other device."
)
TOO_MANY = "Too many codes were tried just now. Wait a minute, then try again."
AWAY = "The code could not be looked up just now. Wait a moment, then try again."


def page(request: Request) -> Response:
    """The form for the code."""
    return _answer(request)


async def claim(request: Request) -> Response:
    """Take a code; where it is right, this browser's cookie becomes the other device's."""
    if not is_same_origin(request):
        return _answer(request, NOT_FROM_HERE, 403)
    form = await read_form(request, _LONGEST_FORM)
    typed = (form or {}).get("code", [""])[0]
    by = learner_in(request.headers.get("cookie", ""))
    devices = Devices(shared_store(read_settings().database).device_codes)
    address = client_address(request.scope) or ""
    here = is_this_machine(request.scope)
    try:
        found = await LOOKS.run(request.scope, devices.claim, typed, by, address, this_machine=here)
    except StorageError as error:
        _LOG.error("a code could not be looked up: %s", error)
        return _answer(request, AWAY, 503)
    if found is Refusal.TOO_MANY:
        return _answer(request, TOO_MANY, 429)
    if isinstance(found, Refusal):
        return _answer(request, UNKNOWN, 400)
    return _with_cookie(request, found)


async def new_number(request: Request) -> Response:
    """Give this browser a new number in place of the one whose records were erased."""
    if not is_same_origin(request):
        return _answer(request, NOT_FROM_HERE, 403)
    return _with_cookie(request, new_token())


def _answer(request: Request, wrong: str = "", status: int = 200) -> Response:
    return plain_page("device.html", addresses_of(request.scope), status, wrong=wrong)


def _with_cookie(request: Request, learner: str) -> Response:
    addresses = addresses_of(request.scope)
    answer = RedirectResponse(addresses.to(START), 303, {"cache-control": "no-store"})
    secure = request.url.scheme == "https"
    answer.headers.append("set-cookie", cookie_header(learner, addresses.cookie_path, secure))
    return answer


def routes() -> list[BaseRoute]:
    """The routes of both forms."""
    return [
        Route(DEVICE.path, page, methods=["GET"]),
        Route(DEVICE.path, claim, methods=["POST"]),
        Route(NEW_NUMBER.path, new_number, methods=["POST"]),
    ]
