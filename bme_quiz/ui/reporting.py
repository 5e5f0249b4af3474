"""The report of a session that is over."""

from __future__ import annotations

import streamlit as st

from bme_quiz.rules.room import Room
from bme_quiz.rules.room_report import RoomReport
from bme_quiz.ui import report_pieces


def show_report(report: RoomReport, room: Room) -> None:
    """Draw a session's report, with its download and a print of one page."""
    st.html(report_pieces.report(report, room.id))
