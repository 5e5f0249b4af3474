"""Forms are read up to a limit, and only from our own pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from bme_quiz.server.http import forms
from bme_quiz.server.http.forms import is_same_origin, read_form
from tests.support.loops import run

LIMIT = 100


class Body:
    """A request's body that comes in pieces, and counts how many were taken."""

    def __init__(self, pieces: Iterable[bytes], headers: dict[str, str] | None = None) -> None:
        self._pieces = iter(pieces)
        self.taken = 0
        self.headers = headers or {}

    async def receive(self) -> Message:
        piece = next(self._pieces, None)
        self.taken += piece is not None
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    def read(self, longest: int = LIMIT) -> dict[str, list[str]] | None:
        raw = [(k.encode(), v.encode()) for k, v in self.headers.items()]
        scope = {"type": "http", "method": "POST", "headers": raw}
        return run(read_form(Request(scope, self.receive), longest))


def endless(piece: bytes) -> Iterable[bytes]:
    while True:
        yield piece


def test_a_form_is_read_with_its_empty_fields() -> None:
    assert Body([b"code=AB%20C&co", b"lour=&x=1&x=2"]).read() == {
        "code": ["AB C"],
        "colour": [""],
        "x": ["1", "2"],
    }
    assert Body([]).read() == {}


def test_a_body_without_end_is_read_no_further_than_the_limit() -> None:
    body = Body(endless(b"x" * 40))
    assert body.read() is None
    assert body.taken == 3


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not() -> None:
    assert Body([b"x=" + b"y" * (LIMIT - 2)]).read() == {"x": ["y" * (LIMIT - 2)]}
    assert Body([b"x=" + b"y" * (LIMIT - 1)]).read() is None


def test_a_body_whose_sender_has_left_is_no_form() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"code=ABC", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    assert run(read_form(request, LIMIT)) is None
    assert messages == []


def test_a_body_whose_end_never_comes_is_no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_PATIENCE", 0.01)
    pieces = [b"code=ABC"]

    async def receive() -> Message:
        if not pieces:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": pieces.pop(), "more_body": True}

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    assert run(read_form(request, LIMIT)) is None
    assert pieces == []


@pytest.mark.parametrize("length", ["101", "9" * 5_000])
def test_a_body_that_says_it_is_too_long_is_not_read_at_all(length: str) -> None:
    body = Body([b"x=1"], {"content-length": length})
    assert body.read() is None
    assert body.taken == 0


@pytest.mark.parametrize("length", ["3", "-1", "1e9", "²", ""])
def test_a_length_that_is_small_or_none_does_not_lift_the_limit(length: str) -> None:
    # Headers are Latin-1 on the wire, where a superscript two is a digit to some and no number.
    raw = [(b"content-length", length.encode("latin-1"))]
    body = Body(endless(b"x" * 40))
    request = Request({"type": "http", "method": "POST", "headers": raw}, body.receive)
    assert run(read_form(request, LIMIT)) is None
    assert body.taken == 3


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_refused(body: bytes) -> None:
    found = Body([body[:70], body[70:]]).read()
    assert (found is None) == (len(body) > LIMIT)


@given(st.dictionaries(st.text(min_size=1), st.lists(st.text(), min_size=1)))
def test_what_a_browser_sends_is_what_is_read(fields: dict[str, list[str]]) -> None:
    pairs = [(name, value) for name, values in fields.items() for value in values]
    assert Body([urlencode(pairs).encode()]).read(100_000) == fields


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, False),
        ({"origin": "http://quiz.example"}, True),
        ({"origin": "null"}, False),
        ({"origin": "null", "host": ""}, False),
        ({"origin": "http://[::1"}, False),
        ({"origin": "http://elsewhere.example"}, False),
        ({"origin": "http://quiz.example.elsewhere.example"}, False),
        ({"origin": "http://quiz.example:81"}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site", "origin": "http://quiz.example"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://quiz.example"}, False),
    ],
)
def test_only_forms_of_our_own_pages_are_taken(headers: dict[str, str], ours: bool) -> None:
    named = {"host": "quiz.example", **headers}
    raw = [(k.encode(), v.encode()) for k, v in named.items()]
    assert is_same_origin(Request({"type": "http", "headers": raw})) is ours
