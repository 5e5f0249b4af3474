"""Browsers that are known from before: what tells neighbours from a flood behind one address.

Strangers of one address cannot be told apart, and a cookie proves nothing: anybody can make one up,
or have any number with ``GET /``. What a flood does not have is a past. So a browser is known that

- had answered a question or reviewed a card when this program started (the database says so),
- was let in with the educator's passcode,
- has been at work on a page for a while: some runs, spread over some time,
- or comes back to a session in which it was.

The last two can be had by whoever takes the trouble, with one page each. So only so many become
known from one address in a time, each has a share of its own only, and where even known people are
too many, who has been known longest stays: who prepares a flood today does not push out who has
been here since yesterday.

It stands in memory alone: a learner's number or the like and since when, nothing of the address.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from bme_quiz.server.token_bucket import Buckets, Clock, Rate
from bme_quiz.services.accounts.educators import EDUCATOR_COOKIE
from bme_quiz.services.accounts.learner import learner_in
from bme_quiz.services.accounts.tokens import is_token

RUNS_AT_WORK = 5
SECONDS_AT_WORK = 20.0
"""Runs of a page, and the time they are spread over, after which its browser is known."""

BEFORE_THE_START = float("-inf")
"""Since when those are known of whom the database says so."""

MOST = 20_000
"""Browsers that are remembered: who was seen longest ago is forgotten first."""

# Streamlit's third word is the session that a browser comes back to.
_SESSION_PLACE = 2
_LONGEST_SESSION = 64


def learner_key(learner: str) -> str:
    """What a learner's browser is remembered by."""
    return f"learner {learner}"


def educator_key(token: str) -> str:
    """What the browser of somebody who gave the passcode is remembered by."""
    return f"educator {token}"


def session_key(session: str) -> str:
    """What a browser is remembered by that comes back to a session of Streamlit's."""
    return f"session {session}"


def educator_in(headers: Headers) -> str | None:
    """The educator's token that a browser brings; it may be made up."""
    token = cookie_parser(headers.get("cookie", "")).get(EDUCATOR_COOKIE)
    return token if is_token(token) else None


def session_in(headers: Headers) -> str | None:
    """The session that a browser's websocket wants back; it may be made up."""
    words = headers.get("sec-websocket-protocol", "").split(",")
    session = words[_SESSION_PLACE].strip() if len(words) > _SESSION_PLACE else ""
    return session if 0 < len(session) <= _LONGEST_SESSION else None


def keys_in(headers: Headers) -> list[str]:
    """All that a websocket's browser may be remembered by, the strongest first."""
    educator, learner = educator_in(headers), learner_in(headers.get("cookie", ""))
    session = session_in(headers)
    found = [
        educator and educator_key(educator),
        learner and learner_key(learner),
        session and session_key(session),
    ]
    return [key for key in found if key]


class KnownPeople:
    """A bounded memory of who is known, and since when.

    Args:
        people: how many may share one address: so many become known from there at once, as many
            again in ten minutes.
        clock: seconds that only go forward.
    """

    def __init__(self, people: int, clock: Clock = time.monotonic, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._since: OrderedDict[str, float] = OrderedDict()
        self._becoming = Buckets(Rate(2 * people, people / 600), clock)

    def since(self, keys: Iterable[str]) -> tuple[str, float] | None:
        """By which of these a browser has been known longest, and since when; None if by none."""
        found = [(self._since[key], key) for key in keys if key in self._since]
        if not found:
            return None
        since, key = min(found)
        self._since.move_to_end(key)
        return key, since

    def add(self, keys: Iterable[str], since: float | None = None) -> None:
        """Remember browsers of which something else has proved that they are known.

        Args:
            since: now, where nothing is said.
        """
        now = self._clock() if since is None else since
        for key in keys:
            self._since.setdefault(key, now)
            self._since.move_to_end(key)
            if len(self._since) > self._most:
                self._since.popitem(last=False)

    def become(self, keys: Iterable[str], address: str) -> bool:
        """Remember a browser that has been at work here; False where too many of its address have
        become known of late."""
        new = [key for key in keys if key not in self._since]
        if new and not self._becoming.take(address):
            return False
        self.add(new)
        return True
