"""Phones of people in a room, without a browser: plain HTTP, one connection a request."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode

SEAT = "bme_seat"
_STEP = re.compile(r'data-step="(\d+)"')
_FIELD = {name: re.compile(rf'name="{name}" value="([^"]*)"') for name in ("step", "position")}
_OPTION = re.compile(r'name="option" value="([^"]*)"')
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_STEM = re.compile(r"<legend>(.*?)(?: <span[^>]*>.*?</span>)?</legend>", re.DOTALL)
_ALERT = re.compile(r'<p class="alert"[^>]*>(.*?)</p>', re.DOTALL)
_VERDICT = re.compile(r'<h2 class="verdict[^"]*">(.*?)</h2>', re.DOTALL)

Fields = Sequence[tuple[str, str]] | str | bytes


@dataclass(frozen=True)
class Reply:
    """A response; ``headers`` by name in small letters."""

    status: int
    headers: Mapping[str, str]
    text: str

    def _first(self, pattern: re.Pattern[str]) -> str:
        found = pattern.search(self.text)
        return unescape(found[1]).strip() if found else ""

    @property
    def step(self) -> int:
        """The step that the page was made for; -1 where it says none."""
        return int(self._first(_STEP) or -1)

    @property
    def heading(self) -> str:
        """The page's heading."""
        return self._first(_HEADING)

    @property
    def stem(self) -> str:
        """The question that is asked; empty where none is."""
        return self._first(_STEM)

    @property
    def alert(self) -> str:
        """What the page says about what was just sent."""
        return self._first(_ALERT)

    @property
    def verdict(self) -> str:
        """The verdict's line; empty where nothing is revealed."""
        return self._first(_VERDICT)

    @property
    def position(self) -> int | None:
        """Which question the page's form answers; None where there is no form."""
        return int(self._first(_FIELD["position"])) if self.letters else None

    @property
    def letters(self) -> list[str]:
        """What can be ticked, in the order shown."""
        return _OPTION.findall(self.text)


@dataclass
class Phone:
    """One phone with its cookies.

    Args:
        host: its own address, as a proxy before the server would say it.
        base: the path that the whole app stands behind.
    """

    port: int
    code: str
    host: str = "203.0.113.1"
    timeout: float = 30.0
    cookies: dict[str, str] = field(default_factory=dict)
    base: str = ""

    @property
    def path(self) -> str:
        """The session's page."""
        return f"{self.base}/r/{self.code}"

    def headers(self, **more: str) -> dict[str, str]:
        """What every request of this phone says."""
        own = {"Accept": "text/html", "X-Forwarded-For": self.host, "Connection": "close"}
        if self.cookies:
            own["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        return own | more

    def ask(self, method: str, path: str, body: Fields | None = None, **headers: str) -> Reply:
        """Ask for anything; raises ``OSError`` or ``HTTPException`` where the server dies."""
        if body is not None and not isinstance(body, str | bytes):
            body = urlencode(body)
        if body is not None:
            headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
        connection = HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body, self.headers(**headers))
            return self._reply(connection.getresponse())
        finally:
            connection.close()

    def _reply(self, got: HTTPResponse) -> Reply:
        text = got.read().decode()
        for value in got.headers.get_all("set-cookie", []):
            for name, morsel in SimpleCookie(value).items():
                self.cookies[name] = morsel.value
        return Reply(got.status, {k.lower(): v for k, v in got.headers.items()}, text)

    def look(self, on: int | None = None) -> Reply:
        """Load the page."""
        return self.ask("GET", self.path + (f"?on={on}" if on else ""))

    def come_in(self) -> Reply:
        """Open the session's page, and once more with the cookie, as every page then does."""
        self.look()
        return self.look()

    def send(self, step: object, position: object, ticked: Sequence[str], **headers: str) -> Reply:
        """Send an answer as the phone's script does."""
        fields = [("step", str(step)), ("position", str(position))]
        fields += [("option", letter) for letter in ticked]
        return self.post(fields, **({"X-Requested-With": "fetch"} | headers))

    def post(self, body: Fields, **headers: str) -> Reply:
        """Post a form from the session's own page."""
        here = {"Origin": f"http://127.0.0.1:{self.port}"}
        return self.ask("POST", f"{self.path}/answer", body, **(here | headers))

    def answer(self, page: Reply, ticked: Sequence[str]) -> Reply:
        """Answer the question on a page."""
        assert page.position is not None, page.heading
        return self.send(page.step, page.position, ticked)

    @contextmanager
    def events(self, step: int) -> Iterator[Iterator[tuple[str, str, Reply]]]:
        """The stream of events: name, id, and the data as a page."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.request("GET", f"{self.path}/events?step={step}", headers=self.headers())
            got = connection.getresponse()
            assert got.status == 200, got.status
            yield _events(got)
        finally:
            if connection.sock is not None:
                connection.sock.shutdown(socket.SHUT_RDWR)
            connection.close()

    def moved_to(self, step: int, at_least: int) -> Reply:
        """Wait on the stream until the session is at a step, or past it."""
        with self.events(step) as events:
            for name, _, page in events:
                if name == "page" and page.step >= at_least:
                    return page
        raise AssertionError("the stream ended before the session moved")


def _events(got: HTTPResponse) -> Iterator[tuple[str, str, Reply]]:
    name, ident, data = "message", "", list[str]()
    while line := got.readline().decode():
        kind, _, value = line.rstrip("\n").partition(": ")
        if kind == "event":
            name = value
        elif kind == "id":
            ident = value
        elif kind == "data":
            data.append(value)
        elif not kind and (data or name != "message"):
            yield name, ident, Reply(200, {}, "\n".join(data))
            name, ident, data = "message", "", []


def joined(text: str) -> str:
    """A value for the address."""
    return quote(text, safe="")
