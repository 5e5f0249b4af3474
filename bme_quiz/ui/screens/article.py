"""The article: contents, sections with a quiz each, sources."""

import streamlit as st

from bme_quiz.ui import article_pieces, section_quiz, wiring
from bme_quiz.ui.safe import label

quiz = wiring.quiz()
learner = wiring.learner()
article = quiz.course.article
with_questions = {section.id for section in quiz.course.sections_with_questions}

section_quiz.go_if_started()
st.title(label(article.title), anchor=False)
st.html(article_pieces.article_head(article.head) + article_pieces.contents(article.sections))
for section in article.sections:
    st.html(article_pieces.article_section(section, quiz.course.terms))
    if section.id in with_questions:
        section_quiz.offer(quiz, learner, section.id)
st.html(article_pieces.all_sources(article.sources))
