"""Who is asking: what a proxy says counts only where the proxy is trusted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.types import Message, Scope

from bme_quiz.server.http.clients import Clients, client_address, is_this_machine

LOCAL = ("127.0.0.1", 50_000)
PROXY = ("10.0.0.7", 50_000)
STRANGER = ("203.0.113.9", 50_000)


def seen(
    client: tuple[str, int] | None,
    headers: Sequence[tuple[str, str]] = (("host", "localhost:8501"),),
    trusted: Sequence[str] = ("127.0.0.1", "::1"),
    kind: str = "http",
) -> Scope:
    """The scope that the app gets."""
    found: list[Scope] = []

    async def app(scope: Scope, _receive: Any, _send: Any) -> None:
        found.append(scope)

    async def nothing() -> Message:
        raise AssertionError

    async def nobody(_: Message) -> None:
        raise AssertionError

    scope: Scope = {
        "type": kind,
        "client": client,
        "scheme": "ws" if kind == "websocket" else "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    asyncio.run(Clients(app, trusted)(scope, nothing, nobody))
    return found[0]


FORWARDED = [
    ("host", "app:8501"),
    ("x-forwarded-for", "198.51.100.4"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "quiz.example.org"),
]


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_trusted_proxy_is_believed_in_all_it_says(kind: str) -> None:
    scope = seen(PROXY, FORWARDED, trusted=["10.0.0.0/24"], kind=kind)
    assert client_address(scope) == "198.51.100.4"
    assert scope["scheme"] == ("wss" if kind == "websocket" else "https")
    assert [value for name, value in scope["headers"] if name == b"host"] == [b"quiz.example.org"]


def test_anybody_else_who_says_the_same_is_not() -> None:
    scope = seen(STRANGER, FORWARDED, trusted=["10.0.0.0/24"])
    assert client_address(scope) == STRANGER[0]
    assert scope["scheme"] == "http"
    assert (b"host", b"app:8501") in scope["headers"]


def test_what_a_client_wrote_before_the_proxy_added_to_it_does_not_count() -> None:
    headers = [
        ("host", "app"),
        ("x-forwarded-for", "127.0.0.1, 198.51.100.4"),
        ("x-forwarded-host", "evil.example, quiz.example.org"),
    ]
    scope = seen(LOCAL, headers)
    assert client_address(scope) == "198.51.100.4"
    assert (b"host", b"quiz.example.org") in scope["headers"]


def test_a_browser_on_the_servers_own_machine_is_told_from_all_others() -> None:
    assert is_this_machine(seen(LOCAL))
    assert is_this_machine(seen(("::1", 1), [("host", "[::1]:8501")]))
    assert is_this_machine(seen(("::ffff:127.0.0.1", 1), [("host", "127.0.0.1")]))
    assert not is_this_machine(seen(STRANGER))
    assert not is_this_machine(seen(None))
    # Its own browser by the name that others use, which a tunnel would use as well.
    assert not is_this_machine(seen(LOCAL, [("host", "quiz.example.org")]))
    assert not is_this_machine(seen(LOCAL, [("host", "localhost.example.org")]))
    assert not is_this_machine(seen(LOCAL, []))


@pytest.mark.parametrize(
    "header",
    [
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "x-forwarded-anything",
        "forwarded",
        "via",
        "x-real-ip",
        "cf-connecting-ip",
        "true-client-ip",
    ],
)
def test_a_tunnel_is_not_taken_for_this_machine(header: str) -> None:
    headers = [("host", "localhost:8501"), (header, "127.0.0.1")]
    assert not is_this_machine(seen(LOCAL, headers))
    assert not is_this_machine(seen(LOCAL, headers, trusted=["10.0.0.7"]))
