"""Phones on which the session's script does not run, and such as are some years old."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from bme_quiz.ui.shell import words
from tests.support.halls import Educator, educator, many_questions, server
from tests.support.server import Server

pytestmark = pytest.mark.slow

# What browsers lacked that had all else: Safari 11, Firefox 60, Chrome 62.
_OLDER = """() => {
  delete Promise.prototype.finally;
  delete window.AbortController;
  for (const name of ["entries", "keys", "values", "forEach", Symbol.iterator]) {
    delete FormData.prototype[name];
  }
  const now = window.fetch;
  window.fetch = (address, options) =>
    now(address, Object.assign({ credentials: "omit" }, options));
}"""
_TOO_OLD = "() => { delete NodeList.prototype.forEach; }"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Educator]]:
    folder = tmp_path_factory.mktemp("old")
    course = many_questions(folder / "course", 3)
    database = f"sqlite:///{folder / 'quiz.db'}"
    with server(course, database, folder / "log") as started, educator(course, database) as leader:
        yield started, leader


def no_script(page: Page) -> None:
    page.route("**/room.js", lambda route: route.abort())


def too_old(page: Page) -> None:
    page.add_init_script(f"({_TOO_OLD})()")


@pytest.mark.parametrize("make", [no_script, too_old], ids=["not loaded", "too old"])
def test_where_the_script_does_not_run_the_page_goes_on_as_without_it(
    house: tuple[Server, Educator], phone: Page, make: Callable[[Page], None]
) -> None:
    started, leader = house
    make(phone)
    room = leader.starts()
    phone.clock.install()
    phone.goto(f"{started.url}/r/{room.code}")
    room = leader.goes_on(room)
    phone.clock.run_for(9_500)
    phone.locator('[data-step="1"]').wait_for()
    phone.locator(".choice").first.click()
    phone.get_by_role("button", name=words.SEND_ANSWER).click()
    expect(phone.get_by_role("heading", name=words.ANSWER_IS_IN)).to_be_visible()
    room = leader.goes_on(room)
    phone.clock.run_for(9_500)
    expect(phone.locator(".verdict")).to_be_visible()
    phone.clock.run_for(9_500)
    leader.goes_on(room)
    phone.frame_locator("iframe").get_by_role("link", name="The session has moved on").click()
    phone.locator('[data-step="3"]').wait_for()


def test_a_script_that_comes_too_late_takes_away_nothing_that_is_ticked(
    house: tuple[Server, Educator], phone: Page
) -> None:
    """By then the page loads itself anew, whatever the script has shown in it meanwhile."""
    started, leader = house
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    phone.route("**/room.js", hold, times=1)
    phone.clock.install()
    room = leader.starts()
    phone.goto(f"{started.url}/r/{room.code}", wait_until="commit")
    phone.locator('[data-step="0"]').wait_for()
    phone.clock.run_for(9_500)
    expect(phone.locator('meta[http-equiv="refresh"]')).to_have_count(1)
    with phone.expect_response("**/room.js"):
        held[0].continue_()
    leader.goes_on(room)
    phone.locator('[data-step="1"]').wait_for()
    phone.locator(".choice").first.click()
    phone.wait_for_timeout(6_000)
    expect(phone.locator("input:checked")).to_have_count(1)


def test_where_the_script_runs_the_page_looks_by_no_other_way(
    house: tuple[Server, Educator], phone: Page
) -> None:
    started, leader = house
    phone.clock.install()
    phone.goto(f"{started.url}/r/{leader.starts(steps=1).code}")
    phone.clock.run_for(20_000)
    expect(phone.locator("iframe")).to_have_count(0)


def test_a_phone_of_some_years_ago_sends_its_answer_with_the_script(
    house: tuple[Server, Educator], new_context: Callable[..., BrowserContext]
) -> None:
    started, leader = house
    context = new_context()
    context.add_init_script(f"({_OLDER})()")
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    room = leader.starts(steps=1)
    page.goto(f"{started.url}/r/{room.code}")
    page.locator(".choice").nth(1).click()
    with page.expect_response("**/answer") as answered:
        page.get_by_role("button", name=words.SEND_ANSWER).click()
    assert answered.value.request.resource_type == "fetch"
    expect(page.get_by_role("heading", name=words.ANSWER_IS_IN)).to_be_visible()
    assert len(leader.rooms.report_answers(room.id)) == 1
    leader.goes_on(room)
    expect(page.locator(".verdict")).to_be_visible()
    assert said == []
