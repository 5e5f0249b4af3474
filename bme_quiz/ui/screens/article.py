"""The article: contents, sections with a quiz each, sources."""

import streamlit as st

from bme_quiz.services.quiz import Choice
from bme_quiz.ui import article_pieces, start, wiring, words
from bme_quiz.ui.safe import label

quiz = wiring.quiz()
article = quiz.course.article
with_questions = {section.id for section in quiz.course.sections_with_questions}

st.title(label(article.title), anchor=False)
st.html(article_pieces.article_head(article.head) + article_pieces.contents(article.sections))
for section in article.sections:
    st.html(article_pieces.article_section(section, quiz.course.terms))
    if section.id in with_questions and st.button(words.QUIZ_ME, key=f"quiz-{section.id}"):
        start.begin(quiz, wiring.learner(), Choice(sections=(section.id,)))
        st.switch_page("screens/quiz.py")
st.html(article_pieces.all_sources(article.sources))
