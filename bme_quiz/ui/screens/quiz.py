"""The quiz: start, question, explanation and results, whichever the attempt is at."""

import streamlit as st

from bme_quiz.rules.attempt import Stage
from bme_quiz.ui import asking, explaining, restoring, results, start, wiring, words

quiz = wiring.quiz()
learner = wiring.learner()
standing = restoring.standing(quiz, learner)

if standing is not None:
    attempt = standing.attempt
    if standing.dropped and not start.wanted():
        st.info(words.dropped(standing.dropped) if attempt else words.NOTHING_LEFT)
    if attempt is None or start.wanted():
        start.show(quiz, learner, attempt)
    elif attempt.stage is Stage.ASKING:
        asking.show(quiz, learner, attempt)
    elif attempt.stage is Stage.EXPLAINING:
        explaining.show(quiz, learner, attempt)
    else:
        results.show(quiz, learner, attempt)
