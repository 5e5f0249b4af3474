"""Every page begins here: where the learner stands, from the database, whatever happened.

A Streamlit session is lost when the server is started anew or a phone sleeps for longer than two
minutes. The browser then still shows the old page; its next tap may go nowhere. So nothing that
matters lives in a session, and what a session remembers here serves one purpose: to keep the
learner's page standing, with the ticked answer on it, while the database does not answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import streamlit as st

from bme_quiz.rules.attempt import Attempt
from bme_quiz.services.quiz import Quiz, Standing
from bme_quiz.storage.errors import StorageError
from bme_quiz.ui import words

_LOG = logging.getLogger("bme_quiz")

_LAST_KNOWN = "standing-last-known"
_NOT_STORED = "not-stored"
_OLD_SESSION = "session-is-known"
_LOST_AT = "connection-lost-at"
_AWAY = "store-is-away"


def standing(quiz: Quiz, learner: str) -> Standing | None:
    """Where the learner stands; None where that cannot be known now, which has been said.

    While the database does not answer, a session goes on with what it last knew.
    """
    state = st.session_state
    try:
        found = quiz.standing(learner)
    except StorageError as error:
        _LOG.error("where a learner stands cannot be read: %s", error)
        known_learner, known = state.get(_LAST_KNOWN, (None, None))
        if known_learner == learner and known is not None and known.attempt is not None:
            state[_AWAY] = True
            return known
        st.error(words.STORE_AWAY)
        st.button(words.TRY_AGAIN, type="primary")
        return None
    state[_AWAY] = False
    state[_LAST_KNOWN] = (learner, found)
    if not state.get(_OLD_SESSION):
        state[_OLD_SESSION] = True
        if _browser_had_a_session():
            state[_LOST_AT] = _step(found.attempt)
    return found


def act(action: Callable[..., Any], *arguments: Any) -> None:
    """Call an action from a button; where it cannot be stored, the page will say so."""
    try:
        action(*arguments)
    except StorageError as error:
        _LOG.error("nothing was stored for a tap: %s", error)
        st.session_state[_NOT_STORED] = True


def say(attempt: Attempt | None = None) -> None:
    """Say, beside the main button, what a learner must know before pressing it."""
    state = st.session_state
    if state.pop(_NOT_STORED, False):
        st.error(words.NOT_STORED)
    elif state.get(_AWAY):
        st.error(words.STORE_AWAY)
    elif _LOST_AT in state:
        if state[_LOST_AT] == _step(attempt):
            st.info(words.CONNECTION_LOST)
        else:
            del state[_LOST_AT]


def _step(attempt: Attempt | None) -> tuple[str, int, int, bool] | None:
    if attempt is None:
        return None
    return (attempt.id, len(attempt.responses), attempt.moved_on, attempt.ended)


def _browser_had_a_session() -> bool:
    """Whether the page on the screen was drawn by a session that is gone.

    A browser that reconnects names its session as the third of the websocket's protocols; one
    that opens or reloads the page has none to name. It is asked in a session's first run, and
    a session that was found again has had its first run long ago.
    """
    protocols = st.context.headers.get("Sec-WebSocket-Protocol", "").split(",")
    return len(protocols) > 2 and bool(protocols[2].strip())
