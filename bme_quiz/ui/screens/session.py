"""Educator's page as Streamlit runs it: the list of sessions, the projector, the report."""

from bme_quiz.ui.rooms import page

page.show()
