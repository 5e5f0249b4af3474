"""Content encodings: the compressed forms of a body, and the one that a browser takes.

Browsers offer Brotli over HTTPS and to this very machine only, since old proxies spoil what they do
not know. Phones in a room come over plain HTTP, so there is a gzip form beside each Brotli one.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from enum import StrEnum

import brotli
from starlette.datastructures import Headers


class Encoding(StrEnum):
    """A compressed form, by its name in HTTP; the one that is preferred first."""

    BROTLI = "br"
    GZIP = "gzip"


# At its best Brotli takes a second for each megabyte, gzip a tenth of that.
_BEST: dict[Encoding, Callable[[bytes], bytes]] = {
    Encoding.BROTLI: lambda body: bytes(brotli.compress(body, quality=11)),
    Encoding.GZIP: lambda body: gzip.compress(body, 9, mtime=0),
}
_QUICK: dict[Encoding, Callable[[bytes], bytes]] = {
    Encoding.BROTLI: lambda body: bytes(brotli.compress(body, quality=5)),
    Encoding.GZIP: lambda body: gzip.compress(body, 6, mtime=0),
}


def compress(body: bytes, encoding: Encoding, *, best: bool) -> bytes:
    """A compressed form: as small as can be, or made while somebody waits."""
    return (_BEST if best else _QUICK)[encoding](body)


# No browser offers more than a handful; of a longer list the rest is not looked at.
_MOST_OFFERED = 20


def accepted(headers: Headers) -> Encoding | None:
    """The form that whoever sent these headers gets; None for whoever takes neither."""
    offered = {}
    for part in headers.get("accept-encoding", "").lower().split(",")[:_MOST_OFFERED]:
        name, *parameters = (piece.strip() for piece in part.split(";"))
        offered[name] = not any(p in ("q=0", "q=0.0", "q=0.00", "q=0.000") for p in parameters)
    return next((one for one in Encoding if offered.get(one)), None)
