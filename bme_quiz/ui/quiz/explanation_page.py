"""Explanation page of the quiz: an answered question, option by option, with its passage."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from bme_quiz.rules.quiz.attempt import Attempt
from bme_quiz.services.quiz.quiz import Quiz
from bme_quiz.services.quiz.views import explained_view
from bme_quiz.ui.cards import links
from bme_quiz.ui.quiz import pieces
from bme_quiz.ui.shell import dependencies, session_recovery, words


def show(quiz: Quiz, learner: str, attempt: Attempt) -> None:
    """Draw the explanation and the way on."""
    view = explained_view(quiz.course, attempt, attempt.responses[-1])
    st.html(
        pieces.progress(view)
        + pieces.explanation(view, quiz.course.terms, dependencies.addresses())
    )
    step = f"{attempt.id}-{view.turn.question_id}-{view.turn.try_number}"
    if view.mark < 1.0:
        links.offer_card(dependencies.cards(), learner, view.turn.question_id)
    with st.container(key="primary-action"):
        session_recovery.say(attempt)
        if view.is_last:
            _see_results(quiz, learner, attempt, "primary")
            return
        st.button(
            words.NEXT_QUESTION,
            type="primary",
            key=f"next-{step}",
            on_click=session_recovery.step,
            args=(quiz.move_on, learner, attempt.id, view.turn),
            width="stretch",
        )
    if view.all_asked:
        # What is left are missed questions coming back: helpful, but nobody is kept here.
        _see_results(quiz, learner, attempt, "secondary")


def _see_results(
    quiz: Quiz, learner: str, attempt: Attempt, kind: Literal["primary", "secondary"]
) -> None:
    st.button(
        words.SEE_RESULTS,
        type=kind,
        key=f"end-{attempt.id}-{len(attempt.responses)}",
        on_click=session_recovery.step,
        args=(quiz.end, learner, attempt.id),
        width="stretch",
    )
