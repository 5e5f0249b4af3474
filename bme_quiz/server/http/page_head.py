"""Rewriting of the head of Streamlit's page: own style sheet and script, files announced early.

Streamlit has no place for either: a style sent with the page's content arrives after the first
paint and again with every session, and a script must not come from content at all. So the one
HTML page that Streamlit serves gets some lines more, from files of this package.

Streamlit's page asks for its text font first, in front of the scripts, though the app is set in
the system's own font; and the scripts that draw the first widgets are found only when all others
have run. The one line goes, the others are announced in the head.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bme_quiz.content.files import IMAGE_NAME, IMAGES_FOLDER
from bme_quiz.content.text import fingerprint
from bme_quiz.routes import FILE, HOST_CONFIG, IMAGE, STATIC, STREAMLIT_HEALTH, Addresses
from bme_quiz.server.http.base_path import addresses_of
from bme_quiz.server.http.prepared import Prepared
from bme_quiz.server.http.threads import LOOKS
from bme_quiz.services.settings import read_settings
from bme_quiz.ui.shell import words
from bme_quiz.ui.shell.safe import html

_STATIC = Path(__file__).parents[1] / "assets"
# What one of the app's own files is made of, in this order: one request for all of it.
_PARTS = {"app.css": ("app.css", "wall.css"), "page.js": ("page.js", "page_chrome.js")}
# What Streamlit's script asks for before it connects, once it runs; to have it there by then
# spares a slow line a whole way there and back.
_ASKED = (STREAMLIT_HEALTH, HOST_CONFIG)
# What goes: the text font; a pointer to an interface for programs, which is off; and a script for
# search engines in the page itself, which no policy could tell from one that somebody slipped in.
_DROPPED = re.compile(
    rb'<link\s+rel="preload"[^>]*\bas="font"[^>]*>'
    rb'|<link\s+rel="service-desc"[^>]*>'
    rb"|<script>\s*window\.prerenderReady\s*=\s*false\s*</script>"
)
# Streamlit's scripts and styles, which it names from wherever the page stands: one name for all
# pages, so that a browser keeps one of each.
_RELATIVE = re.compile(rb'"\./static/')


def file_address(name: str, addresses: Addresses) -> str:
    """Where one of the app's own files is served."""
    return addresses.to(FILE, version=_version(name), name=name)


@cache
def _version(name: str) -> str:
    """A fingerprint: it changes with the file, so browsers may keep each version for good."""
    return fingerprint(_own(name))


def _own(name: str) -> str:
    parts = _PARTS.get(name, (name,))
    return "\n".join((_STATIC / part).read_text("utf-8") for part in parts)


class PageHead:
    """ASGI middleware that changes the head of HTML pages.

    Args:
        lang: the language of the course, for the page's ``lang``.
        soon: scripts of Streamlit's that the first page needs and would find late.
        later: scripts of Streamlit's that the page after it needs.
        pages: paths at which Streamlit has its page. The page is the same at all of them, and
            from the second visit on it comes from memory: Streamlit reads its file in threads, and
            of a room that comes at once each visit waits for three of them.
    """

    def __init__(
        self,
        app: ASGIApp,
        lang: str = "en",
        soon: Sequence[str] = (),
        later: Sequence[str] = (),
        pages: Collection[str] = (),
    ) -> None:
        self._app = app
        self._pages = frozenset(pages)
        self._soon = soon
        self._later = later
        # By what stands in front of the page's addresses.
        self._prepared: dict[Addresses, Prepared] = {}
        self._lang = f'<html lang="{lang}"'.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        at_page = scope["path"] in self._pages
        addresses = addresses_of(scope)
        if at_page and addresses in self._prepared:
            answer = self._prepared[addresses].response(Headers(scope=scope))
            await answer(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""
        if "text/html" in Headers(scope=scope).get("accept", ""):
            # Compressed further in, the page could not be added to.
            headers = [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]
            scope = {**scope, "headers": headers}

        async def send_with_head(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                plain_page = (
                    message["status"] == 200
                    # A page with a policy of its own (ours for devices) needs none of this.
                    and "content-security-policy" not in answer
                    and answer.get("content-type", "").startswith("text/html")
                    and "content-encoding" not in answer
                )
                if plain_page:
                    start = message
                    return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            body = self._changed(body, addresses)
            answer = MutableHeaders(scope=start)
            answer["content-length"] = str(len(body))
            # The file's own validators speak of the page without these lines.
            for name in ("etag", "last-modified"):
                if name in answer:
                    del answer[name]
            answer["cache-control"] = "no-cache"
            if at_page and "set-cookie" not in answer:
                self._prepared[addresses] = Prepared(answer, body, best=False)
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, send_with_head)

    def _changed(self, body: bytes, addresses: Addresses) -> bytes:
        """Streamlit's page as it is sent."""
        static = addresses.to(STATIC)
        soon, later = ([f"{static}/{name}" for name in some] for some in (self._soon, self._later))
        asked = [addresses.to(endpoint) for endpoint in _ASKED]
        style = file_address("app.css", addresses)
        lines = "".join(
            [
                f'<link rel="stylesheet" href="{style}">',
                *(f'<link rel="modulepreload" crossorigin href="{name}">' for name in soon),
                *(f'<link rel="preload" as="fetch" crossorigin href="{name}">' for name in asked),
                *(f'<link rel="prefetch" as="script" crossorigin href="{n}">' for n in later),
                "</head>",
            ]
        )
        # In front of Streamlit's own script: deferred scripts run in the order of the page.
        first = (
            f'<head><script defer src="{file_address("page.js", addresses)}"'
            f' data-lost="{html(words.CONNECTION_AWAY)}" data-front="{addresses.front}"'
            f' data-health="{addresses.to(STREAMLIT_HEALTH)}"></script>'
        )
        return (
            _RELATIVE.sub(f'"{static}/'.encode(), _DROPPED.sub(b"", body))
            .replace(b"<head>", first.encode(), 1)
            .replace(b"</head>", lines.encode(), 1)
            .replace(b'<html lang="en"', self._lang, 1)
        )


@cache
def _prepared(name: str) -> Prepared:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {
        "content-type": f"{kind}; charset=utf-8",
        "cache-control": "public, max-age=31536000, immutable",
    }
    return Prepared(headers, _own(name).encode())


def warm() -> None:
    """Compress the app's own files."""
    for name in _PARTS:
        _prepared(name)


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _PARTS:
        return Response("Not found", 404)
    return _prepared(name).response(request.headers)


_Picture = tuple[int, bytes]
# The pictures of a course stay in memory once they were asked for, up to so many bytes. Read from
# its file, each would keep a file open until it is read to its end.
_MOST_PICTURES = 32_000_000
_pictures: dict[Path, _Picture] = {}


def _picture(path: Path) -> bytes | None:
    """A picture of the course as its file now is; None where there is none, or no room for it."""
    try:
        changed_at = path.stat().st_mtime_ns
        found = _pictures.get(path)
        if found is not None and found[0] == changed_at:
            return found[1]
        if path.stat().st_size > _MOST_PICTURES:
            return None
        body = path.read_bytes()
    except OSError:
        return None
    # Whoever held more of them than that has another course by now.
    if sum(len(kept) for _, kept in list(_pictures.values())) + len(body) > _MOST_PICTURES:
        _pictures.clear()
    _pictures[path] = (changed_at, body)
    return body


async def _image(request: Request) -> Response:
    name = request.path_params["name"]
    if IMAGE_NAME.fullmatch(name) is None:
        return Response("Not found", 404)
    path = read_settings().questions / IMAGES_FOLDER / name
    body = await LOOKS.run(request.scope, _picture, path)
    if body is None:
        return Response("Not found", 404)
    # A drawing is only ever a picture: no script in it may run, however it is opened.
    return Response(
        body,
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        headers={
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "x-content-type-options": "nosniff",
            "cache-control": "max-age=300",
        },
    )


def routes() -> list[BaseRoute]:
    """The routes that serve the app's own files and the course's pictures."""
    return [
        Route(FILE.path, _static),
        Route(IMAGE.path, _image),
    ]
