"""Dependencies of the pages: course, store, use cases, the learner, and what a browser may do."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from bme_quiz.routes import Addresses
from bme_quiz.services.accounts.educators import EDUCATOR_COOKIE, Educators
from bme_quiz.services.accounts.learner import COOKIE
from bme_quiz.services.accounts.tokens import is_token, new_token
from bme_quiz.services.addresses import FROM_NETWORK, FROM_THIS_MACHINE
from bme_quiz.services.cards.cards import Cards
from bme_quiz.services.course import Course, load_course
from bme_quiz.services.quiz.quiz import Quiz
from bme_quiz.services.quota import admission
from bme_quiz.services.rooms.rooms import Rooms, rooms_now
from bme_quiz.services.settings import read_settings
from bme_quiz.services.store import Store, shared_store
from bme_quiz.storage.engine.errors import StorageError


def store() -> Store:
    """The store of this process, for what is of no course.

    Raises:
        StorageError: the database's address is not one that can be used.
    """
    return shared_store(read_settings().database)


def store_of(course: Course) -> Store:
    """The store of this process as a course uses it.

    Raises:
        ContentError: another course has its id on this database.
        StorageError: the database's address is not one that can be used, or the course was never
            used on it and it does not answer.
    """
    return store().of(course)


def course() -> Course:
    """The course as its files now are.

    Raises:
        ContentError: it cannot be read.
    """
    return load_course(read_settings().questions)


def addresses() -> Addresses:
    """How the pages write their links."""
    return read_settings().addresses


def quiz() -> Quiz:
    """The quiz's use cases; raises as :func:`store_of` does."""
    found = course()
    return Quiz(found, store_of(found).attempts, admit=admission(_network()))


def cards() -> Cards:
    """The flashcards' use cases, in this browser's time zone; raises as :func:`store_of` does."""
    found = course()
    return Cards(found, store_of(found).reviews, time_zone(), admit=admission(_network()))


def _network() -> str:
    """What this browser's address counts as, for limits; empty where that is not known."""
    return str(st.context.headers.get(FROM_NETWORK, ""))


def rooms() -> Rooms:
    """The use cases of sessions in a room; raises as :func:`store_of` does."""
    return rooms_now()


def time_zone() -> tzinfo:
    """Where this browser's days begin and end; UTC where it does not say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def learner() -> str:
    """This browser's learner id; where cookies are refused, one for the session."""
    return kept_learner() or str(st.session_state.setdefault("learner", new_token()))


def kept_learner() -> str | None:
    """The learner id in this browser's cookie; None where it keeps none.

    The page itself set it, and the websocket that a session begins with comes after the page. So
    even at the very first visit it is there, unless the browser refuses it.
    """
    cookie = st.context.cookies.get(COOKIE)
    return cookie if is_token(cookie) else None


def educator_token() -> str | None:
    """The token that the educator's door gave this browser; None where there is none."""
    cookie = st.context.cookies.get(EDUCATOR_COOKIE)
    return cookie if is_token(cookie) else None


def is_educator() -> bool:
    """Whether this browser was let in with the passcode and still is; each rerun can ask.

    Raises:
        StorageError: the database cannot be used now.
    """
    return Educators(store().educators).is_open(educator_token())


def is_author() -> bool:
    """Whether this browser may read what is for the course's author; no where that is not known."""
    try:
        return may_check_banks()
    except StorageError:
        return False


def may_check_banks() -> bool:
    """Whether this browser may have a bank checked: on the server's own machine, or let in.

    Raises:
        StorageError: the database cannot be used now.
    """
    return st.context.headers.get(FROM_THIS_MACHINE) == "1" or is_educator()
