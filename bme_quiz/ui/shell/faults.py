"""Error boundary of the pages: whoever's page fails reads a sentence, never a traceback."""

from __future__ import annotations

import logging

import streamlit as st

from bme_quiz.content.problems import ContentError
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.shell import words

_LOG = logging.getLogger("bme_quiz")


def show_no_course(error: ContentError) -> None:
    """Say that the course cannot be read, and why, for whoever keeps it."""
    st.error(words.NO_COURSE)
    st.text(str(error))
    _LOG.warning("the course cannot be read: %s", error)


def show_away(error: StorageError) -> None:
    """Say that the database does not answer, in place of a page that needs it, with another try."""
    st.error(words.STORE_AWAY)
    st.button(words.TRY_AGAIN, type="primary")
    _LOG.error("a page could not be drawn: %s", error)


def show_fault(error: Exception) -> bool:
    """Show a sentence in place of a traceback and log what happened.

    Returns True, which tells Streamlit that the error has been shown.
    """
    if isinstance(error, StorageError):
        st.error(words.STORE_AWAY)
        _LOG.error("a page could not be drawn: %s", error)
        return True
    st.error(words.FAULT)
    _LOG.error("a page failed", exc_info=error)
    return True
