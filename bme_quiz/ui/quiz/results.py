"""Results page of an attempt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Literal

import streamlit as st

from bme_quiz.rules.quiz.attempt import Attempt
from bme_quiz.services.quiz.quiz import Quiz
from bme_quiz.services.quiz.views import results_view
from bme_quiz.ui.quiz import result_pieces, start
from bme_quiz.ui.shell import dependencies, session_recovery, words


def show(quiz: Quiz, learner: str, attempt: Attempt) -> None:
    """Draw the results and what can be done next."""
    view = results_view(quiz.course, attempt)
    st.html(result_pieces.score(view))
    with st.container(key="result-actions"):
        session_recovery.say(attempt)
        # The first is the one that is likeliest to be wanted: "Stop here" may have been a slip.
        kinds: Iterator[Literal["primary", "secondary"]] = chain(["primary"], repeat("secondary"))
        name, of = attempt.id, (learner, attempt.id)
        if view.can_go_on:
            _button(words.GO_ON, next(kinds), f"take-up-{name}", quiz.take_up, *of)
        if view.can_retry:
            _button(words.RETRY_MISSED, next(kinds), f"retry-{name}", quiz.retry_missed, learner)
        _new_quiz(attempt, next(kinds))
    if view.answered:
        st.html(
            result_pieces.section_bars(view.sections)
            # After a pretest the keys stay hidden: the same questions come again.
            + (
                result_pieces.review(view.reviews, dependencies.addresses())
                if attempt.preset.explains_at_end
                else ""
            )
        )


def _button(
    label: str,
    kind: Literal["primary", "secondary"],
    key: str,
    action: Callable[..., object],
    *arguments: str,
) -> None:
    st.button(
        label,
        type=kind,
        key=key,
        on_click=session_recovery.act,
        args=(action, *arguments),
        width="stretch",
    )


def _new_quiz(attempt: Attempt, kind: Literal["primary", "secondary"]) -> None:
    st.button(
        words.NEW_QUIZ,
        type=kind,
        key=f"new-{attempt.id}",
        on_click=start.ask_for_start_page,
        width="stretch",
    )
