"""What anybody can provoke is logged once a minute; errors raised elsewhere are others."""

from __future__ import annotations

import logging
from importlib import import_module

import pytest

from bme_quiz.server import streamlit_internals
from bme_quiz.server.quiet_log import Seldom

NAME = "bme_quiz.tests.seldom"


def test_a_warning_comes_once_a_minute_with_how_many_more_there_were(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    seldom = Seldom(lambda: now[0])
    logger = logging.getLogger(NAME)
    logger.addFilter(seldom)
    try:
        for _ in range(1_000):
            logger.warning("This is no request.")
        logger.warning("Something else: %s", 1)
        now[0] = 61.0
        for _ in range(10):
            logger.warning("This is no request.")
        now[0] = 200.0
        logger.warning("This is no request.")
        for value in ("x", "y", None):
            try:
                float(value or b"\xff".decode())
            except ValueError:
                logger.exception("A fault\n")
        now[0] = 300.0
        logger.error("A fault\n")
    finally:
        logger.removeFilter(seldom)
    assert [record.getMessage() for record in caplog.records] == [
        "This is no request.",
        "Something else: 1",
        "This is no request. (and 999 more)",
        "This is no request. (and 9 more)",
        "A fault\n",
        "A fault\n",
        "A fault\n",
    ]


def test_whatever_is_said_takes_little_memory(caplog: pytest.LogCaptureFixture) -> None:
    seldom = Seldom(lambda: 0.0)
    for number in range(10_000):
        line = logging.LogRecord(NAME, logging.WARNING, "", 0, f"Line {number}", (), None)
        assert seldom.filter(line)
    assert len(seldom._said) <= 100
    assert caplog.records == []


def test_the_loggers_that_are_to_speak_seldom_are_those_that_are_used() -> None:
    import_module(streamlit_internals.WEBSOCKET_LOGGER)
    assert streamlit_internals.WEBSOCKET_LOGGER in logging.root.manager.loggerDict
