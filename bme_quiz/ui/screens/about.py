"""About page as Streamlit runs it: what this is, how it marks, who reviewed it."""

import streamlit as st

from bme_quiz.rules.quiz.marking import RULE_IN_WORDS
from bme_quiz.services.authoring.publishing import edition_in_words
from bme_quiz.ui.shell import article_pieces, dependencies, words

course = dependencies.course()

st.title(words.PAGE_ABOUT, anchor=False)
st.html(
    article_pieces.about(
        course.article.head,
        len(course.questions),
        RULE_IN_WORDS,
        dependencies.addresses(),
        edition=edition_in_words(course.folder),
        licence=article_pieces.LICENCE if course.stated is None else course.identity.licence,
    )
)
