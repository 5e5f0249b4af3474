"""Navigation: the app's pages with their files, titles and routes."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from bme_quiz.routes import (
    ABOUT,
    ARTICLE,
    CARDS,
    CHECK,
    HELP,
    PROGRESS,
    SESSION,
    START,
    Endpoint,
)
from bme_quiz.services.course import Course
from bme_quiz.ui.shell import words

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

# Not named "pages": Streamlit takes a folder of that name beside the main script for an app of
# its older kind, and runs the files in it without that script.
_SCREENS = Path(__file__).parents[1] / "screens"


@dataclass(frozen=True, slots=True)
class Screen:
    """A page of the app.

    Attributes:
        endpoint: where it is, in the table of routes.
        in_navigation: whether it stands in the bar on every page.
        role: the section that it shows, by its role in the course; empty where it shows none.
    """

    file: str
    title: str
    endpoint: Endpoint
    in_navigation: bool = True
    role: str = ""

    @property
    def address(self) -> str:
        """Name of the page, as Streamlit knows it; empty for the first page."""
        return self.endpoint.name


SCREENS = (
    Screen("quiz.py", words.PAGE_QUIZ, START),
    Screen("cards.py", words.PAGE_CARDS, CARDS),
    Screen("article.py", words.PAGE_ARTICLE, ARTICLE),
    Screen("progress.py", words.PAGE_PROGRESS, PROGRESS),
    Screen("get_help.py", words.PAGE_HELP, HELP, role="help"),
    Screen("about.py", words.PAGE_ABOUT, ABOUT),
    Screen("check.py", words.PAGE_CHECK, CHECK, in_navigation=False),
    Screen("session.py", words.PAGE_SESSION, SESSION, in_navigation=False),
)


def screens(course: Course | None) -> tuple[Screen, ...]:
    """The pages that a course has: no page of a section that none of its sections is.

    Args:
        course: None where it cannot be read, which each page then says.
    """
    if course is None or course.help_section is not None:
        return SCREENS
    return tuple(screen for screen in SCREENS if screen.role != "help")


def pages(shown: Sequence[Screen] = SCREENS) -> dict[Endpoint, Page]:
    """Streamlit's pages for one run of the main script, by their routes."""
    # Streamlit marks on a page that it is the one to be run, so each run has its own.
    return {screen.endpoint: copy(_made()[screen.endpoint]) for screen in shown}


@cache
def _made() -> dict[Endpoint, Page]:
    """Made once: Streamlit looks for each file on the disk, a fifteenth of what a visit costs."""
    return {
        screen.endpoint: st.Page(
            _SCREENS / screen.file,
            title=screen.title,
            url_path=screen.address or None,
            default=not screen.address,
        )
        for screen in SCREENS
    }
