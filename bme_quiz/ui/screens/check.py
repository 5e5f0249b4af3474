"""Check a bank: for authors."""

import streamlit as st

from bme_quiz.content.course import read_course
from bme_quiz.services.settings import read_settings
from bme_quiz.ui import article_pieces, checking, wiring, words

st.title(words.PAGE_CHECK, anchor=False)
if wiring.may_check_banks():
    checking.show(read_course(read_settings().questions))
else:
    st.html(article_pieces.check_closed())
