"""The script that Streamlit runs for every page: navigation, the page, the footer."""

from pathlib import Path

import streamlit as st

from bme_quiz.content.problems import ContentError
from bme_quiz.ui import article_pieces, words
from bme_quiz.ui.faults import show_no_course

# Not named "pages": Streamlit takes a folder of that name beside this script for an app of its
# older kind, and runs the files in it without this script.
SCREENS = Path(__file__).parent / "screens"

pages = [
    st.Page(SCREENS / "quiz.py", title=words.PAGE_QUIZ, default=True),
    st.Page(SCREENS / "cards.py", title=words.PAGE_CARDS, url_path="cards"),
    st.Page(SCREENS / "article.py", title=words.PAGE_ARTICLE, url_path="article"),
    st.Page(SCREENS / "progress.py", title=words.PAGE_PROGRESS, url_path="progress"),
    st.Page(SCREENS / "get_help.py", title=words.PAGE_HELP, url_path="help"),
    st.Page(SCREENS / "about.py", title=words.PAGE_ABOUT, url_path="about"),
]
for_authors = st.Page(SCREENS / "check.py", title=words.PAGE_CHECK, url_path="check")
for_educators = st.Page(SCREENS / "session.py", title=words.PAGE_SESSION, url_path="session")
page = st.navigation([*pages, for_authors, for_educators], position="hidden")
st.set_page_config(page_title=f"{page.title} · BME Quiz", page_icon="🦴", layout="centered")

# Streamlit folds its own navigation into a menu on phones; help must be one tap away there too.
with st.container(horizontal=True, key="nav"):
    for place in pages:
        st.page_link(place)

try:
    page.run()
except ContentError as error:
    show_no_course(error)
st.html(article_pieces.footer())
if page.url_path == "about":
    st.page_link(for_authors, label=f"For authors: {words.PAGE_CHECK.lower()}")
    st.html(article_pieces.educators_link())
