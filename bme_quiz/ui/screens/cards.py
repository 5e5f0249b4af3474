"""Flashcards: today's, one after the other."""

from bme_quiz.ui import cards, wiring

cards.show(wiring.cards(), wiring.learner())
