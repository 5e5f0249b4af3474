"""Prepared responses: the same for everybody, made once and kept in memory."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import Response

from bme_quiz.server.http.encodings import Encoding, accepted, compress

# The first two are of a file, the last is of one response.
_LEFT_OUT = ("content-length", "accept-ranges", "date")


class Prepared:
    """A body as it is sent, plain and compressed, with its headers.

    Args:
        headers: names in lower case; those of a file or of one response are left out.
        best: compress as well as can be, which takes some hundredths of a second.
    """

    def __init__(self, headers: Mapping[str, str], body: bytes, *, best: bool = True) -> None:
        self._headers = {n: v for n, v in headers.items() if n not in _LEFT_OUT}
        self._headers["vary"] = "Accept-Encoding"
        self._plain = body
        self._compressed = {one: compress(body, one, best=best) for one in Encoding}

    def response(self, asked: Headers) -> Response:
        """Return the response in the best encoding that these headers accept."""
        encoding = accepted(asked)
        if encoding is None:
            return Response(self._plain, headers=self._headers)
        headers = {**self._headers, "content-encoding": encoding.value}
        return Response(self._compressed[encoding], headers=headers)
