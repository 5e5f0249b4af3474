"""What the browser gets to know, and whom it asks."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocket, expect

from bme_quiz.services.course import Course
from bme_quiz.ui import words
from tests.browser import walk
from tests.browser.server import Server


class Listener:
    """Collects everything that the server sends to a page."""

    def __init__(self, page: Page) -> None:
        self.received = b""
        self.addresses: list[str] = []
        page.on("websocket", self._listen)
        page.on("request", lambda request: self.addresses.append(request.url))
        page.on("response", self._read)

    def _listen(self, socket: WebSocket) -> None:
        self.addresses.append(socket.url)
        socket.on("framereceived", self._keep)

    def _keep(self, data: str | bytes) -> None:
        self.received += data.encode() if isinstance(data, str) else data

    def _read(self, response) -> None:
        if "/static/" not in response.url and response.ok:
            self.received += response.body()


def test_nothing_of_the_key_arrives_before_check_answer(
    phone: Page, own_server: Server, own_course: Course
) -> None:
    listener = Listener(phone)
    walk.start(phone, own_server.url)
    for _ in range(3):
        question = walk.question_on(phone, own_course.questions)
        assert question.stem[:20].encode() in listener.received  # it does read what arrives
        for option in question.options:
            assert option.why.encode() not in listener.received
            if option.quote:
                assert option.quote.encode() not in listener.received
        assert question.id.encode() + b"-key" not in listener.received
        phone.keyboard.press("1")
        walk.press(phone, words.CHECK_ANSWER, walk.VERDICT)
        assert any(o.why.encode() in listener.received for o in question.options)
        listener.received = b""
        walk.press(phone, words.NEXT_QUESTION, ".st-key-options")


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
