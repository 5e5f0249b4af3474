"""Taps on a phone whose line is bad, in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from bme_quiz.ui.shell import words
from tests.support.halls import educator, many_questions, server

pytestmark = pytest.mark.slow

_NOTE_WHAT_IS_GIVEN_UP = """() => {
  const now = window.fetch;
  window.fetch = (address, options) => {
    const answer = now(address, options);
    answer.catch((error) => { window.givenUp = error.name; });
    return answer;
  };
}"""


def test_an_answer_without_a_way_holds_up_none_to_the_next_question(
    tmp_path: Path, browser: Browser
) -> None:
    course = many_questions(tmp_path / "course", 3)
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    lost: list[Route] = []

    def leave_hanging(route: Route) -> None:
        lost.append(route)

    with (
        server(course, database, tmp_path / "log") as started,
        educator(course, database) as leader,
        browser.new_page() as page,
    ):
        room = leader.starts(steps=1)
        page.goto(f"http://127.0.0.1:{started.port}/r/{room.code}")
        page.route("**/answer", leave_hanging)
        page.locator(".choice").first.click()
        page.get_by_role("button", name=words.SEND_ANSWER).click()
        page.get_by_text("Sending…").wait_for()
        room = leader.goes_on(leader.goes_on(room))
        page.locator('[data-step="3"]').wait_for()
        page.unroute("**/answer")
        page.locator(".choice").first.click()
        page.get_by_role("button", name=words.SEND_ANSWER).click()
        page.get_by_role("heading", name=words.ANSWER_IS_IN).wait_for()
        assert [a.position for a in leader.rooms.report_answers(room.id)] == [1]
    assert len(lost) == 1


def test_an_answer_waits_for_a_server_that_is_away_for_minutes(
    tmp_path: Path, browser: Browser
) -> None:
    """Once the phone let its browser send the form after half a minute, and lost the page."""
    course = many_questions(tmp_path / "course", 3)
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    with (
        server(course, database, tmp_path / "log") as started,
        educator(course, database) as leader,
        browser.new_page() as page,
    ):
        room = leader.starts(steps=1)
        page.clock.install()
        page.goto(f"http://127.0.0.1:{started.port}/r/{room.code}")
        page.locator(".choice").first.click()
        started.kill()
        page.get_by_role("button", name=words.SEND_ANSWER).click()
        page.get_by_text("Sending…").wait_for()
        for _ in range(20):
            page.clock.run_for(15_000)
            page.wait_for_timeout(100)
        page.get_by_text("Not sent yet").wait_for()
        started.start()
        for _ in range(20):
            page.clock.run_for(15_000)
            if page.get_by_role("heading", name=words.ANSWER_IS_IN).is_visible():
                break
            page.wait_for_timeout(100)
        page.get_by_role("heading", name=words.ANSWER_IS_IN).wait_for()
        assert len(leader.rooms.report_answers(room.id)) == 1


def test_a_choice_that_was_not_sent_when_the_session_moved_on_is_said_not_to_count(
    tmp_path: Path, browser: Browser
) -> None:
    course = many_questions(tmp_path / "course", 3)
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    with (
        server(course, database, tmp_path / "log") as started,
        educator(course, database) as leader,
        browser.new_page() as page,
    ):
        room = leader.starts(steps=1)
        page.goto(f"http://127.0.0.1:{started.port}/r/{room.code}")
        page.locator(".choice").first.click()
        leader.goes_on(room)
        alert = page.get_by_role("alert")
        alert.get_by_text("was not sent, so it was not counted").wait_for()


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not stored"])
def test_an_answer_under_way_when_the_session_moves_on_is_said_not_to_count_unless_it_does(
    tmp_path: Path, browser: Browser, stored: bool
) -> None:
    course = many_questions(tmp_path / "course", 3)
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    lost: list[Route] = []

    def hang_once(route: Route) -> None:
        lost.append(route)
        if len(lost) > 1:
            route.continue_()
        elif stored:
            route.fetch()

    with (
        server(course, database, tmp_path / "log") as started,
        educator(course, database) as leader,
        browser.new_page() as page,
    ):
        room = leader.starts(steps=1)
        page.add_init_script(f"({_NOTE_WHAT_IS_GIVEN_UP})()")
        page.clock.install()
        page.goto(f"http://127.0.0.1:{started.port}/r/{room.code}")
        page.route("**/answer", hang_once)
        page.locator(".choice").first.click()
        page.get_by_role("button", name=words.SEND_ANSWER).click()
        page.get_by_text("Sending…").wait_for()
        while stored and not leader.rooms.report_answers(room.id):
            page.wait_for_timeout(50)
        leader.goes_on(room)
        page.locator('[data-step="2"]').wait_for()
        # It is given up, and asked for once more.
        with page.expect_response("**/answer"):
            for _ in range(20):
                page.clock.run_for(1_000)
        assert page.evaluate("window.givenUp") == "AbortError"
        if stored:
            page.wait_for_timeout(500)
            assert page.get_by_role("alert").count() == 0
            assert page.get_by_text("You did not answer this one.").count() == 0
        else:
            page.get_by_role("alert").get_by_text(words.CAME_LATE).wait_for()
        assert len(leader.rooms.report_answers(room.id)) == int(stored)
    assert len(lost) == 2
