"""Reader of forms from plain HTML pages: bounded, and from our own pages only."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, urlsplit

from starlette.requests import ClientDisconnect, Request

NOT_FROM_HERE = "This form was not sent from this page, so nothing was done. Please open it again."

# Seconds for a body of a few hundred bytes. Whoever never sends the end of one would otherwise hold
# a connection for good, and hold up the end of the server.
_PATIENCE = 30.0


def is_same_origin(request: Request) -> bool:
    """Whether a form was sent from a page of this server.

    Another site could otherwise make a visitor's browser send a form with that site's own
    values in it. SameSite does not help where no cookie is needed.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    try:
        found = urlsplit(request.headers.get("origin", "")).netloc
    except ValueError:
        # No browser writes such an address, half of an IPv6 one say.
        return False
    return found != "" and found == request.headers.get("host")


async def read_form(request: Request, longest: int) -> dict[str, list[str]] | None:
    """The fields of a urlencoded form, each with its values; None where the body is too long,
    does not end within half a minute, or the line broke before its end.

    A body that says that it is too long is not read at all, and one that does not say so is
    read no further than the limit.

    Args:
        request: its body must not have been read yet.
        longest: bytes that the body may have.
    """
    length = request.headers.get("content-length", "")
    # Python turns no number of thousands of digits into an integer.
    if length.isdecimal() and (len(length) > 18 or int(length) > longest):
        return None
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                if len(body) + len(part) > longest:
                    return None
                body += part
    except TimeoutError:
        return None
    except ClientDisconnect:
        # Nobody hears the answer any more; left alone, each fills the log with its trace.
        return None
    return form_fields(bytes(body))


def form_fields(body: bytes) -> dict[str, list[str]]:
    """The fields of a urlencoded body, each with its values; what is no UTF-8 is replaced."""
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
