"""Without a connection a tap gets a word within seconds, and counts when the connection is back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.courses import ROWS, write_course
from tests.support.server import Server

# Streamlit by itself says nothing for more than a minute.
SOON = 15_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(write_course(tmp_path / "course", ROWS)) as started:
        yield started


def answered(page: Page) -> None:
    expect(page.locator(walk.VERDICT)).to_be_visible(timeout=60_000)
    expect(page.get_by_text(words.CONNECTION_AWAY)).to_be_hidden()


def test_a_tap_without_a_connection_is_said_within_seconds(
    phone: Page, small_server: Server
) -> None:
    walk.start(phone, small_server.url)
    phone.keyboard.press("1")
    phone.context.set_offline(True)
    phone.get_by_role("button", name=words.CHECK_ANSWER).click()
    expect(phone.get_by_text(words.CONNECTION_AWAY)).to_be_visible(timeout=SOON)
    expect(phone.locator(".st-key-options")).to_be_visible()
    phone.context.set_offline(False)
    answered(phone)


def test_that_the_connection_is_gone_is_said_before_any_tap(
    phone: Page, small_server: Server
) -> None:
    walk.start(phone, small_server.url)
    said = phone.get_by_text(words.CONNECTION_AWAY)
    phone.context.set_offline(True)
    expect(said).to_be_visible(timeout=SOON)
    phone.context.set_offline(False)
    expect(said).to_be_hidden()


def test_a_server_that_is_silent_is_said_after_a_tap(phone: Page, server: Server) -> None:
    walk.start(phone, server.url)
    phone.keyboard.press("1")
    os.kill(server.pid, signal.SIGSTOP)
    try:
        phone.get_by_role("button", name=words.CHECK_ANSWER).click()
        expect(phone.get_by_text(words.CONNECTION_AWAY)).to_be_visible(timeout=SOON)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    answered(phone)


def test_a_machine_without_any_network_that_runs_the_quiz_itself_is_told_nothing(
    new_context: Callable[..., BrowserContext], small_server: Server
) -> None:
    page = new_context().new_page()
    page.add_init_script("Object.defineProperty(navigator, 'onLine', { get: () => false });")
    walk.start(page, small_server.url)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    # Twice it was found out that the server is there.
    for _ in range(2):
        with page.expect_response("**/_stcore/health"):
            pass
    expect(page.locator(".connection-lost")).to_be_empty()
