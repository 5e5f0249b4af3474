"""The results of an attempt."""

from __future__ import annotations

import streamlit as st

from bme_quiz.rules.attempt import Attempt
from bme_quiz.services.quiz import Quiz
from bme_quiz.services.views import results_view
from bme_quiz.ui import pieces, start, words


def show(quiz: Quiz, learner: str, attempt: Attempt) -> None:
    """Draw the results and what can be done next."""
    view = results_view(quiz.course, attempt)
    st.html(pieces.score(view))
    with st.container(key="primary-action"):
        if view.missed:
            st.button(
                words.RETRY_MISSED,
                type="primary",
                key=f"retry-{attempt.id}",
                on_click=quiz.retry_missed,
                args=(learner,),
                width="stretch",
            )
        else:
            _new_quiz(attempt, "primary")
    if view.missed:
        _new_quiz(attempt, "secondary")
    if view.answered:
        st.html(pieces.section_bars(view.sections) + pieces.review(view.reviews))


def _new_quiz(attempt: Attempt, kind: str) -> None:
    st.button(
        words.NEW_QUIZ,
        type=kind,  # type: ignore[arg-type] # Streamlit wants the literal itself
        key=f"new-{attempt.id}",
        on_click=start.ask_for_start_page,
        width="stretch",
    )
