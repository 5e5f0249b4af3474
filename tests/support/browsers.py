"""How Chromium is started for tests, and how long its pages are waited for."""

from __future__ import annotations

from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}
# As long as a page waits for what it is to press; of itself ``expect`` gives up after 5 s, which a
# machine that runs much else does not keep. What comes is not waited for any longer.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
# As root in a container there is no sandbox; the rest keeps Chromium from asking the network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
