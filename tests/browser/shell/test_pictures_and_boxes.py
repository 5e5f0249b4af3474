"""Pictures and boxes in a real browser: enlarged with keys alone, opened by links and for paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.illustrated import ALT, write_illustrated
from tests.support.server import Server

NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(write_illustrated(tmp_path_factory.mktemp("illustrated"))) as running:
        yield running


def at_the_picture(page: Page, url: str) -> None:
    """Go to the second of the essentials, which is asked on a picture."""
    walk.start(page, url)
    page.get_by_text("Rest from the load").click()
    walk.press(page, words.CHECK_ANSWER, walk.VERDICT)
    walk.press(page, words.NEXT_QUESTION, ".st-key-options .picture img")


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def test_a_picture_is_enlarged_and_closed_with_keys(server: Server, phone: Page) -> None:
    at_the_picture(phone, server.url)
    link = phone.get_by_role("link", name=ALT)
    small = phone.locator(".picture img").bounding_box()
    link.focus()
    phone.keyboard.press("Enter")
    dialog = phone.get_by_role("dialog")
    expect(dialog.get_by_role("img", name=ALT)).to_be_visible()
    large = dialog.locator("img").bounding_box()
    assert small is not None
    assert large is not None
    assert large["width"] > 1.5 * small["width"]
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    # What stands behind it is not answered by the way.
    phone.keyboard.press("2")
    expect(phone.locator(".st-key-options input:checked")).to_have_count(0)
    phone.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    phone.keyboard.press("2")
    expect(phone.locator(".st-key-options input:checked")).to_have_count(1)


def test_it_closes_by_its_button_and_beside_the_picture(server: Server, phone: Page) -> None:
    at_the_picture(phone, server.url)
    for close in ("button", "backdrop"):
        phone.locator(".picture a").click()
        dialog = phone.get_by_role("dialog")
        expect(dialog).to_be_visible()
        if close == "button":
            dialog.get_by_role("button", name="Close").click()
        else:
            phone.mouse.click(3, 3)
        expect(dialog).to_have_count(0)


def test_no_script_of_a_drawing_runs(server: Server, phone: Page) -> None:
    answer = phone.goto(f"{server.url}/course/images/bone.svg")
    assert answer is not None
    assert "script" in answer.text(), "the drawing has one"
    assert phone.evaluate("document.documentElement.dataset.ran") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_question_on_a_picture_keeps_nobody_out(
    server: Server, new_context: NewContext, scheme: str
) -> None:
    page = new_context(color_scheme=scheme).new_page()
    at_the_picture(page, server.url)
    assert faults(page) == []
    page.locator(".picture a").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == []


def test_a_box_is_closed_until_a_key_a_link_or_paper_opens_it(server: Server, phone: Page) -> None:
    phone.goto(f"{server.url}/article")
    box = phone.locator("#box-load")
    words_in_it = phone.get_by_text("A brace does not take the load away")
    expect(box).to_be_visible()
    walk.settled(phone)
    expect(words_in_it).to_be_hidden()
    assert faults(phone) == []
    box.locator("summary").focus()
    phone.keyboard.press("Enter")
    expect(words_in_it).to_be_visible()
    phone.keyboard.press("Enter")
    expect(words_in_it).to_be_hidden()
    phone.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(words_in_it).to_be_visible()
    phone.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(words_in_it).to_be_hidden()
    # From anywhere else, as an explanation's link does.
    phone.goto("about:blank")
    phone.goto(f"{server.url}/article#box-load")
    expect(words_in_it).to_be_visible()


def test_an_explanation_marks_what_a_box_says_and_leads_to_it(server: Server, phone: Page) -> None:
    walk.start(phone, server.url)
    phone.get_by_text("A brace while going on").click()
    walk.press(phone, words.CHECK_ANSWER, walk.VERDICT)
    box = phone.locator(".passage details.box")
    expect(box).to_have_attribute("open", "")
    expect(box.locator("mark").first).to_have_text("A brace does not take the load away")
    with phone.context.expect_page() as opened:
        phone.locator(".chosen-wrong").get_by_role("link", name="Often misunderstood").click()
    expect(opened.value.get_by_text("A brace does not take the load away")).to_be_visible()
