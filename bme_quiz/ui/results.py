"""The results of an attempt."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from bme_quiz.rules.attempt import Attempt
from bme_quiz.services.quiz import Quiz
from bme_quiz.services.views import results_view
from bme_quiz.ui import restoring, result_pieces, start, words


def show(quiz: Quiz, learner: str, attempt: Attempt) -> None:
    """Draw the results and what can be done next."""
    view = results_view(quiz.course, attempt)
    st.html(result_pieces.score(view))
    with st.container(key="result-actions"):
        restoring.say(attempt)
        if view.missed:
            st.button(
                words.RETRY_MISSED,
                type="primary",
                key=f"retry-{attempt.id}",
                on_click=restoring.act,
                args=(quiz.retry_missed, learner),
                width="stretch",
            )
        else:
            _new_quiz(attempt, "primary")
    if view.can_go_on:
        st.button(
            words.GO_ON,
            key=f"take-up-{attempt.id}",
            on_click=restoring.act,
            args=(quiz.take_up, learner, attempt.id),
            width="stretch",
        )
    if view.missed:
        _new_quiz(attempt, "secondary")
    if view.answered:
        st.html(
            result_pieces.section_bars(view.sections)
            # After a pretest the keys stay hidden: the same questions come again.
            + (result_pieces.review(view.reviews) if attempt.preset.explains_at_end else "")
        )


def _new_quiz(attempt: Attempt, kind: Literal["primary", "secondary"]) -> None:
    st.button(
        words.NEW_QUIZ,
        type=kind,
        key=f"new-{attempt.id}",
        on_click=start.ask_for_start_page,
        width="stretch",
    )
