"""A phone's page in a real browser: keys, large targets, lost lines, and no script at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from bme_quiz.rules.rooms.room import Room
from bme_quiz.ui.shell import words
from tests.support.courses import OWN_QUESTIONS, ROWS, write_course
from tests.support.halls import Educator, educator, server
from tests.support.server import Server

pytestmark = pytest.mark.slow

# A screen that goes dark, so that a minute passes unseen, and lights up again.
_SLEEP = """() => {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  const now = Date.now;
  Date.now = () => now() + 60000;
}"""
_WAKE = """() => {
  Object.defineProperty(document, "hidden", { value: false, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
NARROW = {"width": 320, "height": 568}


@dataclass
class House:
    """A server, and the educator who leads its sessions."""

    server: Server
    leader: Educator

    def url(self, room: Room) -> str:
        return f"{self.server.url}/r/{room.code}"


def house_of(folder: Path, course: Path) -> Iterator[House]:
    database = f"sqlite:///{folder / 'quiz.db'}"
    started = server(course, database, folder / "log")
    with started, educator(course, database) as leader:
        yield House(started, leader)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The small course."""
    folder = tmp_path_factory.mktemp("phones")
    yield from house_of(folder, write_course(folder / "course", ROWS))


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The course that the project ships."""
    yield from house_of(tmp_path_factory.mktemp("own"), OWN_QUESTIONS)


def at_step(page: Page, step: int) -> None:
    """Wait until the page shows a step."""
    expect(page.locator(f'[data-step="{step}"]')).to_be_attached(timeout=20_000)


def send(page: Page) -> None:
    """Send what is ticked, and wait for the receipt."""
    page.get_by_role("button", name=words.SEND_ANSWER).click()
    expect(page.get_by_role("heading", name=words.ANSWER_IS_IN)).to_be_visible()


def test_targets_are_large_and_nothing_scrolls_sideways(
    own_house: House, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport=NARROW).new_page()
    room = own_house.leader.starts(steps=1)
    page.goto(own_house.url(room))
    for _ in range(6):
        targets = page.locator("main :is(.choice, button, a.button)")
        for box in (targets.nth(n).bounding_box() for n in range(targets.count())):
            assert box is not None
            assert box["height"] >= 48
        overflow = "document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(overflow) <= 0
        room = own_house.leader.goes_on(room)
        at_step(page, room.step)


def test_nothing_but_this_server_is_asked_and_no_policy_is_broken(
    own_house: House, phone: Page
) -> None:
    asked: list[str] = []
    said: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.on("console", lambda message: said.append(message.text))
    phone.on("pageerror", lambda error: said.append(str(error)))
    room = own_house.leader.starts(steps=1)
    phone.goto(own_house.url(room))
    phone.locator(".choice").first.click()
    send(phone)
    own_house.leader.goes_on(room)
    at_step(phone, 2)
    phone.wait_for_load_state()
    assert said == []
    ours = (own_house.server.url, "data:image/svg+xml,")
    assert [url for url in asked if not url.startswith(ours)] == []


def test_an_answer_on_a_bad_line_is_sent_until_it_is_in(house: House, phone: Page) -> None:
    room = house.leader.starts(steps=1)
    phone.goto(house.url(room))
    tries: list[Route] = []

    def lose(route: Route) -> None:
        tries.append(route)
        # Once the answer arrives and only the word of it is lost.
        if len(tries) == 1:
            route.fetch()
        if len(tries) < 4:
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.route("**/answer", lose)
    phone.locator(".choice").first.click()
    phone.get_by_role("button", name=words.SEND_ANSWER).click()
    expect(phone.get_by_role("alert")).to_contain_text("Not sent yet")
    assert words.ANSWER_IS_IN not in phone.content()
    expect(phone.get_by_role("heading", name=words.ANSWER_IS_IN)).to_be_visible()
    assert len(tries) == 4
    assert len(house.leader.rooms.report_answers(room.id)) == 1


def test_an_answer_that_is_not_taken_keeps_the_choice(house: House, phone: Page) -> None:
    room = house.leader.starts(steps=1)
    phone.goto(house.url(room))
    phone.route("**/answer", lambda route: route.fulfill(status=413, body="That was too long."))
    phone.locator(".choice").nth(1).click()
    phone.get_by_role("button", name=words.SEND_ANSWER).click()
    expect(phone.get_by_role("alert")).to_have_text("That was too long.")
    expect(phone.locator(".choice input").nth(1)).to_be_checked()
    phone.unroute("**/answer")
    send(phone)


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "page"])
def test_after_a_crash_of_the_server_a_phone_goes_on_by_itself(
    tmp_path: Path, phone: Page, stream: bool
) -> None:
    course = write_course(tmp_path / "course", ROWS)
    for house in house_of(tmp_path, course):
        room = house.leader.starts(steps=1)
        phone.goto(house.url(room))
        phone.locator(".choice").first.click()
        send(phone)
        if not stream:
            # As behind a proxy that lets no stream through.
            phone.route("**/events*", lambda route: route.abort())
        house.server.kill()
        room = house.leader.goes_on(room)
        house.server.start()
        expect(phone.locator(".verdict")).to_be_visible(timeout=40_000)
        assert "did not answer" not in phone.content()


def test_a_page_that_comes_by_itself_is_heard_and_has_the_focus(house: House, phone: Page) -> None:
    room = house.leader.starts()
    phone.goto(house.url(room))
    room = house.leader.goes_on(room)
    at_step(phone, 1)
    # A screen reader reads on from the new heading.
    expect(phone.locator(":focus")).to_have_text(f"Question 1 of {len(room.drawn)}")
    expect(phone.locator('p[role="status"]')).to_have_text("A question is open.")
    expect(phone).to_have_title(
        f"Question 1 of {len(room.drawn)} - {house.leader.rooms.course.identity.title}"
    )
    phone.locator(".choice").first.click()
    send(phone)
    expect(phone.locator(":focus")).to_have_text(words.ANSWER_IS_IN)


def test_a_phone_that_slept_wakes_up_at_the_present_step_with_its_choice_kept(
    house: House, phone: Page
) -> None:
    room = house.leader.starts(steps=1)
    phone.goto(house.url(room))
    phone.locator(".choice").nth(1).click()
    phone.evaluate(_SLEEP)
    with phone.expect_request("**/events?step=1"):
        phone.evaluate(_WAKE)
    expect(phone.locator(".choice input").nth(1)).to_be_checked()
    phone.evaluate(_SLEEP)
    phone.context.set_offline(True)
    for _ in range(2):
        room = house.leader.goes_on(room)
    phone.context.set_offline(False)
    phone.evaluate(_WAKE)
    at_step(phone, 3)


def test_without_script_from_the_code_to_the_end(
    house: House, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    room = house.leader.starts()
    page.goto(f"{house.server.url}/join")
    page.get_by_label("The code").fill(room.code.lower())
    page.get_by_role("button", name=words.JOIN).click()
    expect(page.get_by_role("heading", name="You are in.")).to_be_visible()
    room = house.leader.goes_on(room)
    # It looks again by itself.
    at_step(page, 1)
    page.locator(".choice").first.click()
    room = house.leader.goes_on(room)
    # What is ticked stays, and a line says that the session has moved on.
    frame = page.frame_locator("iframe")
    link = frame.get_by_role("link", name="The session has moved on")
    expect(link).to_be_visible(timeout=20_000)
    expect(page.locator(".choice input").first).to_be_checked()
    page.get_by_role("button", name=words.SEND_ANSWER).click()
    expect(page.get_by_role("alert")).to_have_text(words.CAME_LATE)
    expect(page.locator(".verdict")).to_have_text("You did not answer this one.")
    room = house.leader.goes_on(room)
    # What is being read stays too.
    link.click(timeout=20_000)
    at_step(page, 3)
    page.locator(".choice").first.click()
    page.get_by_role("button", name=words.SEND_ANSWER).click()
    expect(page.get_by_role("heading", name=words.ANSWER_IS_IN)).to_be_visible()
    house.leader.goes_on(room)
    at_step(page, 4)
    assert house.leader.rooms.tally(room.id).joined == 1
