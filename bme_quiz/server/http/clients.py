"""Client of a connection: address, scheme and host, behind a trusted proxy or without one.

A proxy says in ``X-Forwarded-*`` for whom it asks. Anybody can write such headers, so they count
only where the connection itself comes from a proxy that the keeper trusts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bme_quiz.services.addresses import LOOPBACK_NAME, client_ip, split_host

# Whatever a proxy, a tunnel or a content network adds to what it passes on.
_FORWARDING = frozenset(
    {
        b"forwarded",
        b"via",
        b"x-real-ip",
        b"true-client-ip",
        b"client-ip",
        b"cf-connecting-ip",
        b"cf-ray",
        b"fly-client-ip",
        b"fastly-client-ip",
        b"x-client-ip",
        b"x-cluster-client-ip",
        b"x-original-host",
        b"x-envoy-external-address",
    }
)
_FORWARDED_PREFIX = b"x-forwarded"
# Where the middleware keeps what it found, in the scope of a connection.
_PEER = "bme_quiz.peer"
_HOST = "bme_quiz.host"
_PREFIX = "bme_quiz.prefix"
_LONGEST_HOST = 255
_LONGEST_PREFIX = 255


class Clients:
    """ASGI middleware that puts the believed client, scheme and host into a connection's scope.

    Args:
        trusted: addresses and networks whose ``X-Forwarded-For``, ``-Proto``, ``-Host`` and
            ``-Prefix`` count.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str] = ("127.0.0.1", "::1")) -> None:
        self._app = app
        self._proxied = ProxyHeadersMiddleware(self._believed, list(trusted))
        self._trusts = self._proxied.trusted_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        found = client_ip(client[0]) if client else None
        if client and found is not None:
            # An IPv4 address that came in on an IPv6 socket is the IPv4 address.
            scope["client"] = client = (str(found), client[1])
        scope[_PEER] = client
        scope[_HOST] = next((v for n, v in scope["headers"] if n == b"host"), None)
        await self._proxied(scope, receive, send)  # type: ignore[arg-type]

    async def _believed(self, scope: Any, receive: Any, send: Any) -> None:
        peer = scope[_PEER]
        if peer is not None and peer[0] in self._trusts:
            scope[_PREFIX] = _forwarded_prefix(scope["headers"])
            host = _forwarded_host(scope["headers"])
            if host is not None:
                others = [pair for pair in scope["headers"] if pair[0] != b"host"]
                scope["headers"] = [(b"host", host), *others]
        await self._app(scope, receive, send)


def _forwarded_host(headers: Sequence[tuple[bytes, bytes]]) -> bytes | None:
    """The host that the nearest proxy was asked for; None where it does not say."""
    found = None
    for name, value in headers:
        if name == b"x-forwarded-host":
            # A proxy that adds to a list adds at its end; what stands before it is anybody's.
            found = value.rsplit(b",", 1)[-1].strip()
    return found if found and len(found) <= _LONGEST_HOST else None


def _forwarded_prefix(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """The path that proxies have taken off, the outermost first; empty where none says so."""
    values = [value for name, value in headers if name == b"x-forwarded-prefix"]
    text = b",".join(values).decode("latin-1")
    if len(text) > _LONGEST_PREFIX:
        return ""
    parts = (part.strip().strip("/") for part in text.split(","))
    return "".join(f"/{part}" for part in parts if part)


def forwarded_prefix(scope: Scope) -> str:
    """The path that a trusted proxy has taken off a request's; empty where none says so."""
    found: str = scope.get(_PREFIX, "")
    return found


def host_asked_for(scope: Scope) -> str | None:
    """The ``Host`` that the connection itself brought, whatever a proxy says; None without one."""
    raw = scope.get(_HOST)
    return None if raw is None else raw.decode("latin-1")


def client_address(scope: Scope) -> str | None:
    """The believed client's address; None where the server was told of none."""
    client = scope.get("client")
    return client[0] if client else None


def is_this_machine(scope: Scope) -> bool:
    """Whether a browser on the server's own machine asks, and nobody through a tunnel or a proxy.

    The peer is a loopback address, ``Host`` is a loopback name, and no header says that the
    request was passed on.
    """
    peer = scope.get(_PEER) or scope.get("client")
    found = client_ip(peer[0]) if peer else None
    if found is None or not found.is_loopback:
        return False
    host = b""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value
        elif name in _FORWARDING or name.startswith(_FORWARDED_PREFIX):
            return False
    named = split_host(host.decode("latin-1"))
    if named is None:
        return False
    literal = client_ip(named[0])
    return named[0] == LOOPBACK_NAME or (literal is not None and literal.is_loopback)
