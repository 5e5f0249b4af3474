"""Flashcards page: the front, the back with its ratings, and the end of the day."""

from __future__ import annotations

import logging

import streamlit as st

from bme_quiz.rules.cards.scheduling import HIGHEST_RETENTION, LOWEST_RETENTION
from bme_quiz.rules.rounding import percent
from bme_quiz.services.cards.cards import MOST_NEW_PER_DAY, Answer, Cards
from bme_quiz.services.cards.views import BackView, FrontView, TodayView
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.cards import pieces
from bme_quiz.ui.shell import dependencies, session_recovery, unkept, words

_LOG = logging.getLogger("bme_quiz")

_TURNED = "card-turned"
_NEW_PER_DAY, _RETENTION = "cards-new-per-day", "cards-retention"


def show(cards: Cards, learner: str) -> None:
    """Draw the card that is next, or the end of today's."""
    try:
        view = cards.queue(learner)
    except StorageError as error:
        _LOG.error("a learner's cards cannot be read: %s", error)
        st.html(pieces.title())
        st.error(words.STORE_AWAY)
        st.button(words.TRY_AGAIN, type="primary")
        return
    back = _turned(cards, learner, view)
    if view.current is not None and view.undo is None:
        unkept.say()
    if view.set_aside and back is None:
        st.html(pieces.set_aside(view.set_aside))
    if view.current is None:
        st.html(pieces.done(view.upcoming, bool(cards.course.deck.cards)))
        session_recovery.say()
    elif back is None:
        st.html(
            pieces.heading(view, focus=True) + pieces.front(view.current, dependencies.addresses())
        )
        _show_answer(view.current)
    else:
        st.html(
            pieces.heading(view, focus=False)
            + pieces.front(view.current, dependencies.addresses())
            + pieces.back(back, cards.course.terms, dependencies.addresses())
        )
        _ratings(cards, learner, back)
    if view.undo is not None:
        with st.container(key="undo"):
            st.button(
                words.UNDO_RATING,
                type="tertiary",
                key=f"undo-{view.undo}",
                on_click=session_recovery.act,
                args=(_undo, cards, learner, view.undo),
            )
    if cards.course.deck.cards:
        _wishes(cards, learner)


def _turned(cards: Cards, learner: str, view: TodayView) -> BackView | None:
    """The back, where this review's card was turned; nothing of it is sent before."""
    front = view.current
    if front is None or st.session_state.get(_TURNED) != (front.card_id, front.number):
        return None
    return cards.back(learner, front)


def _show_answer(front: FrontView) -> None:
    with st.container(key="primary-action"):
        session_recovery.say()
        with st.container(key="show-answer"):
            st.button(
                words.SHOW_ANSWER,
                type="primary",
                key=f"turn-{front.card_id}-{front.number}",
                on_click=_turn,
                args=(front.card_id, front.number),
                width="stretch",
            )


def _turn(card_id: str, number: int) -> None:
    st.session_state[_TURNED] = (card_id, number)


def _ratings(cards: Cards, learner: str, back: BackView) -> None:
    front = back.front
    with st.container(key="rating-bar"):
        session_recovery.say()
        st.html(pieces.intervals(back.intervals))
        with st.container(horizontal=True, key="ratings"):
            for rating, name in pieces.RATINGS.items():
                st.button(
                    name,
                    key=f"rate-{front.card_id}-{front.number}-{rating}",
                    on_click=session_recovery.act,
                    args=(cards.answer, learner, Answer(front.card_id, front.number, rating)),
                    width="stretch",
                )


def _undo(cards: Cards, learner: str, review_id: int) -> None:
    """Take the rating back; the card is there again with its front."""
    cards.undo(learner, review_id)
    st.session_state.pop(_TURNED, None)


def _wishes(cards: Cards, learner: str) -> None:
    settings = cards.settings(learner)
    with st.expander(words.CARD_SETTINGS), st.form("card-settings", border=False):
        st.number_input(
            "New cards a day",
            min_value=0,
            max_value=MOST_NEW_PER_DAY,
            value=settings.new_per_day,
            key=_NEW_PER_DAY,
        )
        st.number_input(
            "Desired retention, in per cent",
            min_value=percent(LOWEST_RETENTION, 1),
            max_value=percent(HIGHEST_RETENTION, 1),
            value=percent(settings.retention, 1),
            key=_RETENTION,
        )
        st.html(pieces.about_retention())
        st.form_submit_button(
            words.SAVE_SETTINGS, on_click=session_recovery.act, args=(_keep_wishes, cards, learner)
        )


def _keep_wishes(cards: Cards, learner: str) -> None:
    state = st.session_state
    cards.set_wishes(learner, int(state[_NEW_PER_DAY]), state[_RETENTION] / 100)
