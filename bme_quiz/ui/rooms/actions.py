"""Guard around the educator's buttons: runs them for who is let in, and notes a failed write."""

from __future__ import annotations

import logging
from collections.abc import Callable

import streamlit as st

from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.shell import dependencies

_LOG = logging.getLogger("bme_quiz")

_NOT_STORED = "session-not-stored"


def act(action: Callable[..., object], *arguments: object) -> None:
    """Do what a button says, for whoever is let in; :func:`failed` tells whether it failed.

    A callback runs before the page has asked who is there.
    """
    try:
        if dependencies.is_educator():
            action(*arguments)
    except StorageError as error:
        _LOG.error("an educator's press was not stored: %s", error)
        st.session_state[_NOT_STORED] = True


def failed() -> bool:
    """Whether the last press could not be stored; told once."""
    return bool(st.session_state.pop(_NOT_STORED, False))
