"""What the app is made of: the script that draws pages, and what stands round it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from bme_quiz.content.identity import DEFAULT_LANGUAGE
from bme_quiz.content.problems import ContentError
from bme_quiz.server import device, educator_door, health, page_head, room_report
from bme_quiz.server.cookie import LearnerCookie
from bme_quiz.server.lifespan import lifespan_with
from bme_quiz.server.page_head import PageHead
from bme_quiz.server.phone.front import Phones, PhonesFirst
from bme_quiz.server.static_files import (
    FIRST_PAGE,
    NEXT_PAGE,
    PREFIX,
    CompressedStatic,
    StaticStore,
)
from bme_quiz.services.course import load_course
from bme_quiz.services.settings import read_settings
from bme_quiz.ui.faults import show_fault
from bme_quiz.ui.navigation import SCREENS

SCRIPT = Path(__file__).resolve().parents[1] / "ui" / "main.py"


def _language() -> str:
    """The language of the course that is served; English where it cannot be read yet."""
    try:
        return load_course(read_settings().questions).identity.language
    except ContentError:
        return DEFAULT_LANGUAGE


def app_parts() -> dict[str, Any]:
    """Keyword arguments for ``st.App``."""
    store = StaticStore.of_streamlit()
    first, following = store.closure(FIRST_PAGE), store.closure(NEXT_PAGE)
    # Streamlit's page announces what its own entry script imports, but not the widgets.
    known = set(store.closure(FIRST_PAGE[:1]))
    soon = [PREFIX + name for name in first if name not in known]
    later = [PREFIX + name for name in following if name not in {*known, *first}]
    phones = Phones()
    return {
        "middleware": [
            Middleware(PhonesFirst, phones=phones),
            Middleware(LearnerCookie),
            Middleware(
                PageHead,
                lang=_language(),
                soon=soon,
                later=later,
                pages=[f"/{screen.address}" for screen in SCREENS],
            ),
            Middleware(CompressedStatic, store=store),
        ],
        "routes": [
            *page_head.routes(),
            *health.routes(),
            *device.routes(),
            *educator_door.routes(),
            *room_report.routes(),
        ],
        "lifespan": lifespan_with(phones),
        "on_script_error": show_fault,
    }
