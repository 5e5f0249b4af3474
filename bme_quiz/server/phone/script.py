"""The phones' script, read and compressed once: a whole hall asks for it within a minute."""

from __future__ import annotations

import gzip
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from bme_quiz.server.page_head import file_address

ADDRESS = file_address("room.js")
"""Holds a fingerprint, so that browsers may keep each version for good."""

_PLAIN = (Path(__file__).parents[1] / "static" / "room.js").read_bytes()
_SMALL = gzip.compress(_PLAIN, 9, mtime=0)
_HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "vary": "Accept-Encoding",
    "x-content-type-options": "nosniff",
}


async def script(request: Request) -> Response:
    """The script, compressed for whoever takes that."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(_PLAIN, media_type="text/javascript", headers=_HEADERS)
    small = {**_HEADERS, "content-encoding": "gzip"}
    return Response(_SMALL, media_type="text/javascript", headers=small)
