"""Base path of the app: taken off every request here, so that all behind it knows the table alone.

A proxy may pass a request on as it came (``/quiz/join``) or take the base path off. The first is
seen by the path itself, since no address of the table begins like a base path. The second only
counts where a trusted proxy says so, in ``X-Forwarded-Prefix``: by its path alone such a request
is none that came through the proxy at all.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bme_quiz.routes import BARE, PROBES, Addresses
from bme_quiz.server.http.clients import forwarded_prefix

# Where the middleware keeps what it found, in the scope of a connection.
_ADDRESSES = "bme_quiz.addresses"
_OUTSIDE = "bme_quiz.outside"
_EVERY_PATH = re.compile(rb";\s*path=/(?=\s*(?:;|\Z))", re.IGNORECASE)


class BasePath:
    """ASGI middleware that takes the base path off, and keeps it for what is written.

    Streamlit's own cookie, which is for the whole server, becomes one for the base path. What lies
    outside is marked, for the guard to turn away: whoever asks for it may not even have asked for
    this server.

    Args:
        addresses: with the base path that the whole app stands behind.
    """

    def __init__(self, app: ASGIApp, addresses: Addresses = BARE) -> None:
        self._app = app
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        base = self._addresses.base
        scope[_ADDRESSES] = self._addresses
        if base and path == base and scope["type"] == "http":
            # A relative address on the page would otherwise lead outside.
            query = scope["query_string"].decode("latin-1")
            address = f"{base}/{'?' if query else ''}{query}"
            headers = {"cache-control": "no-store"}
            await RedirectResponse(address, 307, headers)(scope, receive, send)
            return
        within = _within(base, path, forwarded_prefix(scope))
        if within is None:
            scope[_OUTSIDE] = path not in PROBES
        elif within != path:
            scope["path"] = within
            scope["raw_path"] = quote(within).encode()
        await self._app(scope, receive, _narrowing(send, self._addresses) if base else send)


def _narrowing(send: Send, addresses: Addresses) -> Send:
    """Give cookies that are for every path the base path for theirs."""
    path = addresses.cookie_path.encode()

    async def send_narrowed(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                (
                    name,
                    _EVERY_PATH.sub(b"; Path=" + path, value) if name == b"set-cookie" else value,
                )
                for name, value in message["headers"]
            ]
        await send(message)

    return send_narrowed


def _within(base: str, path: str, prefix: str) -> str | None:
    """The path behind the base path; None where it lies outside.

    Args:
        prefix: what a proxy has taken off.
    """
    for whole in (path, prefix + path):
        if whole.startswith(f"{base}/"):
            return whole[len(base) :]
    return None


def addresses_of(scope: Scope) -> Addresses:
    """How addresses are written in what answers a request."""
    found: Addresses = scope.get(_ADDRESSES, BARE)
    return found


def is_outside(scope: Scope) -> bool:
    """Whether a request is for a path in front of which the base path is missing."""
    return bool(scope.get(_OUTSIDE))
