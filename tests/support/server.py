"""The app as a process of its own, on loopback, ended by its id."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.processes import ServerProcess, free_port
from bme_quiz.services.settings import ENV_BASE_PATH, ENV_QUESTIONS

__all__ = ["Server", "free_port"]


class Server(ServerProcess):
    """``python -m bme_quiz`` over a course; usable as a context manager.

    Args:
        base: the path that all of it stands behind, as the environment has it.
    """

    def __init__(
        self,
        questions: Path,
        port: int | None = None,
        command: list[str] | None = None,
        base: str = "",
        **env: str,
    ) -> None:
        port = port or free_port()
        command = command or [
            *(sys.executable, "-m", "bme_quiz", "serve", "--no-browser"),
            *("--port", str(port), "--questions", str(questions)),
        ]
        env = {**os.environ, ENV_QUESTIONS: str(questions), ENV_BASE_PATH: base, **env}
        super().__init__(command, port, env, base=base)
