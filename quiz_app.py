"""The app's front door: ``streamlit run quiz_app.py`` and ``uvicorn quiz_app:app`` work."""

import streamlit as st

from bme_quiz.content.problems import ContentError
from bme_quiz.server.http.app import SCRIPT, app_parts

try:
    app = st.App(SCRIPT, **app_parts())
except ContentError as error:
    raise SystemExit(f"bme-quiz: {error}") from None
