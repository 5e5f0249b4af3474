"""Projector page: a session under way, and the educator's buttons."""

from __future__ import annotations

import logging
from datetime import timedelta

import streamlit as st

from bme_quiz.content.problems import ContentError
from bme_quiz.routes import Addresses
from bme_quiz.rules.rooms.room import Room, Stage
from bme_quiz.services.rooms.projector_view import BoardView, board_view
from bme_quiz.services.rooms.report import has_report
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.rooms import actions, pieces
from bme_quiz.ui.rooms.address import phones_addresses
from bme_quiz.ui.shell import dependencies, words

_LOG = logging.getLogger("bme_quiz")

# A move of another laptop shows within this time, and so does an answer. Not as text: to read
# that, Streamlit loads pandas.
_LOOK_EVERY = timedelta(seconds=1)
_END_ASKED, _COUNTED = "session-end-asked", "session-counted"
_WITH_A_SLIDE = (Stage.LOBBY, Stage.FORM, Stage.PRACTICE)
"""Stages whose numbers stand in the middle of the page, not beside the buttons."""


def show(rooms: Rooms, room: Room, view: BoardView, *, away: bool) -> None:
    """Draw the session.

    Args:
        away: the database does not answer; the session is drawn as it was last known.
    """
    phones = phones_addresses()
    with st.container(key="board"):
        st.html(pieces.heading(room, view) + _body(rooms, room, view, phones))
        if view.stage in _WITH_A_SLIDE:
            _counts(room.id, view, away)
    with st.container(key="lectern"):
        st.html(pieces.lost())
        if actions.failed():
            st.error(words.SESSION_NOT_MOVED)
        elif away:
            st.error(words.SESSION_AWAY)
        with st.container(
            key="lectern-row",
            horizontal=True,
            horizontal_alignment="right",
            vertical_alignment="center",
        ):
            if view.stage not in _WITH_A_SLIDE:
                _counts(room.id, view, away)
            _buttons(rooms, room)
        with st.container(key="lectern-notes", horizontal=True, vertical_alignment="center"):
            if view.stage is not Stage.LOBBY:
                st.html(pieces.way_in_line(room, phones))
            if _asks_to_end(room):
                st.html(pieces.way_back())
            else:
                st.html(pieces.keys(_following(room), view.stage is Stage.REVEALED))


def _body(rooms: Rooms, room: Room, view: BoardView, phones: Addresses) -> str:
    if view.stage is Stage.LOBBY:
        return pieces.ways_in(room, phones, large=True)
    if view.stage is Stage.ASKING:
        return pieces.asked(view, dependencies.addresses())
    if view.stage is Stage.REVEALED:
        return pieces.revealed(view, rooms.course.terms, dependencies.addresses())
    slide = pieces.what_to_do(view)
    if view.stage is Stage.TALK:
        return slide
    return slide + pieces.ways_in(room, phones, large=False)


@st.fragment(run_every=_LOOK_EVERY)
def _counts(room_id: str, view: BoardView, away: bool) -> None:
    """The numbers, every second; and a look whether another laptop has moved the session.

    A tick draws only this. The page it belongs to stays where it is, with the focus on it.
    """
    try:
        rooms = dependencies.rooms()
        room = rooms.room(room_id) if dependencies.is_educator() else None
        if room is None or room.step != view.step or has_report(rooms, room) or away:
            st.rerun()
        if view.stage is not Stage.REVEALED:
            view = board_view(rooms, room)
            st.session_state[_COUNTED] = view
    except (StorageError, ContentError) as error:
        _LOG.warning("a session's numbers cannot be read: %s", error)
        counted = st.session_state.get(_COUNTED)
        view = counted if counted is not None and counted.step == view.step else view
    st.html(pieces.counts(view))


def _buttons(rooms: Rooms, room: Room) -> None:
    following = _following(room)
    if _asks_to_end(room):
        st.html(pieces.end_question(room, words.END_QUESTION))
        st.button(
            words.END_NOW,
            key="end-now",
            on_click=actions.act,
            args=(_end, rooms, room.id),
        )
        st.button(words.NOT_YET, key="not-yet", type="primary", on_click=_ask_no_more)
        return
    # Asked once more where people may be in the middle of it; not after the last answer.
    asks_first = following == words.END_SESSION and room.phase.takes_answers
    if following == words.END_SESSION and not asks_first:
        st.html(pieces.what_the_end_brings())
    with st.container(key="primary-action", width="content"):
        st.button(
            following,
            type="primary",
            key=f"go-on-{room.step}",
            on_click=_ask if asks_first else actions.act,
            args=(room.id, room.step) if asks_first else (rooms.go_on, room.id, room.step),
        )
    if following != words.END_SESSION:
        st.button(
            words.END_SESSION,
            key="end",
            type="tertiary",
            on_click=_ask,
            args=(room.id, room.step),
        )


def _following(room: Room) -> str:
    """The words for the step that follows."""
    here, there = room.phase.stage, room.following
    if there is None or there.stage is Stage.ENDED:
        return words.END_SESSION
    if there.stage is Stage.TALK:
        return words.CLOSE_ANSWERS
    if here is Stage.REVEALED:
        return words.NEXT_QUESTION
    return words.REVEAL_ANSWER if there.stage is Stage.REVEALED else words.OPEN_ANSWERS


def _asks_to_end(room: Room) -> bool:
    """Whether the buttons are those of the question if the session is to end."""
    return bool(st.session_state.get(_END_ASKED) == (room.id, room.step))


def _ask(room_id: str, step: int) -> None:
    st.session_state[_END_ASKED] = (room_id, step)


def _ask_no_more() -> None:
    st.session_state.pop(_END_ASKED, None)


def _end(rooms: Rooms, room_id: str) -> None:
    rooms.end(room_id)
    _ask_no_more()
