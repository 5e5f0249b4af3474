"""The three servers that are measured side by side, each a process of its own on loopback.

- ``OURS``: ``python -m bme_quiz`` over the project's own course, answers in a new SQLite file.
- ``TUNED``: the bare page, served by the same code with the same settings.
- ``PLAIN``: the bare page under ``streamlit run``, as it comes.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[1]
BARE_PAGE = Path(__file__).with_name("bare_page.py")
PATIENCE = 60.0


class Kind(StrEnum):
    """Which page under which server."""

    OURS = "ours"
    TUNED = "tuned bare page"
    PLAIN = "plain bare page"


class Server:
    """A server that has answered once and ends with its ``with`` block.

    Args:
        kind: which page under which server.
        settings: of ours, beside those that every run has: environment variables.
    """

    def __init__(self, kind: Kind, settings: Mapping[str, str] | None = None) -> None:
        self.kind = kind
        self._settings = settings or {}
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = tempfile.TemporaryDirectory()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        folder = Path(self._folder.name)
        # Beside nothing: with this project's settings in sight a plain server were not plain.
        cwd = folder if self.kind is Kind.PLAIN else ROOT
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BME_QUIZ_", "STREAMLIT_"))
        }
        env |= {
            "PYTHONPATH": str(ROOT),
            "BME_QUIZ_DATABASE": f"sqlite:///{folder / 'quiz.db'}",
            "BME_QUIZ_QUESTIONS": str(ROOT / "questions"),
            **self._settings,
        }
        self._process = subprocess.Popen(
            self._command(),
            cwd=cwd,
            env=env,
            stdout=subprocess.DEVNULL,
            # Plain Streamlit says there that it has started; ours says there what went wrong.
            stderr=subprocess.DEVNULL if self.kind is Kind.PLAIN else None,
        )
        try:
            self._await_health()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._end()

    def memory(self) -> float:
        """Megabytes that the process has in memory; Linux tells."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def processor_seconds(self) -> float:
        """Seconds of processor time that the process has used so far; Linux tells."""
        assert self._process is not None
        text = Path(f"/proc/{self._process.pid}/stat").read_text()
        # After the name in brackets: the 12th and 13th are the time in the program and in the
        # system for it, in ticks.
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _command(self) -> list[str]:
        port = str(self.port)
        if self.kind is Kind.OURS:
            return [sys.executable, "-m", "bme_quiz", "serve", "--no-browser", "--port", port]
        if self.kind is Kind.TUNED:
            return [sys.executable, "-m", "benchmarks.servers", port]
        return [
            *(sys.executable, "-m", "streamlit", "run", str(BARE_PAGE)),
            *("--server.port", port, "--server.address", "127.0.0.1"),
            # Without a screen, and without a request to the outside.
            *("--server.headless", "true", "--browser.gatherUsageStats", "false"),
        ]

    def _await_health(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self._process is not None
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.kind}: ended with {self._process.returncode}")
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):  # noqa: S310
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{self.kind}: no answer within {PATIENCE:.0f} s")

    def _end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
            self._process = None
        self._folder.cleanup()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve_bare_page(port: int) -> None:
    """Serve the bare page as the app is served."""
    from bme_quiz.server.serve import serve
    from bme_quiz.services.settings import read_settings

    serve(replace(read_settings(), port=port), open_browser=False, script=BARE_PAGE)


if __name__ == "__main__":
    _serve_bare_page(int(sys.argv[1]))
