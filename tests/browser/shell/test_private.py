"""What the browser gets to know, and whom it asks."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.services.course import Course
from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.courses import TRUE_FALSE, write_course
from tests.support.listener import Listener
from tests.support.server import Server


def test_nothing_of_the_key_arrives_before_check_answer(
    phone: Page, own_server: Server, own_course: Course
) -> None:
    listener = Listener(phone)
    walk.start(phone, own_server.url)
    for _ in range(3):
        question = walk.question_on(phone, own_course.questions)
        assert question.stem[:20].encode() in listener.received  # it does read what arrives
        for option in question.options:
            for text in filter(None, (option.why, option.quote)):
                assert text.encode() not in listener.received
                assert escape(text).encode() not in listener.received
        phone.keyboard.press("1")
        walk.press(phone, words.CHECK_ANSWER, walk.VERDICT)
        assert any(escape(o.why).encode() in listener.received for o in question.options)
        listener.received = b""
        walk.press(phone, words.NEXT_QUESTION, ".st-key-options")


@pytest.mark.parametrize("kind", ["truefalse", "multiple"])
def test_two_keys_look_the_same_until_check_answer(
    new_context: Callable[..., BrowserContext], tmp_path: Path, kind: str
) -> None:
    """Two courses that differ in their key alone send the same page, to the last attribute.

    The options keep their order in both (true/false, and numbers in order are not shuffled), so
    whatever differs would tell the key.
    """
    pages = []
    for answers in ("a", "b") if kind == "truefalse" else ("a;b", "c;d"):
        folder = write_course(tmp_path / answers[0], [_question(kind, answers)])
        (folder / "exceptions.csv").write_text("id,rule,reason\nrest-02,G05,the test\n")
        with Server(folder) as server:
            page = new_context().new_page()
            listener = Listener(page)
            walk.start(page, server.url)
            pages.append(listener.drawn())
    assert len(pages[0]) > 10
    assert pages[0] == pages[1]


def _question(kind: str, answers: str) -> dict[str, str]:
    if kind == "truefalse":
        return {**TRUE_FALSE, "audience": "both", "answer": answers}
    weeks = {f"option_{letter}": f"{n} weeks" for n, letter in enumerate("abcd", start=2)}
    whys = {f"why_{letter}": "Mending takes very different times." for letter in "abcd"}
    quotes = {f"quote_{letter}": TRUE_FALSE["quote_a"] for letter in "abcd"}
    changes = {"type": "multiple", "audience": "both", "answer": answers}
    return {**TRUE_FALSE, **weeks, **whys, **quotes, **changes, "stem": "Which two are told?"}


def test_no_request_leaves_the_machine(phone: Page, own_server: Server) -> None:
    listener = Listener(phone)
    walk.start(phone, own_server.url)
    phone.keyboard.press("1")
    walk.press(phone, words.CHECK_ANSWER, walk.VERDICT)
    for page in ("article", "help", "about"):
        phone.goto(f"{own_server.url}/{page}")
        expect(phone.locator(".footer")).to_be_visible()
        walk.settled(phone)
    own = (own_server.url, own_server.url.replace("http", "ws"), "data:", "blob:")
    assert [a for a in listener.addresses if not a.startswith(own)] == []
    assert len(listener.addresses) > 20


def test_the_cookie_is_out_of_the_reach_of_scripts(phone: Page, small_server: Server) -> None:
    walk.open_start(phone, small_server.url)
    assert "bme_learner" not in phone.evaluate("document.cookie")
    cookies = {c["name"]: c for c in phone.context.cookies()}
    assert cookies["bme_learner"]["httpOnly"]
