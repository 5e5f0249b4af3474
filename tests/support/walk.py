"""Steps of a learner in the browser. They wait on what the page says, never on a clock."""

from __future__ import annotations

import time
from collections.abc import Iterable

from playwright.sync_api import Page, expect

from bme_quiz.content.bank import Question
from bme_quiz.ui.shell import words

# Seconds; a page that is never as it should be fails then.
PATIENCE = 60.0
STEP = "h1.step"
VERDICT = ".verdict"
PRIMARY = ".st-key-primary-action button"
OPTION = (
    '.st-key-options [data-testid="stRadioOption"], '
    '.st-key-options [data-testid="stCheckbox"] > label'
)


def until(page: Page, truth: str) -> None:
    """Wait until this is true in the page.

    Playwright's own waiting evaluates text within the page, which the page's policy forbids.
    """
    end = time.monotonic() + PATIENCE
    while not page.evaluate(truth):
        assert time.monotonic() < end, truth
        page.wait_for_timeout(20)


def settled(page: Page) -> None:
    """Wait until Streamlit has drawn the page and the page takes presses again."""
    page.wait_for_selector('[data-test-script-state="notRunning"]')
    # The script has seen the step that is on the screen, and its pause is over.
    until(
        page,
        "() => { const steps = [...document.querySelectorAll('[data-focus]')];"
        " const body = document.body.dataset;"
        " return !body.fresh && (!steps.length || steps.at(-1).dataset.focus === body.step); }",
    )


def open_start(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_role("button", name=words.START_QUIZ)).to_be_visible()
    settled(page)


def start(page: Page, url: str) -> None:
    open_start(page, url)
    page.get_by_role("button", name=words.START_QUIZ).click()
    expect(page.get_by_role("button", name=words.CHECK_ANSWER)).to_be_visible()
    settled(page)


def shown_stem(page: Page) -> str:
    # The browser fetches a kind of widget when the first of its kind is drawn.
    page.locator(OPTION).first.wait_for()
    label = page.locator('.st-key-options [data-testid="stRadio"] > [data-testid="stWidgetLabel"]')
    if label.count():
        return label.inner_text().strip()
    return page.locator(".st-key-options #stem").evaluate("e => e.firstChild.textContent").strip()


def shown_options(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(OPTION).all_inner_texts()]


def question_on(page: Page, questions: Iterable[Question]) -> Question:
    stem, options = shown_stem(page), sorted(shown_options(page))
    found = [
        q for q in questions if q.stem == stem and sorted(o.text for o in q.options) == options
    ]
    assert len(found) == 1, (stem, options)
    return found[0]


def positions(page: Page, question: Question, right: bool) -> list[int]:
    """Where on the page, from 1, the options stand that make an answer right, or wrong."""
    texts = shown_options(page)
    wanted = [o.text for o in question.options if o.is_key == right]
    chosen = wanted if right else wanted[:1]
    return sorted(texts.index(text) + 1 for text in chosen)


def press(page: Page, name: str, shows: str) -> None:
    """Press a button and wait for what comes then."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(shows).first).to_be_visible()
    settled(page)
