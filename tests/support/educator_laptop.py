"""The educator's lectern in a browser: a server, its database, and what a laptop shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from bme_quiz.rules.rooms.room import Kind, Room
from bme_quiz.services.course import load_course
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.settings import ENV_ADDRESS, ENV_DATABASE, ENV_PASSCODE
from bme_quiz.services.store import make_store
from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.courses import OWN_QUESTIONS
from tests.support.rooms import Person, started
from tests.support.server import Server

PASSCODE = "the lectern's passcode"
ADDRESS = "http://192.168.1.5:8501"
LAPTOP = {"width": 1280, "height": 800}
MAIN_BUTTON = ".st-key-lectern .st-key-primary-action button"
COUNT = ".count"


@dataclass
class Lectern:
    """A server, and the use cases over its database for the people in the room."""

    url: str
    rooms: Rooms

    def room(self, page: Page) -> Room:
        """The session on the page."""
        found = self.rooms.room(page.url.rpartition("session=")[2])
        assert found is not None
        return found

    def person(self, page: Page, name: str) -> Person:
        """Somebody in that session."""
        return Person(self.rooms, self.room(page).id, name)


@contextmanager
def open_lectern(folder: Path) -> Iterator[Lectern]:
    """A server over the project's own course, with an address for phones."""
    database = f"sqlite:///{folder / 'quiz.db'}"
    env = {ENV_DATABASE: database, ENV_PASSCODE: PASSCODE, ENV_ADDRESS: ADDRESS}
    with Server(OWN_QUESTIONS, **env) as server, use_cases(database) as rooms:
        yield Lectern(server.url, rooms)


@contextmanager
def use_cases(database: str) -> Iterator[Rooms]:
    """What the people in the room do, through the server's database."""
    store = make_store(database)
    try:
        yield Rooms(load_course(OWN_QUESTIONS), store.rooms)
    finally:
        store.database.close()


def enter(page: Page, url: str) -> None:
    """Type the passcode."""
    page.goto(f"{url}/educator")
    page.get_by_label("Passcode").fill(PASSCODE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=words.START_SESSION)).to_be_visible()
    walk.settled(page)


def at(page: Page, lectern: Lectern, kind: Kind = Kind.DISCUSS, steps: int = 0) -> Room:
    """Show a session some steps on from the lobby."""
    room = started(lectern.rooms, kind, steps)
    page.goto(f"{lectern.url}/session?session={room.id}")
    expect(page.locator(MAIN_BUTTON)).to_be_visible()
    walk.settled(page)
    return room


def shows(page: Page, button: str) -> None:
    """Wait for the step that this button leads on from."""
    # A list, since the button before may be there for a moment more.
    expect(page.locator(MAIN_BUTTON)).to_have_text([button])
    walk.settled(page)


def press(page: Page, key: str, then: str) -> None:
    """Press a key and wait for the step after it."""
    page.keyboard.press(key)
    shows(page, then)
