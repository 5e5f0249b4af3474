"""The whole quiz, as people take it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.services.course import Course
from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.server import Server, free_port


def test_the_default_quiz_with_keys_only(
    phone: Page, own_server: Server, own_course: Course
) -> None:
    """The essentials, the second wrong, it comes back, the results, and the retry."""
    page, all_of_them = phone, 15
    walk.open_start(page, own_server.url)
    page.keyboard.press("Enter")
    missed_stem = ""
    for number in range(1, all_of_them + 1):
        if number == 6:  # two others after the fourth: the missed one is back
            expect(page.locator(walk.STEP)).to_have_text(f"Question 2 of {all_of_them}, once more")
            assert walk.shown_stem(page) == missed_stem
            _answer_with_keys(page, own_course, right=True)
        expect(page.locator(walk.STEP)).to_have_text(f"Question {number} of {all_of_them}")
        walk.settled(page)
        if number == 2:
            missed_stem = walk.shown_stem(page)
        question = _answer_with_keys(page, own_course, right=number != 2)
        if number == 2:
            assert question.stem == missed_stem
    expect(page.locator(walk.STEP)).to_have_text("Your results")
    expect(page.locator(".score")).to_contain_text("14 of 15 points (93 %)")
    expect(page.locator(".review > li")).to_have_count(all_of_them)
    page.get_by_role("button", name=words.RETRY_MISSED).focus()
    page.keyboard.press("Enter")
    expect(page.locator(walk.STEP)).to_have_text("Question 1 of 1")
    assert walk.shown_stem(page) == missed_stem


def _answer_with_keys(page: Page, course: Course, right: bool):
    question = walk.question_on(page, course.questions)
    for position in walk.positions(page, question, right):
        page.keyboard.press(str(position))
    page.keyboard.press("Enter")
    verdict = page.locator(walk.VERDICT)
    expect(verdict).to_be_visible()
    expect(verdict).to_be_focused()
    assert (verdict.inner_text() == "Correct.") is right
    expect(page.locator("mark").first).to_be_attached()
    walk.settled(page)
    page.keyboard.press("Enter")
    expect(verdict).to_be_hidden()
    walk.settled(page)
    return question


def test_enter_checks_right_after_a_click_on_an_option(phone: Page, small_server: Server) -> None:
    walk.start(phone, small_server.url)
    target = phone.locator(walk.OPTION).first
    target.click()
    phone.keyboard.press("Enter")
    expect(phone.locator(walk.VERDICT)).to_be_visible()
    walk.settled(phone)
    phone.keyboard.press("Enter")
    expect(phone.locator(walk.VERDICT)).to_be_hidden()


def test_streamlit_run_serves_the_same_app(
    new_context: Callable[..., BrowserContext], small_folder: Path
) -> None:
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "quiz_app.py", f"--server.port={port}"]
    with Server(small_folder, port, command) as server:
        page = new_context().new_page()
        walk.start(page, server.url)
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        expect(page.locator(walk.VERDICT)).to_be_focused()
        assert {c["name"] for c in page.context.cookies()} >= {"bme_learner"}


def test_checking_with_nothing_chosen_says_so(phone: Page, small_server: Server) -> None:
    walk.start(phone, small_server.url)
    assert phone.locator(".st-key-options input:checked").count() == 0
    phone.keyboard.press("Enter")
    expect(phone.get_by_text(words.NOTHING_CHOSEN)).to_be_visible()
    expect(phone.locator(walk.STEP)).to_have_text("Question 1 of 4")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (820, 1180), (1440, 900)])
def test_the_walk_with_a_mouse(
    new_context: Callable[..., BrowserContext],
    small_server: Server,
    small_course: Course,
    width: int,
    height: int,
) -> None:
    page = new_context(viewport={"width": width, "height": height}).new_page()
    walk.start(page, small_server.url)
    for number in range(1, 5):
        expect(page.locator(walk.STEP)).to_have_text(f"Question {number} of 4")
        question = walk.question_on(page, small_course.questions)
        for position in walk.positions(page, question, right=True):
            page.locator(walk.OPTION).nth(position - 1).click()
        walk.press(page, words.CHECK_ANSWER, walk.VERDICT)
        expect(page.locator(walk.VERDICT)).to_have_text("Correct.")
        page.locator(walk.PRIMARY).click()
        expect(page.locator(walk.VERDICT)).to_be_hidden()
        walk.settled(page)
    expect(page.locator(".score")).to_contain_text("4 of 4 points (100 %). Nothing was missed.")


def test_options_are_large_targets_and_nothing_scrolls_sideways(
    phone: Page, own_server: Server
) -> None:
    walk.start(phone, own_server.url)
    targets = phone.locator(f"{walk.OPTION}, {walk.PRIMARY}")
    for box in (target.bounding_box() for target in targets.all()):
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 300
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [640, 320])
def test_at_200_and_at_400_per_cent_nothing_is_cut_off(
    new_context: Callable[..., BrowserContext], small_server: Server, width: int
) -> None:
    """A 1280 px screen at 200 % zoom is 640 CSS pixels wide, at 400 % it is 320."""
    page = new_context(viewport={"width": width, "height": 512}).new_page()
    walk.start(page, small_server.url)
    fits = (
        "[...document.querySelectorAll('.stMain *')]"
        ".every(e => e.getBoundingClientRect().right <= innerWidth + 1)"
    )
    assert page.evaluate(fits)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(walk.VERDICT)).to_be_visible()
    assert page.evaluate(fits)


def test_reload_and_a_second_tab_stand_at_the_same_question(
    new_context: Callable[..., BrowserContext], small_server: Server
) -> None:
    context = new_context()
    page = context.new_page()
    walk.start(page, small_server.url)
    page.keyboard.press("1")
    walk.press(page, words.CHECK_ANSWER, walk.VERDICT)
    walk.press(page, words.NEXT_QUESTION, ".st-key-options")
    stem, options = walk.shown_stem(page), walk.shown_options(page)
    page.reload()
    second = context.new_page()
    second.goto(small_server.url)
    for tab in (page, second):
        expect(tab.locator(".st-key-options")).to_be_visible()
        walk.settled(tab)
        assert (walk.shown_stem(tab), walk.shown_options(tab)) == (stem, options)


def test_three_quick_presses_are_one_answer(phone: Page, small_server: Server) -> None:
    walk.start(phone, small_server.url)
    phone.keyboard.press("1")
    phone.evaluate(
        "() => { const b = document.querySelector('.st-key-primary-action button');"
        "b.click(); b.click(); b.click(); }"
    )
    expect(phone.locator(walk.VERDICT)).to_be_visible()
    walk.settled(phone)
    expect(phone.locator(walk.STEP)).to_have_text("Question 1 of 4")
    walk.press(phone, words.NEXT_QUESTION, ".st-key-options")
    walk.press(phone, words.STOP_HERE, ".score")
    expect(phone.locator(".review > li")).to_have_count(1)
