"""The whole app behind a base path, in a browser: nothing is asked for outside of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.services.accounts.learner import COOKIE
from bme_quiz.services.course import Course, load_course
from bme_quiz.services.settings import ENV_DATABASE, ENV_PASSCODE
from bme_quiz.ui.shell import words
from tests.support import walk
from tests.support.courses import OWN_QUESTIONS, ROWS, write_course
from tests.support.nginx import Nginx
from tests.support.server import Server, free_port
from tests.support.session_walk import LAPTOP, PASSCODE, Lectern, Phone

BASE = "/clinic/quiz"
PASSED_ON = {"Host": "$http_host", "X-Forwarded-For": "$proxy_add_x_forwarded_for"}
TAKEN_OFF = {**PASSED_ON, "X-Forwarded-Prefix": BASE}


@dataclass
class Site:
    """The app as people open it.

    Attributes:
        url: with the base path.
        requests: whatever browsers asked for, websockets included.
    """

    url: str
    course: Course
    requests: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> BrowserContext:
        """Note what a browser asks for."""
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("page", self._watch_page)
        return context

    def _watch_page(self, page: Page) -> None:
        page.on("websocket", lambda socket: self.requests.append(socket.url))

    def strays(self) -> set[str]:
        """Requests for anything outside."""
        parts = [urlsplit(one) for one in self.requests if not one.startswith(("data:", "blob:"))]
        base = urlsplit(self.url)
        within = [
            p for p in parts if p.netloc == base.netloc and p.path.startswith(f"{base.path}/")
        ]
        # Where somebody left out the last slash, before being led on.
        return {p.geturl() for p in parts if p not in within and p.path != base.path}


@pytest.fixture(scope="module", params=["by itself", "proxy passes it on", "proxy takes it off"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    kind, folder = request.param, tmp_path_factory.mktemp("site")
    env = {ENV_DATABASE: f"sqlite:///{folder / 'quiz.db'}", ENV_PASSCODE: PASSCODE}
    with ExitStack() as stack:
        server = stack.enter_context(Server(OWN_QUESTIONS, base=BASE, **env))
        url = server.url
        if "proxy" in kind:
            strips = kind == "proxy takes it off"
            headers = TAKEN_OFF if strips else PASSED_ON
            proxy = Nginx(folder / "nginx", server.port, headers, BASE, strips=strips)
            url = stack.enter_context(proxy).url
        yield Site(url, load_course(OWN_QUESTIONS))


@pytest.fixture
def open_browser(
    site: Site, new_context: Callable[..., BrowserContext]
) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers that are watched; nothing that they ask for lies outside."""
    yield lambda **options: site.watch(new_context(**options))
    assert site.requests
    assert site.strays() == set()


def go_to(page: Page, name: str) -> None:
    """Follow a link of the navigation, which then says that one is there."""
    link = page.locator(".st-key-nav").get_by_role("link", name=name, exact=True)
    link.click()
    expect(link).to_have_attribute("aria-current", "page")
    walk.settled(page)


def test_a_learner_stays_within(site: Site, open_browser: Callable[..., BrowserContext]) -> None:
    context = open_browser()
    page = context.new_page()
    walk.start(page, site.url)
    assert page.url == f"{site.url}/"
    page.keyboard.press("1")
    walk.press(page, words.CHECK_ANSWER, walk.VERDICT)
    page.reload()
    expect(page.locator(walk.VERDICT)).to_be_visible()
    walk.settled(page)
    with context.expect_page() as opened:
        page.locator(".passage h3 a").first.click()
    section = opened.value
    assert section.url.startswith(f"{site.url}/article#section-")
    expect(section.locator(f"#{section.url.partition('#')[2]}")).to_be_focused()

    go_to(page, words.PAGE_CARDS)
    assert page.url == f"{site.url}/cards"
    expect(page.locator(".card-front")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator(".card-back")).to_be_visible()
    page.reload()
    expect(page.locator(".card-front")).to_be_visible()
    walk.settled(page)
    go_to(page, words.PAGE_ARTICLE)
    page.locator(".contents a").last.click()
    place = page.url.partition("#")[2]
    expect(page.locator(f"#{place}")).to_be_focused()
    page.reload()
    expect(page.locator(f"#{place}")).to_be_focused()
    go_to(page, words.PAGE_PROGRESS)
    page.go_back()
    expect(page.locator(".contents")).to_be_visible()
    go_to(page, words.PAGE_QUIZ)
    assert page.url == f"{site.url}/"
    expect(page.locator(walk.VERDICT)).to_be_visible()

    page.goto(f"{site.url}/nothing")
    page.get_by_role("link", name=words.PAGE_HELP).click()
    expect(page.get_by_role("heading", name=words.PAGE_HELP)).to_be_visible()
    page.goto(f"{site.url}/device")
    page.get_by_role("link", name="Back to the quiz").click()
    expect(page.locator(walk.VERDICT)).to_be_visible()
    path = urlsplit(site.url).path
    kept = {cookie["name"]: cookie["path"] for cookie in context.cookies()}
    assert kept.pop(COOKIE) == kept.pop("_streamlit_xsrf") == path
    assert not kept


def test_a_session_goes_from_its_start_to_its_report_within(
    site: Site, open_browser: Callable[..., BrowserContext]
) -> None:
    laptop = open_browser(viewport=LAPTOP)
    lectern = Lectern(laptop.new_page(), site.url)
    lectern.sign_in()
    assert lectern.page.url == f"{site.url}/session"
    lectern.start("Discuss")
    assert lectern.join_address == f"{site.url}/join"
    assert lectern.straight_in.startswith(f"{site.url}/r/")
    typed = Phone.of(open_browser())
    typed.page.goto(lectern.join_address)
    typed.page.get_by_label("The code").fill(lectern.code)
    typed.page.get_by_role("button", name=words.JOIN).click()
    plain = Phone(open_browser(java_script_enabled=False).new_page())
    plain.page.goto(lectern.straight_in)
    for phone in (typed, plain):
        phone.sees("You are in.")
    lectern.counts("2 have joined")
    lectern.press("PageDown", words.REVEAL_ANSWER)
    for phone in (typed, plain):
        question = phone.asked(site.course.questions)
        phone.answers(question, min(question.key))
    lectern.counts("2 of 2 have answered")
    lectern.press("PageDown", words.NEXT_QUESTION)
    expect(typed.page.locator(".verdict")).to_be_visible()
    typed.page.reload()
    expect(typed.page.locator(".verdict")).to_be_visible()
    lectern.page.reload()
    expect(lectern.page.get_by_role("button", name=words.NEXT_QUESTION)).to_be_visible()
    walk.settled(lectern.page)
    lectern.page.get_by_role("button", name=words.END_SESSION).click()
    expect(lectern.page.locator(".end-question")).to_be_focused()
    walk.settled(lectern.page)
    lectern.page.get_by_role("button", name=words.END_NOW).click()
    expect(lectern.page.get_by_role("heading", name="The session is over")).to_be_visible()
    typed.sees("The session has ended. Thank you.")
    with lectern.page.expect_download() as got:
        lectern.page.get_by_role("link", name="Download as CSV").click()
    assert got.value.url.startswith(f"{site.url}/session/report.csv?session=")
    assert lectern.report()
    typed.page.get_by_role("link", name="Study on your own").click()
    expect(typed.page.get_by_role("button", name=words.START_QUIZ)).to_be_visible()
    lectern.page.get_by_role("button", name=words.ALL_SESSIONS).click()
    lectern.page.get_by_role("button", name="Close the educator's page").click()
    expect(lectern.page.get_by_label("Passcode")).to_be_visible()


def test_a_bank_is_uploaded_and_own_data_taken_along_within(
    site: Site, open_browser: Callable[..., BrowserContext]
) -> None:
    page = open_browser(viewport=LAPTOP).new_page()
    # Through a proxy nobody is taken to be on the server's own machine.
    Lectern(page, site.url).sign_in()
    page.goto(f"{site.url}/check")
    page.locator("input[type=file]").first.set_input_files(site.course.folder / "bank.csv")
    rows = f"{len(site.course.questions)} questions would be shown."
    expect(page.get_by_text(rows)).to_be_visible()
    page.get_by_role("tab", name="Figures").click()
    expect(page.get_by_text("Where the keys stand")).to_be_visible()
    page.goto(f"{site.url}/progress")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download my data (CSV)").click()
    assert got.value.path().stat().st_size > 0


@pytest.mark.parametrize("setting", ["BME_QUIZ_BASE_PATH", "STREAMLIT_SERVER_BASE_URL_PATH"])
def test_streamlit_run_takes_the_base_path_from_the_environment(
    new_context: Callable[..., BrowserContext], tmp_path: Path, setting: str
) -> None:
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "quiz_app.py", "--server.port", str(port)]
    course = write_course(tmp_path / "course", ROWS)
    env = {"BME_QUIZ_BASE_PATH": "", setting: BASE}
    with Server(course, port, command, BASE, **env) as server:
        site = Site(server.url, load_course(course))
        page = site.watch(new_context()).new_page()
        walk.start(page, f"{server.url}/")
        page.keyboard.press("1")
        walk.press(page, words.CHECK_ANSWER, walk.VERDICT)
        go_to(page, words.PAGE_ARTICLE)
        page.reload()
        expect(page.locator(".contents")).to_be_visible()
        assert site.strays() == set()
