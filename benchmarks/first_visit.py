"""A first visit in Chromium, on this machine's line and on a slow phone's.

The slow phone is Chromium's own emulation: 1.6 Mbit/s down, 150 ms for every request's way there
and back, and a processor four times slower. Each visit is a new browser profile with nothing in
its cache. *First button* is when a button can be seen; *first question* is when the options of a
question can be seen, for ours after "Start quiz" was clicked at once. Plain Streamlit's bare page
shows its question at once, so its first question is its first button.

Bytes are what came over the line, compressed as it was, the websocket's messages included. The slow
phone comes as phones in a room do, by plain HTTP from another machine, where Chromium offers no
Brotli; the visits on this machine show what HTTPS gets.
"""

from __future__ import annotations

import shutil
import time
from typing import Any

from benchmarks.figures import Aim, Figure, ratio
from benchmarks.servers import Kind, Server
from bme_quiz.ui.shell import words

PATIENCE = 90_000
SLOW_PHONE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
# A name that Chromium does not know for this machine's own, though it leads here.
ELSEWHERE = "laptop.test"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
]


class Visit:
    """One visit.

    Attributes:
        megabytes: what came over the line until the first button stood and the line was quiet.
        requests: the addresses asked for in that time.
        button, question: seconds until each could be seen.
    """

    def __init__(self, browser: Any, url: str, *, slow: bool) -> None:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        if slow:
            line.send("Network.emulateNetworkConditions", SLOW_PHONE)
            line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        self._bytes = 0.0
        self.requests: list[str] = []
        line.on("Network.requestWillBeSent", lambda e: self.requests.append(e["request"]["url"]))
        line.on("Network.loadingFinished", lambda e: self._add(e["encodedDataLength"]))
        line.on("Network.webSocketFrameReceived", self._add_frame)
        began = time.perf_counter()
        page.goto(url, wait_until="commit")
        page.get_by_role("button").first.wait_for()
        self.button = self.question = time.perf_counter() - began
        page.wait_for_load_state("networkidle")
        self.megabytes = self._bytes / 1e6
        self.requests = list(self.requests)
        start = page.get_by_role("button", name=words.START_QUIZ)
        if start.count():
            # Waiting for a quiet line above is no part of it.
            began = time.perf_counter()
            start.click()
            page.locator("[data-testid=stRadio], [data-testid=stCheckbox]").first.wait_for()
            self.question += time.perf_counter() - began
        context.close()

    def _add(self, count: float) -> None:
        self._bytes += count

    def _add_frame(self, event: dict[str, Any]) -> None:
        # Binary frames come in base64, three bytes in four letters.
        self._add(len(event["response"]["payloadData"]) * 3 / 4)


def chromium() -> str | None:
    """The installed browser, or None."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def measure(quick: bool) -> list[Figure]:
    """The figures; about two minutes, ``quick`` about fifteen seconds."""
    if chromium() is None:
        print("first_visit is left out: there is no Chromium")
        return []
    from playwright.sync_api import sync_playwright

    visits: dict[tuple[Kind, bool], list[Visit]] = {}
    with (
        Server(Kind.OURS) as ours,
        Server(Kind.PLAIN) as plain,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        Visit(browser, ours.url, slow=False)
        for slow in (False,) if quick else (False, True):
            for _ in range(1 if quick else 3):
                for server in (ours, plain):
                    url = f"http://{ELSEWHERE}:{server.port}" if slow else server.url
                    visit = Visit(browser, url, slow=slow)
                    visits.setdefault((server.kind, slow), []).append(visit)
        browser.close()
    figures = []
    for slow in sorted({slow for _, slow in visits}, reverse=True):
        figures += _figures(visits[Kind.OURS, slow], visits[Kind.PLAIN, slow], slow)
    return figures


def _figures(ours: list[Visit], plain: list[Visit], slow: bool) -> list[Figure]:
    name = f"first visit, {'slow phone' if slow else 'this machine'}"
    button = [v.button for v in ours], [v.button for v in plain]
    figures = [
        Figure(f"{name}: first button", button[0], "s", Aim(5.5) if slow else None),
        Figure(f"{name}: first question", [v.question for v in ours], "s"),
        Figure(f"{name}: plain bare page", button[1], "s"),
        ratio(f"{name}: plain bare page ÷ first button", button[1], button[0]),
    ]
    weight = "start page, over plain HTTP" if slow else "start page, over HTTPS"
    figures.append(Figure(f"first visit: {weight}", [v.megabytes for v in ours], "MB", Aim(1.1)))
    if not slow:
        figures += [
            Figure("first visit: plain bare page", [v.megabytes for v in plain], "MB"),
            Figure("first visit: requests", [len(v.requests) for v in ours], ""),
            Figure("first visit: requests, plain", [len(v.requests) for v in plain], ""),
        ]
    return figures
