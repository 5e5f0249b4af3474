"""404 page, where Streamlit would show its start page at any address."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bme_quiz.routes import ENDPOINTS, MEDIA, STATIC, Addresses
from bme_quiz.server.http.base_path import addresses_of
from bme_quiz.server.http.templates import plain_page
from bme_quiz.ui.shell.navigation import SCREENS


class UnknownPage:
    """ASGI middleware: answers what asks for a page that is none.

    Streamlit leaves it to its script in the browser which page an address means. That script shows
    the first page at an address that it does not know, and below one more slash it does not even
    find itself, so the page stays empty.

    Streamlit would also open the file of its page for each. So what can be nobody's is not asked
    for there; whatever else turns out to be that page at another address is replaced by ours.

    Args:
        pages: addresses at which Streamlit has its page.
    """

    def __init__(self, app: ASGIApp, pages: Collection[str]) -> None:
        self._app = app
        self._pages = frozenset(pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if scope["type"] != "http" or path in self._pages:
            await self._app(scope, receive, send)
            return
        if path.endswith("/") and scope["method"] in ("GET", "HEAD"):
            await _without_slash(scope)(scope, receive, send)
            return
        if not _may_be(path) and scope["method"] in ("GET", "HEAD"):
            await unknown_page(addresses_of(scope))(scope, receive, send)
            return
        is_unknown = False

        async def send_unless_unknown(message: Message) -> None:
            nonlocal is_unknown
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                is_unknown = (
                    message["status"] == 200
                    and headers.get("content-type", "").startswith("text/html")
                    # A page of ours has a policy.
                    and "content-security-policy" not in headers
                )
            if not is_unknown:
                await send(message)

        await self._app(scope, receive, send_unless_unknown)
        if is_unknown:
            await unknown_page(addresses_of(scope))(scope, receive, send)


def unknown_page(addresses: Addresses) -> Response:
    """The page that says that there is none, with the ways on."""
    pages = [(addresses.to(s.endpoint), s.title) for s in SCREENS if s.in_navigation]
    return plain_page("unknown.html", addresses, 404, pages=pages)


_PATHS = frozenset(endpoint.path for endpoint in ENDPOINTS)
_PATTERNS = [endpoint.pattern for endpoint in ENDPOINTS if "{" in endpoint.path]
_FOLDERS = (f"{STATIC.path}/", f"{MEDIA.path}/")


def _may_be(path: str) -> bool:
    """Whether an address is one of the table's, or below a folder of Streamlit's."""
    return (
        path in _PATHS
        or path.startswith(_FOLDERS)
        or any(pattern.match(path) for pattern in _PATTERNS)
    )


def _without_slash(scope: Scope) -> Response:
    """The response where an address has a slash too many at its end.

    Streamlit would lead to the same path in front of the base path.
    """
    addresses, path = addresses_of(scope), scope["path"].rstrip("/")
    if path not in _PATHS:
        return unknown_page(addresses)
    query = scope["query_string"].decode("latin-1")
    address = f"{addresses.path(path)}{'?' if query else ''}{query}"
    return RedirectResponse(address, 307, {"cache-control": "no-store"})
