"""Question page of the quiz: a question being asked."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from bme_quiz.content.bank import QuestionType
from bme_quiz.rules.quiz.attempt import Attempt, Turn
from bme_quiz.services.quiz.quiz import NothingChosenError, Quiz, Standing
from bme_quiz.services.quiz.views import AskedView, asked_view
from bme_quiz.ui.quiz import pieces
from bme_quiz.ui.shell import dependencies, session_recovery, unkept, words
from bme_quiz.ui.shell.safe import label

_NOTHING = "nothing-chosen"
_SHOWN = "question-shown"


def show(quiz: Quiz, learner: str, attempt: Attempt) -> None:
    """Draw the question; nothing of its key is in what is sent."""
    view = asked_view(quiz.course, attempt)
    if not attempt.responses:
        unkept.say_unless_said()
    st.html(pieces.progress(view))
    with st.container(key="options"):
        draw_options(view)
    _remember_when_shown(view)
    with st.container(key="primary-action"):
        session_recovery.say(attempt)
        # Above the button and stuck to it: below, a small screen would not show it.
        if st.session_state.pop(_NOTHING, None) == _key(view):
            st.warning(words.NOTHING_CHOSEN)
        st.button(
            words.CHECK_ANSWER,
            type="primary",
            key=f"check-{_key(view)}",
            on_click=session_recovery.step,
            args=(_check, learner, view, quiz),
            width="stretch",
        )
    with st.container(horizontal=True, key="aside"):
        if view.hint:
            st.html(pieces.hint(view.hint))
        st.button(
            words.STOP_HERE,
            type="tertiary",
            on_click=session_recovery.step,
            args=(quiz.end, learner, attempt.id),
        )


def draw_options(view: AskedView) -> None:
    """The stem and the options, as radio buttons or check boxes."""
    key = _key(view)
    if view.type is QuestionType.MULTIPLE:
        st.html(
            pieces.picture(view.picture, dependencies.addresses())
            + pieces.stem(view.stem, words.TICK_ALL)
        )
        # Named by their place on the page: the bank's own letters stay on the server.
        for place, (_, text) in enumerate(view.options):
            st.checkbox(label(text), key=f"answer-{key}-{place}", on_change="ignore")
        return
    texts = dict(view.options)
    if view.picture is not None:
        st.html(pieces.picture(view.picture, dependencies.addresses()))
    st.radio(
        label(view.stem),
        list(texts),
        index=None,
        format_func=lambda letter: label(texts[letter]),
        key=f"answer-{key}",
        on_change="ignore",
        width="stretch",
    )


def _check(
    learner: str, view: AskedView, quiz: Quiz, known: Standing | None = None
) -> Standing | None:
    """Record the answer. Ids come as arguments, values are read now, not a run ago."""
    state = st.session_state
    key = _key(view)
    if view.type is QuestionType.MULTIPLE:
        ticked = [
            letter
            for place, (letter, _) in enumerate(view.options)
            if state.get(f"answer-{key}-{place}")
        ]
    else:
        ticked = [chosen] if (chosen := state.get(f"answer-{key}")) else []
    try:
        return quiz.answer(
            learner, view.attempt_id, view.turn, ticked, _seconds(view.turn), known=known
        )
    except NothingChosenError:
        state[_NOTHING] = key
        return None


def _remember_when_shown(view: AskedView) -> None:
    if st.session_state.get(_SHOWN, (None,))[0] != view.turn:
        st.session_state[_SHOWN] = (view.turn, datetime.now(UTC))


def _seconds(turn: Turn) -> float | None:
    shown_turn, shown_at = st.session_state.get(_SHOWN, (None, None))
    if shown_turn != turn or shown_at is None:
        return None
    return (datetime.now(UTC) - shown_at).total_seconds()


def _key(view: AskedView) -> str:
    """Names the widgets of this turn: used again, a key would carry its answer over."""
    return f"{view.attempt_id}-{view.turn.question_id}-{view.turn.try_number}"
