"""Every page in light and dark: accessible, and one tap from help."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.services.course import Course
from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.courses import ROOT, row, write_course
from tests.support.server import Server

ON_THE_WAY = ["start", "question", "nothing chosen", "explanation", "results"]
# Every page by its address; a test holds the list to the files.
PAGES = ["cards", "article", "progress", "help", "about", "check"]
# What is behind the educator's passcode is looked at in test_session_educator.py.
GUARDED = ["session"]
VIEWS = [*ON_THE_WAY, *PAGES]


def show(page: Page, server: Server, view: str) -> None:
    if view in PAGES:
        page.goto(f"{server.url}/{view}")
        expect(page.locator(".footer")).to_be_visible()
        walk.settled(page)
        return
    walk.open_start(page, server.url)
    if view == "start":
        walk.press(page, words.OPEN_CHOICES, '[data-testid="stMultiSelect"]')
        return
    page.get_by_role("button", name=words.START_QUIZ).click()
    expect(page.locator(".st-key-options")).to_be_visible()
    walk.settled(page)
    if view == "nothing chosen":
        walk.press(page, words.CHECK_ANSWER, '[data-testid="stAlert"]')
    if view in ("explanation", "results"):
        page.keyboard.press("1")
        walk.press(page, words.CHECK_ANSWER, walk.VERDICT)
    if view == "results":
        walk.press(page, words.NEXT_QUESTION, ".st-key-options")
        walk.press(page, words.STOP_HERE, ".score")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_serious(
    new_context: Callable[..., BrowserContext], own_server: Server, view: str, scheme: str
) -> None:
    page = new_context(color_scheme=scheme).new_page()
    show(page, own_server, view)
    walk.until(page, "document.fonts.status === 'loaded'")
    found = Axe().run(page).response["violations"]
    serious = [
        (v["id"], [n["html"][:200] for n in v["nodes"]])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("view", ["start", "question", "explanation", "results", *PAGES])
def test_help_is_one_tap_away_and_the_quiz_goes_on_after_it(
    phone: Page, own_server: Server, own_course: Course, view: str
) -> None:
    show(phone, own_server, view)
    here = phone.locator('.st-key-nav a[aria-current="page"]')
    expect(here).to_have_count(0 if view == "check" else 1)
    expect(phone.locator(".footer")).to_contain_text(words.DISCLAIMER)
    phone.get_by_role("link", name=words.PAGE_HELP).click()
    expect(phone.get_by_role("heading", name=words.PAGE_HELP, level=1)).to_be_visible()
    section = own_course.help_section
    assert section is not None
    expect(phone.get_by_text(section.sentences[0].text)).to_be_visible()
    if view == "question":
        phone.get_by_role("link", name=words.PAGE_QUIZ, exact=True).click()
        expect(phone.locator(walk.STEP)).to_have_text("Question 1 of 15")


def test_the_views_are_all_pages_that_there_are() -> None:
    names = {"get_help": "help"}
    screens = {p.stem for p in (ROOT / "bme_quiz" / "ui" / "screens").glob("*.py")}
    assert {names.get(s, s) for s in screens} == {*PAGES, *GUARDED, "quiz"}


def test_the_heading_of_the_passage_leads_to_its_place_in_the_article(
    phone: Page, own_server: Server
) -> None:
    show(phone, own_server, "explanation")
    link = phone.locator(".passage h3 a")
    title = link.evaluate("e => e.firstChild.textContent")
    with phone.context.expect_page() as opened:
        link.click()
    article = opened.value
    heading = article.locator(".text h2, .text h3").filter(has_text=title).first
    expect(heading).to_be_in_viewport(timeout=20_000)
    expect(heading).to_be_focused()


def test_a_term_is_explained_on_demand_and_escape_closes_it(
    phone: Page, own_server: Server
) -> None:
    show(phone, own_server, "article")
    term = phone.locator("button.term").first
    meaning = phone.locator("button.term + .term-meaning").first
    expect(meaning).to_be_hidden()
    term.focus()
    phone.keyboard.press("Enter")
    expect(meaning).to_be_visible()
    expect(term).to_have_attribute("aria-expanded", "true")
    phone.keyboard.press("Escape")
    expect(meaning).to_be_hidden()


def test_quiz_me_on_this_section_draws_from_it(phone: Page, small_server: Server) -> None:
    phone.goto(f"{small_server.url}/article")
    phone.get_by_role("button", name=words.QUIZ_ME).nth(1).click()
    expect(phone.locator(walk.STEP)).to_have_text("Question 1 of 2")
    expect(phone.get_by_role("link", name=words.PAGE_ARTICLE)).to_be_visible()


def test_a_group_of_boxes_and_a_group_of_radios_are_named_by_the_stem(
    phone: Page, small_server: Server
) -> None:
    phone.goto(f"{small_server.url}/article")
    phone.get_by_role("button", name=words.QUIZ_ME).nth(1).click()
    expect(phone.locator(".st-key-options")).to_be_visible()
    for _ in range(2):
        walk.settled(phone)
        stem = walk.shown_stem(phone)
        if phone.locator('[data-testid="stCheckbox"]').count():
            group = phone.get_by_role("group", name=stem)
        else:
            group = phone.get_by_role("radiogroup", name=stem, exact=True)
        expect(group).to_be_visible()
        phone.keyboard.press("1")
        walk.press(phone, words.CHECK_ANSWER, walk.VERDICT)
        phone.locator(walk.PRIMARY).click()
        expect(phone.locator(walk.VERDICT)).to_be_hidden()
        walk.settled(phone)


def test_text_of_a_cell_is_shown_as_typed(
    new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    nasty = (
        "<b>x</b> **b** _i_ `c` $a^2$ :smile: :red[r] :material/home: a -> b 5 >= 4 -- "
        "[l](http://x.example) https://y.example www.z.example a@b.example 1. &amp; \\n ~~s~~"
    )
    cells = row(stem=f"1. Is it {nasty}?", option_a=f"- {nasty}", option_b=f"# {nasty} b")
    folder = write_course(tmp_path / "nasty", [cells])
    (folder / "exceptions.csv").write_text(
        "id,rule,reason\nload-01,S11,the test\nload-01,G05,the test\n"
    )
    with Server(folder) as server:
        page = new_context().new_page()
        walk.start(page, server.url)
        shown = [walk.shown_stem(page), *walk.shown_options(page)]
        plain = [text.replace("\u2060", "") for text in shown]
        assert sorted(plain) == sorted(
            [cells["stem"], cells["option_a"], cells["option_b"], cells["option_c"]]
        )
        assert (
            page.locator(".st-key-options a, .st-key-options strong, .st-key-options code").count()
            == 0
        )
        page.keyboard.press("1")
        walk.press(page, words.CHECK_ANSWER, walk.VERDICT)
        assert f"- {nasty}" in page.locator(".options-explained").inner_text()


def test_print_has_the_results_and_no_buttons(phone: Page, own_server: Server) -> None:
    show(phone, own_server, "results")
    phone.emulate_media(media="print")
    expect(phone.locator(".score")).to_be_visible()
    expect(phone.get_by_role("button", name=words.NEW_QUIZ)).to_be_hidden()
