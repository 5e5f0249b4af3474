"""The educator's page in a tab of a laptop, run by Streamlit itself."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from bme_quiz.rules.rooms.room import Room
from bme_quiz.services.rooms.rooms import Rooms
from tests.support.courses import ROOT

MAIN = str(ROOT / "bme_quiz" / "ui" / "main.py")
PAGE = str(ROOT / "bme_quiz" / "ui" / "screens" / "session.py")


def laptop(room: Room | None = None) -> AppTest:
    """The page in a new browser tab, with a session in its address."""
    app = AppTest.from_file(MAIN, default_timeout=20)
    app.switch_page(PAGE)
    if room is not None:
        app.query_params["session"] = room.id
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(b for b in app.button if b.label == label).click()
    return run(app)


def labels(app: AppTest) -> list[str]:
    return [b.label for b in app.button]


def text_of(app: AppTest) -> str:
    """The page's own blocks; a space at which no line breaks is a space."""
    return "\n".join(element.proto.body for element in app.get("html")).replace("\u00a0", " ")


def everything(app: AppTest) -> str:
    """Every message of the page, as text."""
    protos = (getattr(node, "proto", None) for node in app)
    return "\n".join(str(proto) for proto in protos if proto is not None)


def now(rooms: Rooms, room: Room) -> Room:
    found = rooms.room(room.id)
    assert found is not None
    return found


def session_of(app: AppTest, rooms: Rooms) -> Room:
    named = app.query_params["session"]
    found = rooms.room(named if isinstance(named, str) else named[0])
    assert found is not None
    return found
