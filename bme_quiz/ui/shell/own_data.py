""" "Your data": take it along, carry it to another device, erase it."""

from __future__ import annotations

import logging

import streamlit as st

from bme_quiz.services.accounts.devices import Devices
from bme_quiz.services.accounts.my_data import MyData
from bme_quiz.services.store import Store
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.quiz import progress_pieces
from bme_quiz.ui.shell import dependencies, words

_LOG = logging.getLogger("bme_quiz")

_CODE = "device-code"
_ASKED = "erase-asked"
_SAID = "own-data-said"
_ERASED = "own-data-erased"


def show(store: Store, learner: str) -> None:
    """Draw what a learner can do with what is kept of them, in every course.

    Args:
        store: of the course at hand.
    """
    mine = MyData(store.records, store.review_records, learner)
    st.html(progress_pieces.what_is_kept())
    with st.container(horizontal=True, key="own-data"):
        # The files are made when they are asked for, not whenever the page is drawn.
        st.download_button(
            "Download my data (CSV)", mine.as_csv, "my-answers.csv", "text/csv", on_click="ignore"
        )
        st.download_button(
            "Download my data (JSON)",
            mine.as_json,
            "my-data.json",
            "application/json",
            on_click="ignore",
        )
    st.button(words.OTHER_DEVICE, on_click=_make_code, args=(Devices(store.device_codes), learner))
    if made := st.session_state.pop(_CODE, None):
        st.html(progress_pieces.code(made))
    st.html(progress_pieces.have_a_code(dependencies.addresses()))
    _erasing(mine)
    if said := st.session_state.pop(_SAID, None):
        st.warning(said)
    if st.session_state.pop(_ERASED, False):
        st.success(words.ERASED)
        st.html(progress_pieces.new_number(dependencies.addresses()))


def _erasing(mine: MyData) -> None:
    if not st.session_state.get(_ASKED):
        st.button(words.ERASE_MY_DATA, on_click=_ask)
        return
    st.html(progress_pieces.erase_question())
    with st.container(horizontal=True, key="erase-choice"):
        st.button(words.KEEP_MY_DATA, type="primary", on_click=_ask, args=(False,))
        st.button(words.ERASE_EVERYTHING, key="erase-everything", on_click=_erase, args=(mine,))


def _ask(asked: bool = True) -> None:
    st.session_state[_ASKED] = asked


def _erase(mine: MyData) -> None:
    try:
        mine.erase()
    except StorageError as error:
        _LOG.error("a learner's records could not be erased: %s", error)
        st.session_state[_SAID] = words.NOT_ERASED
        return
    # What this session still remembers of the learner goes too.
    st.session_state.clear()
    st.session_state[_ERASED] = True


def _make_code(devices: Devices, learner: str) -> None:
    try:
        made = devices.new_code(learner)
    except StorageError as error:
        _LOG.error("a code for another device could not be made: %s", error)
        st.session_state[_SAID] = words.NO_CODE
        return
    if made is None:
        st.session_state[_SAID] = words.NOTHING_TO_CARRY
    else:
        st.session_state[_CODE] = made
