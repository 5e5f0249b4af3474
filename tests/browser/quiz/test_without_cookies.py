"""Whose browser refuses cookies is told before the first answer; nobody else ever is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.browsers import ARGUMENTS, PHONE
from tests.support.server import Server

# What Chromium's settings call "block all cookies".
BLOCKED = {"profile": {"default_content_setting_values": {"cookies": 2}}}

# Notes every text that is drawn, however briefly.
NOTE_WHAT_IS_DRAWN = """window.drawn = "";
new MutationObserver(() => (window.drawn += document.body?.innerText ?? ""))
    .observe(document, { childList: true, subtree: true, characterData: true });"""


@pytest.fixture
def refusing(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page of a browser that is set to refuse all cookies."""
    profile = tmp_path / "profile"
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps(BLOCKED))
    path = shutil.which("chromium") or shutil.which("google-chrome")
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=path, args=ARGUMENTS, viewport=PHONE
    )
    yield context.new_page()
    context.close()


def test_who_refuses_cookies_is_told_before_the_first_question(
    refusing: Page, small_server: Server
) -> None:
    said = refusing.get_by_text(words.NO_COOKIE)
    walk.open_start(refusing, small_server.url)
    expect(said).to_be_visible()
    expect(refusing.get_by_role("button", name=words.START_QUIZ)).to_be_in_viewport()
    # Once is enough: it does not stand before every question.
    refusing.get_by_role("button", name=words.START_QUIZ).click()
    expect(refusing.locator(walk.STEP)).to_have_text("Question 1 of 4")
    walk.settled(refusing)
    expect(said).to_have_count(0)
    # And it was true.
    walk.open_start(refusing, small_server.url)
    expect(said).to_be_visible()
    assert refusing.context.cookies() == []


def test_who_refuses_cookies_is_told_at_the_first_card(refusing: Page, own_server: Server) -> None:
    said = refusing.get_by_text(words.NO_COOKIE)
    refusing.goto(f"{own_server.url}/cards")
    expect(said).to_be_visible()
    walk.settled(refusing)
    walk.press(refusing, words.SHOW_ANSWER, ".st-key-ratings")
    expect(said).to_be_visible()
    refusing.get_by_role("button", name=words.GOOD).click()
    expect(refusing.get_by_role("button", name=words.UNDO_RATING)).to_be_visible()
    expect(said).to_have_count(0)


def test_who_refuses_cookies_is_told_at_a_question_from_the_article(
    refusing: Page, small_server: Server
) -> None:
    said = refusing.get_by_text(words.NO_COOKIE)
    refusing.goto(f"{small_server.url}/article")
    refusing.get_by_role("button", name=words.QUIZ_ME).first.click()
    expect(refusing.locator(walk.STEP)).to_have_text("Question 1 of 2")
    expect(said).to_be_visible()
    walk.settled(refusing)
    walk.press(refusing, words.CHECK_ANSWER, f"text={words.NOTHING_CHOSEN}")
    expect(said).to_be_visible()
    refusing.locator(walk.OPTION).first.click()
    walk.press(refusing, words.CHECK_ANSWER, walk.VERDICT)
    walk.press(refusing, words.NEXT_QUESTION, ".st-key-options")
    expect(said).to_have_count(0)


@pytest.mark.parametrize("address", ["", "cards", "article"])
def test_a_browser_that_keeps_cookies_is_never_told(
    new_context: Callable[..., BrowserContext], small_server: Server, address: str
) -> None:
    context = new_context()
    context.add_init_script(NOTE_WHAT_IS_DRAWN)
    page = context.new_page()
    for _ in range(2):
        page.goto(f"{small_server.url}/{address}")
        expect(page.locator(".footer")).to_be_visible()
        walk.settled(page)
        drawn = page.evaluate("window.drawn")
        assert "clinician" in drawn
        assert words.NO_COOKIE[:30] not in drawn
