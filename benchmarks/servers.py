"""The three servers that are measured side by side, each a process of its own on loopback.

- ``OURS``: ``python -m bme_quiz`` over the project's own course, answers in a new SQLite file.
- ``TUNED``: the bare page, served by the same code with the same settings.
- ``PLAIN``: the bare page under ``streamlit run``, as it comes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType

from benchmarks.processes import PATIENCE, ROOT, ServerProcess, free_port

BARE_PAGE = Path(__file__).with_name("bare_page.py")


class Kind(StrEnum):
    """Which page under which server."""

    OURS = "ours"
    TUNED = "tuned bare page"
    PLAIN = "plain bare page"


class Server(ServerProcess):
    """A server that has answered once and ends with its ``with`` block.

    Args:
        kind: which page under which server.
        settings: of ours, beside those that every run has: environment variables.
        command: another server to start, by its port and a folder that is gone afterwards.
    """

    def __init__(
        self,
        kind: Kind,
        settings: Mapping[str, str] | None = None,
        command: Callable[[int, Path], list[str]] | None = None,
    ) -> None:
        self.kind = kind
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        port = free_port()
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BME_QUIZ_", "STREAMLIT_"))
        }
        env |= {
            "PYTHONPATH": str(ROOT),
            "BME_QUIZ_DATABASE": f"sqlite:///{folder / 'quiz.db'}",
            "BME_QUIZ_QUESTIONS": str(ROOT / "questions"),
            # What a browser is sent to that is to take this machine for another.
            "BME_QUIZ_ALLOWED_HOSTS": "laptop.test",
            **(settings or {}),
        }
        super().__init__(
            command(port, folder) if command else _command(kind, port),
            port,
            env,
            # Beside nothing: with this project's settings in sight a plain server were not plain.
            cwd=folder if kind is Kind.PLAIN else ROOT,
            stdout=subprocess.DEVNULL,
            # Plain Streamlit says there that it has started; ours says there what went wrong.
            stderr=subprocess.DEVNULL if kind is Kind.PLAIN else None,
        )

    def start(self, patience: float = PATIENCE) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: it ended, or did not answer in time; nothing of it is left then.
        """
        try:
            super().start(patience)
        except RuntimeError as error:
            self._folder.cleanup()
            raise RuntimeError(f"{self.kind}: {error}") from None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, at)
        self._folder.cleanup()

    def memory(self) -> float:
        """Megabytes that the process has in memory; Linux tells."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def processor_seconds(self) -> float:
        """Seconds of processor time that the process has used so far; Linux tells."""
        text = Path(f"/proc/{self.pid}/stat").read_text()
        # After the name in brackets: the 12th and 13th are the time in the program and in the
        # system for it, in ticks.
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _command(kind: Kind, port: int) -> list[str]:
    if kind is Kind.OURS:
        return [sys.executable, "-m", "bme_quiz", "serve", "--no-browser", "--port", str(port)]
    if kind is Kind.TUNED:
        return [sys.executable, "-m", "benchmarks.servers", str(port)]
    return [
        *(sys.executable, "-m", "streamlit", "run", str(BARE_PAGE)),
        *("--server.port", str(port), "--server.address", "127.0.0.1"),
        # Without a screen, and without a request to the outside.
        *("--server.headless", "true", "--browser.gatherUsageStats", "false"),
    ]


def _serve_bare_page(port: int) -> None:
    """Serve the bare page as the app is served."""
    from bme_quiz.server.http.serve import serve
    from bme_quiz.services.settings import read_settings

    serve(replace(read_settings(), port=port), open_browser=False, script=BARE_PAGE)


if __name__ == "__main__":
    _serve_bare_page(int(sys.argv[1]))
