"""Settings from the environment; the command line writes the same variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bme_quiz.content.problems import ContentError

ENV_QUESTIONS = "BME_QUIZ_QUESTIONS"
ENV_HOST = "BME_QUIZ_HOST"
ENV_PORT = "BME_QUIZ_PORT"

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8501

# The course that comes with the package stands beside it in a checkout.
_OWN_QUESTIONS = Path(__file__).resolve().parents[2] / "questions"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the course is and where the server listens."""

    questions: Path
    host: str
    port: int


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings as the environment has them.

    Raises:
        ContentError: the port is not a number from 1 to 65535.
    """
    port = environ.get(ENV_PORT, "").strip() or str(DEFAULT_PORT)
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise ContentError(f"{ENV_PORT} is '{port}'; a port is a number from 1 to 65535.")
    return Settings(
        questions=Path(environ.get(ENV_QUESTIONS, "").strip() or _OWN_QUESTIONS),
        host=environ.get(ENV_HOST, "").strip() or DEFAULT_HOST,
        port=int(port),
    )
