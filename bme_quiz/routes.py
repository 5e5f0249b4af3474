"""Table of routes: every address of the app, and the way to write one.

A page, form, redirect, cookie, script or picture takes its address from here and nowhere else, so
that all of them can stand behind a base path (``https://example.org/quiz/``). Within the server
every path is as the table has it: ``server/http/base_path.py`` takes off what stands in front, and
:class:`Addresses` puts it on again wherever an address goes out. It knows nothing of the rest of
the package, and everything may import it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import quote, urlencode


@dataclass(frozen=True)
class Endpoint:
    """One route: its path, and what is served there.

    Attributes:
        path: behind the base path; parts in braces stand for any name, as Starlette reads them.
        serves: in words.
        of_course: whether it is there once for each course where there are several, and not once
            for the whole server.
    """

    path: str
    serves: str
    of_course: bool = False

    @cached_property
    def name(self) -> str:
        """The path without its slash, as Streamlit calls a page; empty for the first page."""
        return self.path[1:]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches exactly the paths of this route."""
        parts = re.split(r"\{\w+\}", self.path)
        return re.compile("[^/]+".join(map(re.escape, parts)) + r"\Z")


# Pages that Streamlit draws.
START = Endpoint("/", "the quiz, from its start to its results", of_course=True)
CARDS = Endpoint("/cards", "flashcards", of_course=True)
ARTICLE = Endpoint("/article", "the article", of_course=True)
PROGRESS = Endpoint("/progress", "what a learner has practised, and what is kept", of_course=True)
HELP = Endpoint("/help", "when to get help", of_course=True)
ABOUT = Endpoint("/about", "what this is", of_course=True)
CHECK = Endpoint("/check", "the author's page, which checks a bank", of_course=True)
SESSION = Endpoint("/session", "the educator's page, and the projector", of_course=True)

# Plain pages and forms.
DEVICE = Endpoint("/device", "form for a code from another device")
NEW_NUMBER = Endpoint("/new-number", "form that gives a browser a new number")
EDUCATOR = Endpoint("/educator", "form for the educator's passcode")
EDUCATOR_LEAVE = Endpoint("/educator/leave", "form that closes the educator's page")
REPORT = Endpoint("/session/report.csv", "a session's report as a file", of_course=True)

# Phones in a session.
JOIN = Endpoint("/join", "form for a session's code")
ROOMS = Endpoint("/r", "all sessions' pages, for a cookie's path")
ROOM = Endpoint("/r/{code}", "a session on a phone")
ROOM_ANSWER = Endpoint("/r/{code}/answer", "takes a phone's answer")
ROOM_EVENTS = Endpoint("/r/{code}/events", "stream that says when a session moves")
ROOM_MOVED = Endpoint("/r/{code}/moved", "frame that says so without script")
ROOM_SCRIPT = Endpoint("/app/{version}/room.js", "the phones' script")

# Files.
FILE = Endpoint("/app/{version}/{name}", "the app's own style sheet and script")
IMAGE = Endpoint("/course/images/{name}", "a picture of the course", of_course=True)

# For whatever watches the server.
HEALTHZ = Endpoint("/healthz", "whether the process answers")
READYZ = Endpoint("/readyz", "whether answers can be stored")

# What Streamlit serves and its pages ask for.
STREAM = Endpoint("/_stcore/stream", "Streamlit's websocket", of_course=True)
STREAMLIT_HEALTH = Endpoint("/_stcore/health", "whether Streamlit answers", of_course=True)
HOST_CONFIG = Endpoint("/_stcore/host-config", "settings of Streamlit's script", of_course=True)
UPLOAD = Endpoint("/_stcore/upload_file/{session}/{file}", "takes a file", of_course=True)
STATIC = Endpoint("/static", "Streamlit's scripts and styles")
FAVICON = Endpoint("/favicon.png", "Streamlit's icon")
MANIFEST = Endpoint("/manifest.json", "Streamlit's list of its scripts")
MEDIA = Endpoint("/media", "files that Streamlit offers for download", of_course=True)

ENDPOINTS: tuple[Endpoint, ...] = tuple(
    found for found in vars().values() if isinstance(found, Endpoint)
)
"""The table."""

CLOSED = ("/_stcore", "/component", "/auth", "/oauth2callback", "/app/static")
"""Prefixes of Streamlit's below which only what stands in the table is open."""

COURSES = "/c"
"""What a course's own prefix begins with where a server has several: ``/c/knees``."""

PROBES = frozenset({HEALTHZ.path, READYZ.path})
"""Paths that are answered in front of the base path as well: what watches a process asks the
process, not the proxy that people come through."""

_TAKEN = {path.split("/")[1] for path in (*(e.path for e in ENDPOINTS), *CLOSED, COURSES)} - {""}


@dataclass(frozen=True, slots=True)
class Addresses:
    """The way to write an address: what stands in front of every path.

    Attributes:
        base: the path that the whole app stands behind, such as ``/quiz``; mostly empty.
        course: the id of the course where the server has several.
        host: scheme and host, where an address is to be opened elsewhere: ``https://example.org``.
    """

    base: str = ""
    course: str = ""
    host: str = ""

    def to(
        self, endpoint: Endpoint, query: Mapping[str, object] | None = None, /, **parts: object
    ) -> str:
        """The address of a route.

        Args:
            endpoint: the route.
            query: what stands behind the question mark, by name.
            parts: what stands in place of the names in braces.
        """
        path = endpoint.path
        if parts:
            path = path.format_map({name: quote(str(part), "") for name, part in parts.items()})
        front = self.front if endpoint.of_course else self.base
        behind = f"?{urlencode(query)}" if query else ""
        return f"{self.host}{front}{path}{behind}"

    def path(self, path: str) -> str:
        """The address of a path as the table has it, such as that of the request at hand."""
        return f"{self.host}{self.front}{path}"

    @property
    def front(self) -> str:
        """Prefix of a course's paths."""
        return f"{self.base}{COURSES}/{self.course}" if self.course else self.base

    @property
    def cookie_path(self) -> str:
        """The path of a cookie for the whole app."""
        return self.base or "/"

    def section(self, section_id: str, *, on_article_page: bool = False) -> str:
        """Link to a section of the article, from its own page or from any other."""
        page = "" if on_article_page else self.to(ARTICLE)
        return f"{page}#{section_anchor(section_id)}"

    def box(self, section_id: str) -> str:
        """Link to a section's box, from any page but the article's own."""
        return f"{self.to(ARTICLE)}#{box_anchor(section_id)}"

    def at(self, host: str) -> Addresses:
        """Copy with a host, for addresses that are opened on another machine."""
        return replace(self, host=host)


BARE = Addresses()
"""Addresses with nothing in front of them."""


def section_anchor(section_id: str) -> str:
    """HTML id of a section's heading on the article's page.

    Not the bare id: the browser side takes out names such as ``head`` or ``links``, which would
    shadow the document's own, and a section called ``sources`` would meet the list of sources.
    """
    return f"section-{section_id}"


def box_anchor(section_id: str) -> str:
    """HTML id of a section's box on the article's page."""
    return f"box-{section_id}"


def source_anchor(number: str) -> str:
    """HTML id of a source in the list at the article's end."""
    return f"source-{number}"


def clean_base_path(text: str) -> str:
    """A base path as addresses begin with it: ``/quiz`` of ``quiz/``; empty for none.

    Raises:
        ValueError: it is none, or a page of the app is called so.
    """
    path = text.strip().strip("/")
    if not path:
        return ""
    names = path.split("/")
    if len(path) > _LONGEST_BASE or not all(_NAME.fullmatch(name) for name in names):
        raise ValueError(
            f"'{text[:_LONGEST_BASE]}' is not a path; write one such as /quiz or /clinic/quiz, of "
            "letters, digits, hyphens, dots and underscores, without a host in front of it"
        )
    if names[0] in _TAKEN:
        raise ValueError(
            f"'/{path}' begins like an address of the quiz itself (/{names[0]}); choose another"
        )
    return f"/{path}"


_LONGEST_BASE = 100
_NAME = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._~-]+")
