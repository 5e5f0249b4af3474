"""Whatever anybody provokes, and whoever logs it, the log takes a few lines of it a minute."""

from __future__ import annotations

import asyncio
import io
import logging
import logging.config
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import redirect_stderr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.logger import get_logger
from uvicorn.config import LOGGING_CONFIG
from uvicorn.logging import AccessFormatter

from bme_quiz.server.http import throttled_log
from bme_quiz.server.http.throttled_log import (
    LINES_OF_ALL,
    LONGEST_LINE,
    one_line,
    saying_kept_back,
    throttled,
)
from tests.support.loops import run

NAME = "bme_quiz.tests.throttled"


class Seconds:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def written() -> io.StringIO:
    """What is written."""
    return io.StringIO()


@pytest.fixture
def logger(written: io.StringIO) -> Iterator[logging.Logger]:
    """A logger that passes nothing on, with a handler of its own as Streamlit's have."""
    made = logging.getLogger(NAME)
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    made.addHandler(handler)
    made.propagate = False
    yield made
    made.removeHandler(handler)
    made.propagate = True


def lines_of(stream: io.StringIO) -> list[str]:
    return stream.getvalue().splitlines()


def test_a_line_comes_once_a_minute_with_how_many_more_there_were(
    logger: logging.Logger, written: io.StringIO, clock: Seconds
) -> None:
    with throttled(clock):
        for now in (0.0, 61.0, 200.0):
            clock.now = now
            for number in range(1_000):
                logger.warning("This is no frame: %d", number)
            logger.warning("Something else")
    logger.warning("This is no frame: %d", 5)
    assert lines_of(written) == [
        "WARNING This is no frame: 0",
        "WARNING Something else",
        "WARNING This is no frame: 0 (and 999 more)",
        "WARNING Something else",
        "WARNING This is no frame: 0 (and 999 more)",
        "WARNING Something else",
        "WARNING This is no frame: 0 (and 999 more since)",
        "WARNING This is no frame: 5",
    ]


def test_of_a_flood_that_has_stopped_is_said_how_much_it_was(
    logger: logging.Logger, written: io.StringIO, clock: Seconds
) -> None:
    with throttled(clock) as say:
        for number in range(1_000):
            logger.warning("100 %% of the frames, says %s: %s", NAME, Exception(number))
        say()
        assert len(lines_of(written)) == 1, "it may go on yet"
        clock.now += 61
        for _ in range(3):
            say()
        ended = lines_of(written)
        logger.warning("100 %% of the frames, says %s: %s", NAME, "some")
    line = f"WARNING 100 % of the frames, says {NAME}: "
    assert ended == [f"{line}0", f"{line}0 (and 999 more since)"]
    assert lines_of(written)[2:] == [f"{line}some"]


def test_of_requests_that_have_stopped_as_well(
    written: io.StringIO, clock: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Streamlit, once it has run in this process, has taken it out of the way.
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "propagate", True)
    with redirect_stderr(written), throttled(clock):
        logging.config.dictConfig(LOGGING_CONFIG)
        access = logging.getLogger("uvicorn.access")
        for _ in range(10):
            access.info('%s - "%s %s HTTP/%s" %d', "203.0.113.9:1", "GET", "/", "1.1", 404)
    for name in ("uvicorn", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
    (line,) = lines_of(written)
    assert line.endswith('- "GET / HTTP/1.1" 404 (and 9 more since)')


def test_it_is_said_each_minute_without_anybody_asking(
    logger: logging.Logger,
    written: io.StringIO,
    clock: Seconds,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(throttled_log, "A_MINUTE", 0.01)

    async def work() -> None:
        with throttled(clock) as say:
            async with saying_kept_back(say):
                for _ in range(10):
                    logger.warning("Again")
                clock.now += 1
                while len(lines_of(written)) < 2:
                    await asyncio.sleep(0.001)

    run(work())
    assert lines_of(written) == ["WARNING Again", "WARNING Again (and 9 more since)"]


def test_errors_raised_elsewhere_are_other_lines(
    logger: logging.Logger, written: io.StringIO, clock: Seconds
) -> None:
    def fails(value: object) -> None:
        try:
            assert value
            raise KeyError
        except (AssertionError, KeyError):
            logger.exception("A fault")

    with throttled(clock):
        for value in (1, 0, 1, 0):
            fails(value)
    assert written.getvalue().count("ERROR A fault\n") == 2
    assert lines_of(written)[-2:] == 2 * ["ERROR A fault (and 1 more since)"]


def test_lines_that_differ_each_time_are_few_as_well(
    logger: logging.Logger, written: io.StringIO, clock: Seconds
) -> None:
    with throttled(clock):
        for number in range(10_000):
            logger.warning(f"This is no frame: {number}")
        logger.error("What matters")
    assert len(lines_of(written)) == 7
    assert lines_of(written)[-2] == "ERROR What matters"
    assert lines_of(written)[-1] == "WARNING This is no frame: 4 (and 9995 more since)"


def test_all_lines_of_a_minute_are_bounded(
    logger: logging.Logger, written: io.StringIO, clock: Seconds
) -> None:
    places = [
        compile(f"logger.error('Place {number}')", f"place-{number}", "exec")
        for number in range(2 * LINES_OF_ALL)
    ]
    with throttled(clock):
        for place in places:
            exec(place, {"logger": logger})  # noqa: S102
        assert len(lines_of(written)) == LINES_OF_ALL
        clock.now += 6
        for place in places:
            exec(place, {"logger": logger})  # noqa: S102
        assert len(lines_of(written)) == LINES_OF_ALL * 1.1


def test_loggers_and_handlers_of_every_make_are_bounded(
    written: io.StringIO, clock: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    with redirect_stderr(written), throttled(clock):
        logging.config.dictConfig(LOGGING_CONFIG)
        late = get_logger("streamlit.bme_quiz_tests")  # makes a handler of its own
        for number in range(1_000):
            for name in ("uvicorn.error", "streamlit.bme_quiz_tests", "asyncio", "of.nobody"):
                logging.getLogger(name).error("%s says %d", name, number)
        loop = asyncio.new_event_loop()
        for number in range(1_000):
            loop.call_exception_handler({"message": f"Never retrieved: {number}"})
        loop.close()
    for name in (late.name, "uvicorn", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
    # What has no handler of its own goes to the root's, which is the test's.
    said = written.getvalue() + caplog.text
    for name in ("uvicorn.error", "streamlit.bme_quiz_tests", "asyncio", "of.nobody"):
        assert said.count(f"{name} says") == 2, name
        assert said.count(f"{name} says 0 (and 999 more since)") == 1, name
    assert 1 <= said.count("Never retrieved") <= 6


def test_what_is_printed_beside_the_log_is_bounded(
    written: io.StringIO, clock: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    before = sys.stderr

    def fails() -> None:
        raise KeyError("x" * 1_000_000)

    with redirect_stderr(written), throttled(clock):
        for number in range(1_000):
            print("A line", "y" * 500, number, file=sys.stderr)  # noqa: T201
            try:
                fails()
            except KeyError:
                traceback.print_exc()
        thread = threading.Thread(target=fails)
        thread.start()
        thread.join()
        assert 50_000 < len(written.getvalue()) <= 100_000
        clock.now += 60
        print("And now", file=sys.stderr)  # noqa: T201
        assert "characters were kept back here)" in lines_of(written)[-2]
        assert lines_of(written)[-1] == "And now"
    assert sys.stderr is before


FORGED = "x\nERROR forged\r\x1b[2Kgone\x85\u2028ERROR too\ud800\u202e"


def test_text_from_outside_neither_forges_a_line_nor_makes_it_long(
    logger: logging.Logger, written: io.StringIO, clock: Seconds
) -> None:
    def fails(text: str) -> None:
        try:
            raise ValueError(text)
        except ValueError as error:
            logger.exception("Not read")
            logger.error("It says: %s", error)
            logger.error("It says: %r and %s", error, text)
            logger.error(text)
            logger.error("It says: %(text)s", {"text": text})

    with throttled(clock):
        fails(FORGED)
        clock.now = 61.0
        fails("1" * 1_000_000)
        clock.now = 122.0
        fails("\n".join("z" * 10_000))
    for line in lines_of(written):
        assert line.startswith(
            ("ERROR Not read", "ERROR It says", "ERROR x", "ERROR 1", "ERROR z", "  ")
        )
        assert len(line) < 1.5 * LONGEST_LINE
        assert line.isprintable()
    assert len(lines_of(written)) < 120
    assert "(1,000,000 characters in all)" in written.getvalue()


@given(st.text())
def test_any_text_becomes_one_line_that_can_be_written(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    line.encode()
    if text.isprintable() and len(text) < LONGEST_LINE:
        assert line == text.rstrip()


def test_a_line_of_uvicorns_access_log_keeps_its_parts(clock: Seconds) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        AccessFormatter('%(client_addr)s "%(request_line)s" %(status_code)s', use_colors=False)
    )
    access = logging.getLogger(f"{NAME}.access")
    access.addHandler(handler)
    access.setLevel(logging.INFO)
    with throttled(clock):
        path = "/" + "a" * 60_000
        access.info('%s - "%s %s HTTP/%s" %d', "203.0.113.9:1", "GET", path, "1.1", 404)
    access.handlers.clear()
    assert stream.getvalue().startswith('203.0.113.9:1 "GET /aaa')
    assert stream.getvalue().endswith("404 Not Found\n")
    assert len(stream.getvalue()) < LONGEST_LINE


class Odd:
    """An object whose text cannot be had."""

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


def test_what_cannot_be_written_is_said_in_a_line(
    logger: logging.Logger, written: io.StringIO, clock: Seconds
) -> None:
    with throttled(clock):
        logger.error("%s", Odd())
        logger.error(Odd())
        logger.error("%d of %d", 1)  # noqa: PLE1206
    assert lines_of(written) == [
        "ERROR %s",
        "ERROR a Odd that cannot be written",
        "ERROR %d of %d",
    ]


def test_who_came_in_between_is_left_in_peace(
    logger: logging.Logger, written: io.StringIO, clock: Seconds
) -> None:
    one, two = throttled(clock), throttled(clock)
    factory = logging.getLogRecordFactory()
    one.__enter__()
    two.__enter__()
    one.__exit__(None, None, None)
    two.__exit__(None, None, None)
    for _ in range(3):
        logger.error("The same")
    assert len(lines_of(written)) == 3
    logging.setLogRecordFactory(factory)
