"""Educator's start page: the sessions there are, and a form for a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from bme_quiz.content.bank import Audience
from bme_quiz.rules.rooms.room import Kind, Room
from bme_quiz.rules.wording import counted, near_moment
from bme_quiz.services.quiz.quiz import COUNTS, DEFAULT_COUNT, EVERY_QUESTION, Choice
from bme_quiz.services.rooms.report import has_report
from bme_quiz.services.rooms.rooms import MOST_QUESTIONS, Rooms
from bme_quiz.ui.rooms import actions, pieces
from bme_quiz.ui.rooms.address import phones_can_come
from bme_quiz.ui.shell import dependencies, words
from bme_quiz.ui.shell.safe import label

SESSION = "session"
"""The name of the session's id in the page's address."""
LISTED_FOR = timedelta(days=7)
MOST_LISTED = 30

_KIND, _SECTIONS, _COUNT, _AUDIENCE = (
    *("session-kind", "session-sections"),
    *("session-count", "session-audience"),
)
_FORM, _EMPTY = "session-form", "session-empty"
_WHICH, _DRAW = "session-which", ""

# The first is what a form begins with: a mixed group also gets questions about drugs and scans
# that patients have never heard of.
_AUDIENCES = {
    Audience.PATIENT: ("Patients and relatives", "Nothing that is for students only."),
    Audience.BOTH: ("A mixed group", "Also gets the questions for students."),
    Audience.STUDENT: ("Students", "Nothing that is for patients only."),
}


def recent(rooms: Rooms) -> tuple[Room, ...]:
    """The sessions of the last days, the latest first.

    Raises:
        StorageError: the database cannot be used now.
    """
    return rooms.recent(LISTED_FOR)[:MOST_LISTED]


def show(rooms: Rooms, found: Sequence[Room], *, missing: bool) -> None:
    """Draw the form and the list.

    Args:
        found: the sessions to list.
        missing: the address names a session that is not there.
    """
    st.html(pieces.title("Lead a session", "sessions"))
    if missing:
        st.info(words.NO_SUCH_SESSION)
    if not phones_can_come():
        st.info(words.NO_PHONES_YET)
    under_way = [room for room in found if not has_report(rooms, room)]
    if under_way:
        _list("Under way", under_way, words.SESSION_GO_ON, over=False)
        st.html(pieces.subheading("A new session"))
    _form(rooms)
    over = [room for room in found if has_report(rooms, room)]
    if over:
        _list("Over, in the last seven days", over, words.SEE_REPORT, over=True)
    st.html(pieces.leave(dependencies.addresses()))


def offer_all_sessions() -> None:
    """A way back to this page."""
    st.button(words.ALL_SESSIONS, key="all-sessions", on_click=_close)


def _form(rooms: Rooms) -> None:
    st.radio(
        "What kind of session?",
        list(Kind),
        format_func=words.SESSION_KINDS.__getitem__,
        captions=list(pieces.PURPOSES.values()),
        key=_KIND,
        on_change="ignore",
    )
    if rooms.course.sets:
        _ask_which(rooms)
    titles = {s.id: s.title for s in rooms.course.sections_with_questions}
    st.multiselect(
        "Sections",
        list(titles),
        format_func=titles.__getitem__,
        placeholder="All sections",
        key=_SECTIONS,
        on_change="ignore",
    )
    st.radio(
        "Number of questions",
        [*COUNTS, EVERY_QUESTION],
        index=0,
        format_func=lambda n: f"Up to {MOST_QUESTIONS}" if n == EVERY_QUESTION else str(n),
        horizontal=True,
        key=_COUNT,
        on_change="ignore",
    )
    st.radio(
        "Who is it for?",
        list(_AUDIENCES),
        format_func=lambda audience: _AUDIENCES[audience][0],
        captions=[caption for _, caption in _AUDIENCES.values()],
        key=_AUDIENCE,
        on_change="ignore",
    )
    with st.container(key="primary-action"):
        if actions.failed():
            st.error(words.SESSION_NOT_MOVED)
        if st.session_state.pop(_EMPTY, False):
            st.warning(words.NO_SESSION_QUESTIONS)
        st.button(
            words.START_SESSION,
            type="primary",
            width="stretch",
            on_click=actions.act,
            args=(_start, rooms, st.session_state.setdefault(_FORM, 0)),
        )


def _ask_which(rooms: Rooms) -> None:
    """A set, the essentials before others, or a draw."""
    course = rooms.course
    labels = {
        name: f"{course.identity.set_title(name)}: {counted(len(found), 'question')}, in order"
        for name, found in course.sets.items()
    }
    captions = ["The first of them, as many as you choose below."] * len(labels)
    labels[_DRAW] = "A draw"
    st.radio(
        "Which questions?",
        list(labels),
        format_func=lambda name: label(labels[name]),
        captions=[*captions, "From all sections, or from those you choose below."],
        key=_WHICH,
        on_change="ignore",
    )


def _start(rooms: Rooms, form: int) -> None:
    """Start what was chosen, once: a second quick click finds another form."""
    state = st.session_state
    if state.get(_FORM) != form:
        return
    sections = tuple(state.get(_SECTIONS, ()))
    choice = Choice(
        sections=sections,
        # Whoever chooses sections wants those.
        set_name="" if sections else state.get(_WHICH, _DRAW),
        count=state.get(_COUNT, DEFAULT_COUNT),
        audience=state.get(_AUDIENCE, Audience.PATIENT),
    )
    room = rooms.start(state.get(_KIND, Kind.DISCUSS), choice)
    if room is None:
        state[_EMPTY] = True
        return
    state[_FORM] = form + 1
    _open(room.id)


def _list(title: str, found: Sequence[Room], button: str, *, over: bool) -> None:
    st.html(pieces.subheading(title))
    for room in found:
        with st.container(horizontal=True, vertical_alignment="center", key=f"listed-{room.id}"):
            st.html(pieces.listed(room, _when(room.started_at), over))
            st.button(button, key=f"open-{room.id}", on_click=_open, args=(room.id,))


def _when(moment: datetime) -> str:
    return near_moment(moment.astimezone(dependencies.time_zone()))


def _open(room_id: str) -> None:
    st.query_params[SESSION] = room_id


def _close() -> None:
    st.query_params.clear()
