"""Educator's page: who may see it, and which session it is about.

Whatever the session at hand is, it is in the address and in the database, nothing of it in this
Streamlit session: a reload, another laptop or a server started anew carries on.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import streamlit as st

from bme_quiz.rules.rooms.figures import RoomReport
from bme_quiz.rules.rooms.room import Room
from bme_quiz.services.rooms.projector_view import BoardView, board_view
from bme_quiz.services.rooms.report import session_report
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.rooms import pieces, projector, report, start
from bme_quiz.ui.shell import dependencies, words

_LOG = logging.getLogger("bme_quiz")

_KNOWN = "session-known"


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a session stands: what the projector shows, or the report once it is over."""

    room: Room
    shown: BoardView | RoomReport


def show() -> None:
    """Draw the page for whoever is let in, and nothing of it for anybody else."""
    rooms = dependencies.rooms()
    wanted = st.query_params.get(start.SESSION)
    try:
        inside = dependencies.is_educator()
        standing = _standing(rooms, wanted) if inside and wanted else None
        recent = start.recent(rooms) if inside and standing is None else ()
    except StorageError as error:
        _LOG.error("the educator's page cannot be drawn: %s", error)
        _show_known(rooms, wanted)
        return
    st.session_state[_KNOWN] = standing
    if not inside:
        st.html(pieces.door(dependencies.addresses()))
    elif standing is None:
        start.show(rooms, recent, missing=wanted is not None)
    else:
        _show(rooms, standing)


def _standing(rooms: Rooms, room_id: str) -> _Standing | None:
    room = rooms.room(room_id)
    if room is None:
        return None
    report = session_report(rooms, room)
    return _Standing(room, board_view(rooms, room) if report is None else report)


def _show(rooms: Rooms, standing: _Standing, *, away: bool = False) -> None:
    if isinstance(standing.shown, BoardView):
        projector.show(rooms, standing.room, standing.shown, away=away)
    else:
        name = f"session-{standing.room.id}-over"
        st.html(pieces.title("The session is over", name))
        start.offer_all_sessions()
        report.show_report(standing.shown, standing.room)


def _show_known(rooms: Rooms, wanted: str | None) -> None:
    """While the database does not answer, what is on the screen stays there.

    Whoever sees it was let in before; nothing can be done with it, since each action asks again.
    """
    known = st.session_state.get(_KNOWN)
    if isinstance(known, _Standing) and known.room.id == wanted:
        _show(rooms, known, away=True)
        return
    st.error(words.STORE_AWAY)
    st.button(words.TRY_AGAIN, type="primary")
