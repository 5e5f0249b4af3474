"""Assembly of the app: the script that draws pages, and the middleware and routes around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from bme_quiz.content.identity import DEFAULT_LANGUAGE
from bme_quiz.content.problems import ContentError
from bme_quiz.server.http import (
    device,
    educator_login,
    health,
    page_head,
    room_report,
)
from bme_quiz.server.http.clients import Clients
from bme_quiz.server.http.cookie import LearnerCookie, PlainCookies
from bme_quiz.server.http.guard import Guard
from bme_quiz.server.http.known_people import KnownPeople
from bme_quiz.server.http.lifespan import lifespan_with
from bme_quiz.server.http.page_head import PageHead
from bme_quiz.server.http.static_files import (
    FIRST_PAGE,
    NEXT_PAGE,
    PREFIX,
    CompressedStatic,
    StaticStore,
)
from bme_quiz.server.http.unknown_page import UnknownPage
from bme_quiz.server.phones.app import Phones, PhonesFirst
from bme_quiz.services.course import load_course
from bme_quiz.services.settings import Settings, read_settings
from bme_quiz.ui.shell.faults import show_fault
from bme_quiz.ui.shell.navigation import SCREENS

SCRIPT = Path(__file__).resolve().parents[2] / "ui" / "main.py"


def _language(settings: Settings) -> str:
    """The language of the course that is served; English where it cannot be read yet."""
    try:
        return load_course(settings.questions).identity.language
    except ContentError:
        return DEFAULT_LANGUAGE


def app_parts(settings: Settings | None = None) -> dict[str, Any]:
    """Keyword arguments for ``st.App``.

    Args:
        settings: for whom the server is; without them, as the environment has them.

    Raises:
        ContentError: a setting cannot be understood.
    """
    settings = settings or read_settings()
    store = StaticStore.of_streamlit()
    first, following = store.closure(FIRST_PAGE), store.closure(NEXT_PAGE)
    # Streamlit's page announces what its own entry script imports, but not the widgets.
    announced = set(store.closure(FIRST_PAGE[:1]))
    soon = [PREFIX + name for name in first if name not in announced]
    later = [PREFIX + name for name in following if name not in {*announced, *first}]
    pages = [f"/{screen.address}" for screen in SCREENS]
    phones = Phones()
    known = KnownPeople(settings.people_per_address)
    return {
        "middleware": [
            Middleware(Clients, trusted=settings.trusted_proxies),
            # Before anybody reads a cookie.
            Middleware(PlainCookies),
            Middleware(
                Guard,
                hosts=[*settings.allowed_hosts, settings.host],
                origins=[settings.address] if settings.address else [],
                people=settings.people_per_address,
                known=known,
            ),
            Middleware(PhonesFirst, phones=phones),
            Middleware(LearnerCookie),
            Middleware(PageHead, lang=_language(settings), soon=soon, later=later, pages=pages),
            Middleware(UnknownPage, pages=pages),
            Middleware(CompressedStatic, store=store),
        ],
        "routes": [
            *page_head.routes(),
            *health.routes(),
            *device.routes(),
            *educator_login.routes(),
            *room_report.routes(),
        ],
        "lifespan": lifespan_with(phones, known),
        "on_script_error": show_fault,
    }
