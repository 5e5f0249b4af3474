"""Navigation: the app's pages with their files, titles and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

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
        address: behind the server's own; empty for the first page.
        in_navigation: whether it stands in the bar on every page.
        role: the section that it shows, by its role in the course; empty where it shows none.
    """

    file: str
    title: str
    address: str
    in_navigation: bool = True
    role: str = ""


SCREENS = (
    Screen("quiz.py", words.PAGE_QUIZ, ""),
    Screen("cards.py", words.PAGE_CARDS, "cards"),
    Screen("article.py", words.PAGE_ARTICLE, "article"),
    Screen("progress.py", words.PAGE_PROGRESS, "progress"),
    Screen("get_help.py", words.PAGE_HELP, "help", role="help"),
    Screen("about.py", words.PAGE_ABOUT, "about"),
    Screen("check.py", words.PAGE_CHECK, "check", in_navigation=False),
    Screen("session.py", words.PAGE_SESSION, "session", in_navigation=False),
)


def screens(course: Course | None) -> tuple[Screen, ...]:
    """The pages that a course has: no page of a section that none of its sections is.

    Args:
        course: None where it cannot be read, which each page then says.
    """
    if course is None or course.help_section is not None:
        return SCREENS
    return tuple(screen for screen in SCREENS if screen.role != "help")


def pages(shown: Sequence[Screen] = SCREENS) -> dict[str, Page]:
    """Streamlit's pages for one run of the main script, by their addresses."""
    # Streamlit marks on a page that it is the one to be run, so each run has its own.
    return {screen.address: copy(_made()[screen.address]) for screen in shown}


@cache
def _made() -> dict[str, Page]:
    """Made once: Streamlit looks for each file on the disk, a fifteenth of what a visit costs."""
    return {
        screen.address: st.Page(
            _SCREENS / screen.file,
            title=screen.title,
            url_path=screen.address or None,
            default=not screen.address,
        )
        for screen in SCREENS
    }
