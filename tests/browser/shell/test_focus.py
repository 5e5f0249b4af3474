"""Wherever the focus goes, what has it can be seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.server import Server

SIZES = {"phone": (390, 844), "low": (390, 400), "desktop": (1280, 720)}


def has_focus_in_sight(page: Page, name: str = "") -> None:
    """See that the step whose name begins so has the focus and is on the screen."""
    step = page.locator(f'[data-focus^="{name}"]' if name else "[data-focus]")
    expect(step).to_be_focused()
    expect(step).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", SIZES)
def test_what_takes_the_focus_is_in_sight(
    new_context: Callable[..., BrowserContext], own_server: Server, size: str
) -> None:
    width, height = SIZES[size]
    page = new_context(viewport={"width": width, "height": height}).new_page()
    walk.start(page, own_server.url)
    has_focus_in_sight(page)
    page.keyboard.press("1")
    expect(page.locator(".st-key-options input:checked")).to_have_count(1)
    walk.settled(page)
    walk.press(page, words.CHECK_ANSWER, walk.VERDICT)
    has_focus_in_sight(page)
    page.locator(".footer").scroll_into_view_if_needed()
    walk.press(page, words.NEXT_QUESTION, ".st-key-options")
    has_focus_in_sight(page)
    walk.press(page, words.STOP_HERE, ".score")
    has_focus_in_sight(page, "results-")

    page.goto(f"{own_server.url}/progress")
    erase = page.get_by_role("button", name=words.ERASE_MY_DATA)
    erase.wait_for()
    walk.settled(page)
    erase.focus()
    page.keyboard.press("Enter")
    has_focus_in_sight(page, "erase-question")
    expect(page.get_by_role("button", name=words.ERASE_EVERYTHING)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name=words.KEEP_MY_DATA)).to_be_in_viewport(ratio=1)
    walk.settled(page)
    walk.press(page, words.ERASE_EVERYTHING, f"text={words.ERASED}")
    expect(page.get_by_text(words.ERASED)).to_be_in_viewport()

    page.goto(f"{own_server.url}/cards")
    page.get_by_role("button", name=words.SHOW_ANSWER).wait_for()
    walk.settled(page)
    walk.press(page, words.SHOW_ANSWER, ".st-key-ratings")
    # The heading is for who hears it; who looks sees what follows it.
    expect(page.locator('[data-focus$="-answer"]')).to_be_focused()
    expect(page.locator(".card-answers li").first).to_be_in_viewport()
