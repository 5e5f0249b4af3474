"""The app as a process of its own, on loopback, ended by its id."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.processes import ServerProcess, free_port

__all__ = ["Server", "free_port"]


class Server(ServerProcess):
    """``python -m bme_quiz`` over a course; usable as a context manager."""

    def __init__(
        self, questions: Path, port: int | None = None, command: list[str] | None = None, **env: str
    ) -> None:
        port = port or free_port()
        command = command or [
            *(sys.executable, "-m", "bme_quiz", "serve", "--no-browser"),
            *("--port", str(port), "--questions", str(questions)),
        ]
        super().__init__(command, port, {**os.environ, "BME_QUIZ_QUESTIONS": str(questions), **env})
