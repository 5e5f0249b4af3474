"""A page with nothing but a long report, for the tests of how it looks and prints."""

import streamlit as st

from bme_quiz.rules.rooms.room import Kind
from bme_quiz.services.course import load_course
from bme_quiz.services.settings import read_settings
from bme_quiz.ui.rooms.report import show_report
from tests.support.room_reports import long_session, room_of

kind = Kind(st.query_params["kind"])
st.set_page_config(page_title="Session · BME Quiz")
st.title("A session in a room", anchor=False)
st.button("Start a session")
people = int(st.query_params["people"])
count = int(st.query_params["count"])
report = long_session(load_course(read_settings().questions), kind, people, count)
show_report(report, room_of(kind))
