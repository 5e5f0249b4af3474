"""Middleware for cookies: sets the learner's id, drops pairs that Python would parse slowly."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bme_quiz.server.http.base_path import addresses_of
from bme_quiz.services.accounts.learner import COOKIE, COOKIE_SECONDS, learner_in
from bme_quiz.services.accounts.tokens import new_token


class PlainCookies:
    """ASGI middleware: takes cookies out that Python would read in the square of their length.

    Starlette and Streamlit read values in quotation marks with the standard library, which before
    Python 3.11.10 and 3.12.6 takes seconds for one header of 64 KB (CVE-2024-7592). This program
    sets no such cookie and no browser makes one by itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and any(
            name == b"cookie" and b"\\" in value for name, value in scope["headers"]
        ):
            headers = [
                (name, plain_cookies(value) if name == b"cookie" else value)
                for name, value in scope["headers"]
            ]
            scope = {**scope, "headers": headers}
        await self._app(scope, receive, send)


def plain_cookies(header: bytes) -> bytes:
    """A ``Cookie`` header without the pairs that have a backslash in them."""
    return b";".join(pair for pair in header.split(b";") if b"\\" not in pair)


class LearnerCookie:
    """ASGI middleware: sets the cookie on pages of browsers that come without one.

    Pure ASGI, since Starlette's BaseHTTPMiddleware would put a task between every static
    file and its socket.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        known = learner_in(headers.get("cookie", "")) is not None

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and not known:
                answer = MutableHeaders(scope=message)
                # Only pages: a cookie on a script would keep shared caches from storing it.
                if answer.get("content-type", "").startswith("text/html"):
                    secure = scope["scheme"] == "https"
                    path = addresses_of(scope).cookie_path
                    answer.append("set-cookie", cookie_header(new_token(), path, secure))
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def cookie_header(value: str, path: str, secure: bool) -> str:
    """The ``Set-Cookie`` header that makes a browser a learner's."""
    parts = [f"{COOKIE}={value}", f"Max-Age={COOKIE_SECONDS}", f"Path={path}"]
    parts += ["HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, "Secure"] if secure else parts)
