"""Scripts of the phones' pages, read and compressed once."""

from __future__ import annotations

import re
from pathlib import Path

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bme_quiz.content.text import fingerprint
from bme_quiz.routes import ROOM_SCRIPT, Addresses
from bme_quiz.server.http.prepared import Prepared

_AIR = re.compile(rb"/\*.*?\*/\s*|^\s*//[^\n]*\n|^\s+", re.DOTALL | re.MULTILINE)
_STATIC = Path(__file__).parents[1] / "assets"
# After these a statement goes on, or has ended.
_LINE_ENDS = re.compile(rb"(?<=[;,{(\[])\n")


def _packed(file: Path) -> bytes:
    """A script without indentation, idle line ends and comments on lines of their own."""
    return _LINE_ENDS.sub(b"", _AIR.sub(b"", file.read_bytes()))


_FILE = _STATIC / "room.js"
PLAIN = _packed(_FILE)
"""The script as phones get it."""
_VERSION = fingerprint(PLAIN.decode())
WITHOUT = Markup(_packed(_STATIC / "noscript.js").decode())  # noqa: S704 - our own
"""Script in the page itself, for browsers in which the other does not run."""
_PREPARED = Prepared(
    {
        "content-type": "text/javascript; charset=utf-8",
        "cache-control": "public, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
    },
    PLAIN,
)


def script_address(addresses: Addresses) -> str:
    """Where the script is served; browsers may keep each version for good."""
    return addresses.to(ROOM_SCRIPT, version=_VERSION)


async def script(request: Request) -> Response:
    """The script, compressed for whoever takes that."""
    return _PREPARED.response(request.headers)
