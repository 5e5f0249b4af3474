"""A phone that scans the code while a question is on: how soon is it on the screen, and the bytes.

Chromium with a slow phone's line and processor, as in ``first_visit``: each visit a new profile
with nothing in its cache. The session waits at its first question. *Question* is when the options
can be seen and ticked; *answered* is from the tap on "Send answer" until its receipt stands there.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from benchmarks.figures import Aim, Figure
from benchmarks.first_visit import ARGUMENTS, PATIENCE, SLOW_PHONE, chromium
from benchmarks.lectern import PASSCODE, Educator
from benchmarks.phone import ANSWER_IS_IN
from benchmarks.servers import Kind, Server
from bme_quiz.services.settings import ENV_PASSCODE
from bme_quiz.ui.shell import words


class Scan:
    """One visit.

    Attributes:
        question: seconds until the options could be seen.
        answered: seconds from the tap until the receipt.
        kilobytes: what came over the line until the question stood and the line was quiet.
        requests: how many addresses were asked for in that time.
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
        self.kilobytes, self.requests = 0.0, 0
        line.on("Network.requestWillBeSent", self._count)
        line.on("Network.loadingFinished", self._add)
        began = time.perf_counter()
        page.goto(url, wait_until="commit")
        option = page.locator("main input[name=option]").first
        option.wait_for()
        self.question = time.perf_counter() - began
        # The stream of events never ends, so the line is not quiet in the browser's own sense.
        page.wait_for_load_state("load")
        requests, kilobytes = self.requests, self.kilobytes
        option.check()
        began = time.perf_counter()
        page.get_by_role("button", name=words.SEND_ANSWER).click()
        page.get_by_text(ANSWER_IS_IN.decode()).first.wait_for()
        self.answered = time.perf_counter() - began
        self.requests, self.kilobytes = requests, kilobytes
        context.close()

    def _count(self, _event: dict[str, Any]) -> None:
        self.requests += 1

    def _add(self, event: dict[str, Any]) -> None:
        self.kilobytes += event["encodedDataLength"] / 1000


def measure(quick: bool) -> list[Figure]:
    """The figures; half a minute, ``quick`` about ten seconds."""
    if chromium() is None:
        print("the slow phone in the hall is left out: there is no Chromium")
        return []
    from playwright.sync_api import sync_playwright

    scans: dict[bool, list[Scan]] = {}
    with Server(Kind.OURS, {ENV_PASSCODE: PASSCODE}) as server:
        url = server.url + asyncio.run(_first_question(server.port))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            Scan(browser, url, slow=False)
            for slow in (False,) if quick else (True, False):
                scans[slow] = [Scan(browser, url, slow=slow) for _ in range(1 if quick else 5)]
            browser.close()
    figures = []
    for slow, found in scans.items():
        name = f"hall, {'slow phone' if slow else 'this machine'}"
        aim = Aim(1.5) if slow else None
        figures += [
            Figure(f"{name}: question", [s.question for s in found], "s", aim),
            Figure(f"{name}: answered", [s.answered for s in found], "s"),
        ]
    here = scans[False]
    return [
        *figures,
        Figure("hall: page and script", [s.kilobytes for s in here], "KB", Aim(20)),
        Figure("hall: requests", [s.requests for s in here], ""),
    ]


async def _first_question(port: int) -> str:
    """Begin a session and go to its first question; the address of the phone's page."""
    educator = await Educator.enter(port)
    path = await educator.start()
    await educator.go_on()
    await educator.close()
    return path
