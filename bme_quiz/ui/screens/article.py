"""Article page as Streamlit runs it: contents, sections with a quiz each, sources."""

import streamlit as st

from bme_quiz.ui.quiz import section_quiz
from bme_quiz.ui.shell import article_pieces, dependencies
from bme_quiz.ui.shell.safe import label

quiz = dependencies.quiz()
learner = dependencies.learner()
article = quiz.course.article
addresses = dependencies.addresses()
with_questions = {section.id for section in quiz.course.sections_with_questions}

section_quiz.go_if_started()
st.title(label(article.title), anchor=False)
st.html(
    article_pieces.article_head(article.head, addresses) + article_pieces.contents(article.sections)
)
for section in article.sections:
    st.html(article_pieces.article_section(section, quiz.course.terms, addresses))
    if section.id in with_questions:
        section_quiz.offer(quiz, learner, section.id)
st.html(article_pieces.all_sources(article.sources))
