"""Steps of an educator and of people with phones in a session, as they see and press them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.content.bank import Question
from bme_quiz.ui.shell import words
from tests.support import walk

PASSCODE = "the lectern's passcode"
LAPTOP = {"width": 1280, "height": 800}
MAIN_BUTTON = ".st-key-lectern .st-key-primary-action button"
COUNT = ".st-key-board .count, .st-key-lectern .count"


@dataclass
class Lectern:
    """The educator's laptop at the projector."""

    page: Page
    url: str

    def sign_in(self) -> None:
        """Type the passcode."""
        self.page.goto(f"{self.url}/educator")
        self.page.get_by_label("Passcode").fill(PASSCODE)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("button", name=words.START_SESSION)).to_be_visible()
        walk.settled(self.page)

    def start(self, kind: str) -> None:
        """Start a session by keys: choose its kind, and press the one large button."""
        self.page.get_by_role("radio", name=kind).focus()
        self.page.keyboard.press("Space")
        expect(self.page.get_by_role("radio", name=kind)).to_be_checked()
        self.page.get_by_role("button", name=words.START_SESSION).focus()
        self.press("Enter", words.OPEN_ANSWERS)

    def press(self, key: str, then: str) -> None:
        """Press a key of the lectern, and wait for the step that this button leads on from."""
        self.page.keyboard.press(key)
        expect(self.page.locator(MAIN_BUTTON)).to_have_text([then], timeout=20_000)
        walk.settled(self.page)

    def ends(self) -> None:
        """Press the last button."""
        self.page.keyboard.press("PageDown")
        expect(self.page.get_by_role("heading", name="The session is over")).to_be_focused()

    def counts(self, *texts: str) -> None:
        """Wait for the numbers on the wall."""
        expect(self.page.locator(COUNT)).to_have_text(list(texts), timeout=20_000)

    @property
    def session(self) -> str:
        """The session's id, from the address."""
        return self.page.url.rpartition("session=")[2]

    @property
    def join_address(self) -> str:
        """What the wall says to open."""
        return self.page.locator(".address").inner_text()

    @property
    def code(self) -> str:
        """What the wall says to type."""
        return self.page.locator("p.code").inner_text()

    @property
    def straight_in(self) -> str:
        """Where the picture leads."""
        picture = self.page.get_by_role("img", name="QR code that leads to ")
        return str(picture.get_attribute("alt")).rpartition(" ")[2]

    def bars(self) -> dict[str, list[str]]:
        """What stands beside each option of a revealed question, by the option's text."""
        rows = self.page.locator(".choices.told li")
        # A space at which no line breaks is a space.
        return {
            row.locator(".option").inner_text(): [
                text.replace("\u00a0", " ") for text in row.locator(".bars .num").all_inner_texts()
            ]
            for row in rows.all()
        }

    def report(self) -> list[dict[str, str]]:
        """The rows of the report's CSV file, as this browser downloads it."""
        import csv
        import io

        got = self.page.request.get(f"{self.url}/session/report.csv?session={self.session}")
        assert got.ok
        return list(csv.DictReader(io.StringIO(got.text().lstrip("\ufeff"))))


@dataclass
class Phone:
    """Somebody's phone; ``heard`` is everything that the network brought to it."""

    page: Page
    heard: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, context: BrowserContext) -> Phone:
        """A phone that listens to its own network, the stream of events included."""
        page = context.new_page()
        phone = cls(page)
        page.on("response", phone._note)
        watch = context.new_cdp_session(page)
        watch.send("Network.enable")
        watch.on("Network.eventSourceMessageReceived", lambda e: phone.heard.append(e["data"]))
        return phone

    def _note(self, response: Any) -> None:
        if response.request.resource_type in ("document", "fetch", "xhr"):
            response.finished()
            if response.status == 200:
                self.heard.append(response.text())

    @property
    def heading(self) -> Any:
        """The page's heading."""
        return self.page.get_by_role("heading", level=1)

    def sees(self, heading: str, timeout: float = 20_000) -> None:
        """Wait for a page with this heading."""
        expect(self.heading).to_have_text(heading, timeout=timeout)

    def moves_on(self) -> None:
        """Without script: press the link of the frame, once it says that the session moved on."""
        frame = self.page.frame_locator("iframe")
        frame.get_by_role("link", name="The session has moved on. Go there").click()

    def asked(self, questions: Iterable[Question]) -> Question:
        """The question that is on the phone."""
        stem = self.page.locator("legend").evaluate("e => e.firstChild.textContent.trim()")
        found = [q for q in questions if q.stem == stem]
        assert len(found) == 1, stem
        return found[0]

    def choose(self, question: Question, letters: str) -> None:
        """Tap these options of the question on the page."""
        for letter in letters:
            text = question.option(letter).text
            self.page.locator("label.choice").filter(has_text=text).click()

    def send(self, button: str = words.SEND_ANSWER) -> None:
        """Press the button under the options."""
        self.page.get_by_role("button", name=button).click()

    def answers(self, question: Question, letters: str) -> None:
        """Choose, send, and wait until it is in."""
        self.choose(question, letters)
        self.send()
        self.sees(words.ANSWER_IS_IN)

    def shows_verdict(self, text: str, timeout: float = 20_000) -> None:
        """Wait for the explanation; its verdict."""
        expect(self.page.locator(".verdict")).to_have_text(text, timeout=timeout)
        expect(self.page.locator("mark").first).to_be_visible()


NewContext = Callable[..., BrowserContext]
