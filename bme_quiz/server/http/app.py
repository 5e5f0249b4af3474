"""Assembly of the app: the script that draws pages, and the middleware and routes around it."""

from __future__ import annotations

import os
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
    streamlit_internals,
)
from bme_quiz.server.http.base_path import BasePath
from bme_quiz.server.http.clients import Clients
from bme_quiz.server.http.cookie import LearnerCookie, PlainCookies
from bme_quiz.server.http.guard import Guard
from bme_quiz.server.http.known_people import KnownPeople
from bme_quiz.server.http.lifespan import lifespan_with
from bme_quiz.server.http.page_head import PageHead
from bme_quiz.server.http.plain_requests import PlainRequests
from bme_quiz.server.http.static_files import (
    FIRST_PAGE,
    NEXT_PAGE,
    StaticFiles,
    StaticStore,
)
from bme_quiz.server.http.unknown_page import UnknownPage
from bme_quiz.server.phones.app import Phones, PhonesFirst
from bme_quiz.services.course import load_course
from bme_quiz.services.settings import ENV_BASE_PATH, Settings, read_base_path, read_settings
from bme_quiz.ui.shell.faults import show_fault
from bme_quiz.ui.shell.navigation import SCREENS

SCRIPT = Path(__file__).resolve().parents[2] / "ui" / "main.py"


def _language(settings: Settings) -> str:
    """The language of the course that is served; English where it cannot be read yet."""
    try:
        return load_course(settings.questions).identity.language
    except ContentError:
        return DEFAULT_LANGUAGE


def _settings_of_streamlit() -> Settings:
    """The settings where Streamlit starts the app, which has a setting for the base path too."""
    settings = read_settings()
    named = read_base_path(streamlit_internals.take_base_path(), "server.baseUrlPath")
    if named and settings.base_path and named != settings.base_path:
        raise ContentError(
            f"{ENV_BASE_PATH} says {settings.base_path}, and Streamlit's server.baseUrlPath says "
            f"{named}; take one of them away."
        )
    if named:
        # Whatever asks for the settings later finds it there.
        os.environ[ENV_BASE_PATH] = named
    return read_settings()


def app_parts(settings: Settings | None = None) -> dict[str, Any]:
    """Keyword arguments for ``st.App``.

    Args:
        settings: for whom the server is; without them, as the environment and Streamlit's own
            settings have them.

    Raises:
        ContentError: a setting cannot be understood.
    """
    settings = settings or _settings_of_streamlit()
    store = StaticStore.of_streamlit()
    first, following = store.closure(FIRST_PAGE), store.closure(NEXT_PAGE)
    # Streamlit's page announces what its own entry script imports, but not the widgets.
    announced = set(store.closure(FIRST_PAGE[:1]))
    soon = [name for name in first if name not in announced]
    later = [name for name in following if name not in {*announced, *first}]
    pages = [screen.endpoint.path for screen in SCREENS]
    phones = Phones()
    known = KnownPeople(settings.people_per_address)
    return {
        "middleware": [
            Middleware(Clients, trusted=settings.trusted_proxies),
            # Before anybody reads a cookie.
            Middleware(PlainCookies),
            Middleware(BasePath, addresses=settings.addresses),
            Middleware(PlainRequests),
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
            Middleware(StaticFiles, store=store),
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
