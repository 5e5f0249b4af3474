"""Flashcards in a real browser: with keys, with a thumb, and what the browser gets to know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.content.bank import COLUMNS
from bme_quiz.content.table import write_table
from bme_quiz.services.settings import ENV_DATABASE
from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.cards import GLOSSARY
from tests.support.courses import ROWS, write_course
from tests.support.listener import Listener
from tests.support.server import Server

FRONT = ".card-front .stem"
RATINGS = ".st-key-ratings button"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course with a glossary; every question is a card."""
    made = write_course(tmp_path_factory.mktemp("cards"), ROWS)
    rows = [{**cells, "card": "yes"} for cells in ROWS]
    (made / "bank.csv").write_text(write_table((*COLUMNS, "card"), rows), "utf-8", newline="")
    (made / "glossary.csv").write_bytes(GLOSSARY)
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with Server(folder) as running:
        yield running


def open_cards(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/cards")
    expect(page.get_by_role("button", name=words.SHOW_ANSWER)).to_be_visible()
    walk.settled(page)


def turn(page: Page) -> None:
    page.keyboard.press("Space")
    expect(page.locator(RATINGS)).to_have_count(4)
    walk.settled(page)


def rate(page: Page, key: str) -> None:
    page.keyboard.press(key)
    expect(page.locator(RATINGS)).to_have_count(0)
    walk.settled(page)


def test_todays_cards_with_keys_only(phone: Page, server: Server) -> None:
    """Space turns, 1 to 4 rate, U takes back; a failed card returns; a calm end."""
    open_cards(phone, server)
    expect(phone.locator(walk.STEP)).to_have_text("5 cards left today")
    first = phone.locator(FRONT).inner_text()
    phone.keyboard.press("3")  # nothing to rate yet
    turn(phone)
    expect(phone.locator(".card-back h2")).to_be_focused()
    rate(phone, "1")
    expect(phone.locator(walk.STEP)).to_be_focused()
    expect(phone.locator(FRONT)).not_to_have_text(first)
    phone.keyboard.press("u")
    expect(phone.locator(FRONT)).to_have_text(first)
    expect(phone.locator(".st-key-undo")).to_have_count(0)
    walk.settled(phone)
    turn(phone)
    rate(phone, "1")
    shown = []
    for _ in range(4):
        shown.append(phone.locator(FRONT).inner_text())
        turn(phone)
        rate(phone, "4")
    assert first not in shown[:3]
    assert shown[3] == first
    turn(phone)
    rate(phone, "4")
    expect(phone.locator(walk.STEP)).to_have_text("Done for today")
    expect(phone.locator(".lead")).to_contain_text(
        "Tomorrow there is one card to review and up to 3 new"
    )
    phone.reload()
    expect(phone.locator(walk.STEP)).to_have_text("Done for today")


def test_enter_and_a_click_turn_a_card_and_digits_do_not_leave_the_quiz(
    phone: Page, server: Server
) -> None:
    open_cards(phone, server)
    phone.keyboard.press("Enter")
    expect(phone.locator(RATINGS)).to_have_count(4)
    phone.goto(server.url)
    walk.start(phone, server.url)
    phone.keyboard.press("2")
    assert phone.locator(".st-key-options input").nth(1).is_checked()
    phone.keyboard.press("u")
    phone.keyboard.press("Space")  # on a chosen option: no page scrolls, nothing is turned
    expect(phone.locator(walk.STEP)).to_contain_text("Question 1 of")


def test_three_quick_presses_are_one_review(phone: Page, server: Server) -> None:
    open_cards(phone, server)
    turn(phone)
    phone.evaluate(f"() => {{ const b = document.querySelectorAll('{RATINGS}')[3];"
                   "b.click(); b.click(); b.click(); }")  # fmt: skip
    expect(phone.locator(RATINGS)).to_have_count(0)
    walk.settled(phone)
    expect(phone.locator(walk.STEP)).to_have_text("4 cards left today")


def test_ratings_are_large_named_and_told_with_their_interval(phone: Page, server: Server) -> None:
    open_cards(phone, server)
    turn(phone)
    names = [words.AGAIN, words.HARD, words.GOOD, words.EASY]
    for name, told in zip(names, ["1 min", "6 min", "10 min", "8 days"], strict=True):
        button = phone.get_by_role("button", name=name, exact=True)
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= 844
        expect(button).to_have_accessible_description(f"{name}: {told}")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_of_the_back_arrives_before_show_answer(phone: Page, server: Server) -> None:
    listener = Listener(phone)
    open_cards(phone, server)
    assert phone.locator(FRONT).inner_text() == "load"
    back = b"What pushes on a bone."
    assert b"load" in listener.received
    assert back not in listener.received
    turn(phone)
    assert back in listener.received


def test_a_missed_question_offers_its_card_for_tomorrow(phone: Page, server: Server) -> None:
    walk.start(phone, server.url)
    for _ in range(4):
        phone.keyboard.press("2")
        walk.press(phone, words.CHECK_ANSWER, walk.VERDICT)
        missed = phone.locator(walk.VERDICT).inner_text() != "Correct."
        offer = phone.get_by_role("button", name=words.ADD_TO_CARDS)
        expect(offer).to_have_count(1 if missed else 0)
        if missed:
            break
        walk.press(phone, words.NEXT_QUESTION, ".st-key-options")
    offer.click()
    expect(phone.get_by_text(words.CARD_COMES)).to_be_visible()
    walk.settled(phone)
    phone.keyboard.press("Enter")  # the step's main button is still the way on
    expect(phone.locator(walk.VERDICT)).to_be_hidden()


def test_the_start_page_says_how_many_are_due_and_leads_there(phone: Page, server: Server) -> None:
    open_cards(phone, server)
    turn(phone)
    rate(phone, "1")
    walk.open_start(phone, server.url)
    phone.get_by_role("link", name="One card is due today").click()
    expect(phone.locator(FRONT)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["back", "settings", "progress"])
def test_axe_finds_nothing_serious(
    new_context: Callable[..., BrowserContext], server: Server, view: str, scheme: str
) -> None:
    page = new_context(color_scheme=scheme).new_page()
    open_cards(page, server)
    if view == "settings":
        page.get_by_text(words.CARD_SETTINGS).click()
        expect(page.get_by_role("button", name=words.SAVE_SETTINGS)).to_be_visible()
    else:
        turn(page)
    if view == "progress":
        rate(page, "3")
        page.goto(f"{server.url}/progress")
        expect(page.get_by_text("Being learned")).to_be_visible()
        walk.settled(page)
    walk.until(page, "document.fonts.status === 'loaded'")
    serious = [
        (v["id"], [n["html"][:200] for n in v["nodes"]])
        for v in Axe().run(page).response["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_a_killed_server_loses_no_review(
    new_context: Callable[..., BrowserContext], folder: Path, tmp_path: Path
) -> None:
    database = {ENV_DATABASE: f"sqlite:///{tmp_path / 'killed.db'}"}
    server = Server(folder, **database)
    server.start()
    page = new_context().new_page()
    open_cards(page, server)
    for left in (4, 3):
        turn(page)
        rate(page, "4")
        expect(page.locator(walk.STEP)).to_have_text(f"{left} cards left today")
    server.kill()
    again = Server(folder, server.port, **database)
    again.start()
    try:
        open_cards(page, again)
        expect(page.locator(walk.STEP)).to_have_text("3 cards left today")
    finally:
        again.stop()
