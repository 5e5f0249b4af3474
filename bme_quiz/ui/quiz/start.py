"""Start page: one tap for the default quiz, or a choice."""

from __future__ import annotations

import streamlit as st

from bme_quiz.content.bank import Audience
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.quiz import (
    COUNTS,
    DEFAULT_COUNT,
    EVERY_QUESTION,
    Choice,
    Quiz,
    Standing,
)
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.cards import links
from bme_quiz.ui.shell import article_pieces, dependencies, session_recovery, unkept, words

_WANTED = "start-page-wanted"
_SECTIONS, _COUNT, _AUDIENCE = "choice-sections", "choice-count", "choice-audience"
_EMPTY = "choice-empty"
_OPENED = "choices-opened"

_AUDIENCES = {
    Audience.BOTH: "Either",
    Audience.PATIENT: "A patient or relative",
    Audience.STUDENT: "A student",
}


def wanted() -> bool:
    """Whether the learner asked for a new quiz although an attempt is there."""
    return bool(st.session_state.get(_WANTED))


def ask_for_start_page() -> None:
    """Show the start page at the next run."""
    st.session_state[_WANTED] = True


def begin(quiz: Quiz, learner: str, choice: Choice) -> None:
    """Start an attempt and leave the start page; say so where no question fits."""
    started = quiz.start(learner, choice)
    st.session_state[_EMPTY] = started is None
    st.session_state[_WANTED] = started is None


def show(quiz: Quiz, learner: str, standing: Standing) -> None:
    """Draw the start page for whoever stands there."""
    course = quiz.course
    latest_id = standing.attempt.id if standing.attempt else None
    st.html(article_pieces.welcome(course.article.title, len(course.questions), DEFAULT_COUNT))
    if not course.questions:
        st.warning(words.EMPTY_COURSE)
        _tell_author(course)
        return
    unkept.say()
    with st.container(key="primary-action"):
        session_recovery.say()
        st.button(
            words.START_QUIZ,
            type="primary",
            on_click=session_recovery.act,
            args=(_begin_chosen, quiz, learner, latest_id),
            width="stretch",
        )
    if not standing.is_new:
        _offer_missed(quiz, learner, latest_id)
        links.say_due(dependencies.cards(), learner)
    if st.session_state.pop(_EMPTY, False):
        st.warning(words.NO_QUESTIONS)
    _choices(quiz)
    st.html(article_pieces.join_link(dependencies.addresses()))
    _tell_author(course)


def _tell_author(course: Course) -> None:
    if course.problems:
        count = len({p.id or p.place for p in course.problems})
        with st.expander(f"For the author: {count} to mend in the course's files"):
            st.html(article_pieces.author_notice(course.problems))


def _choices(quiz: Quiz) -> None:
    """The choices, behind a button of our own.

    Streamlit's expander would bring 375 KB of icon font with it, and its body is sent even when
    it is closed.
    """
    opened = bool(st.session_state.get(_OPENED))
    st.button(
        words.CLOSE_CHOICES if opened else words.OPEN_CHOICES,
        key="choices",
        on_click=_toggle_choices,
        width="stretch",
    )
    if not opened:
        return
    titles = {s.id: s.title for s in quiz.course.sections_with_questions}
    st.multiselect(
        "Sections",
        list(titles),
        format_func=lambda section_id: titles[section_id],
        placeholder="All sections",
        key=_SECTIONS,
        on_change="ignore",
    )
    st.radio(
        "Number of questions",
        [*COUNTS, EVERY_QUESTION],
        index=COUNTS.index(DEFAULT_COUNT),
        format_func=lambda n: "All" if n == EVERY_QUESTION else str(n),
        horizontal=True,
        key=_COUNT,
        on_change="ignore",
    )
    st.radio(
        "Who are you?",
        list(_AUDIENCES),
        format_func=lambda audience: _AUDIENCES[audience],
        horizontal=True,
        key=_AUDIENCE,
        on_change="ignore",
    )


def _toggle_choices() -> None:
    st.session_state[_OPENED] = not st.session_state.get(_OPENED)


def _offer_missed(quiz: Quiz, learner: str, latest_id: str | None) -> None:
    """Offer what was missed in earlier sittings."""
    try:
        missed = len(quiz.missed_ever(learner))
    except StorageError:
        return  # Whatever is pressed next says so; this button is only a help.
    if missed:
        st.button(
            f"{words.RETRY_MISSED} ({missed})",
            key="retry-all-missed",
            on_click=session_recovery.act,
            args=(begin_missed, quiz, learner, latest_id),
            width="stretch",
        )


def begin_missed(quiz: Quiz, learner: str, latest_when_shown: str | None) -> None:
    """Start, once, an attempt over what is missed in all sittings, and leave the start page."""
    if _latest_id(quiz, learner) == latest_when_shown:
        quiz.retry_all_missed(learner)
    st.session_state[_WANTED] = False


def _begin_chosen(quiz: Quiz, learner: str, latest_when_shown: str | None) -> None:
    """Start what was chosen, once: a second quick click finds an attempt already begun."""
    if _latest_id(quiz, learner) != latest_when_shown:
        st.session_state[_WANTED] = False
        return
    state = st.session_state
    begin(
        quiz,
        learner,
        Choice(
            sections=tuple(state.get(_SECTIONS, ())),
            count=state.get(_COUNT, DEFAULT_COUNT),
            audience=state.get(_AUDIENCE, Audience.BOTH),
        ),
    )


def _latest_id(quiz: Quiz, learner: str) -> str | None:
    latest = quiz.current(learner)
    return latest.id if latest else None
