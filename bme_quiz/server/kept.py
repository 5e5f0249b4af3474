"""Responses that are the same for everybody, kept in memory."""

from __future__ import annotations

from collections.abc import Mapping

import brotli
from starlette.datastructures import Headers
from starlette.responses import Response

# The first two are of a file, the last is of one response.
_LEFT_OUT = ("content-length", "accept-ranges", "date")


class Kept:
    """A body as it is sent, plain and compressed once, with its headers.

    Args:
        headers: names in lower case; those of a file or of one response are left out.
    """

    def __init__(self, headers: Mapping[str, str], body: bytes) -> None:
        self._headers = {n: v for n, v in headers.items() if n not in _LEFT_OUT}
        self._headers["vary"] = "Accept-Encoding"
        self._plain = body
        self._compressed = brotli.compress(body)

    def response(self, asked: Headers) -> Response:
        """It, for a browser that sent these headers."""
        if not takes_brotli(asked):
            return Response(self._plain, headers=self._headers)
        return Response(self._compressed, headers={**self._headers, "content-encoding": "br"})


def takes_brotli(headers: Headers) -> bool:
    """Whether whoever sent these headers understands Brotli."""
    parts = [part.strip().split(";") for part in headers.get("accept-encoding", "").split(",")]
    return any(
        part[0].strip() == "br" and not any(q.strip() in ("q=0", "q=0.0") for q in part[1:])
        for part in parts
    )
