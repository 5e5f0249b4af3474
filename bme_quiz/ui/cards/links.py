"""Cards' parts on other pages: a missed question's card, how many are due, those set aside."""

from __future__ import annotations

import streamlit as st

from bme_quiz.rules.cards.deck import question_card_id
from bme_quiz.services.cards.cards import Cards
from bme_quiz.services.cards.progress import CardProgress
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.cards import pieces
from bme_quiz.ui.shell import dependencies, session_recovery, words
from bme_quiz.ui.shell.safe import label

CARDS_PAGE = "screens/cards.py"


def offer_card(cards: Cards, learner: str, question_id: str) -> None:
    """After a missed question: offer its card for tomorrow. A quiz rates no card by itself."""
    card_id = question_card_id(question_id)
    if card_id not in cards.course.deck.by_id:
        return
    try:
        comes = cards.comes_by_tomorrow(learner, card_id)
    except StorageError:
        return  # Whatever is pressed next says so; this offer is only a help.
    if comes:
        st.html(f'<p class="fine" role="status">{words.CARD_COMES}</p>')
        return
    st.button(
        words.ADD_TO_CARDS,
        key=f"add-{card_id}",
        on_click=session_recovery.act,
        args=(cards.add_for_tomorrow, learner, card_id),
        width="stretch",
    )


def say_due(cards: Cards, learner: str) -> None:
    """On the start page: how many cards are due, with the way there."""
    try:
        due = cards.due(learner)
    except StorageError:
        return
    if due:
        with st.container(key="cards-due"):
            st.page_link(CARDS_PAGE, label=pieces.due_link(due))


def progress(cards: Cards, learner: str, view: CardProgress) -> None:
    """The progress page's part on the cards, with what was set aside."""
    if not cards.course.deck.cards:
        return
    st.html(pieces.progress(view, dependencies.addresses()))
    if not view.set_aside:
        return
    st.html("<h3>Set aside</h3>")
    for card_id, front in view.set_aside:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(label(front))
            st.button(
                words.BRING_BACK,
                key=f"bring-back-{card_id}",
                on_click=session_recovery.act,
                args=(cards.add_for_tomorrow, learner, card_id),
            )
