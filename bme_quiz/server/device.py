"""Carrying on with another device, and starting with a new number after erasing.

Both change the cookie, which only an answer over HTTP can do: a Streamlit page talks through a
websocket. So they are plain pages with a form.
"""

from __future__ import annotations

import logging
from html import escape
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bme_quiz.server.cookie import cookie_header
from bme_quiz.services.devices import Devices, Refusal
from bme_quiz.services.learner import learner_in, new_learner_id
from bme_quiz.services.settings import read_settings
from bme_quiz.services.store import shared_store
from bme_quiz.storage.errors import StorageError

_LOG = logging.getLogger("bme_quiz")

# A form with one code is far smaller; whatever is longer is not read to its end.
_LONGEST_FORM = 1_000
# Who tries without a cookie shares one small allowance with all who do.
_NO_COOKIE = "no-cookie"

UNKNOWN = (
    "This code does not work. It may be mistyped, used already, or older than ten minutes. "
    "Make a new one on the other device."
)
TOO_MANY = "Too many codes were tried just now. Wait a minute, then try again."
NOT_FROM_HERE = "This form was not sent from this page, so nothing was done. Please open it again."
AWAY = "The code could not be looked up just now. Wait a moment, then try again."

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Carry on from another device - BME Quiz</title><style>
:root{{color-scheme:light dark}}
body{{font:1.05rem/1.55 system-ui,sans-serif;max-width:34rem;margin:0 auto;padding:1rem;
background:light-dark(#fff,#11161c);color:light-dark(#111,#f0f3f5)}}
h1{{font-size:1.5rem;line-height:1.25}} a{{color:light-dark(#0b5f66,#7fd3d9)}}
label{{display:block;font-weight:600;margin:1rem 0 .3rem}}
input{{font:inherit;font-size:1.4rem;letter-spacing:.15em;text-transform:uppercase;width:100%;
box-sizing:border-box;padding:.6rem;border:2px solid light-dark(#8a939d,#7d8894);border-radius:10px;
background:transparent;color:inherit}}
button{{font:inherit;width:100%;min-height:48px;margin-top:1rem;border:0;border-radius:10px;
background:#0b5f66;color:#fff}}
:focus-visible{{outline:3px solid light-dark(#0b5f66,#7fd3d9);outline-offset:2px}}
.bad{{border-left:6px solid light-dark(#a3262a,#ffb0ab);padding:.5rem .9rem;
background:light-dark(#f4f7f8,#1a222b)}}
</style></head><body><main><h1>Carry on from another device</h1>{message}
<p>On the device where you began, open <strong>Progress</strong> and press
<strong>Study on another device</strong>. It shows a code of eight letters that works once, for ten
minutes.</p>
<form method="post" action="/device"><label for="code">The code</label>
<input id="code" name="code" required maxlength="20" autocomplete="off" autocapitalize="characters"
spellcheck="false"{invalid}><button>Carry on here</button></form>
<p>What was practised in this browser until now is added to it.</p>
<p><a href="/">Back to the quiz</a></p></main></body></html>
"""
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
}


def page(_request: Request) -> Response:
    """The form for the code."""
    return _answer()


async def claim(request: Request) -> Response:
    """Take a code; where it is right, this browser's cookie becomes the other device's."""
    if not is_same_origin(request):
        return _answer(NOT_FROM_HERE, 403)
    typed = await _form_field(request, "code")
    by = learner_in(request.headers.get("cookie", "")) or _NO_COOKIE
    devices = Devices(shared_store(read_settings().database).device_codes)
    try:
        found = await run_in_threadpool(devices.claim, typed, by)
    except StorageError as error:
        _LOG.error("a code could not be looked up: %s", error)
        return _answer(AWAY, 503)
    if found is Refusal.TOO_MANY:
        return _answer(TOO_MANY, 429)
    if isinstance(found, Refusal):
        return _answer(UNKNOWN, 400)
    return _with_cookie(request, found)


async def new_number(request: Request) -> Response:
    """Give this browser a new number in place of the one whose records were erased."""
    if not is_same_origin(request):
        return _answer(NOT_FROM_HERE, 403)
    return _with_cookie(request, new_learner_id())


def is_same_origin(request: Request) -> bool:
    """Whether a form was sent from a page of this server.

    Another site could otherwise make a visitor's browser take a code of that site's own, and
    read what the visitor answers from then on. SameSite does not help: no cookie is needed.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def _answer(message: str = "", status: int = 200) -> Response:
    shown = f'<p class="bad" role="alert" id="wrong">{escape(message)}</p>' if message else ""
    invalid = ' aria-describedby="wrong" autofocus' if message else " autofocus"
    return HTMLResponse(_PAGE.format(message=shown, invalid=invalid), status, _HEADERS)


def _with_cookie(request: Request, learner: str) -> Response:
    answer = RedirectResponse("/", 303, {"cache-control": "no-store"})
    answer.headers.append("set-cookie", cookie_header(learner, request.url.scheme == "https"))
    return answer


async def _form_field(request: Request, name: str) -> str:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return ""
    return parse_qs(body.decode("utf-8", "replace")).get(name, [""])[0]


def routes() -> list[BaseRoute]:
    """The routes of both forms."""
    return [
        Route("/device", page, methods=["GET"]),
        Route("/device", claim, methods=["POST"]),
        Route("/new-number", new_number, methods=["POST"]),
    ]
