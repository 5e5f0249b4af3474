"""Session recovery: at the head of every page, where the learner stands, from the database.

A Streamlit session is lost when the server is started anew or a phone sleeps for longer than two
minutes. The browser then still shows the old page; its next tap may go nowhere. So nothing that
matters lives in a session, and what a session remembers here serves two purposes. While the
database does not answer, it keeps the learner's page standing, with the ticked answer on it. And
it spares reading again, after a tap, what the database has just confirmed: a tap names what was
known, and is stored only where that still holds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from bme_quiz.rules.quiz.attempt import Attempt
from bme_quiz.services.quiz.quiz import Quiz, Standing
from bme_quiz.services.quota import TooMuchAddedError
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.shell import words

_LOG = logging.getLogger("bme_quiz")

_MEMORY = "restoring"
# The run that a tap begins draws the page within milliseconds. Where it was broken off, the next
# run may come much later, and another tab may have gone on meanwhile.
_FRESH_SECONDS = 1.0

_Step = tuple[str, int, int, bool]


@dataclass(slots=True)
class _Memory:
    """What a session remembers.

    Attributes:
        learner: whose standing is remembered.
        known: where that learner stood when last seen.
        confirmed_until: until when on the monotonic clock ``known`` is what a tap has stored, and
            the page need not read it.
        not_stored: the last tap was not stored, which has not been said yet.
        too_much: likewise, since too much was stored from its network.
        away: the database did not answer when the page was drawn.
        has_run: the session has drawn a page.
        lost_at: the step on the screen when a session before this one was lost.
    """

    learner: str = ""
    known: Standing | None = None
    confirmed_until: float = 0.0
    not_stored: bool = False
    too_much: bool = False
    away: bool = False
    has_run: bool = False
    lost_at: tuple[_Step | None] | None = None

    def known_of(self, learner: str) -> Standing | None:
        return self.known if self.learner == learner else None


def _memory() -> _Memory:
    memory = st.session_state.get(_MEMORY)
    if memory is None:
        memory = st.session_state[_MEMORY] = _Memory()
    return memory


def standing(quiz: Quiz, learner: str) -> Standing | None:
    """Where the learner stands; None where that cannot be known now, which has been said.

    While the database does not answer, a session goes on with what it last knew.
    """
    memory = _memory()
    known = memory.known_of(learner)
    confirmed = time.monotonic() < memory.confirmed_until
    memory.confirmed_until = 0.0
    try:
        if confirmed and known is not None and not known.dropped:
            # The author may have changed a question since it was shown.
            found = quiz.standing_in(known.attempt)
        else:
            found = quiz.standing(learner)
    except StorageError as error:
        _LOG.error("where a learner stands cannot be read: %s", error)
        if known is not None and known.attempt is not None:
            memory.away = True
            return known
        st.error(words.STORE_AWAY)
        st.button(words.TRY_AGAIN, type="primary")
        return None
    memory.away = False
    memory.learner, memory.known = learner, found
    if not memory.has_run:
        memory.has_run = True
        if _browser_had_a_session():
            memory.lost_at = (_step(found.attempt),)
    return found


def act(action: Callable[..., Any], *arguments: Any) -> None:
    """Call an action from a button; where it cannot be stored, the page will say so."""
    _memory().confirmed_until = 0.0
    _try(action, *arguments)


def step(action: Callable[..., Standing | None], learner: str, *arguments: Any) -> None:
    """Run a step of the quiz that is told what is known and says where it has led."""
    memory = _memory()
    led_to = _try(action, learner, *arguments, known=memory.known_of(learner))
    if led_to is not None:
        memory.learner, memory.known = learner, led_to
        memory.confirmed_until = time.monotonic() + _FRESH_SECONDS


def _try(action: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    try:
        return action(*arguments, **options)
    except StorageError as error:
        _LOG.error("nothing was stored for a tap: %s", error)
        _memory().not_stored = True
        return None
    except TooMuchAddedError:
        _LOG.warning("too much was added from one network; a tap was not stored")
        _memory().too_much = True
        return None


def say(attempt: Attempt | None = None) -> None:
    """Say, beside the main button, what a learner must know before pressing it."""
    memory = _memory()
    if memory.not_stored:
        memory.not_stored = False
        st.error(words.NOT_STORED)
    elif memory.too_much:
        memory.too_much = False
        st.error(words.TOO_MUCH_ADDED)
    elif memory.away:
        st.error(words.STORE_AWAY)
    elif memory.lost_at is not None:
        if memory.lost_at[0] == _step(attempt):
            st.info(words.CONNECTION_LOST)
        else:
            memory.lost_at = None


def _step(attempt: Attempt | None) -> _Step | None:
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
