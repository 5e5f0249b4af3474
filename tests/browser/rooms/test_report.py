"""A session's report as an educator reads and prints it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.rules.rooms.report import LIMITS
from bme_quiz.rules.rooms.room import Kind
from tests.support.courses import OWN_QUESTIONS, ROOT
from tests.support.server import Server, free_port

SERVE = """
import sys
from dataclasses import replace
from pathlib import Path
from bme_quiz.server.http.serve import serve
from bme_quiz.services.settings import read_settings
serve(replace(read_settings(), port=int(sys.argv[2])), open_browser=False, script=Path(sys.argv[1]))
"""
PAGE = ROOT / "tests" / "support" / "report_page.py"
# Of the page, of the report's text and of its small print.
COLOURS = """() => [getComputedStyle(document.body).backgroundColor,
  ...[".room-report p", ".room-report .fine"].map(
    (name) => getComputedStyle(document.querySelector(name)).color)]"""
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}


@pytest.fixture(scope="module")
def reports() -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-c", SERVE, str(PAGE), str(port)]
    with Server(OWN_QUESTIONS, port, command) as server:
        yield server


def show(page: Page, server: Server, kind: Kind, people: int = 15, count: int = 10) -> None:
    page.goto(f"{server.url}/?kind={kind.value}&people={people}&count={count}")
    expect(page.get_by_role("heading", name="Report", exact=True)).to_be_visible()
    page.wait_for_selector('[data-test-script-state="notRunning"]')


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF that Chromium wrote has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def printed(page: Page) -> bytes:
    return page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "12mm"))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("people", [4, 15, 999])
def test_ten_questions_print_on_one_page(
    new_context: Callable[..., BrowserContext], reports: Server, kind: Kind, people: int
) -> None:
    page = new_context(viewport=SIZES["desktop"]).new_page()
    show(page, reports, kind, people)
    assert pages_of(printed(page)) == 1
    page.emulate_media(media="print")
    table = page.locator(".print-only table")
    expect(table.locator("tbody tr")).to_have_count(10)
    for row in table.locator("tbody tr").all():
        expect(row).to_be_visible()
    for gone in ("Start a session", "Print on one page"):
        expect(page.get_by_role("button", name=gone)).to_be_hidden()
    expect(page.locator(".options").first).to_be_hidden()


@pytest.mark.parametrize("kind", [Kind.DISCUSS, Kind.BEFORE_AFTER])
@pytest.mark.parametrize(("count", "people"), [(20, 15), (40, 15), (40, 999)])
def test_a_long_session_prints_on_one_page_too(
    new_context: Callable[..., BrowserContext],
    reports: Server,
    kind: Kind,
    count: int,
    people: int,
) -> None:
    page = new_context(viewport=SIZES["desktop"]).new_page()
    show(page, reports, kind, people, count)
    expect(page.locator("table.options")).to_have_count(count)
    assert pages_of(printed(page)) == 1
    page.emulate_media(media="print")
    expect(page.locator(".print-only table tbody tr")).to_have_count(10)
    left = page.get_by_text(f"The 10 answered least well. {count - 10} more are on the screen.")
    expect(left).to_be_visible()


def test_paper_is_white_for_who_reads_in_the_dark(
    new_context: Callable[..., BrowserContext], reports: Server
) -> None:
    seen = []
    for scheme in ("dark", "light"):
        page = new_context(viewport=SIZES["desktop"], color_scheme=scheme).new_page()
        show(page, reports, Kind.DISCUSS)
        page.emulate_media(media="print", color_scheme=scheme)
        seen.append(page.evaluate(COLOURS))
    assert seen[0] == seen[1]
    assert seen[0][0] == "rgb(255, 255, 255)"


def test_on_the_screen_the_tables_of_options_stand_in_place_of_the_prints(
    phone: Page, reports: Server
) -> None:
    show(phone, reports, Kind.BEFORE_AFTER)
    expect(phone.locator("table.options")).to_have_count(10)
    expect(phone.locator("table.options").first).to_be_visible()
    expect(phone.locator(".print-only:visible")).to_have_count(0)
    expect(phone.get_by_text(LIMITS)).to_be_visible()


def test_the_print_button_prints(phone: Page, reports: Server) -> None:
    phone.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; };")
    show(phone, reports, Kind.DISCUSS)
    phone.get_by_role("button", name="Print on one page").click()
    assert phone.evaluate("window.printed") == 1


def test_the_link_downloads_and_the_page_stays(phone: Page, reports: Server) -> None:
    headers = {"content-disposition": 'attachment; filename="session.csv"'}
    phone.route("**/session/report.csv?*", lambda route: route.fulfill(body="a", headers=headers))
    show(phone, reports, Kind.DISCUSS)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename == "session.csv"
    expect(phone.get_by_role("heading", name="Report", exact=True)).to_be_visible()


def test_the_file_is_refused_to_a_browser_that_was_not_let_in(phone: Page, reports: Server) -> None:
    show(phone, reports, Kind.DISCUSS)
    link = phone.get_by_role("link", name="Download as CSV")
    assert link.get_attribute("href") == "/session/report.csv?session=" + "f" * 32
    link.click()
    expect(phone.get_by_text("Reports are for educators.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", [Kind.DISCUSS, Kind.BEFORE_AFTER])
def test_a_report_can_be_read_by_all(
    new_context: Callable[..., BrowserContext],
    reports: Server,
    kind: Kind,
    size: str,
    scheme: str,
) -> None:
    page = new_context(viewport=SIZES[size], color_scheme=scheme).new_page()
    show(page, reports, kind)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa", "best-practice"]})
    serious = [
        (v["id"], [n["html"][:200] for n in v["nodes"]])
        for v in found.response["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []
    wide = "document.querySelector('.stMain').scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
