"""The educator at the lectern: keys alone, a reload, a second laptop, hurried hands."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.rules.rooms.room import Kind
from bme_quiz.services.rooms.rooms import shown_code
from bme_quiz.services.settings import ENV_DATABASE, ENV_PASSCODE
from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.courses import OWN_QUESTIONS
from tests.support.educator_laptop import (
    COUNT,
    LAPTOP,
    MAIN_BUTTON,
    PASSCODE,
    Lectern,
    at,
    enter,
    press,
    shows,
    use_cases,
)
from tests.support.rooms import question_at, right, started
from tests.support.server import Server

TAKES_PRESSES = "document.body.dataset.fresh === undefined"


def test_a_whole_session_by_keys_alone(laptop: Page, lectern: Lectern) -> None:
    while not laptop.evaluate("document.activeElement.matches('.st-key-primary-action button')"):
        laptop.keyboard.press("Tab")
    press(laptop, "Enter", words.OPEN_ANSWERS)
    room = lectern.room(laptop)
    press(laptop, "PageDown", words.REVEAL_ANSWER)
    keys = ["ArrowRight", "Enter", "PageDown"]
    for step in range(1, room.last_step - 2):
        then = words.NEXT_QUESTION if step % 2 else words.REVEAL_ANSWER
        press(laptop, keys[step % 3], then)
    press(laptop, "PageDown", words.END_SESSION)
    laptop.keyboard.press("ArrowRight")
    expect(laptop.get_by_role("heading", name="The session is over")).to_be_focused()
    assert lectern.room(laptop).has_ended


def test_a_field_keeps_its_keys(laptop: Page, lectern: Lectern) -> None:
    """On the form nothing is pressed by a remote control, and arrows choose."""
    before = len(lectern.rooms.recent())
    laptop.get_by_role("radio", name="5", exact=True).focus()
    laptop.keyboard.press("ArrowRight")
    laptop.keyboard.press("PageDown")
    expect(laptop.get_by_role("radio", name="10", exact=True)).to_be_checked()
    walk.settled(laptop)
    assert len(lectern.rooms.recent()) == before


def test_a_double_click_starts_one_session_and_takes_one_step(
    laptop: Page, lectern: Lectern
) -> None:
    before = len(lectern.rooms.recent())
    laptop.get_by_role("button", name=words.START_SESSION).dblclick()
    shows(laptop, words.OPEN_ANSWERS)
    assert len(lectern.rooms.recent()) == before + 1
    laptop.locator(MAIN_BUTTON).dblclick()
    shows(laptop, words.REVEAL_ANSWER)
    assert lectern.room(laptop).step == 1


def test_a_double_click_on_end_session_does_not_end_it_and_escape_goes_on(
    laptop: Page, lectern: Lectern
) -> None:
    at(laptop, lectern, steps=1)
    laptop.get_by_role("button", name=words.END_SESSION).dblclick()
    expect(laptop.get_by_text(words.END_QUESTION)).to_be_focused()
    walk.settled(laptop)
    laptop.keyboard.press("PageDown")
    assert lectern.room(laptop).step == 1
    walk.until(laptop, TAKES_PRESSES)
    laptop.keyboard.press("Escape")
    shows(laptop, words.REVEAL_ANSWER)
    expect(laptop.get_by_text(words.END_QUESTION)).to_have_count(0)
    walk.until(laptop, TAKES_PRESSES)
    laptop.get_by_role("button", name=words.END_SESSION).click()
    expect(laptop.get_by_text(words.END_QUESTION)).to_be_focused()
    walk.until(laptop, TAKES_PRESSES)
    laptop.get_by_role("button", name=words.END_NOW).click()
    expect(laptop.get_by_role("heading", name="The session is over")).to_be_visible()
    assert lectern.room(laptop).has_ended


def test_numbers_come_live_and_leave_focus_and_page_alone(laptop: Page, lectern: Lectern) -> None:
    at(laptop, lectern)
    expect(laptop.locator(COUNT)).to_have_text("Nobody has joined yet")
    press(laptop, "PageDown", words.REVEAL_ANSWER)
    laptop.evaluate("document.querySelector('.choices').dataset.kept = 'yes'")
    laptop.get_by_role("button", name=words.END_SESSION).focus()
    question = question_at(lectern.rooms, lectern.room(laptop), 0)
    for done, name in enumerate(("anna", "ben", "cem"), 1):
        lectern.person(laptop, name).sends(0, right(question))
        told = f"{done} of {done} {'has' if done == 1 else 'have'} answered"
        expect(laptop.locator(COUNT)).to_have_text(told)
    expect(laptop.get_by_role("button", name=words.END_SESSION)).to_be_focused()
    assert laptop.locator(".choices").get_attribute("data-kept") == "yes"
    # A screen reader is not told of every tick.
    assert laptop.locator(f"{COUNT}[aria-live], [aria-live] {COUNT}").count() == 0


def test_a_reload_shows_the_same_step(laptop: Page, lectern: Lectern) -> None:
    room = at(laptop, lectern, steps=3)
    stem = laptop.locator(".stem").inner_text()
    laptop.reload()
    shows(laptop, words.REVEAL_ANSWER)
    expect(laptop.locator(".stem")).to_have_text(stem)
    assert stem == question_at(lectern.rooms, room, 1).stem


def test_a_second_laptop_goes_on_where_the_first_one_was(
    laptop: Page, open_laptop: Callable[..., Page], lectern: Lectern
) -> None:
    room = at(laptop, lectern, steps=1)
    other = open_laptop()
    code = shown_code(room.code)
    listed = other.locator('[class*="st-key-listed-"]').filter(has_text=code)
    listed.get_by_role("button", name=words.SESSION_GO_ON).click()
    shows(other, words.REVEAL_ANSWER)
    press(other, "PageDown", words.NEXT_QUESTION)
    # The first one notices by itself.
    shows(laptop, words.NEXT_QUESTION)
    expect(laptop.locator("mark").first).to_be_visible()
    assert lectern.room(laptop).step == 2


def test_a_killed_server_is_said_and_gone_on_with_where_it_was(
    new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    env = {ENV_DATABASE: f"sqlite:///{tmp_path / 'quiz.db'}", ENV_PASSCODE: PASSCODE}
    with Server(OWN_QUESTIONS, **env) as server, use_cases(env[ENV_DATABASE]) as rooms:
        page = new_context(viewport=LAPTOP).new_page()
        enter(page, server.url)
        # This server is on this machine alone and was told of no other address.
        expect(page.get_by_text("Phones cannot reach this server yet")).to_be_visible()
        page.get_by_role("button", name=words.START_SESSION).click()
        shows(page, words.OPEN_ANSWERS)
        expect(page.locator(".address")).to_have_text(f"{server.url}/join")
        press(page, "PageDown", words.REVEAL_ANSWER)
        stem = page.locator(".stem").inner_text()
        expect(page.get_by_text(words.SESSION_LOST)).to_be_hidden()
        server.kill()
        expect(page.get_by_text(words.SESSION_LOST)).to_be_visible()
        # Streamlit opens a dialog of its own, after some tries, over the question.
        dialog = page.get_by_test_id("stDialog")
        dialog.wait_for(state="attached", timeout=60_000)
        expect(dialog).to_be_hidden()
        expect(page.locator(".stem")).to_have_text(stem)
        server.start()
        lectern = Lectern(server.url, rooms)
        lectern.person(page, "anna").sends(0, right(question_at(rooms, lectern.room(page), 0)))
        # A count that comes live shows that the page and the new server have found each other.
        expect(page.locator(COUNT)).to_have_text("1 of 1 has answered", timeout=30_000)
        expect(page.get_by_text(words.SESSION_LOST)).to_be_hidden()
        press(page, "PageDown", words.NEXT_QUESTION)
        page.reload()
        shows(page, words.NEXT_QUESTION)
        expect(page.locator(".stem")).to_have_text(stem)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_stage_passes_axe(
    open_laptop: Callable[..., Page], lectern: Lectern, scheme: str
) -> None:
    page = open_laptop(color_scheme=scheme)
    assert _violations(page) == []
    for kind in Kind:
        room = at(page, lectern, kind)
        assert _violations(page) == [], kind
        for step in range(1, min(room.last_step, 5)):
            lectern.rooms.go_on(room.id, step - 1)
            expect(page.locator(f'[data-focus="session-{room.id}-{step}"]')).to_be_visible()
            walk.settled(page)
            assert _violations(page) == [], (kind, step)
    page.get_by_role("button", name=words.END_SESSION).click()
    expect(page.get_by_text(words.END_QUESTION)).to_be_visible()
    assert _violations(page) == []


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [v["id"] for v in found if v["impact"] in ("serious", "critical", "moderate")]


def test_the_ways_in_are_on_the_learners_pages(phone: Page, lectern: Lectern) -> None:
    walk.open_start(phone, lectern.url)
    expect(phone.get_by_role("link", name=words.JOIN_SESSION)).to_have_attribute(
        "href", re.compile("/join$")
    )
    phone.goto(f"{lectern.url}/about")
    phone.get_by_role("link", name=words.START_SESSION).click()
    expect(phone.get_by_label("Passcode")).to_be_visible()
    phone.goto(f"{lectern.url}/session")
    phone.get_by_role("link", name="Type the passcode").click()
    expect(phone.get_by_label("Passcode")).to_be_visible()


def test_the_door_can_be_closed_again(laptop: Page, lectern: Lectern) -> None:
    room = started(lectern.rooms)
    laptop.reload()
    laptop.get_by_role("button", name="Close the educator's page on this computer").click()
    expect(laptop.get_by_label("Passcode")).to_be_visible()
    laptop.goto(f"{lectern.url}/session?session={room.id}")
    expect(laptop.get_by_role("link", name="Type the passcode")).to_be_visible()
    expect(laptop.get_by_text(shown_code(room.code))).to_have_count(0)
