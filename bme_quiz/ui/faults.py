"""What a person sees when a page fails: a sentence, never a traceback."""

from __future__ import annotations

import logging

import streamlit as st

from bme_quiz.content.problems import ContentError
from bme_quiz.ui import words

_LOG = logging.getLogger("bme_quiz")


def show_fault(error: Exception) -> bool:
    """Show a sentence in place of a traceback and log what happened.

    Returns True, which tells Streamlit that the error has been shown.
    """
    if isinstance(error, ContentError):
        st.error(words.NO_COURSE)
        st.text(str(error))
        _LOG.warning("the course cannot be read: %s", error)
        return True
    st.error(words.FAULT)
    _LOG.error("a page failed", exc_info=error)
    return True
