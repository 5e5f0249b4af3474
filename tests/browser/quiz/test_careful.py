"""Hurried hands, small screens, awkward courses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.courses import ARTICLE, MULTIPLE, ROWS, row, write_course
from tests.support.server import Server

SMALL = {"width": 360, "height": 640}


@pytest.fixture
def small(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(viewport=SMALL).new_page()


def test_enter_pressed_twice_does_not_skip_the_explanation(
    small: Page, small_server: Server
) -> None:
    walk.start(small, small_server.url)
    small.keyboard.press("1")
    small.keyboard.press("Enter")
    expect(small.locator(walk.VERDICT)).to_be_visible()
    small.keyboard.press("Enter")
    walk.settled(small)
    expect(small.locator(walk.VERDICT)).to_be_visible()
    small.keyboard.press("Enter")
    expect(small.locator(walk.VERDICT)).to_be_hidden()


def test_a_double_click_does_not_skip_the_explanation(small: Page, small_server: Server) -> None:
    walk.start(small, small_server.url)
    small.keyboard.press("1")
    small.locator(walk.PRIMARY).dblclick()
    expect(small.locator(walk.VERDICT)).to_be_visible()
    walk.settled(small)
    expect(small.locator(walk.VERDICT)).to_be_visible()


@pytest.mark.parametrize("size", [SMALL, {"width": 640, "height": 512}])
def test_that_nothing_is_chosen_is_said_where_it_can_be_seen(
    new_context: Callable[..., BrowserContext], own_server: Server, size: dict[str, int]
) -> None:
    page = new_context(viewport=size).new_page()
    walk.start(page, own_server.url)
    page.keyboard.press("Enter")
    expect(page.get_by_text(words.NOTHING_CHOSEN)).to_be_in_viewport()


def test_arrow_keys_choose_and_do_not_answer(small: Page, tmp_path: Path) -> None:
    with Server(write_course(tmp_path / "one", [row()])) as server:
        walk.start(small, server.url)
        small.locator(".st-key-options input").first.focus()
        for _ in range(3):
            small.keyboard.press("ArrowDown")
        expect(small.locator(".st-key-options input:checked")).to_have_count(1)
        walk.settled(small)
        expect(small.locator(walk.STEP)).to_have_text("Question 1 of 1")
        expect(small.locator(walk.VERDICT)).to_have_count(0)


def test_a_section_may_be_called_as_it_likes(small: Page, tmp_path: Path) -> None:
    """``head`` and ``sources`` mean something to a browser and to the page itself."""
    article = ARTICLE.replace("{#load}", "{#head}").replace("{#rest}", "{#sources}")
    folder = write_course(tmp_path / "c", [row(id="head-01", section="head")], article)
    with Server(folder) as server:
        small.goto(f"{server.url}/article#section-head")
        expect(small.locator("#section-head")).to_be_focused()
        small.get_by_role("link", name="How to rest").click()
        expect(small.locator("#section-sources")).to_be_focused()


def test_an_empty_course_says_so_and_offers_no_quiz(small: Page, tmp_path: Path) -> None:
    with Server(write_course(tmp_path / "empty", [])) as server:
        small.goto(server.url)
        expect(small.get_by_text(words.EMPTY_COURSE)).to_be_visible()
        expect(small.get_by_role("button", name=words.START_QUIZ)).to_have_count(0)


def test_new_quiz_moves_the_focus_to_the_start_page(small: Page, small_server: Server) -> None:
    walk.start(small, small_server.url)
    walk.press(small, words.STOP_HERE, ".score")
    small.get_by_role("button", name=words.NEW_QUIZ).click()
    expect(small.get_by_role("heading", level=1)).to_be_focused()


def test_a_quiz_under_way_is_not_dropped_without_a_word(small: Page, small_server: Server) -> None:
    walk.start(small, small_server.url)
    small.keyboard.press("1")
    walk.press(small, words.CHECK_ANSWER, walk.VERDICT)
    small.get_by_role("link", name=words.PAGE_ARTICLE, exact=True).click()
    small.get_by_role("button", name=words.QUIZ_ME).first.click()
    expect(small.get_by_text(words.UNDER_WAY)).to_be_visible()
    small.get_by_role("button", name=words.GO_ON).click()
    expect(small.locator(walk.STEP)).to_have_text("Question 1 of 4")


def test_the_title_says_which_page_it_is(small: Page, small_server: Server) -> None:
    small.goto(f"{small_server.url}/about")
    expect(small).to_have_title(f"{words.PAGE_ABOUT} · Knees and loads")


def test_check_boxes_pass_axe_too(small: Page, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    assert MULTIPLE in ROWS
    with Server(write_course(tmp_path / "boxes", [MULTIPLE])) as server:
        walk.start(small, server.url)
        found = Axe().run(small).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_a_quiz_stopped_by_mistake_goes_on_at_the_same_question(
    small: Page, small_server: Server
) -> None:
    walk.start(small, small_server.url)
    small.keyboard.press("1")
    walk.press(small, words.CHECK_ANSWER, walk.VERDICT)
    walk.press(small, words.NEXT_QUESTION, ".st-key-options")
    stem, options = walk.shown_stem(small), walk.shown_options(small)
    walk.press(small, words.STOP_HERE, ".score")
    walk.press(small, words.GO_ON, ".st-key-options")
    assert (walk.shown_stem(small), walk.shown_options(small)) == (stem, options)


def test_keys_of_one_sign_can_be_switched_off_and_on(small: Page, small_server: Server) -> None:
    keys = small.get_by_role("switch", name="Keys 1 to 5")
    small.goto(f"{small_server.url}/about")
    expect(keys).to_be_checked()
    keys.click()
    expect(keys).not_to_be_checked()
    small.reload()
    expect(keys).not_to_be_checked()

    walk.start(small, small_server.url)
    small.keyboard.press("1")
    expect(small.locator(".st-key-options input:checked")).to_have_count(0)
    small.locator(walk.OPTION).first.click()
    small.keyboard.press("Enter")
    expect(small.locator(walk.VERDICT)).to_be_visible()

    small.goto(f"{small_server.url}/about")
    keys.press("Space")
    expect(keys).to_be_checked()
    small.goto(small_server.url)
    walk.press(small, words.NEXT_QUESTION, ".st-key-options")
    small.keyboard.press("1")
    expect(small.locator(".st-key-options input:checked")).to_have_count(1)


def test_that_more_answers_stand_below_the_button_is_said(small: Page, tmp_path: Path) -> None:
    long = "An answer long enough to run over onto another line of a telephone's small screen"
    texts = {f"option_{letter}": f"{long}, {letter}" for letter in "abcde"}
    more = {f"why_{letter}": "It is so." for letter in "de"}
    more |= {f"quote_{letter}": "-" for letter in "de"}
    with Server(write_course(tmp_path / "five", [row(**texts, **more, stem=long * 2)])) as server:
        walk.start(small, server.url)
        action = small.locator(".st-key-primary-action")
        last = small.locator(walk.OPTION).last
        bar, box = action.bounding_box(), last.bounding_box()
        assert bar is not None
        assert box is not None
        assert box["y"] + box["height"] / 2 > bar["y"]
        expect(action).to_have_attribute("data-more", re.compile(r"^[1-4] more answers? below$"))
        last.scroll_into_view_if_needed()
        small.locator(".stMain").evaluate("e => e.scrollTo(0, e.scrollHeight)")
        expect(action).not_to_have_attribute("data-more", re.compile("."))


def test_the_skip_link_skips_the_navigation(small: Page, small_server: Server) -> None:
    walk.open_start(small, small_server.url)
    small.keyboard.press("Tab")
    small.keyboard.press("Enter")
    expect(small.get_by_role("heading", level=1)).to_be_focused()
