"""Guard in front of the app: which hosts, origins and addresses are let through, and to whom.

Streamlit's own addresses stand open beside the app's. Some are meant for developers, one takes
files from anybody, and its websocket believes any page of the same browser. What is let through
here is what the app needs, for pages that came from this server.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bme_quiz.routes import CLOSED, HOST_CONFIG, PROBES, STREAM, STREAMLIT_HEALTH
from bme_quiz.server.http import streamlit_internals, uploads
from bme_quiz.server.http.base_path import addresses_of, is_outside
from bme_quiz.server.http.clients import client_address, host_asked_for, is_this_machine
from bme_quiz.server.http.educator_login import is_educator
from bme_quiz.server.http.known_people import KnownPeople, educator_in, educator_key
from bme_quiz.server.http.templates import plain_page
from bme_quiz.server.http.threads import LOOKS
from bme_quiz.server.http.unknown_page import unknown_page
from bme_quiz.server.http.uploads import Uploads
from bme_quiz.server.http.uvicorn_internals import MOST_HEADERS
from bme_quiz.server.http.websocket_arrivals import SocketGuard, share_of
from bme_quiz.server.token_bucket import Buckets, Rate
from bme_quiz.services.addresses import (
    FROM_NETWORK,
    FROM_THIS_MACHINE,
    LOOPBACK_NAME,
    client_ip,
    client_network,
    split_host,
)
from bme_quiz.services.settings import DEFAULT_PEOPLE
from bme_quiz.storage.engine.errors import StorageError

# What Streamlit's page asks for. Everything else below the closed prefixes stays so: figures for
# developers, components that the app has none of, logins, an interface for programs.
_OPEN = frozenset({STREAMLIT_HEALTH.path, HOST_CONFIG.path})

# Whatever reads them takes time in proportion, on the event loop; browsers send twenty headers.
_LONGEST_QUERY = 4_096

# Of educators' cookies, by one address; anybody can make one up.
_LOOK_UPS = Rate(20, 1)

_MARK, _NETWORK = FROM_THIS_MACHINE.encode(), FROM_NETWORK.encode()

_HEADERS = {
    "x-content-type-options": "nosniff",
    # Without it a form's own page would be told from no other (`Origin: null`).
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
# Streamlit's page styles itself by script, draws pictures from data and reads its own websocket.
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "connect-src 'self'{sockets}; object-src 'none'; frame-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_NOT_YOURS = (
    "Files can be uploaded here with the educator's passcode, or on the server's own machine."
)
_NOT_FROM_HERE = "This was not sent from a page of this server, so nothing was done."
_AWAY = "Whether you may upload could not be looked up just now. Wait a moment and try again."


# What is listened on where that is every address of the machine; it names nothing.
_ANY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104


class Hosts:
    """The names under which this server may be asked for.

    A page elsewhere can have its own name lead to this machine (DNS rebinding), and would then
    count as a page of this server. So a request for any other name is refused. An address in
    numbers and ``localhost`` are nobody's to lead elsewhere: a browser that asks for one has come
    here by it, through a router or a container's port if need be.

    Args:
        names: hosts that the keeper named, without ports.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        own = socket.gethostname().lower()
        short = own.partition(".")[0]
        mine = {name.lower() for name in names if name not in _ANY_ADDRESS}
        self._names = frozenset({*mine, own, short, f"{short}.local"})

    def has(self, host: str, came_in_on: str | None) -> bool:
        """Whether a ``Host`` header names this server.

        Args:
            came_in_on: this machine's address, or its name in a test, that the connection was made
                to.
        """
        return _is_named(self._names, host, came_in_on)


@lru_cache(maxsize=1024)
def _is_named(names: frozenset[str], host: str, came_in_on: str | None) -> bool:
    found = split_host(host)
    if found is None:
        return False
    name = found[0]
    return (
        name in names
        or name == LOOPBACK_NAME
        or client_ip(name) is not None
        or name == (came_in_on or "").lower()
    )


class Guard:
    """ASGI middleware, outermost but for who asks: lets in what is meant for this app.

    Args:
        hosts: further names of this server.
        origins: where its pages also come from, such as ``https://quiz.example.org``.
        people: how many may share one address.
        may_upload: whether the educator's passcode was given by whoever asks; it runs in a thread.
        known: who is known from before.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str] = (),
        origins: Collection[str] = (),
        people: int = DEFAULT_PEOPLE,
        may_upload: Callable[[Request], bool] = is_educator,
        known: KnownPeople | None = None,
    ) -> None:
        self._app = app
        self._hosts = Hosts([*hosts, *(urlsplit(one).hostname or "" for one in origins)])
        self._origins = frozenset(origins)
        self._known = known or KnownPeople(people)
        self._look_ups = Buckets(_LOOK_UPS)
        self._sockets = SocketGuard(
            app, share_of(people), self._known, on_left=streamlit_internals.give_uploads_back
        )
        self._uploads = Uploads(app)
        self._may_upload = may_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        is_ours = (
            scope["path"] == STREAM.path
            and not is_outside(scope)
            and self._is_for_us(scope, headers)
            and self._is_own_page(headers)
        )
        if not is_ours:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        network = client_network(client_address(scope) or "")
        await self._look_for_educator(scope, headers, network)
        scope["headers"] = _marked(scope, headers["host"], network)
        await self._sockets(scope, receive, send, network)

    async def _look_for_educator(self, scope: Scope, headers: Headers, address: str) -> None:
        """Remember a browser that was let in with the passcode before this program started."""
        token = educator_in(headers)
        if token is None or self._known.since([educator_key(token)]):
            return
        if not self._look_ups.take(address):
            return
        with suppress(StorageError):
            request = Request({**scope, "type": "http"})
            if await LOOKS.run(scope, self._may_upload, request):
                self._known.add([educator_key(token)])

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        send = _with_headers(send, host)
        path: str = scope["path"]
        addresses = addresses_of(scope)
        if len(scope["query_string"]) > _LONGEST_QUERY or len(scope["headers"]) > MOST_HEADERS:
            await PlainTextResponse("This is too long an address", 414)(scope, receive, send)
        # What watches a server asks by whatever name it likes, or by none, and learns a word.
        elif path not in PROBES and not self._is_for_us(scope, headers):
            known = split_host(host)
            answer = plain_page("unknown_host.html", addresses, 421, host=known[0] if known else "")
            await answer(scope, receive, send)
        elif is_outside(scope):
            await unknown_page(addresses)(scope, receive, send)
        elif path.startswith(uploads.PREFIX):
            await self._upload(scope, headers, receive, send)
        elif path.startswith(CLOSED) and path not in _OPEN:
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _upload(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        refused: HTTPException | None = None
        if not self._is_own_page(headers):
            refused = HTTPException(403, _NOT_FROM_HERE)
        elif not is_this_machine(scope):
            try:
                if not await LOOKS.run(scope, self._may_upload, Request(scope)):
                    refused = HTTPException(403, _NOT_YOURS)
            except StorageError:
                refused = HTTPException(503, _AWAY)
        try:
            if refused is not None:
                raise refused
            await self._uploads(scope, receive, send)
        except HTTPException as error:
            answer = PlainTextResponse(error.detail, error.status_code)
            await answer(scope, receive, send)

    def _is_for_us(self, scope: Scope, headers: Headers) -> bool:
        server = scope.get("server")
        # Two of them could mean one thing here and another further in.
        here = server[0] if server else None
        # A page that was led here by its own name can make its browser say ``X-Forwarded-Host``, on
        # the machine whose proxies are trusted.
        asked = host_asked_for(scope) or headers.get("host", "")
        return (
            len(headers.getlist("host")) == 1
            and self._hosts.has(headers["host"], here)
            and self._hosts.has(asked, here)
        )

    def _is_own_page(self, headers: Headers) -> bool:
        """Whether a request comes from a page of this very server, its port included.

        Browsers send ``Origin`` with every websocket and every upload; what sends none is none.
        """
        origins = headers.getlist("origin")
        if len(origins) != 1:
            return False
        if origins[0] in self._origins:
            return True
        try:
            found = urlsplit(origins[0])
        except ValueError:
            return False
        return found.scheme in ("http", "https") and found.netloc.lower() == headers["host"].lower()


@lru_cache(maxsize=256)
def _policy(host: str) -> str:
    """Content security policy of a page that was asked for by this host."""
    # Older Safaris do not take a websocket to be of the page's own origin. No policy can name an
    # IPv6 address.
    sockets = "" if "[" in host or split_host(host) is None else f" ws://{host} wss://{host}"
    return _POLICY.format(sockets=sockets)


def _marked(scope: Scope, host: str, network: str) -> list[tuple[bytes, bytes]]:
    """A websocket's headers, with its network, the mark of this machine and an origin that
    Streamlit knows."""
    kept = [(n, v) for n, v in scope["headers"] if n not in (_MARK, _NETWORK, b"origin")]
    kept.append((_NETWORK, network.encode("latin-1", "replace")))
    scheme = "https" if scope["scheme"] == "wss" else "http"
    kept.append((b"origin", f"{scheme}://{host}".encode("latin-1")))
    return [*kept, (_MARK, b"1")] if is_this_machine(scope) else kept


def _with_headers(send: Send, host: str) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if headers.get("content-type", "").startswith("text/html"):
                headers.setdefault("content-security-policy", _policy(host))
        await send(message)

    return send_with_headers
