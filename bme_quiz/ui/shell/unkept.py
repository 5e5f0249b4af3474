"""Notice for browsers that refuse cookies, before the first answer."""

from __future__ import annotations

import streamlit as st

from bme_quiz.ui.shell import dependencies, words

_SAID = "unkept-said"


def say() -> None:
    """Say that answers will not be kept, where a quiz or a day's cards begin."""
    if dependencies.kept_learner() is None:
        st.info(words.NO_COOKIE)
        st.session_state[_SAID] = True


def say_unless_said() -> None:
    """Say so at a question that was come to without a page that says it, from the article."""
    if not st.session_state.get(_SAID) and dependencies.kept_learner() is None:
        st.info(words.NO_COOKIE)
