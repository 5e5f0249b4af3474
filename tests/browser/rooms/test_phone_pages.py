"""Phones in a session: at one's own pace to its end, and every page for everybody's eyes."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bme_quiz.content.bank import QuestionType
from bme_quiz.content.course import ARTICLE_FILE, BANK_FILE
from bme_quiz.rules.quiz.marking import Verdict
from bme_quiz.rules.rooms.room import Kind
from bme_quiz.services.course import load_course
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.settings import ENV_DATABASE, ENV_PASSCODE
from bme_quiz.services.store import make_store
from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.courses import OWN_QUESTIONS, bank_bytes
from tests.support.phone_pages import PAGES, Hall, come_in
from tests.support.rooms import moved_on, question_at, right, started, wrong
from tests.support.server import Server
from tests.support.session_walk import LAPTOP, PASSCODE, Lectern, NewContext, Phone


def of_every_type(folder: Path) -> Path:
    """A course of the project's own article, with the longest question of each type."""
    lines = (OWN_QUESTIONS / BANK_FILE).read_text("utf-8").splitlines(keepends=True)
    rows = sorted(csv.DictReader(lines), key=lambda row: len(str(row)))
    longest = {row["type"]: row for row in rows}
    folder.mkdir()
    shutil.copy(OWN_QUESTIONS / ARTICLE_FILE, folder)
    (folder / BANK_FILE).write_bytes(bank_bytes(list(longest.values())))
    return folder


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("phones")
    course = load_course(of_every_type(folder / "course"))
    assert sorted(q.type for q in course.questions) == sorted(QuestionType)
    env = {ENV_DATABASE: f"sqlite:///{folder / 'quiz.db'}", ENV_PASSCODE: PASSCODE}
    store = make_store(env[ENV_DATABASE])
    with Server(course.folder, **env) as server:
        yield Hall(server.url, Rooms(course, store.rooms))
    store.database.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_at_ones_own_pace_to_the_end(hall: Hall, new_context: NewContext, script: bool) -> None:
    lectern = Lectern(new_context(viewport=LAPTOP).new_page(), hall.url)
    lectern.sign_in()
    lectern.start("Own pace")
    phone = Phone.of(new_context(java_script_enabled=script))
    phone.page.goto(lectern.straight_in)
    phone.sees("You are in.")
    lectern.press("PageDown", words.END_SESSION)
    room = hall.rooms.room(lectern.session)
    assert room is not None
    total = len(room.drawn)
    for position in range(total):
        phone.sees(f"Question {position + 1} of {total}")
        question = question_at(hall.rooms, room, position)
        assert phone.asked(hall.rooms.course.questions) == question
        phone.send(words.CHECK_ANSWER)
        expect(phone.page.get_by_role("alert")).to_have_text(words.NOTHING_TICKED_ALONE)
        ticked = right(question) if position % 2 else wrong(question)
        phone.choose(question, "".join(ticked))
        phone.send(words.CHECK_ANSWER)
        phone.shows_verdict("Correct." if position % 2 else "Not quite.")
        lectern.counts("1 of 1 has begun", f"{int(position == total - 1)} of 1 has finished")
        last = position == total - 1
        phone.page.get_by_role("link", name="Go on" if last else words.NEXT_QUESTION).click()
    phone.sees("You have answered every question.")
    phone.page.go_back()
    phone.shows_verdict("Correct." if total % 2 == 0 else "Not quite.")
    lectern.page.keyboard.press("PageDown")
    expect(lectern.page.get_by_text(words.END_QUESTION)).to_be_focused()
    walk.settled(lectern.page)
    lectern.page.get_by_role("button", name=words.END_NOW).click()
    expect(lectern.page.get_by_role("heading", name="The session is over")).to_be_visible()
    rights = {r["number"]: r["answered"] for r in lectern.report()}
    assert rights == {str(n): "1" for n in range(1, total + 1)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phones_page(
    hall: Hall, new_context: NewContext, scheme: str
) -> None:
    page = new_context(color_scheme=scheme).new_page()
    for name, show in PAGES.items():
        page.context.clear_cookies()
        show(page, hall)
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == [], name


NARROW = {"viewport": {"width": 320, "height": 568}}
# A window of 640 px at 200 % has 320 px to draw in, each of them twice as large.
ZOOMED = {"viewport": {"width": 320, "height": 480}, "device_scale_factor": 2}
LARGE_TEXT = {"viewport": {"width": 390, "height": 844}}


@pytest.mark.parametrize("scale", ["320 px", "200 %", "large text"])
def test_every_page_fits_a_small_phone_and_large_letters(
    hall: Hall, new_context: NewContext, scale: str
) -> None:
    options = {"320 px": NARROW, "200 %": ZOOMED, "large text": LARGE_TEXT}[scale]
    page = new_context(**options).new_page()
    if scale == "large text":
        page.add_init_script(
            "addEventListener('DOMContentLoaded', () => {"
            " document.documentElement.style.fontSize = '200%'; })"
        )
    for name, show in PAGES.items():
        page.context.clear_cookies()
        show(page, hall)
        # Nothing runs out of the screen sideways, and nothing is cut off.
        wide = page.evaluate(
            "() => { const width = document.documentElement.clientWidth;"
            " return [...document.querySelectorAll('body *')]"
            ".filter((e) => !e.closest('.visually-hidden'))"
            ".filter((e) => { const box = e.getBoundingClientRect();"
            " return box.width && (box.right > width + 1 || box.left < -1); })"
            ".map((e) => e.outerHTML.slice(0, 120)); }"
        )
        assert wide == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= options["viewport"]["width"]
        for target in page.locator("button, label.choice, a.button, input.code").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= 44, (name, target.inner_text())


def test_a_question_is_answered_with_keys_alone(hall: Hall, new_context: NewContext) -> None:
    room = started(hall.rooms, Kind.DISCUSS, 1)
    page = new_context().new_page()
    come_in(page, hall, room)
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.matches('input[name=option]')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("input:checked")).to_have_count(1)
    while not page.evaluate("document.activeElement.matches('button')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(words.ANSWER_IS_IN)
    expect(heading).to_be_focused()
    moved_on(hall.rooms, room)
    # What became of one's own answer is what is read out, and what the tab is called. One tick at a
    # question with several right answers may be partly correct.
    verdicts = "|".join(Verdict)
    expect(page.locator(".verdict")).to_be_focused()
    expect(page).to_have_title(re.compile(rf"^({verdicts})\. Question 1 of 3 - "))
