"""Button below a section of the article that starts a short quiz on that section."""

from __future__ import annotations

import streamlit as st

from bme_quiz.rules.quiz.attempt import Stage
from bme_quiz.services.quiz.quiz import Choice, Quiz
from bme_quiz.ui.quiz import start
from bme_quiz.ui.shell import session_recovery, words

_ASKED = "section-quiz-asked"
_STARTED = "section-quiz-started"


def go_if_started() -> None:
    """Go to the quiz when a button of this page has started one."""
    if st.session_state.pop(_STARTED, False):
        st.switch_page("screens/quiz.py")


def offer(quiz: Quiz, learner: str, section_id: str) -> None:
    """The button, and the question whether to leave a quiz that is under way."""
    if st.session_state.get(_ASKED) != section_id:
        st.button(
            words.QUIZ_ME,
            key=f"quiz-{section_id}",
            on_click=session_recovery.act,
            args=(_ask_or_begin, quiz, learner, section_id),
        )
        return
    st.warning(words.UNDER_WAY)
    with st.container(horizontal=True):
        st.button(
            words.START_ANYWAY,
            key=f"start-{section_id}",
            type="primary",
            on_click=session_recovery.act,
            args=(_begin, quiz, learner, section_id),
        )
        st.button(words.GO_ON, key=f"go-on-{section_id}", on_click=_go_on)


def _ask_or_begin(quiz: Quiz, learner: str, section_id: str) -> None:
    latest = quiz.current(learner)
    if latest is not None and latest.responses and latest.stage is not Stage.FINISHED:
        st.session_state[_ASKED] = section_id
    else:
        _begin(quiz, learner, section_id)


def _begin(quiz: Quiz, learner: str, section_id: str) -> None:
    st.session_state.pop(_ASKED, None)
    start.begin(quiz, learner, Choice(sections=(section_id,)))
    st.session_state[_STARTED] = True


def _go_on() -> None:
    st.session_state.pop(_ASKED, None)
    st.session_state[_STARTED] = True
