"""A word of 300 letters, in whatever place, stays on the screen and can be read to its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bme_quiz.content.course import ARTICLE_FILE, BANK_FILE
from bme_quiz.rules.rooms.room import Kind, Stage
from bme_quiz.services.course import load_course
from bme_quiz.services.rooms.rooms import Rooms
from bme_quiz.services.settings import ENV_ADDRESS, ENV_DATABASE, ENV_PASSCODE
from bme_quiz.services.store import make_store
from bme_quiz.ui.shell import words
from tests.support import educator_laptop as laptops
from tests.support import walk
from tests.support.educator_laptop import MAIN_BUTTON, PASSCODE, Lectern
from tests.support.long_words import WORD, write_long
from tests.support.phone_pages import PAGES, Hall
from tests.support.rooms import Person, moved_on, question_at, right, started, wrong
from tests.support.server import Server
from tests.support.session_walk import NewContext

# What reaches over the screen's edge, and what is cut off within it.
TOO_WIDE = """() => {
  // Icons are letters of a font; a table of Streamlit's is a picture with a scroll bar of its own.
  const aside = 'a[href="#stMain"], svg, [data-testid="stIconMaterial"], .stDataFrame *';
  const style = (e) => getComputedStyle(e);
  const shown = [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()
    && !e.closest(`.visually-hidden, ${aside}`) && style(e).clipPath === "none");
  const out = shown.filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1);
  });
  const cut = shown.filter((e) => e.innerText?.trim() && !e.matches("input") && e.clientWidth > 1
    && style(e).overflowX !== "visible" && style(e).textOverflow !== "ellipsis"
    && e.scrollWidth > e.clientWidth + 1
    // A list of Streamlit's to choose from has one line for each.
    && !e.closest('[role="option"]'));
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth) out.push(page);
  return [...out, ...cut].map((e) => e.outerHTML.replace(/[a-z]{100,}/g, "…").slice(0, 200));
}"""
WIDTHS = [320, 390]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("long")
    course = load_course(write_long(folder / "course"))
    assert len(course.questions) == 4
    env = {
        ENV_DATABASE: f"sqlite:///{folder / 'quiz.db'}",
        ENV_PASSCODE: PASSCODE,
        ENV_ADDRESS: f"http://{WORD[:60]}.example:8501",
    }
    store = make_store(env[ENV_DATABASE])
    with Server(course.folder, **env) as server:
        yield Hall(server.url, Rooms(course, store.rooms))
    store.database.close()


class Fit:
    """Looks at one page after the other, and knows at the end what did not fit."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: dict[str, list[str]] = {}

    def see(self, name: str, has_word: bool = True) -> None:
        """Look at the page as it is."""
        if has_word:
            assert WORD[:40] in self.page.locator("body").inner_text(), name
        wide = self.page.evaluate(TOO_WIDE)
        if wide:
            self.found[name] = wide[:5]

    def end(self) -> None:
        """See that everything did."""
        assert not self.found, "\n".join(f"{name}: {wide}" for name, wide in self.found.items())


@pytest.mark.parametrize("width", WIDTHS)
def test_it_stays_on_the_screen_of_a_learner(
    hall: Hall, new_context: NewContext, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 700}).new_page()
    fit = Fit(page)
    walk.open_start(page, hall.url)
    page.get_by_text("For the author").click()
    fit.see("author's notice")
    walk.press(page, words.OPEN_CHOICES, '[data-testid="stMultiSelect"]')
    page.get_by_role("combobox").click()
    page.get_by_role("option").first.wait_for()
    fit.see("list of sections")
    page.get_by_role("option").first.click()
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    walk.settled(page)
    fit.see("chosen sections")
    page.reload()
    walk.start(page, hall.url)
    for number in range(4):
        fit.see(f"question {number}")
        if page.get_by_text("Hint").count():
            page.get_by_text("Hint").click()
            fit.see(f"hint {number}")
        question = walk.question_on(page, hall.rooms.course.questions)
        for position in walk.positions(page, question, right=False):
            page.keyboard.press(str(position))
        walk.press(page, words.CHECK_ANSWER, walk.VERDICT)
        open_all(page)
        fit.see(f"explanation {number}")
        if number < 3:
            walk.press(page, words.NEXT_QUESTION, ".st-key-options")
    walk.press(page, words.NEXT_QUESTION, ".st-key-options")
    walk.press(page, words.STOP_HERE, ".score")
    open_all(page)
    fit.see("results")
    for address in ("article", "help", "progress", "about"):
        page.goto(f"{hall.url}/{address}")
        expect(page.locator(".footer")).to_be_visible()
        walk.settled(page)
        open_all(page)
        fit.see(address, has_word=address != "about")
    page.goto(f"{hall.url}/cards")
    for number in range(3):
        expect(page.get_by_role("button", name=words.SHOW_ANSWER)).to_be_visible()
        walk.settled(page)
        fit.see(f"card {number}", has_word=False)
        walk.press(page, words.SHOW_ANSWER, ".st-key-ratings")
        open_all(page)
        fit.see(f"back {number}")
        page.keyboard.press("3")
    check_a_bank(page, hall, fit)
    fit.end()


def check_a_bank(page: Page, hall: Hall, fit: Fit) -> None:
    """Upload the course and look at each view of its check."""
    page.goto(f"{hall.url}/check")
    for place, name in enumerate((BANK_FILE, ARTICLE_FILE)):
        page.locator("input[type=file]").nth(place).set_input_files(hall.rooms.course.folder / name)
    expect(page.get_by_role("tab", name="Preview")).to_be_visible()
    for tab in ("Findings", "Figures", "Preview"):
        page.get_by_role("tab", name=tab).click()
        walk.settled(page)
        open_all(page)
        fit.see(f"check: {tab}", has_word=tab == "Preview")


def open_all(page: Page) -> None:
    """Open every term and every quotation."""
    page.evaluate(
        "() => { document.querySelectorAll('details').forEach((d) => (d.open = true));"
        " document.querySelectorAll('button.term').forEach((b) => b.click()); }"
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_it_stays_on_the_screen_of_a_phone_in_a_session(
    hall: Hall, new_context: NewContext, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 700}).new_page()
    fit = Fit(page)
    asks = {"one of several", "true or false", "several of several", "revealed", "form", "practice"}
    for name, show in PAGES.items():
        page.context.clear_cookies()
        show(page, hall)
        open_all(page)
        fit.see(name, has_word=name in asks)
    for address in (f"join?code={WORD}", f"r/{WORD}", f"r/{WORD}/x", "device", "educator"):
        page.goto(f"{hall.url}/{address}")
        fit.see(address[:12], has_word=False)
    for address in ("device", "educator"):
        page.goto(f"{hall.url}/{address}")
        field = page.locator("input").first
        field.evaluate("e => e.removeAttribute('maxlength')")
        field.fill(WORD)
        page.get_by_role("button").first.click()
        expect(page.get_by_role("alert")).to_be_visible()
        fit.see(f"{address}, wrong", has_word=False)
    fit.end()


@pytest.mark.parametrize("size", [(390, 844), (1280, 720)], ids=["phone", "projector"])
def test_it_stays_on_the_wall_and_in_the_report(
    hall: Hall, new_context: NewContext, size: tuple[int, int]
) -> None:
    page = new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    fit = Fit(page)
    laptops.enter(page, hall.url)
    lectern = Lectern(hall.url, hall.rooms)
    fit.see("to start a session", has_word=False)
    for kind in Kind:
        room = started(hall.rooms, kind)
        people = [Person(hall.rooms, room.id, f"{n}") for n in range(6)]
        show(page, lectern, room.id)
        fit.see(f"{kind}: lobby")
        while room.phase.stage is not Stage.ENDED:
            room = moved_on(hall.rooms, room)
            for position in range(len(room.drawn)):
                question = question_at(hall.rooms, room, position)
                for number, person in enumerate(people):
                    person.sends(position, right(question) if number % 2 else wrong(question))
            show(page, lectern, room.id)
            open_all(page)
            fit.see(f"{kind}: {room.step}", has_word=room.phase.stage is Stage.ASKING)
        expect(page.get_by_text("Report", exact=True)).to_be_visible()
    fit.end()


def show(page: Page, lectern: Lectern, session: str) -> None:
    page.goto(f"{lectern.url}/session?session={session}")
    expect(page.locator(f"{MAIN_BUTTON}, .room-report").first).to_be_visible()
    walk.settled(page)
