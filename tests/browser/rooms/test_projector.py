"""The wall: what a room reads from it, and whether all of it is in sight."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bme_quiz.rules.rooms.room import Kind
from bme_quiz.services.rooms.rooms import shown_code
from bme_quiz.ui.shell import words
from tests.support.educator_laptop import ADDRESS, LAPTOP, MAIN_BUTTON, Lectern, at, press, shows
from tests.support.rooms import moved_on, right


def test_the_lobby_says_how_to_come_in(laptop: Page, lectern: Lectern) -> None:
    room = at(laptop, lectern)
    expect(laptop.locator(".address")).to_have_text(f"{ADDRESS}/join")
    expect(laptop.locator(".code")).to_have_text(shown_code(room.code))
    picture = laptop.get_by_role("img", name=f"QR code that leads to {ADDRESS}/r/{room.code}")
    expect(picture).to_be_in_viewport(ratio=1)
    assert picture.evaluate("i => i.complete && i.naturalWidth > 0")
    assert laptop.locator(".code").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 64


@pytest.mark.parametrize("width", [1280, 1920])
def test_a_question_is_large_and_fits_the_screen(
    open_laptop: Callable[..., Page], lectern: Lectern, width: int
) -> None:
    page = open_laptop(viewport={"width": width, "height": width * 10 // 16})
    at(page, lectern, steps=1)
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert page.locator(".stem").evaluate(size) >= 32 * width / 1280
    assert page.locator(".choices li").first.evaluate(size) >= 24 * width / 1280
    expect(page.locator(".choices li").last).to_be_in_viewport(ratio=1)
    expect(page.locator(MAIN_BUTTON)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_after_the_reveal_the_longest_question_is_in_sight_with_its_reasons(
    open_laptop: Callable[..., Page],
    lectern: Lectern,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    longest = max(
        lectern.rooms.course.questions,
        key=lambda q: len(q.stem) + sum(len(o.text) + len(o.why) for o in q.options),
    )
    monkeypatch.setattr("bme_quiz.services.rooms.rooms.draw", lambda *_: [longest])
    page = open_laptop(viewport={"width": size[0], "height": size[1]})
    # Two bars an option, one before and one after, take the most room.
    room = at(page, lectern, Kind.BEFORE_AFTER)
    for steps in (1, 2):
        moved_on(lectern.rooms, room, steps)
        for name in ("anna", "ben", "cem", "dora", "emil"):
            lectern.person(page, name).sends(0, right(longest))
        room = lectern.room(page)
    moved_on(lectern.rooms, room)
    shows(page, words.END_SESSION)
    options = page.locator(".choices.told li")
    expect(options).to_have_count(len(longest.options))
    expect(options.last.locator(".num")).to_have_count(2)
    expect(page.locator("h1")).to_be_in_viewport(ratio=1)
    bar = page.locator(".st-key-lectern").bounding_box()
    last = options.last.bounding_box()
    assert bar is not None
    assert last is not None
    assert last["y"] + last["height"] < bar["y"]
    assert bar["y"] + bar["height"] <= size[1]


def test_the_way_in_stays_large_and_the_bar_stays_where_it_is(
    laptop: Page, lectern: Lectern
) -> None:
    at(laptop, lectern, steps=1)
    code = laptop.locator(".late-code")
    assert code.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 24
    asking = laptop.locator(".st-key-lectern").bounding_box()
    press(laptop, "PageDown", words.NEXT_QUESTION)
    assert laptop.locator(".st-key-lectern").bounding_box() == asking


def test_arrows_scroll_a_good_part_of_the_wall_and_its_lists_are_as_large_as_its_text(
    laptop: Page, lectern: Lectern, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_list = next(q for q in lectern.rooms.course.questions if q.section == "when-to-get-help")
    monkeypatch.setattr("bme_quiz.services.rooms.rooms.draw", lambda *_: [with_list])
    at(laptop, lectern, steps=2)
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    text = laptop.locator(".passage p:not(.from)").first.evaluate(size)
    assert laptop.locator(".passage li").first.evaluate(size) == text
    laptop.keyboard.press("ArrowDown")
    assert laptop.locator(".stMain").evaluate("e => e.scrollTop") >= LAPTOP["height"] / 4
    laptop.keyboard.press("ArrowUp")
    assert laptop.locator(".stMain").evaluate("e => e.scrollTop") == 0
