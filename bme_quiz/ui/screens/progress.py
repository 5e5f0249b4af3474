"""Progress page as Streamlit runs it: the learner's quiz, their cards, and their own data."""

import streamlit as st

from bme_quiz.services.cards.progress import card_progress
from bme_quiz.services.quiz.progress import progress_view
from bme_quiz.ui.cards import links
from bme_quiz.ui.quiz import progress_pieces, start
from bme_quiz.ui.shell import dependencies, own_data, session_recovery, words

quiz = dependencies.quiz()
learner = dependencies.learner()

missed = len(quiz.missed_ever(learner))
view = progress_view(quiz.course, quiz.practised(learner), missed, dependencies.time_zone())

st.title(words.PAGE_PROGRESS, anchor=False)
st.html(progress_pieces.summary(view))
if view.missed:
    latest = quiz.current(learner)
    if st.button(f"{words.RETRY_MISSED} ({view.missed})", type="primary", width="stretch"):
        session_recovery.act(start.begin_missed, quiz, learner, latest.id if latest else None)
        st.switch_page("screens/quiz.py")
if view.answered:
    st.html(progress_pieces.by_section(view) + progress_pieces.by_day(view))
cards = dependencies.cards()
store = dependencies.store_of(quiz.course)
figures = card_progress(quiz.course, store.review_records, learner, cards.clock(), cards.zone)
links.progress(cards, learner, figures)
own_data.show(store, learner)
