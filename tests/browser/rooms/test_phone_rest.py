"""A phone that is told of a changed question, and one that rests when its session is over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from bme_quiz.ui.shell import words
from tests.support.courses import ROWS, write_course
from tests.support.halls import educator, server

pytestmark = pytest.mark.slow

_SLEEP_AND_WAKE = """() => {
  const now = Date.now;
  Date.now = () => now() + 60000;
  for (const hidden of [true, false]) {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }
}"""


def test_a_changed_question_is_said_at_once_and_after_the_end_the_phone_asks_for_no_more(
    tmp_path: Path, new_context: Callable[..., BrowserContext]
) -> None:
    course = write_course(tmp_path / "course", ROWS)
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    with (
        server(course, database, tmp_path / "log") as started,
        educator(course, database) as leader,
    ):
        room = leader.starts(steps=1)
        page = new_context().new_page()
        streams: list[str] = []
        page.on("request", lambda r: streams.append(r.url) if "/events" in r.url else None)
        with page.expect_response("**/events?step=1"):
            page.goto(f"{started.url}/r/{room.code}")
        page.locator(".choice").first.click()
        write_course(course, [{**cells, "stem": cells["stem"] + " Tell."} for cells in ROWS])
        expect(page.get_by_role("heading", name="This question cannot be shown.")).to_be_visible()
        expect(page.get_by_text("The session has moved on")).to_have_count(0)
        write_course(course, ROWS)
        expect(page.get_by_role("button", name=words.SEND_ANSWER)).to_be_visible()

        leader.rooms.end(room.id)
        expect(page.get_by_role("heading", name="The session has ended.")).to_be_visible()
        asked = len(streams)
        page.evaluate(_SLEEP_AND_WAKE)
        page.reload()
        page.evaluate(_SLEEP_AND_WAKE)
        # Whatever it would ask for in its own time, and more.
        page.wait_for_timeout(1_500)
        assert len(streams) == asked
