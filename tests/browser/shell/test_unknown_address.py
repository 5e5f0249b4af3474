"""An address that leads nowhere says so, and leads on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bme_quiz.ui.shell import words
from bme_quiz.ui.shell.navigation import SCREENS
from tests.support import walk
from tests.support.server import Server

ADDRESSES = [
    "nothing",
    "x/y",
    "help/now",
    "index.html",
    "cards/1/2/3",
    "a%20b%3Cscript%3E",
    "robots.txt",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unknown_address_says_so_and_leads_to_the_quiz(
    phone: Page, own_server: Server, address: str
) -> None:
    answer = phone.goto(f"{own_server.url}/{address}?a=b")
    assert answer is not None
    assert answer.status == 404
    expect(phone).to_have_title("There is no such page - BME Quiz")
    expect(phone.get_by_role("heading", level=1)).to_have_text("There is no such page")
    assert phone.request.head(f"{own_server.url}/{address}").status == 404
    phone.get_by_role("link", name=words.PAGE_QUIZ, exact=True).click()
    expect(phone.get_by_role("button", name=words.START_QUIZ)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(
    new_context: Callable[..., BrowserContext], own_server: Server, scheme: str
) -> None:
    page = new_context(color_scheme=scheme, viewport={"width": 320, "height": 568}).new_page()
    page.goto(f"{own_server.url}/nothing")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    for link in page.get_by_role("link").all():
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 44


@pytest.mark.parametrize("address", [screen.address for screen in SCREENS])
def test_every_page_is_at_its_address(phone: Page, own_server: Server, address: str) -> None:
    answer = phone.goto(f"{own_server.url}/{address}")
    assert answer is not None
    assert answer.status == 200
    expect(phone.locator(".footer")).to_be_attached()
    walk.settled(phone)
    if address:
        phone.goto(f"{own_server.url}/{address}/")
        expect(phone).to_have_url(f"{own_server.url}/{address}")
        expect(phone.locator(".footer")).to_be_attached()
