"""Help page as Streamlit runs it: the course's section on when to get help, by itself."""

import streamlit as st

from bme_quiz.ui.shell import article_pieces, dependencies, words

course = dependencies.course()

st.title(words.PAGE_HELP, anchor=False)
# A course without one has no such page either; this run may have begun before an edit.
if course.help_section is not None:
    addresses = dependencies.addresses()
    st.html(article_pieces.section_alone(course.help_section, course.terms, addresses))
