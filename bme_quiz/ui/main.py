"""The script that Streamlit runs for every page: navigation, the page, the footer."""

import streamlit as st

from bme_quiz.content.problems import ContentError
from bme_quiz.ui import article_pieces, navigation, words
from bme_quiz.ui.faults import show_no_course

pages = navigation.pages()
page = st.navigation(list(pages.values()), position="hidden")
st.set_page_config(page_title=f"{page.title} · BME Quiz", page_icon="🦴", layout="centered")

# Streamlit folds its own navigation into a menu on phones; help must be one tap away there too.
with st.container(horizontal=True, key="nav"):
    for screen in navigation.SCREENS:
        if screen.in_navigation:
            st.page_link(pages[screen.address])

try:
    page.run()
except ContentError as error:
    show_no_course(error)
st.html(article_pieces.footer())
if page.url_path == "about":
    st.page_link(pages["check"], label=f"For authors: {words.PAGE_CHECK.lower()}")
    st.html(article_pieces.educators_link())
