"""Start page: one tap for the default quiz, or a choice."""

from __future__ import annotations

import streamlit as st

from bme_quiz.content.bank import ESSENTIALS, Audience
from bme_quiz.rules.wording import counted
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.quiz import (
    COUNTS,
    DEFAULT_COUNT,
    EVERY_QUESTION,
    Choice,
    Quiz,
    SetStanding,
    Standing,
)
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.cards import links
from bme_quiz.ui.shell import article_pieces, dependencies, session_recovery, unkept, words
from bme_quiz.ui.shell.safe import label

_WANTED = "start-page-wanted"
_SECTIONS, _COUNT, _AUDIENCE = "choice-sections", "choice-count", "choice-audience"
_WHICH = "choice-which"
_DRAW = ""
"""In the choice of questions: no set."""
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
    offered = _offered(quiz, learner, standing)
    st.html(
        article_pieces.welcome(
            course.article.title, len(course.questions), DEFAULT_COUNT, _titled(quiz, offered)
        )
    )
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
            args=(_begin_chosen, quiz, learner, latest_id, ESSENTIALS if offered else _DRAW),
            width="stretch",
        )
    if not standing.is_new:
        _offer_missed(quiz, learner, latest_id)
        links.say_due(dependencies.cards(), learner)
    if st.session_state.pop(_EMPTY, False):
        st.warning(words.NO_QUESTIONS)
    _choices(quiz, offered)
    addresses = dependencies.addresses()
    st.html(
        article_pieces.ways_into(course.sections_to_read, addresses)
        + article_pieces.join_link(addresses)
    )
    _tell_author(course)


def _tell_author(course: Course) -> None:
    if course.held and dependencies.is_author():
        st.warning(words.COURSE_HELD)
        st.text(course.held)
    if course.problems:
        count = len({p.id or p.place for p in course.problems})
        with st.expander(f"For the author: {count} to mend in the course's files"):
            st.html(article_pieces.author_notice(course.problems))


def _offered(quiz: Quiz, learner: str, standing: Standing) -> SetStanding | None:
    """Where the learner stands in the essentials, as long as they are what one tap starts.

    They come first for whoever has not been through them, students aside.
    """
    audience = _chosen_audience()
    total = len(quiz.course.set_for(ESSENTIALS, audience))
    if not total or audience is Audience.STUDENT:
        return None
    if standing.is_new:
        return SetStanding(total, total, is_through=False)
    try:
        found = quiz.set_standing(learner, ESSENTIALS, audience)
    except StorageError:
        return None  # Whatever is pressed next says so.
    return None if found.is_through else found


def _titled(quiz: Quiz, offered: SetStanding | None) -> tuple[str, SetStanding] | None:
    return None if offered is None else (quiz.course.identity.set_title(ESSENTIALS), offered)


def _chosen_audience() -> Audience:
    return Audience(st.session_state.get(_AUDIENCE, Audience.BOTH))


def _choices(quiz: Quiz, offered: SetStanding | None) -> None:
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
    if quiz.course.sets:
        _ask_who(react=True)
        _ask_which(quiz, offered)
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
        "Number of questions in a draw" if quiz.course.sets else "Number of questions",
        [*COUNTS, EVERY_QUESTION],
        index=COUNTS.index(DEFAULT_COUNT),
        format_func=lambda n: "All" if n == EVERY_QUESTION else str(n),
        horizontal=True,
        key=_COUNT,
        on_change="ignore",
    )
    if not quiz.course.sets:
        _ask_who(react=False)


def _ask_who(*, react: bool) -> None:
    """Whom the quiz is for.

    Args:
        react: whether the page follows at once, since the choice of questions goes by it.
    """
    st.radio(
        "Who are you?",
        list(_AUDIENCES),
        format_func=lambda audience: _AUDIENCES[audience],
        horizontal=True,
        key=_AUDIENCE,
        on_change=None if react else "ignore",
    )


def _ask_which(quiz: Quiz, offered: SetStanding | None) -> None:
    """A set, or a draw."""
    course, audience = quiz.course, _chosen_audience()
    labels = {_DRAW: "A draw from the sections below"}
    for name in course.sets:
        if count := len(course.set_for(name, audience)):
            title = course.identity.set_title(name)
            labels[name] = f"{title}: {counted(count, 'question')}, in order"
    options = [*(name for name in labels if name != _DRAW), _DRAW]
    st.radio(
        "Which questions?",
        options,
        index=options.index(_DRAW) if offered is None else options.index(ESSENTIALS),
        format_func=lambda name: label(labels[name]),
        # What stands first goes by the audience: a choice made for another is not carried over.
        key=_which_key(),
        on_change="ignore",
    )


def _which_key() -> str:
    return f"{_WHICH}-{_chosen_audience()}"


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


def _begin_chosen(
    quiz: Quiz, learner: str, latest_when_shown: str | None, which_at_first: str
) -> None:
    """Start what was chosen, once: a second quick click finds an attempt already begun."""
    if _latest_id(quiz, learner) != latest_when_shown:
        st.session_state[_WANTED] = False
        return
    state = st.session_state
    sections = tuple(state.get(_SECTIONS, ()))
    which = state.get(_which_key(), which_at_first)
    begin(
        quiz,
        learner,
        Choice(
            sections=sections,
            count=state.get(_COUNT, DEFAULT_COUNT),
            audience=_chosen_audience(),
            # Whoever chooses sections wants those.
            set_name="" if sections or which == _DRAW else which,
        ),
    )


def _latest_id(quiz: Quiz, learner: str) -> str | None:
    latest = quiz.current(learner)
    return latest.id if latest else None
