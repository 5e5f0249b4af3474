"""Script that Streamlit runs for every page: navigation, the page, the footer."""

import streamlit as st

from bme_quiz.content.problems import ContentError
from bme_quiz.routes import ABOUT, CHECK
from bme_quiz.services.course import Course
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.shell import article_pieces, dependencies, navigation, words
from bme_quiz.ui.shell.faults import show_away, show_no_course

course: Course | None
try:
    course = dependencies.course()
except ContentError:
    course = None
screens = navigation.screens(course)
pages = navigation.pages(screens)
page = st.navigation(list(pages.values()), position="hidden")
st.set_page_config(
    page_title=f"{page.title} · {course.identity.title if course else words.PROGRAM}",
    page_icon="🦴",
    layout="centered",
)

# Streamlit folds its own navigation into a menu on phones; help must be one tap away there too.
with st.container(horizontal=True, key="nav"):
    for screen in screens:
        if screen.in_navigation:
            st.page_link(pages[screen.endpoint])

try:
    page.run()
except ContentError as error:
    show_no_course(error)
except StorageError as error:
    show_away(error)
st.html(article_pieces.footer())
if page.url_path == ABOUT.name:
    st.page_link(pages[CHECK], label=f"For authors: {words.PAGE_CHECK.lower()}")
    st.html(article_pieces.educators_link(dependencies.addresses()))
