"""Flashcards page as Streamlit runs it."""

from bme_quiz.ui.cards import page
from bme_quiz.ui.shell import dependencies

page.show(dependencies.cards(), dependencies.learner())
