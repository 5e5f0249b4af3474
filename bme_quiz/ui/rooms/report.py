"""Report page of a session that is over."""

from __future__ import annotations

import streamlit as st

from bme_quiz.rules.rooms.figures import RoomReport
from bme_quiz.rules.rooms.room import Room
from bme_quiz.ui.rooms import report_pieces
from bme_quiz.ui.shell import dependencies


def show_report(report: RoomReport, room: Room) -> None:
    """Draw a session's report, with its download and a print of one page.

    Its day is the one on which the session began where this browser is.
    """
    day = room.started_at.astimezone(dependencies.time_zone()).date()
    st.html(report_pieces.report(report, room.id, day, dependencies.addresses()))
