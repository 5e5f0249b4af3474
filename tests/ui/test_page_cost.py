"""What a page costs that does not depend on the machine: messages, bytes, memory, requests."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks import first_visit
from benchmarks.learner import Learner
from benchmarks.servers import Kind, Server
from bme_quiz.services.course import load_course
from bme_quiz.services.settings import read_settings
from bme_quiz.services.store import shared_store
from bme_quiz.storage.engine.database import Database
from bme_quiz.ui.shell import words
from tests.support import loops
from tests.support.courses import ROOT

# Each run has a frame of its own: a new session, the fragment's container, the finish.
QUESTION_MESSAGES, EXPLANATION_MESSAGES = 18, 10
QUESTION_BYTES, EXPLANATION_BYTES = 6_000, 16_000
SOAK = 2_000
GROWTH_MB = 10


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Kind.OURS) as server:
        yield server


@pytest.mark.slow
def test_a_tap_sends_few_messages_and_few_bytes(server: Server) -> None:
    async def walk() -> dict[str, list[tuple[int, int]]]:
        sent: dict[str, list[tuple[int, int]]] = {}
        async with await Learner.open(server.port) as learner:
            for _ in range(40):
                label, _ = await learner.step()
                sent.setdefault(label, []).append((learner.messages, learner.sent))
        return sent

    sent = loops.run(walk())
    for label, messages, size in (
        (words.NEXT_QUESTION, QUESTION_MESSAGES, QUESTION_BYTES),
        (words.CHECK_ANSWER, EXPLANATION_MESSAGES, EXPLANATION_BYTES),
    ):
        assert max(m for m, _ in sent[label]) <= messages, label
        assert max(s for _, s in sent[label]) <= size, label


@pytest.fixture
def reads(small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Whatever is read from the database of the small course's app, once a server has started."""
    shared_store(read_settings().database).of(load_course(small_folder))
    found: list[object] = []
    read = Database.read

    def counted(database: Database, work: Callable[..., Any]) -> Any:
        found.append(work)
        return read(database, work)

    monkeypatch.setattr(Database, "read", counted)
    return found


def open_app() -> AppTest:
    app = AppTest.from_file(str(ROOT / "bme_quiz" / "ui" / "main.py"), default_timeout=20).run()
    assert not app.exception
    return app


def test_of_a_new_visitor_the_database_is_asked_once(reads: list[object]) -> None:
    """A room that comes at once asks for nothing else."""
    assert words.START_QUIZ in [b.label for b in open_app().button]
    assert len(reads) == 1


def test_a_tap_on_a_page_reads_nothing_from_the_database(reads: list[object]) -> None:
    """What the tap has stored is what the page shows; a new page looks for itself."""

    def press(app: AppTest, label: str) -> None:
        reads.clear()
        next(b for b in app.button if b.label == label).click().run()
        assert not app.exception

    app = open_app()
    press(app, words.OPEN_CHOICES)
    app.multiselect[0].set_value(["load"])
    press(app, words.START_QUIZ)
    assert reads
    # The key of both questions in this section: after a miss a flashcard is offered as well.
    app.radio[0].set_value("b")
    press(app, words.CHECK_ANSWER)
    assert words.NEXT_QUESTION in [b.label for b in app.button]
    assert reads == []
    press(app, words.NEXT_QUESTION)
    assert words.CHECK_ANSWER in [b.label for b in app.button]
    assert reads == []
    app.run()
    assert reads


@pytest.mark.slow
def test_an_explanation_is_one_block_of_text(server: Server) -> None:
    async def explained() -> Learner:
        async with await Learner.open(server.port) as learner:
            while (await learner.step())[0] != words.CHECK_ANSWER:
                pass
            return learner

    bodies = [h.body for h in loops.run(explained()).all("html")]
    assert sum("<mark>" in body for body in bodies) == 1
    assert sum('class="verdict"' in b and "options-explained" in b for b in bodies) == 1


@pytest.mark.slow
def test_a_tap_leaves_the_navigation_alone(server: Server) -> None:
    """What does not change is not sent again."""

    async def kinds() -> tuple[int, int]:
        async with await Learner.open(server.port) as learner:
            whole = learner.messages
            await learner.press(words.START_QUIZ)
            await learner.press(words.STOP_HERE)
            await learner.press(words.NEW_QUIZ)
            return whole, learner.messages

    whole, tapped = loops.run(kinds())
    assert tapped < whole - 6


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_two_thousand_reruns_grow_memory_by_less_than_ten_megabytes(server: Server) -> None:
    async def soak() -> tuple[float, float]:
        async with await Learner.open(server.port) as learner:
            # Until every section has been rendered and every pool filled.
            for _ in range(SOAK // 4):
                await learner.step()
            before = server.memory()
            for _ in range(SOAK):
                await learner.step()
            return before, server.memory()

    before, after = loops.run(soak())
    assert after - before < GROWTH_MB


# To this machine's own address Chromium offers Brotli, to any other over plain HTTP only gzip.
@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", first_visit.ELSEWHERE])
def test_a_first_visit_is_small_and_asks_for_no_font(server: Server, host: str) -> None:
    if first_visit.chromium() is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium; install it (Debian: apt-get install chromium)")
        pytest.skip("there is no Chromium")

    def visited() -> first_visit.Visit:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=first_visit.chromium(), args=first_visit.ARGUMENTS
            )
            visit = first_visit.Visit(browser, f"http://{host}:{server.port}", slow=False)
            browser.close()
        return visit

    visit = loops.apart(visited)
    assert 0.1 < visit.megabytes < 0.8
    fonts = [r for r in visit.requests if r.split("?")[0].endswith((".woff2", ".woff", ".ttf"))]
    assert fonts == []
    # Asked for early, and not a second time when Streamlit's script comes to need them.
    for name in ("health", "host-config"):
        assert sum(r.endswith(f"/_stcore/{name}") for r in visit.requests) == 1
