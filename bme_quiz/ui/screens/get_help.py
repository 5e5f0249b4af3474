"""When to get help: the article's safety section by itself, one tap from everywhere."""

import streamlit as st

from bme_quiz.ui import article_pieces, wiring, words

course = wiring.course()

st.title(words.PAGE_HELP, anchor=False)
section = course.article.section("when-to-get-help")
if section is None:
    st.warning("This course has no section on when to get help. Ask a clinician.")
else:
    st.html(article_pieces.section_alone(section, course.terms))
