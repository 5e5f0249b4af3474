"""Links of a page: where they lead, and the anchors that they may lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

_HOST = "http://quiz.test"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.forms: list[tuple[str, str]] = []
        self.files: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.add(found["id"])
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "form":
            self.forms.append((found.get("method", "get").upper(), found.get("action", "")))
        elif "src" in found and not found["src"].startswith("data:"):
            self.files.append(found["src"])


@dataclass
class Drawn:
    """A page by its address: everything it was seen to draw, at one time or another."""

    address: str
    ids: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    forms: set[tuple[str, str]] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    def draw(self, *blocks: str) -> Drawn:
        """Add what some HTML draws; addresses are made whole, those of other hosts are left out."""
        for block in blocks:
            reader = _Reader()
            reader.feed(block)
            self.ids |= reader.ids
            self.links |= set(self._own(reader.links))
            self.files |= set(self._own(reader.files))
            self.forms |= {
                (method, whole)
                for method, action in reader.forms
                for whole in self._own([action or self.address])
            }
        return self

    def _own(self, addresses: Iterable[str]) -> Iterator[str]:
        for address in addresses:
            whole = urljoin(_HOST + self.address, address)
            if whole.startswith(f"{_HOST}/"):
                yield whole.removeprefix(_HOST)


def dead_anchors(pages: Mapping[str, Drawn]) -> list[str]:
    """Each link to a place on one of these pages that is not there, with the page that draws it."""
    found = []
    for page in pages.values():
        for link in sorted(page.links):
            parts = urlsplit(link)
            there = pages.get(parts.path)
            if parts.fragment and (there is None or unquote(parts.fragment) not in there.ids):
                found.append(f"{page.address}: {link}")
    return found
