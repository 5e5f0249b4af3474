"""*Check a bank* page as Streamlit runs it, for authors."""

import streamlit as st

from bme_quiz.content.course import read_course
from bme_quiz.services.settings import read_settings
from bme_quiz.ui.authoring import bank_check
from bme_quiz.ui.shell import article_pieces, dependencies, words

st.title(words.PAGE_CHECK, anchor=False)
if dependencies.may_check_banks():
    bank_check.show(read_course(read_settings().questions))
else:
    st.html(article_pieces.check_closed(dependencies.addresses()))
