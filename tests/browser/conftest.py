"""A real Chromium, and the app served to it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.browsers import ARGUMENTS, PATIENCE, PHONE
from tests.support.courses import OWN_QUESTIONS, ROWS, write_course
from tests.support.educator_laptop import LAPTOP, Lectern, enter, open_lectern
from tests.support.server import Server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
    # Playwright holds the main thread's event loop from its first test to the end of the run, and
    # other tests need that loop, and the signals that come with it.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        message = "there is no Chromium; install it (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def own_server() -> Iterator[Server]:
    """The project's own course."""
    with Server(OWN_QUESTIONS) as server:
        yield server


@pytest.fixture(scope="session")
def small_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The small course: four questions in two sections."""
    with Server(write_course(tmp_path_factory.mktemp("small"), ROWS)) as server:
        yield server


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers without history, each a learner of their own."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": PHONE, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture(scope="module")
def lectern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lectern]:
    with open_lectern(tmp_path_factory.mktemp("lectern")) as opened:
        yield opened


@pytest.fixture
def open_laptop(
    new_context: Callable[..., BrowserContext], lectern: Lectern
) -> Callable[..., Page]:
    """A laptop of an educator who has typed the passcode."""

    def make(**options: Any) -> Page:
        page = new_context(**{"viewport": LAPTOP, **options}).new_page()
        enter(page, lectern.url)
        return page

    return make


@pytest.fixture
def laptop(open_laptop: Callable[..., Page]) -> Page:
    return open_laptop()
