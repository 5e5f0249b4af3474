"""Pages of plain HTML in the browser: accessible, and the educator's cookie reaches Streamlit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.server.http import educator_login
from bme_quiz.services.settings import ENV_DATABASE, ENV_PASSCODE
from tests.support.courses import OWN_QUESTIONS
from tests.support.server import Server, free_port

PASSCODE = "correct horse"

# An app of one guarded page at the address that the door leads to.
GUARDED = """
import streamlit as st
from bme_quiz.ui.shell import dependencies as wiring

def session():
    st.button("Again")
    st.text("inside" if wiring.is_educator() else "outside")

st.navigation([st.Page(session, title="Session", url_path="session", default=False),
               st.Page(lambda: None, title="Start", url_path="start", default=True)]).run()
"""
SERVE = """
import sys
from dataclasses import replace
from pathlib import Path
from bme_quiz.server.http.serve import serve
from bme_quiz.services.settings import read_settings
settings = replace(read_settings(), port=int(sys.argv[2]))
serve(settings, open_browser=False, script=Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("guarded")
    script = folder / "guarded.py"
    script.write_text(GUARDED)
    port = free_port()
    command = [sys.executable, "-c", SERVE, str(script), str(port)]
    env = {ENV_PASSCODE: PASSCODE, ENV_DATABASE: f"sqlite:///{folder / 'quiz.db'}"}
    with Server(OWN_QUESTIONS, port, command, **env) as server:
        yield server


def give(page: Page, server: Server, passcode: str) -> None:
    page.goto(f"{server.url}/educator")
    # The field takes the focus by itself: typing and Enter are enough.
    expect(page.get_by_label("Passcode")).to_be_focused()
    page.keyboard.type(passcode)
    page.keyboard.press("Enter")


def test_the_passcode_opens_the_streamlit_page_until_it_is_left(
    new_context: Callable[..., BrowserContext], guarded: Server
) -> None:
    page = new_context().new_page()
    page.goto(f"{guarded.url}/session")
    expect(page.get_by_text("outside")).to_be_visible()
    give(page, guarded, "wrong horse")
    expect(page.get_by_role("alert")).to_have_text(educator_login.WRONG)
    expect(page.get_by_label("Passcode")).to_be_focused()
    expect(page.get_by_label("Passcode")).to_have_value("")
    give(page, guarded, PASSCODE)
    expect(page.get_by_text("inside")).to_be_visible()
    assert page.url == f"{guarded.url}/session"
    assert "bme_educator" not in page.evaluate("document.cookie")
    page.reload()
    expect(page.get_by_text("inside")).to_be_visible()

    other_tab = page.context.new_page()
    other_tab.goto(f"{guarded.url}/educator")
    expect(other_tab.get_by_text("inside")).to_be_visible()
    other_tab.evaluate(
        "() => { const form = document.createElement('form'); form.method = 'post';"
        " form.action = '/educator/leave'; document.body.append(form); form.submit(); }"
    )
    expect(other_tab.get_by_role("button", name="Open")).to_be_visible()
    # The page that is still open is shut out at its next press.
    page.get_by_role("button", name="Again").click()
    expect(page.get_by_text("outside")).to_be_visible()

    participant = new_context().new_page()
    participant.goto(f"{guarded.url}/session")
    expect(participant.get_by_text("outside")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("path", "field"), [("educator", "Passcode"), ("device", "The code")])
def test_axe_finds_nothing_on_a_plain_page(
    new_context: Callable[..., BrowserContext],
    own_server: Server,
    path: str,
    field: str,
    scheme: str,
) -> None:
    page = new_context(color_scheme=scheme).new_page()
    page.goto(f"{own_server.url}/{path}")
    assert Axe().run(page).response["violations"] == []
    page.get_by_label(field).fill("BCDF-GHJK")
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    for target in (page.get_by_label(field), page.get_by_role("button")):
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 48
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    assert page.locator("link[rel=stylesheet], script").count() == 0
