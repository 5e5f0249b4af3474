"""An answered question, explained from the article."""

from __future__ import annotations

import streamlit as st

from bme_quiz.rules.attempt import Attempt
from bme_quiz.services.quiz import Quiz
from bme_quiz.services.views import explained_view
from bme_quiz.ui import pieces, words


def show(quiz: Quiz, learner: str, attempt: Attempt) -> None:
    """Draw the explanation and the way on."""
    view = explained_view(quiz.course, attempt, attempt.responses[-1])
    st.html(
        pieces.progress(view)
        + pieces.explanation(view, quiz.course.terms, f"article#{view.section.id}")
    )
    move_on = {"on_click": quiz.move_on, "args": (learner, attempt.id, view.turn)}
    see_results = {"on_click": quiz.end, "args": (learner, attempt.id)}
    step = f"{attempt.id}-{view.turn.question_id}-{view.turn.try_number}"
    with st.container(key="primary-action"):
        if view.is_last:
            st.button(
                words.SEE_RESULTS, type="primary", key=f"end-{step}", width="stretch", **see_results
            )
            return
        st.button(
            words.NEXT_QUESTION, type="primary", key=f"next-{step}", width="stretch", **move_on
        )
    if view.all_asked:
        # What is left are missed questions coming back: helpful, but nobody is kept here.
        st.button(words.SEE_RESULTS, key=f"end-{step}", width="stretch", **see_results)
